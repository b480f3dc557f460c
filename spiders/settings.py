"""Scrapy's settings for one visit: polite, and with our own hands on the wire."""

from __future__ import annotations

from typing import Any

from sources.model import DEEPEST, Source
from spiders.robots import AGENT

VERSION = "0.1.0"
HANDLER = "spiders.download.ArchivingHandler"
# Scrapy's own parts that are used, each by its place; its defaults are not even imported. Left out, beside what
# nobody reads: compression (decoded from what was archived), proxies (spiders/route.py), time-outs (spiders/wire.py),
# retries (spiders/download.py archives each attempt), offsite (spiders/guard.py, which says so), HTTP errors (every
# answer is for the spider), long addresses (signed ones are), and consoles that run the code they are sent.
DOWNLOADER = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "spiders.refresh.Refresh": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": 700,
}
SPIDER = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
    "spiders.depth.Depth": 900,
}
EXTENSIONS = {"spiders.robots.CrawlDelay": 0, "scrapy.extensions.throttle.AutoThrottle": 0}


def user_agent(source: Source) -> str:
    """Names the project and a contact."""
    return f"{AGENT}/{VERSION} (transparency archive; {source.contact})"


def settings_for(source: Source) -> dict[str, Any]:
    polite = source.politeness
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "DOWNLOADER_MIDDLEWARES_BASE": DOWNLOADER,
        "SPIDER_MIDDLEWARES_BASE": SPIDER,
        "EXTENSIONS_BASE": EXTENSIONS,
        "USER_AGENT": user_agent(source),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": source.language or "en",
            "Accept-Encoding": "gzip, deflate, br",
        },
        "ROBOTSTXT_OBEY": source.robots.obey,
        "ROBOTSTXT_USER_AGENT": AGENT,
        "CONCURRENT_REQUESTS": polite.concurrency,
        "CONCURRENT_ITEMS": 1,  # spiders yield requests only; Scrapy starts this many tasks for every response
        "CONCURRENT_REQUESTS_PER_DOMAIN": polite.concurrency,
        "DOWNLOAD_DELAY": polite.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": polite.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(polite.concurrency),
        "DEPTH_LIMIT": polite.max_depth or DEEPEST,
        "REDIRECT_MAX_TIMES": polite.max_redirects,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order of the page
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it would parse a callback's source at every answer
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
    }
