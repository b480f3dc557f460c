"""One Chromium per visit, and the one tab that all its pages are opened in."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from spiders import chromium
from spiders.errors import VisitError

VIEWPORT_WIDTH, VIEWPORT_HEIGHT = 1280, 900
PAGES_PER_TAB = 100  # a renderer process grows with every page
CLOSING_SECONDS = 5.0
FORGET = "() => { try { sessionStorage.clear(); localStorage.clear() } catch (error) { } }"
STORED = "indexeddb,local_storage,cache_storage,service_workers,websql"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """How the browser presents itself: `name` follows its own user agent."""

    name: str
    language: str


class Browser:
    """A page begins without cookies or storage of the page before; the HTTP cache stays, which is polite."""

    def __init__(self, appearance: Appearance, env: Mapping[str, str]) -> None:
        self._appearance, self._env = appearance, env
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._opened = 0

    async def start(self, *, proxy: str, pin: str) -> None:
        """All traffic goes to `proxy`; the one key trusted is `pin`. Raises `VisitError` when there is no browser."""
        self._playwright = await async_playwright().start()
        kind = self._playwright.chromium
        path = chromium.find(self._env, kind.executable_path)
        try:
            self._chromium = await kind.launch(
                executable_path=path, args=chromium.switches(pin), proxy={"server": proxy},
                chromium_sandbox=os.geteuid() != 0,
            )  # fmt: skip
            self._context = await self._new_context(self._chromium)
        except PlaywrightError as error:
            raise VisitError(f"the browser {path} does not start: {error.message.splitlines()[0]}") from error

    async def tab(self) -> Page:
        """The tab to open the next page in."""
        if self._context is None:
            raise VisitError("the browser is not running")
        if self._page is None or self._page.is_closed() or self._opened >= PAGES_PER_TAB:
            await self.drop_tab()
            self._page = await self._context.new_page()
            self._opened = 0
        self._opened += 1
        return self._page

    async def leave(self, page: Page) -> None:
        """Ends what a page still does, and forgets what it stored."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._forget(page)
                await page.goto("about:blank")
        except (TimeoutError, PlaywrightError):
            await self.drop_tab()

    async def drop_tab(self) -> None:
        """Closes the tab, also one that hangs; the next page gets a new one."""
        page, self._page = self._page, None
        if page is not None:
            with contextlib.suppress(TimeoutError, PlaywrightError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await page.close()

    async def close(self) -> None:
        with contextlib.suppress(PlaywrightError):  # it is gone already, as after a signal to our process group
            if self._chromium:
                await self._chromium.close()
            if self._playwright:
                await self._playwright.stop()
        self._chromium = self._playwright = self._context = self._page = None

    async def _new_context(self, browser: Chromium) -> BrowserContext:
        context = await browser.new_context(
            user_agent=f"{await _own_name(browser)} {self._appearance.name}",
            locale=self._appearance.language,
            viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT},
            service_workers="block",  # they would answer from a cache of their own, unseen
        )
        context.on("page", self._close_popup)
        return context

    async def _close_popup(self, page: Page) -> None:
        if await page.opener() is not None:
            with contextlib.suppress(PlaywrightError):
                await page.close()

    async def _forget(self, page: Page) -> None:
        await page.evaluate(FORGET)
        await page.context.clear_cookies()
        session = await page.context.new_cdp_session(page)
        origin = await page.evaluate("location.origin")
        if origin.startswith("http"):
            await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        await session.detach()


async def _own_name(browser: Chromium) -> str:
    page = await browser.new_page()
    name = str(await page.evaluate("navigator.userAgent"))
    await page.close()
    return name
