"""Scrapy's settings for one visit: polite, and with our own hands on the wire."""

from __future__ import annotations

from typing import Any

from sources.model import DEEPEST, Source
from spiders.robots import AGENT

VERSION = "0.1.0"
HANDLER = "spiders.download.ArchivingHandler"
OFF = (
    "httpcompression.HttpCompressionMiddleware",  # decoded from what was archived
    "httpproxy.HttpProxyMiddleware",  # spiders/route.py, for both tiers
    "retry.RetryMiddleware",  # spiders/download.py: archives each attempt and heeds Retry-After
    "downloadtimeout.DownloadTimeoutMiddleware",  # spiders/wire.py
    "offsite.OffsiteMiddleware",  # spiders/guard.py, which also says so
    "stats.DownloaderStats",  # renders each message once more to count its bytes; nobody reads it
)


def user_agent(source: Source) -> str:
    """Names the project and a contact."""
    return f"{AGENT}/{VERSION} (transparency archive; {source.contact})"


def settings_for(source: Source) -> dict[str, Any]:
    polite = source.politeness
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER, "data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES": {
            **{f"scrapy.downloadermiddlewares.{name}": None for name in OFF},
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "spiders.refresh.Refresh": 580,
        },
        "SPIDER_MIDDLEWARES": {
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "spiders.depth.Depth": 900,
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # every answer is for the spider
            "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # ours copy nothing
        },
        "USER_AGENT": user_agent(source),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": source.language or "en",
            "Accept-Encoding": "gzip, deflate, br",
        },
        "ROBOTSTXT_OBEY": source.robots.obey,
        "ROBOTSTXT_USER_AGENT": AGENT,
        "EXTENSIONS": {
            "spiders.robots.CrawlDelay": 0,
            "scrapy.extensions.remote_control.RemoteControl": None,  # a server that runs the code it is sent
            "scrapy.extensions.telnet.TelnetConsole": None,  # another
        },
        "CONCURRENT_REQUESTS": polite.concurrency,
        "CONCURRENT_ITEMS": 1,  # spiders yield requests only; Scrapy starts this many tasks for every response
        "CONCURRENT_REQUESTS_PER_DOMAIN": polite.concurrency,
        "DOWNLOAD_DELAY": polite.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": polite.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(polite.concurrency),
        "DEPTH_LIMIT": polite.max_depth or DEEPEST,
        "URLLENGTH_LIMIT": 0,  # signed addresses are long
        "REDIRECT_MAX_TIMES": polite.max_redirects,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order of the page
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it would parse a callback's source at every answer
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
    }
