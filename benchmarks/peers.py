"""What capturing is compared with: the same crawl by Scrapy alone, and plain Playwright loops. Each a process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any


def scrapy_crawl(url: str, concurrency: int) -> None:
    """Scrapy as it comes: its own download handler, no archive, no delays; every answer is thrown away."""
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    class Plain(Spider):
        name = "plain"
        start_urls = (url,)

        def parse(self, response: Any, **_: Any) -> Any:
            for link in response.css("a::attr(href)").getall():
                yield Request(response.urljoin(link), callback=self.nothing)

        def nothing(self, _response: Any) -> None:
            """The page is fetched; that is all."""

    settings = {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": True,
        "LOG_LEVEL": "WARNING",
    }
    process = CrawlerProcess(settings)
    process.crawl(Plain)
    process.start()


async def playwright_loop(url: str, *, reuse: bool, pages: int) -> None:
    """Opens page after page and takes its DOM; nothing is kept."""
    from playwright.async_api import async_playwright

    from spiders import chromium

    async with async_playwright() as playwright:
        kind = playwright.chromium
        path = chromium.find(os.environ, kind.executable_path)
        browser = await kind.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        for number in range(pages):
            if not reuse:
                await page.close()
                page = await context.new_page()
            await page.goto(f"{url}{number}", wait_until="load")
            await page.content()
        await browser.close()


if __name__ == "__main__":
    if sys.argv[1] == "scrapy":
        scrapy_crawl(sys.argv[2], int(sys.argv[3]))
    else:
        asyncio.run(playwright_loop(sys.argv[2], reuse=sys.argv[1] == "one-tab", pages=int(sys.argv[3])))
