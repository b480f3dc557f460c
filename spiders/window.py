"""A browser context with its one page, in which page after page is opened, each without what the one before left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Frame, Page
from playwright.async_api import Error as PlaywrightError

from spiders.browser import Browser
from spiders.recorder import HELLO
from spiders.script import Script

Done = TypeVar("Done")
PAGES = 100  # a renderer process grows with every page


@dataclass(kw_only=True)  # no slots: Playwright hangs its wrappers on the object whose methods listen
class Window:
    """`origins` are those that the page, its frames, and what it navigated to by itself belonged to; `id` is the
    context's, `frame` says where on the screen it was opened, and `popups` counts the further pages that came in it.
    """

    context: BrowserContext
    page: Page
    session: CDPSession
    script: Script
    id: str
    frame: dict[str, Any]
    crashed: asyncio.Future[None]
    popups: int = 0
    opened: int = 0
    origins: set[str] = field(default_factory=set)

    def begin(self) -> Page:
        """The page, for the next address."""
        self.opened += 1
        return self.page

    async def clean(self) -> bool:
        """Ends what the page still does and forgets what it stored. False when another window is needed for that.

        Storage is cleared by origin, and frames of other origins keep theirs apart for each page around them: after a
        page of more than one origin, after one with popups, as after `PAGES`, only a new context is surely clean. The
        HTTP cache stays.
        """
        over = self.opened >= PAGES or self.page.is_closed() or self.crashed.done()
        if over or len(self.origins) > 1 or await self._has_popups():
            return False
        await self.script.call(self.page.main_frame, "leave")
        await self.page.goto("about:blank")
        await self.context.clear_cookies()
        for origin in self.origins:
            await self.session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await self.session.send("Page.resetNavigationHistory")
        if await self.session.send("Browser.getWindowForTarget") != self.frame:  # scripts can move and resize it
            await self.session.send("Browser.setWindowBounds", self.frame)
        self.origins.clear()
        return not self.popups

    async def _has_popups(self) -> bool:
        """Whether there were, or are on their way: Playwright tells of one when its server has answered."""
        told = (await self.session.send("Target.getTargets"))["targetInfos"]
        here = [each for each in told if each["type"] == "page" and each["browserContextId"] == self.id]
        return self.popups > 0 or len(here) > 1

    async def close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            await self.context.close()

    def note_origin(self, frame: Frame) -> None:
        parts = urlsplit(frame.url)
        if parts.scheme in ("http", "https"):
            self.origins.add(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        self.script.forget(frame)

    async def close_popup(self, page: Page) -> None:
        self.popups += 1
        with contextlib.suppress(PlaywrightError):
            await page.close()

    def note_crash(self, _page: Page) -> None:
        if not self.crashed.done():
            self.crashed.set_result(None)

    async def while_it_lasts(self, job: Coroutine[Any, Any, Done]) -> Done:
        """What `job` returns. Raises Playwright's error when the page crashes: its session would never answer."""
        doing = asyncio.create_task(job)
        either: set[asyncio.Future[Any]] = {doing, self.crashed}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise PlaywrightError("the page crashed")
            return await doing
        finally:
            doing.cancel()


async def open_window(browser: Browser, proxy: str, password: str, *, lasting: bool = False) -> Window:
    """A new context whose traffic goes to `proxy`. Raises `VisitError`, or Playwright's errors.

    `lasting`: the page's scripts cannot close the window, which makes it a slower one.
    """
    context = await browser.new_context(proxy)
    try:
        return await _opened(context, password, lasting=lasting)
    except BaseException:
        with contextlib.suppress(PlaywrightError):
            await asyncio.shield(context.close())
        raise


async def _opened(context: BrowserContext, password: str, *, lasting: bool) -> Window:
    page = await (context.new_page() if lasting else _bare(context))
    session = await context.new_cdp_session(page)
    about = (await session.send("Target.getTargetInfo"))["targetInfo"]
    window = Window(
        context=context, page=page, session=session, script=Script(session), id=about["browserContextId"],
        frame=await session.send("Browser.getWindowForTarget"), crashed=asyncio.get_running_loop().create_future(),
    )  # fmt: skip
    await _introduce(window, password)
    await session.send("Page.resetNavigationHistory")
    page.on("framenavigated", window.note_origin)
    page.on("crash", window.note_crash)
    context.on("page", window.close_popup)
    return window


async def _bare(context: BrowserContext) -> Page:
    """A page in a window without tabs: what turns in them while a page loads would be drawn with each of its frames."""
    first = await context.new_page()
    async with context.expect_page() as opened:
        await first.evaluate("void window.open('about:blank', '_blank', 'popup, noopener')")
    page = await opened.value
    await first.close()
    return page


async def _introduce(window: Window, password: str) -> None:
    """Tells the recorder's password once; the browser goes on to send it by itself for all that is in this context.

    Playwright's own way would hold up every request of every page, to see whether it is asked.
    """
    session, tasks = window.session, set()

    def send(method: str, event: dict[str, Any], **more: Any) -> None:
        tasks.add(asyncio.ensure_future(session.send(method, {"requestId": event["requestId"], **more})))

    answer = {"response": "ProvideCredentials", "username": "fanlight", "password": password}
    session.on("Fetch.requestPaused", lambda event: send("Fetch.continueRequest", event))
    session.on("Fetch.authRequired", lambda event: send("Fetch.continueWithAuth", event, authChallengeResponse=answer))
    await session.send("Fetch.enable", {"handleAuthRequests": True})
    told = await session.send("Page.navigate", {"url": HELLO})
    if told.get("errorText") != "net::ERR_ABORTED":  # what a 204 comes to
        raise PlaywrightError(f"the recorder was not reached: {told.get('errorText')}")
    await asyncio.gather(*tasks)
    await session.send("Fetch.disable")
