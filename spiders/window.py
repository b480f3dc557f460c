"""A browser context with its one page, in which page after page is opened, each without what the one before left."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Frame, Page
from playwright.async_api import Error as PlaywrightError

from spiders.browser import Browser
from spiders.recorder import HELLO

PAGES = 100  # a renderer process grows with every page
FORGET = "() => { try { window.name = ''; sessionStorage.clear() } catch (error) { } }"


@dataclass(kw_only=True)  # no slots: Playwright hangs its wrappers on the object whose methods listen
class Window:
    """`origins` are those that the page, its frames, and what it navigated to by itself belonged to."""

    context: BrowserContext
    page: Page
    session: CDPSession
    opened: int = 0
    origins: set[str] = field(default_factory=set)

    def begin(self) -> Page:
        """The page, for the next address."""
        self.opened += 1
        return self.page

    async def clean(self) -> bool:
        """Ends what the page still does and forgets what it stored. False when another window is needed for that.

        Storage is cleared by origin, and frames of other origins keep theirs apart for each page around them: after a
        page of more than one origin, as after `PAGES`, only a new context is surely clean. The HTTP cache stays.
        """
        if len(self.origins) > 1 or self.opened >= PAGES or self.page.is_closed():
            return False
        await self.page.evaluate(FORGET)
        await self.page.goto("about:blank")
        for other in self.context.pages:
            if other is not self.page:
                await other.close()
        await self.context.clear_cookies()
        for origin in self.origins:
            await self.session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self.origins.clear()
        return True

    async def close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            await self.context.close()

    def note_origin(self, frame: Frame) -> None:
        parts = urlsplit(frame.url)
        if parts.scheme in ("http", "https"):
            self.origins.add(f"{parts.scheme}://{parts.netloc}")


async def open_window(browser: Browser, proxy: str, password: str) -> Window:
    """A new context whose traffic goes to `proxy`. Raises `VisitError`, or Playwright's errors."""
    context = await browser.new_context(proxy)
    page = await context.new_page()
    window = Window(context=context, page=page, session=await context.new_cdp_session(page))
    await _introduce(window, password)
    page.on("framenavigated", window.note_origin)
    return window


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
    await window.page.goto(HELLO)
    await asyncio.gather(*tasks)
    await session.send("Fetch.disable")
