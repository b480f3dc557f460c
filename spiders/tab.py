"""A tab that page after page is opened in, and the recorder that all its traffic goes through."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from dataclasses import dataclass
from functools import partial

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Response as Navigation
from playwright.async_api import TimeoutError as PlaywrightTimeout

from archive.model import Exchange
from spiders import behaviours
from spiders.browser import Browser
from spiders.ca import Authority
from spiders.errors import Unreachable
from spiders.recorder import Recorder
from spiders.visit import Visit
from spiders.watch import Watch
from spiders.wire import Wire
from spiders.wish import Wish

NAVIGATION_SECONDS = 45
QUIET = (0.5, 10.0)  # seconds without traffic that count as quiet, and how long to wait for them
PAGE_SECONDS = 150.0  # a page that keeps its renderer busy for longer is given up
PAGES_PER_TAB = 100  # a renderer process grows with every page
CLOSING_SECONDS = 5.0
LONGEST_VIEW = 16_000  # pixels of height: more takes hundreds of megabytes to draw
OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")  # as sent: they say nothing about the DOM
EXTENT = "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight])(document.documentElement)"
FORGET = "() => { try { sessionStorage.clear(); localStorage.clear() } catch (error) { } }"
STORED = "indexeddb,local_storage,cache_storage,service_workers,websql"


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


class Tab:
    """A page begins without cookies or storage of the page before; the HTTP cache stays, which is polite."""

    def __init__(self, *, visit: Visit, wire: Wire, authority: Authority, browser: Browser) -> None:
        self._visit, self._browser = visit, browser
        self._current = ""
        self._recorder = Recorder(
            wire=wire, authority=authority, admit=visit.budget.spend, keep=self._keep,
            turned_away=visit.turn_away, note=self._note,
        )  # fmt: skip
        self._proxy = ""
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._opened = 0

    async def listen(self) -> str:
        """Starts the recorder; the address of its proxy."""
        self._proxy = await self._recorder.start()
        return self._proxy

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
        page = await self._fresh_page()
        watch = Watch(max_bytes=self._visit.source.politeness.max_response_bytes)
        watch.listen(page)
        try:
            navigation = await _go(page, url)
            failure = navigation and self._recorder.failures.get(navigation.url)
            if failure:  # the answer was the recorder's own, not the server's
                raise failure
            await self._quiet(*QUIET)
            clicked = await behaviours.unfold(page, self._quiet, self._visit.source.clicks)
            await self._quiet(*QUIET)
            return await self._collect(page, navigation, watch, clicked)
        finally:
            watch.stop(page)

    async def _collect(self, page: Page, navigation: Navigation | None, watch: Watch, clicked: int) -> Rendered:
        headers = await _headers(navigation) if navigation else ()
        url, title, dom = page.url, await page.title(), await page.content()
        text = await page.evaluate("document.body ? document.body.innerText : ''")
        view = await _view(page)
        states = [_utf8(state) async for state in behaviours.further_states(page, self._quiet)]
        await watch.saved()
        return Rendered(
            url=url, title=title, status=navigation.status if navigation else 0, headers=headers, dom=_utf8(dom),
            text=_utf8(text), view=view, clicked=clicked, states=tuple(states), console=tuple(watch.console),
            dialogs=watch.dialogs, built=watch.built,
        )  # fmt: skip

    async def _quiet(self, seconds: float, at_most: float) -> bool:
        return await self._recorder.quiet(seconds, at_most=at_most)

    async def _keep(self, exchange: Exchange) -> None:
        await self._visit.in_turn(partial(self._visit.keep, exchange, Wish(role="asset", via=self._current)))

    async def _note(self, url: str, body: bytes, media_type: str) -> None:
        await self._visit.in_turn(partial(self._visit.keep_note, url, body, media_type))

    async def _fresh_page(self) -> Page:
        if self._context is None:
            self._context = await self._browser.new_context(self._proxy)
        if self._page is None or self._page.is_closed() or self._opened >= PAGES_PER_TAB:
            await self._drop()
            self._page = await self._context.new_page()
            self._opened = 0
        self._opened += 1
        return self._page

    async def leave(self) -> None:
        """Ends what the page still does, and forgets what it stored; before the next one is opened."""
        page = self._page
        if page is None:
            return
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await _forget(page)
                await page.goto("about:blank")
        except (TimeoutError, PlaywrightError):
            await self._drop()

    async def _drop(self) -> None:
        """Closes the page, also one that hangs; the next gets a new one."""
        page, self._page = self._page, None
        if page is not None:
            with contextlib.suppress(TimeoutError, PlaywrightError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await page.close()


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
    """A PNG of the page down to `LONGEST_VIEW`. Packed quickly: half the time, a third more bytes."""
    wide, high = await page.evaluate(EXTENT)
    clip = {"x": 0, "y": 0, "width": max(1, wide), "height": max(1, min(high, LONGEST_VIEW)), "scale": 1}
    session = await page.context.new_cdp_session(page)
    asked = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True, "clip": clip}
    shot = await session.send("Page.captureScreenshot", asked)
    await session.detach()
    return base64.b64decode(shot["data"])


async def _forget(page: Page) -> None:
    """Cookies of the context, and what the page's origin stored."""
    await page.evaluate(FORGET)
    await page.context.clear_cookies()
    origin = await page.evaluate("location.origin")
    if origin.startswith("http"):
        session = await page.context.new_cdp_session(page)
        await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        await session.detach()


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
