"""robots.txt beyond allow and disallow: Crawl-delay, and a server that cannot say."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle

AGENT = "Fanlight"
LONGEST_DELAY = 60.0  # seconds; more would make a visit of a small site take days
EVERYTHING = b"User-agent: *\nDisallow: /\n"


def as_understood(status: int, body: bytes) -> bytes:
    """The rules that an answer to /robots.txt means: an error of the server forbids all, an absent file nothing."""
    if status >= 500 or status == 429:
        return EVERYTHING
    return body if status < 300 else b""


class CrawlDelay:
    """A Scrapy extension: a Crawl-delay longer than the source's own delay replaces it, for all visits of the host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelay:
        extension = cls(crawler)
        crawler.signals.connect(extension.parsed, signal=signals.robots_parsed)
        return extension

    def parsed(self, robotparser: Any) -> None:
        asked = min(float(robotparser.rp.crawl_delay(AGENT) or 0), LONGEST_DELAY)
        pace = self._crawler.spider.tools.pace  # type: ignore[union-attr]  # all our spiders have tools
        pace.delay = max(pace.delay, asked)
        throttle = self._crawler.get_extension(AutoThrottle)
        downloader = self._crawler.engine.downloader if self._crawler.engine else None
        if throttle is None or downloader is None or asked <= throttle.mindelay:
            return
        throttle.mindelay = asked
        for slot in downloader.slots.values():
            slot.delay = max(slot.delay, asked)
