"""What capturing is compared with: the same crawl by Scrapy alone, and plain Playwright loops. Each a process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any


def scrapy_crawl(url: str) -> None:
    """Scrapy with the settings of a visit, but its own download handler and no archive."""
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    from sources.registry import load_file
    from spiders.settings import settings_for

    class Plain(Spider):
        name = "plain"
        start_urls = (url,)

        def parse(self, response: Any, **_: Any) -> Any:
            for link in response.css("a::attr(href)").getall():
                yield Request(response.urljoin(link), callback=self.nothing)

        def nothing(self, _response: Any) -> None:
            """The page is fetched; that is all."""

    ours = settings_for(load_file(_path(sys.argv[3])))
    for own in ("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES", "TWISTED_REACTOR_ENABLED"):
        ours.pop(own)
    process = AsyncCrawlerProcess(ours)
    process.crawl(Plain)
    process.start()


async def playwright_loop(url: str, *, reuse: bool, pages: int) -> None:
    """Opens page after page and takes its DOM; nothing is kept."""
    from playwright.async_api import async_playwright

    from spiders import chromium

    async with async_playwright() as playwright:
        kind = playwright.chromium
        path = chromium.find(os.environ, kind.executable_path)
        browser = await kind.launch(
            executable_path=path, args=list(chromium.SWITCHES), chromium_sandbox=os.geteuid() != 0
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        for number in range(pages):
            if not reuse:
                await page.close()
                page = await context.new_page()
            await page.goto(f"{url}{number}", wait_until="load")
            await page.content()
        await browser.close()


def _path(name: str) -> Any:
    from pathlib import Path

    return Path(name)


if __name__ == "__main__":
    if sys.argv[1] == "scrapy":
        scrapy_crawl(sys.argv[2])
    else:
        asyncio.run(playwright_loop(sys.argv[2], reuse=sys.argv[1] == "one-tab", pages=int(sys.argv[3])))
