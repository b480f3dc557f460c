"""A tab that page after page is opened in, and the recorder that all its traffic goes through."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from functools import partial
from time import monotonic

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Response as Navigation
from playwright.async_api import TimeoutError as PlaywrightTimeout

from archive.model import Capture, Exchange, Label
from spiders import behaviours, snapshot
from spiders.browser import Browser
from spiders.ca import Authority
from spiders.errors import Unreachable, VisitError
from spiders.recorder import Recorder
from spiders.rendered import Rendered, headers, latency
from spiders.visit import Visit
from spiders.watch import Watch
from spiders.window import Window, open_window
from spiders.wire import Wire
from spiders.wish import wish_of_a_page

NAVIGATION_SECONDS = 45
STALLED_SECONDS = 3
MOVING_SECONDS = 2.0  # a page that never stands still is not waited for any longer
ANSWER_SECONDS = 2.0
CLOSING_SECONDS = 5.0
MOST_MEMORY = 1_000_000_000  # bytes of one renderer process: whichever tab it belongs to, those left now are made anew


class Tab:
    """Opens one page at a time, each in a clean window."""

    def __init__(self, *, visit: Visit, wire: Wire, authority: Authority, browser: Browser) -> None:
        self._visit, self._browser = visit, browser
        self._current = ""
        self._kept: dict[str, Capture] = {}  # what this page came from, by URL
        self._password = secrets.token_urlsafe(24)
        self._recorder = Recorder(
            wire=wire, authority=authority, admit=visit.budget.spend, keep=self._keep,
            turned_away=visit.turn_away, note=self._note, password=self._password,
        )  # fmt: skip
        self._proxy = ""
        self._window: Window | None = None
        self._lasting = False  # whether the next window is one that scripts cannot close

    async def listen(self) -> str:
        """Starts the recorder; the address of its proxy."""
        self._proxy = await self._recorder.start()
        return self._proxy

    async def prepare(self) -> Window:
        """The window for the next page. Raises `VisitError`, or Playwright's errors."""
        if self._window is None:
            self._window = await open_window(self._browser, self._proxy, self._password, lasting=self._lasting)
        return self._window

    async def close(self) -> None:
        """Once the browser is closed: waits until all that was passed on is kept."""
        await self._recorder.drained(at_most=3.0)
        self._recorder.close()

    async def render(self, url: str) -> Rendered:
        """Opens a page and unfolds it; once more when it closed its window, or when the browser died of whatever page.

        Raises `Unreachable`, `LimitReached`, or an archive error.
        """
        try:
            return await self._render(url)
        except Unreachable:
            self._lasting = self._browser.alive and self._window is not None and self._window.page.is_closed()
            if (self._browser.alive and not self._lasting) or self._visit.budget.stopped:
                raise
        await self._drop()
        try:
            return await self._render(url)
        finally:
            self._lasting = False

    async def _render(self, url: str) -> Rendered:
        self._visit.budget.check(url)
        self._current = url
        self._recorder.failures.clear()
        self._kept.clear()
        seconds = self._visit.source.politeness.max_page_seconds
        try:
            async with asyncio.timeout(seconds):
                rendered = await self._open(url)
        except TimeoutError as error:
            await self._drop()
            raise Unreachable(url, f"the page did not come to rest within {seconds:.0f} s") from error
        except PlaywrightError as error:
            raise await self._reason(url, error) from error
        except VisitError as error:
            raise Unreachable(url, str(error)) from error
        if self._visit.broken:
            raise self._visit.broken
        return rendered

    async def _reason(self, url: str, error: PlaywrightError) -> Exception:
        await self._recorder.quiet(0.2, at_most=NAVIGATION_SECONDS)  # a file on its way is kept whole
        if known := self._recorder.failures.get(url):
            return known
        last = next(reversed(self._kept.values()), None)
        if last and last.status == 204:
            return Unreachable(url, "the server sent no content (status 204)")
        if last and last.label.quality == "error":
            return Unreachable(url, last.label.why)
        offered = "ERR_ABORTED" in error.message or "Download is starting" in error.message
        if last and last.status == 200 and "html" not in last.media_type and offered:
            kind = last.media_type or "a file"
            return Unreachable(url, f"it is no page but {kind}: a rule that matches it keeps it as a document")
        why = error.message.splitlines()[0].removeprefix("Page.goto: ")
        return Unreachable(url, f"the browser could not open it: {why}")

    async def _open(self, url: str) -> Rendered:
        window = await self.prepare()
        return await window.while_it_lasts(self._show(window, url))

    async def _show(self, window: Window, url: str) -> Rendered:
        page = window.begin()
        watch = Watch(max_bytes=self._visit.source.politeness.max_response_bytes)
        watch.listen(page)
        try:
            try:
                navigation, clicked = await self._unfolded(window, url, clicking=True)
            except behaviours.Strayed:
                navigation, clicked = await self._unfolded(window, url, clicking=False)
            return await self._collect(window, navigation, watch, clicked)
        finally:
            watch.stop(page)

    async def _unfolded(self, window: Window, url: str, *, clicking: bool) -> tuple[Navigation | None, int]:
        """Opens the page and unfolds it: the response to the navigation, and how many clicks that took."""
        source = self._visit.source
        navigation = await self._go(window.page, url)
        failure = navigation and self._recorder.failures.get(navigation.url)
        if failure:  # the answer was the recorder's own, not the server's
            raise failure
        clicked = await behaviours.unfold(
            window.page, window.script, self._quiet, source.clicks, source.allows, self._behaving, clicking=clicking
        )
        return navigation, clicked

    async def _go(self, page: Page, url: str) -> Navigation | None:
        """The response to the navigation; a page that never finishes loading is taken as it stands."""
        end = monotonic() + NAVIGATION_SECONDS
        navigation = await page.goto(url, wait_until="commit", timeout=1000 * NAVIGATION_SECONDS)
        while monotonic() < end:
            try:
                await page.wait_for_load_state("load", timeout=1000 * STALLED_SECONDS)
                break
            except PlaywrightTimeout:
                if self._recorder.idle > STALLED_SECONDS:  # it broke off
                    break
        return navigation

    async def _collect(self, window: Window, navigation: Navigation | None, watch: Watch, clicked: int) -> Rendered:
        page, allows = window.page, self._visit.source.allows
        fields = await headers(navigation) if navigation else ()
        shown = await snapshot.take(page.main_frame, window.script, allows)
        view = await snapshot.view(window.session, shown, self._behaving / 2)
        further = behaviours.further_states(
            page, window.script, self._quiet, allows, self._behaving, shown.dom
        )  # fmt: skip
        states = [_utf8(state) async for state in further]
        await watch.saved()
        if page.is_closed():  # before all of it was had
            raise PlaywrightError("it closed its window")
        return Rendered(
            url=page.url, title=shown.title, status=navigation.status if navigation else 0,
            latency=latency(navigation), headers=fields,
            flaw=self._flaw(navigation), lacks=snapshot.lacking(shown, view),
            missing=tuple(self._recorder.failures.values()),
            dom=_utf8(shown.dom), text=_utf8(shown.text), view=view, clicked=clicked, states=tuple(states),
            console=tuple(watch.console), dialogs=watch.dialogs, built=watch.built,
        )  # fmt: skip

    def _flaw(self, navigation: Navigation | None) -> Label | None:
        kept = navigation and self._kept.get(navigation.url)
        return kept.label if kept and kept.label.quality in ("truncated", "error") else None

    @property
    def _behaving(self) -> float:
        return behaviours.BEHAVING * self._visit.source.politeness.max_page_seconds

    async def _quiet(self, seconds: float, at_most: float) -> None:
        """Waits until there has been no traffic and no change of the page for `seconds`, or until `at_most` is over."""
        end = monotonic() + at_most
        while (left := end - monotonic()) > 0:
            quiet = self._recorder.quiet(seconds, at_most=left)
            await asyncio.gather(quiet, self._still(seconds, min(left, MOVING_SECONDS)))
            if self._recorder.idle >= seconds:
                return

    async def _still(self, seconds: float, at_most: float) -> None:
        window = await self.prepare()
        with contextlib.suppress(PlaywrightError, TimeoutError):  # it went elsewhere, or its timers do not run
            async with asyncio.timeout(at_most + ANSWER_SECONDS):
                await window.script.call(window.page.main_frame, "still", span=1000 * seconds, most=1000 * at_most)

    async def _keep(self, exchange: Exchange) -> None:
        wish = wish_of_a_page(exchange, self._visit.source, self._current)
        job = partial(self._visit.keep, exchange, wish)
        self._kept[exchange.url] = (await self._visit.in_turn(job)).capture

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
        except (TimeoutError, PlaywrightError, VisitError):
            await self._drop()

    async def _drop(self) -> None:
        """Closes the window, also one that hangs; the next page gets a new one."""
        window, self._window = self._window, None
        if window:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await window.close()


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
