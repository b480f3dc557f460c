"""A tab that page after page is opened in, and the recorder that all its traffic goes through."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from functools import partial
from time import monotonic

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Response as Navigation
from playwright.async_api import TimeoutError as PlaywrightTimeout

from archive.model import Exchange
from spiders import behaviours, snapshot
from spiders.browser import Browser
from spiders.ca import Authority
from spiders.errors import Unreachable
from spiders.recorder import Recorder
from spiders.script import call
from spiders.visit import Visit
from spiders.watch import Watch
from spiders.window import Window, open_window
from spiders.wire import Wire
from spiders.wish import Wish

NAVIGATION_SECONDS = 45
PAGE_SECONDS = 150.0  # a page that keeps its renderer busy for longer is given up
CLOSING_SECONDS = 5.0
MOST_MEMORY = 1_000_000_000  # bytes of one renderer process: whichever tab it belongs to, those left now are made anew
OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")  # as sent: they say nothing about the DOM


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A page once unfolded. `url` is where redirects led, `states` what its tabs and page buttons showed.

    `latency` is how many seconds the server took to answer.
    """

    url: str
    title: str
    status: int
    latency: float
    headers: tuple[tuple[str, str], ...]
    dom: bytes
    text: bytes
    view: bytes
    clicked: int
    states: tuple[bytes, ...]
    console: tuple[dict[str, str], ...]
    dialogs: int
    built: dict[str, bytes]


class Tab:
    """Opens one page at a time, each in a clean window."""

    def __init__(self, *, visit: Visit, wire: Wire, authority: Authority, browser: Browser) -> None:
        self._visit, self._browser = visit, browser
        self._current = ""
        self._password = secrets.token_urlsafe(24)
        self._recorder = Recorder(
            wire=wire, authority=authority, admit=visit.budget.spend, keep=self._keep,
            turned_away=visit.turn_away, note=self._note, password=self._password,
        )  # fmt: skip
        self._proxy = ""
        self._window: Window | None = None

    async def listen(self) -> str:
        """Starts the recorder; the address of its proxy."""
        self._proxy = await self._recorder.start()
        return self._proxy

    async def prepare(self) -> Window:
        """The window for the next page. Raises `VisitError`, or Playwright's errors."""
        if self._window is None:
            self._window = await open_window(self._browser, self._proxy, self._password)
        return self._window

    async def close(self) -> None:
        """Once the browser is closed: waits until all that was passed on is kept."""
        await self._recorder.drained(at_most=3.0)
        self._recorder.close()

    async def render(self, url: str) -> Rendered:
        """Opens a page and unfolds it. Raises `Unreachable`, `LimitReached`, or an archive error."""
        self._visit.budget.check(url)
        self._current = url
        self._recorder.failures.clear()
        try:
            async with asyncio.timeout(PAGE_SECONDS):
                rendered = await self._open(url)
        except TimeoutError as error:
            await self._drop()
            raise Unreachable(url, f"the page did not come to rest within {PAGE_SECONDS:.0f} s") from error
        except PlaywrightError as error:
            await self._drop()
            raise self._reason(url, error) from error
        if self._visit.broken:
            raise self._visit.broken
        return rendered

    def _reason(self, url: str, error: PlaywrightError) -> Exception:
        known = self._recorder.failures.get(url)
        return known or Unreachable(url, f"the browser could not open it: {error.message.splitlines()[0]}")

    async def _open(self, url: str) -> Rendered:
        window = await self.prepare()
        page = window.begin()
        source = self._visit.source
        watch = Watch(max_bytes=source.politeness.max_response_bytes)
        watch.listen(page)
        try:
            navigation = await _go(page, url)
            failure = navigation and self._recorder.failures.get(navigation.url)
            if failure:  # the answer was the recorder's own, not the server's
                raise failure
            clicked = await behaviours.unfold(page, self._quiet, source.clicks, source.allows)
            return await self._collect(window, navigation, watch, clicked)
        finally:
            watch.stop(page)

    async def _collect(self, window: Window, navigation: Navigation | None, watch: Watch, clicked: int) -> Rendered:
        page, allows = window.page, self._visit.source.allows
        headers = await _headers(navigation) if navigation else ()
        shown = await snapshot.take(page.main_frame, allows)
        view = await snapshot.view(window.session, shown)
        further = behaviours.further_states(page, self._quiet, allows, shown.dom)
        states = [_utf8(state) async for state in further]
        await watch.saved()
        return Rendered(
            url=page.url, title=shown.title, status=navigation.status if navigation else 0,
            latency=_latency(navigation), headers=headers, dom=_utf8(shown.dom), text=_utf8(shown.text), view=view,
            clicked=clicked, states=tuple(states), console=tuple(watch.console), dialogs=watch.dialogs,
            built=watch.built,
        )  # fmt: skip

    async def _quiet(self, seconds: float, at_most: float) -> None:
        """Waits until there has been no traffic and no change of the page for `seconds`, or until `at_most` is over."""
        end = monotonic() + at_most
        while (left := end - monotonic()) > 0:
            quiet = self._recorder.quiet(seconds, at_most=left)
            await asyncio.gather(quiet, self._still(seconds, left))
            if self._recorder.idle >= seconds:
                return

    async def _still(self, seconds: float, at_most: float) -> None:
        window = await self.prepare()
        with contextlib.suppress(PlaywrightError):  # it went elsewhere: there is traffic
            await call(window.page.main_frame, "still", span=1000 * seconds, most=1000 * at_most)

    async def _keep(self, exchange: Exchange) -> None:
        await self._visit.in_turn(partial(self._visit.keep, exchange, Wish(role="asset", via=self._current)))

    async def _note(self, url: str, body: bytes, media_type: str) -> None:
        await self._visit.in_turn(partial(self._visit.keep_note, url, body, media_type))

    async def leave(self) -> None:
        """Makes the tab clean, and ready for the next page."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                heavy = await self._browser.heaviest() > MOST_MEMORY
                if self._window and (heavy or not await self._window.clean()):
                    await self._drop()
                await self.prepare()
        except (TimeoutError, PlaywrightError):
            await self._drop()

    async def _drop(self) -> None:
        """Closes the window, also one that hangs; the next page gets a new one."""
        window, self._window = self._window, None
        if window:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await window.close()


async def _go(page: Page, url: str) -> Navigation | None:
    """The response to the navigation; a page that never finishes loading is taken as it stands."""
    limit = NAVIGATION_SECONDS * 1000
    navigation = await page.goto(url, wait_until="commit", timeout=limit)
    with contextlib.suppress(PlaywrightTimeout):
        await page.wait_for_load_state("load", timeout=limit)
    return navigation


def _latency(navigation: Navigation | None) -> float:
    """Seconds from the request to the first byte of the answer, as the browser saw it."""
    return max(0.0, navigation.request.timing["responseStart"] / 1000) if navigation else 0.0


async def _headers(navigation: Navigation) -> tuple[tuple[str, str], ...]:
    fields = [(each["name"], each["value"]) for each in await navigation.headers_array()]
    return tuple(pair for pair in fields if pair[0].lower() not in OF_THE_BYTES)


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
