"""What is done to a rendered page: first it is unfolded, then its other states are looked at; all within bounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from spiders.script import Script
from spiders.snapshot import Allows, readable, take

Quiet = Callable[[float, float], Awaitable[None]]
BEHAVING = 0.2  # of the seconds that a page may take: for unfolding it, and once more for its other states
MAX_SCROLLS = 60  # steps of a screen each, before the page is given time to grow
MAX_GROWTHS = 10
SCROLL_REST = 60  # ms: three frames, so that what watches for coming into view sees it
MAX_OPENED = 200
MAX_MORE = 20
MAX_STATES = 12
SCROLLING_SECONDS = 20.0  # where a page's timers do not run, nothing that waits for one comes back
MAX_FOLDINGS = 4  # one fold may lie in another
QUIET = (0.3, 10.0)  # seconds without traffic and changes that count as quiet, and how long to wait for them
AFTER_SCROLL = 0.5  # seconds: who listens to it may wait until it is over before asking for more
AFTER_CLICK = (0.25, 4.0)


class Strayed(Exception):
    """A click of ours led to another page."""


async def unfold(
    page: Page, script: Script, quiet: Quiet, clicks: Sequence[str], allows: Allows, seconds: float, *, clicking: bool
) -> int:  # fmt: skip
    """Scrolls to the end, opens what is folded, asks for more, clicks what the source names; how many clicks.

    Begins nothing more, and waits for nothing any longer, once `seconds` are over. Without `clicking`, only what the
    source names is clicked, and nothing opened. Raises `Strayed`.
    """
    end = monotonic() + seconds
    quiet = _until(end, quiet)
    await _scroll(page, script, quiet, end)
    place = await _place(page, script)
    clicked = await _open(page, script, allows, quiet, end, clicking=clicking)
    if clicked:
        await _stayed(page, script, place)
    await asyncio.sleep(SCROLL_REST / 1000)  # until it is drawn from its top again
    for _ in range(MAX_MORE if clicking else 0):
        if monotonic() > end or not await _everywhere(page, script, allows, "click", kind="more", most=MAX_MORE):
            break
        clicked += 1 + await _open(page, script, allows, quiet, end, clicking=True)
        await _settled(quiet)
        await _stayed(page, script, place)
    for selector in clicks:
        if monotonic() < end and await _click(page, selector):
            clicked += 1
            await _settled(quiet)
    return clicked


async def further_states(
    page: Page, script: Script, quiet: Quiet, allows: Allows, seconds: float, first: str
) -> AsyncIterator[str]:  # fmt: skip
    """The page behind each of its tabs, then page by page where buttons turn it; each state once, `first` not again."""
    end = monotonic() + seconds
    quiet = _until(end, quiet)
    seen, place = {first}, await _place(page, script)
    for kind, most in (("tab", 1), ("next", MAX_STATES)):
        for _ in range(MAX_STATES):
            if monotonic() > end or not await _everywhere(page, script, allows, "click", kind=kind, most=most):
                break
            await _settled(quiet)
            if await _place(page, script) != place:
                return
            state = (await take(page.main_frame, script, allows)).dom
            if state in seen and kind == "next":  # a tab may well show again what was there at first
                break
            if state not in seen:
                seen.add(state)
                yield state


def _until(end: float, quiet: Quiet) -> Quiet:
    """`quiet`, but never waiting beyond `end`."""
    return lambda seconds, at_most: quiet(seconds, min(at_most, end - monotonic()))


async def _settled(quiet: Quiet) -> None:
    """Quiet since the click: what it asks for is not on its way at once."""
    await asyncio.sleep(AFTER_CLICK[0])
    await quiet(*AFTER_CLICK)


async def _scroll(page: Page, script: Script, quiet: Quiet, end: float) -> None:
    """To the end, and on as long as the page grows by it."""
    for growth in range(MAX_GROWTHS):
        moved = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SCROLLING_SECONDS):
                moved = await _told(page.main_frame, script, "scroll", steps=MAX_SCROLLS, rest=SCROLL_REST)
        if (growth and not moved) or monotonic() > end:
            break
        with contextlib.suppress(PlaywrightError):
            if moved and await script.hears("scroll"):
                await asyncio.sleep(AFTER_SCROLL)
        await quiet(*QUIET)


async def _open(page: Page, script: Script, allows: Allows, quiet: Quiet, end: float, *, clicking: bool) -> int:
    """Opens folds, and those that only come with them; how many."""
    total = 0
    for _ in range(MAX_FOLDINGS):
        opened = await _everywhere(page, script, allows, "open", most=MAX_OPENED, clicking=clicking)
        total += opened
        if not opened or monotonic() > end:
            break
        await quiet(*QUIET)
    return total


async def _stayed(page: Page, script: Script, place: object) -> None:
    """Raises `Strayed` where the page is another one than it was."""
    if await _place(page, script) != place:
        raise Strayed


async def _place(page: Page, script: Script) -> object:
    """Which document it is, and its path; its scripts may well change the rest of the address."""
    with contextlib.suppress(PlaywrightError):
        return await script.call(page.main_frame, "place")
    return None


async def _everywhere(page: Page, script: Script, allows: Allows, name: str, **given: Any) -> int:
    """Runs a function of the script in the page and its readable frames; what it came to altogether."""
    total = await _told(page.main_frame, script, name, **given)
    for frame in page.main_frame.child_frames:
        if readable(frame, allows):
            total += await _told(frame, script, name, **given)
    return total


async def _told(frame: Frame, script: Script, name: str, **given: Any) -> int:
    """The number that a function of the script returns; 0 when it fails there: the page is taken as it stands."""
    with contextlib.suppress(PlaywrightError):
        told = await script.call(frame, name, **given)
        return int(told) if isinstance(told, int) else 0
    return 0


async def _click(page: Page, selector: str) -> bool:
    """Whether it could be clicked. The page is quiet: what is not there now does not come."""
    with contextlib.suppress(PlaywrightError):  # something lies over it, or it is gone again
        if await page.query_selector(selector):
            await page.click(selector, timeout=2_000)
            return True
    return False
