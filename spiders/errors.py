"""Why something was not fetched. Fetch errors are data: the visit notes them and goes on.

NotFetched                attributes: url, why (a clear sentence)
├── Refused               we would not: host not allowed, address not public, scheme not http(s)
├── LimitReached          the source's budget for one visit is spent
└── Unreachable           nothing answered: no such name, connection refused, certificate not valid, time out

VisitError                the visit itself cannot be made (no browser, another visit is running): a clear sentence
"""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class NotFetched(IgnoreRequest):  # Scrapy drops such a request without a traceback
    """Base: `url` was not fetched, and `why`."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class Refused(NotFetched):
    """We would not connect there."""


class LimitReached(NotFetched):
    """The source's politeness allows no more in this visit."""


class Unreachable(NotFetched):
    """Nothing answered there. `retry`: another attempt may succeed."""

    def __init__(self, url: str, why: str, *, retry: bool = True) -> None:
        super().__init__(url, why)
        self.retry = retry


class VisitError(Exception):
    """The visit cannot be made at all; the message says what to do."""
