"""The rendered tier: pages opened in Chromium, all its traffic through the recorder.

What is compared for a rendered page is its DOM, a `resource` record under `urn:dom:<the address asked for>`; beside it
lie `urn:view:` (full-page screenshot), `urn:text:` (visible text) and `urn:pageinfo:` (what happened). The exchanges
behind it are evidence of role `asset`. Why not scrapy-playwright: docs/adr/0004-rendering.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Response as Navigation
from playwright.async_api import TimeoutError as PlaywrightTimeout

from archive.model import Exchange
from spiders import behaviours
from spiders.browser import Appearance, Browser
from spiders.ca import Authority
from spiders.errors import Unreachable
from spiders.recorder import Recorder
from spiders.settings import user_agent
from spiders.visit import Visit
from spiders.watch import Watch
from spiders.wire import Wire
from spiders.wish import Wish

NAVIGATION_SECONDS = 45
QUIET = (0.5, 10.0)  # seconds without traffic that count as quiet, and how long to wait for them
PAGE_SECONDS = 150.0  # a page that keeps its renderer busy for longer is given up
OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")  # as sent: they say nothing about the DOM
LONGEST_VIEW = 16_000  # pixels of height: more takes hundreds of megabytes to draw


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A page once unfolded. `url` is where redirects led, `states` what its tabs and page buttons showed."""

    url: str
    title: str
    status: int
    headers: tuple[tuple[str, str], ...]
    dom: bytes
    text: bytes
    view: bytes
    clicked: int
    states: tuple[bytes, ...]
    console: tuple[dict[str, str], ...]
    dialogs: int
    built: dict[str, bytes]


class Renderer:
    """Renders one page at a time."""

    def __init__(self, *, visit: Visit, wire: Wire, spool: Path, env: Mapping[str, str]) -> None:
        self._visit = visit
        self._authority = Authority(spool)
        self._current = ""
        self._one_at_a_time = asyncio.Lock()
        language = visit.source.language or "en"
        self._browser = Browser(Appearance(name=user_agent(visit.source), language=language), env)
        self._recorder = Recorder(
            wire=wire, authority=self._authority, admit=visit.budget.spend, keep=self._keep,
            turned_away=visit.turn_away, note=visit.keep_note,
        )  # fmt: skip

    async def start(self) -> None:
        """Raises `VisitError` when there is no browser."""
        await self._browser.start(proxy=await self._recorder.start(), pin=self._authority.pin)

    async def close(self) -> None:
        await self._browser.close()
        await self._recorder.drained(at_most=3.0)
        self._recorder.close()

    async def render(self, url: str) -> Rendered:
        """Opens a page and unfolds it. Raises `Unreachable`, `LimitReached`, or an archive error."""
        async with self._one_at_a_time:
            self._visit.budget.check(url)
            self._current = url
            self._recorder.failures.clear()
            try:
                async with asyncio.timeout(PAGE_SECONDS):
                    rendered = await self._open(url)
            except TimeoutError as error:
                await self._browser.drop_tab()
                raise Unreachable(url, f"the page did not come to rest within {PAGE_SECONDS:.0f} s") from error
            except PlaywrightError as error:
                await self._browser.drop_tab()
                raise self._reason(url, error) from error
            if self._visit.broken:
                raise self._visit.broken
            return rendered

    def _reason(self, url: str, error: PlaywrightError) -> Exception:
        known = self._recorder.failures.get(url)
        return known or Unreachable(url, f"the browser could not open it: {error.message.splitlines()[0]}")

    async def _open(self, url: str) -> Rendered:
        page = await self._browser.tab()
        watch = Watch(max_bytes=self._visit.source.politeness.max_response_bytes)
        watch.listen(page)
        navigation = await _go(page, url)
        failure = navigation and self._recorder.failures.get(navigation.url)
        if failure:  # the answer was the recorder's own, not the server's
            raise failure
        await self._quiet(*QUIET)
        clicked = await behaviours.unfold(page, self._quiet, self._visit.source.clicks)
        await self._quiet(*QUIET)
        rendered = await self._collect(page, navigation, watch, clicked)
        await self._browser.leave(page)
        return rendered

    async def _collect(self, page: Page, navigation: Navigation | None, watch: Watch, clicked: int) -> Rendered:
        headers = await _headers(navigation) if navigation else ()
        url, title, dom = page.url, await page.title(), await page.content()
        text = await page.evaluate("document.body ? document.body.innerText : ''")
        view = await _view(page)
        states = [_utf8(state) async for state in behaviours.further_states(page, self._quiet)]
        await watch.stop(page)
        return Rendered(
            url=url, title=title, status=navigation.status if navigation else 0,
            headers=headers,
            dom=_utf8(dom), text=_utf8(text), view=view, clicked=clicked, states=tuple(states),
            console=tuple(watch.console), dialogs=watch.dialogs, built=watch.built,
        )  # fmt: skip

    async def _quiet(self, seconds: float, at_most: float) -> bool:
        return await self._recorder.quiet(seconds, at_most=at_most)

    def _keep(self, exchange: Exchange) -> None:
        self._visit.keep(exchange, Wish(role="asset", via=self._current))


async def _go(page: Page, url: str) -> Navigation | None:
    """The response to the navigation; a page that never finishes loading is taken as it stands."""
    answers: list[Navigation] = []

    def heard(response: Navigation) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            answers.append(response)

    page.on("response", heard)
    try:
        return await page.goto(url, wait_until="load", timeout=NAVIGATION_SECONDS * 1000)
    except PlaywrightTimeout:
        if not answers:
            raise
        return answers[-1]
    finally:
        page.remove_listener("response", heard)


async def _headers(navigation: Navigation) -> tuple[tuple[str, str], ...]:
    fields = [(each["name"], each["value"]) for each in await navigation.headers_array()]
    return tuple(pair for pair in fields if pair[0].lower() not in OF_THE_BYTES)


async def _view(page: Page) -> bytes:
    """A picture of the whole page, from the top down to `LONGEST_VIEW`."""
    height = int(await page.evaluate("document.documentElement.scrollHeight"))
    if height <= LONGEST_VIEW:
        return await page.screenshot(full_page=True)
    width = int(await page.evaluate("document.documentElement.clientWidth"))
    return await page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": LONGEST_VIEW})


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
