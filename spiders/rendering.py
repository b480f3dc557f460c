"""The rendered tier: pages opened in Chromium, all its traffic through recorders.

What is compared for a rendered page is its DOM, a `resource` record under `urn:dom:<the address asked for>`; beside it
lie `urn:view:` (full-page screenshot), `urn:text:` (visible text) and `urn:pageinfo:` (what happened). The exchanges
behind it are evidence of role `asset`. Why not scrapy-playwright: docs/adr/0004-rendering.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from spiders.browser import Appearance, Browser
from spiders.ca import Authority
from spiders.errors import VisitError
from spiders.rendered import Rendered
from spiders.settings import user_agent
from spiders.tab import Tab
from spiders.visit import Visit
from spiders.wire import Wire

MOST_TABS = 6  # while some wait for quiet, others draw; on two cores more are no quicker


class Renderer:
    """Renders as many pages at a time as the source's politeness allows, in tabs that are used again."""

    def __init__(self, *, visit: Visit, wire: Wire, spool: Path, env: Mapping[str, str]) -> None:
        self._authority = Authority(spool)
        language = visit.source.language or "en"
        self._browser = Browser(Appearance(name=user_agent(visit.source), language=language), env)
        self._tabs = [
            Tab(visit=visit, wire=wire, authority=self._authority, browser=self._browser)
            for _ in range(min(MOST_TABS, visit.source.politeness.concurrency))
        ]
        self._free: asyncio.Queue[Tab] = asyncio.Queue()
        self._tidying: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises `VisitError` when there is no browser."""
        proxies = [await tab.listen() for tab in self._tabs]
        await self._browser.start(proxy=proxies[0], pin=self._authority.pin)
        try:
            await asyncio.gather(*(tab.prepare() for tab in self._tabs))
        except PlaywrightError as error:
            if self._browser.alive:  # else the first page starts it again
                raise VisitError(f"the browser opens no page: {error.message.splitlines()[0]}") from error
        for tab in self._tabs:
            self._free.put_nowait(tab)

    async def close(self) -> None:
        for tidying in self._tidying:
            tidying.cancel()
        await self._browser.close()
        await asyncio.gather(*(tab.close() for tab in self._tabs))

    async def render(self, url: str) -> Rendered:
        """Opens a page and unfolds it. Raises `Unreachable`, `LimitReached`, or an archive error."""
        tab = await self._free.get()
        try:
            return await tab.render(url)
        finally:
            tidying = asyncio.create_task(self._tidy(tab))
            self._tidying.add(tidying)
            tidying.add_done_callback(self._tidying.discard)

    async def _tidy(self, tab: Tab) -> None:
        try:
            await tab.leave()
        finally:  # who waits for it may have to hear that the visit is at its end
            self._free.put_nowait(tab)
