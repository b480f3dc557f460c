"""One Chromium per visit. Each tab has a context and a proxy port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

import psutil
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, CDPSession, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from spiders import chromium
from spiders.errors import VisitError

VIEWPORT_WIDTH, VIEWPORT_HEIGHT = 1280, 900
RESTARTS = 3  # of a browser that died, in one visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """How the browser presents itself: `name` follows its own user agent."""

    name: str
    language: str


class Browser:
    """The process and its contexts."""

    def __init__(self, appearance: Appearance, env: Mapping[str, str]) -> None:
        self._appearance, self._env = appearance, env
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._session: CDPSession | None = None
        self._own_name = self._proxy = self._pin = ""
        self._left = RESTARTS
        self._starting = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return self._chromium is not None and self._chromium.is_connected()

    async def start(self, *, proxy: str, pin: str) -> None:
        """What it does of its own accord goes to `proxy`; the one key trusted is `pin`. Raises `VisitError`."""
        self._proxy, self._pin = proxy, pin
        self._playwright = await async_playwright().start()
        await self._launch(self._playwright)

    async def _launch(self, playwright: Playwright) -> None:
        kind = playwright.chromium
        path = chromium.find(self._env, kind.executable_path)
        try:
            self._chromium = await kind.launch(
                executable_path=path, args=chromium.switches(self._pin), proxy={"server": self._proxy},
                chromium_sandbox=sandboxed(),
            )  # fmt: skip
            self._session = await self._chromium.new_browser_cdp_session()
            self._own_name = (await self._session.send("Browser.getVersion"))["userAgent"]
        except PlaywrightError as error:
            raise VisitError(f"the browser {path} does not start: {error.message.splitlines()[0]}") from error

    async def new_context(self, proxy: str) -> BrowserContext:
        """A context whose traffic goes to `proxy`. Raises `VisitError`, or Playwright's errors."""
        async with self._starting:
            running = await self._running()
        return await running.new_context(
            proxy={"server": proxy},
            user_agent=f"{self._own_name} {self._appearance.name}",
            locale=self._appearance.language,
            viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT},
            service_workers="block",  # they would answer from a cache of their own, unseen
        )

    async def _running(self) -> Chromium:
        """The browser, started again if it died: not because of the page that comes now, as a rule."""
        if self._playwright and not self.alive:
            if not self._left:
                raise VisitError(f"the browser died {RESTARTS + 1} times")
            self._left -= 1
            await self._launch(self._playwright)
        if self._chromium is None:
            raise VisitError("the browser is not running")
        return self._chromium

    async def heaviest(self) -> int:
        """How much memory (bytes) the largest process that shows pages has."""
        if self._session is None:
            return 0
        told = await self._session.send("SystemInfo.getProcessInfo")
        return max((_memory(each["id"]) for each in told["processInfo"] if each["type"] == "renderer"), default=0)

    async def close(self) -> None:
        running, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = None  # nothing starts it again
        with contextlib.suppress(PlaywrightError):  # it is gone already, as after a signal to our process group
            if running:
                await running.close()
            if playwright:
                await playwright.stop()


def sandboxed() -> bool:
    """Chromium refuses to run in its sandbox for root."""
    return os.geteuid() != 0


def _memory(process: int) -> int:
    try:
        return int(psutil.Process(process).memory_info().rss)
    except psutil.Error:  # it has ended
        return 0
