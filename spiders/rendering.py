"""The rendered tier: one Chromium per visit, all its traffic through the recorder.

What is compared for a rendered page is its DOM, a `resource` record under `urn:dom:<the address asked for>`; beside it
lie `urn:view:` (full-page screenshot) and `urn:text:` (visible text). The exchanges behind it are evidence of role
`asset`. Why not scrapy-playwright: docs/adr/0004-rendering.md.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Response as Navigation
from playwright.async_api import TimeoutError as PlaywrightTimeout

from archive.model import Capture, Exchange, Label
from changes.quality import assess
from spiders import behaviours, chromium
from spiders.ca import Authority
from spiders.errors import Unreachable
from spiders.recorder import Recorder
from spiders.settings import user_agent
from spiders.visit import Visit, Wish
from spiders.wire import Wire

NAVIGATION_SECONDS = 45
QUIET_SECONDS = 0.5
QUIET_AT_MOST = 10.0
VIEWPORT_WIDTH, VIEWPORT_HEIGHT = 1280, 900


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A page as it stood at the end: `url` is where redirects led."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    dom: bytes
    text: bytes
    view: bytes


class Renderer:
    """Renders one page at a time, in one tab that is used again."""

    def __init__(self, *, visit: Visit, wire: Wire, spool: Path, env: Mapping[str, str]) -> None:
        self._visit, self._env = visit, env
        self._authority = Authority(spool)
        self._current = ""
        self._one_at_a_time = asyncio.Lock()
        self._recorder = Recorder(
            wire=wire, authority=self._authority, admit=visit.spend, keep=self._keep,
            turned_away=visit.turn_away, note=visit.keep_note,
        )  # fmt: skip
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    async def start(self) -> None:
        """Raises `VisitError` when there is no browser."""
        self._playwright = await async_playwright().start()
        kind = self._playwright.chromium
        self._browser = await kind.launch(
            executable_path=chromium.find(self._env, kind.executable_path),
            args=chromium.switches(self._authority.pin),
            proxy={"server": await self._recorder.start()},
            chromium_sandbox=os.geteuid() != 0,
        )
        self._context = await self._browser.new_context(
            user_agent=await self._named_user_agent(self._browser),
            locale=self._visit.source.language or "en",
            viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT},
            service_workers="block",  # they would answer from a cache of their own, unseen
        )
        self._page = await self._context.new_page()

    async def close(self) -> None:
        try:
            if self._browser:
                await self._browser.close()
            if self._playwright:
                await self._playwright.stop()
        except PlaywrightError:
            pass  # it is gone already, as after a signal to our process group
        await self._recorder.drained(at_most=3.0)
        self._recorder.close()

    async def render(self, url: str, wish: Wish) -> tuple[Rendered, Capture]:
        """Opens the page, keeps what it became. Raises `Unreachable` or an archive error."""
        async with self._one_at_a_time:
            self._visit.check(url)
            self._current = url
            self._recorder.failures.clear()
            rendered = await self._open(url)
            if self._visit.broken:
                raise self._visit.broken
            return rendered, self._keep_page(url, rendered, wish)

    async def _named_user_agent(self, browser: Browser) -> str:
        """The browser's own name, followed by ours."""
        page = await browser.new_page()
        name = await page.evaluate("navigator.userAgent")
        await page.close()
        return f"{name} {user_agent(self._visit.source)}"

    async def _open(self, url: str) -> Rendered:
        page = self._page
        if page is None:
            raise Unreachable(url, "the browser is not running")
        try:
            navigation = await self._go(page, url)
            failure = navigation and self._recorder.failures.get(navigation.url)
            if failure:  # the answer was the recorder's own, not the server's
                raise failure
            await self._behave(page)
            return await _collect(page, navigation)
        except PlaywrightError as error:
            if url in self._recorder.failures:
                raise self._recorder.failures[url] from error
            raise Unreachable(url, f"the browser could not open it: {error.message.splitlines()[0]}") from error

    async def _go(self, page: Page, url: str) -> Navigation | None:
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

    async def _behave(self, page: Page) -> None:
        await self._recorder.quiet(QUIET_SECONDS, at_most=QUIET_AT_MOST)
        await behaviours.scroll(page)
        await behaviours.open_folds(page)
        await self._recorder.quiet(QUIET_SECONDS, at_most=QUIET_AT_MOST)

    def _keep(self, exchange: Exchange) -> None:
        self._visit.keep(exchange, Wish(role="asset", via=self._current))

    def _keep_page(self, url: str, rendered: Rendered, wish: Wish) -> Capture:
        quality, why = assess(
            url=rendered.url, status=rendered.status, headers=rendered.headers, body=rendered.dom, role="page",
            language=self._visit.source.language,
        )  # fmt: skip
        label = Label(
            quality=quality, why=why, role="page", document=wish.document(url), via=wish.via, anchor=wish.anchor
        )
        keep = self._visit.keep_resource
        capture = keep(
            url=f"urn:dom:{url}", body=rendered.dom, media_type="text/html; charset=utf-8", label=label,
            status=rendered.status,
        )  # fmt: skip
        if wish.start:
            self._visit.starts[url] = quality
        keep(url=f"urn:view:{url}", body=rendered.view, media_type="image/png", label=Label(role="view", via=url))
        keep(
            url=f"urn:text:{url}", body=rendered.text, media_type="text/plain; charset=utf-8",
            label=Label(role="text", via=url),
        )  # fmt: skip
        return capture


async def _collect(page: Page, navigation: Navigation | None) -> Rendered:
    headers = await navigation.headers_array() if navigation else []
    text = await page.evaluate("document.body ? document.body.innerText : ''")
    return Rendered(
        url=page.url,
        status=navigation.status if navigation else 0,
        headers=tuple((field["name"], field["value"]) for field in headers),
        dom=(await page.content()).encode(errors="replace"),
        text=text.encode(errors="replace"),
        view=await page.screenshot(full_page=True),
    )
