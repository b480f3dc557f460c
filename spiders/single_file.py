"""One file at one address that is overwritten with every release."""

from __future__ import annotations

from collections.abc import AsyncIterator

from scrapy import Request

from spiders.base import VisitSpider
from spiders.wish import Wish


class SingleFile(VisitSpider):
    """The start addresses are the documents; the rules' media types say what they may be."""

    async def start(self) -> AsyncIterator[Request]:
        accept = tuple(dict.fromkeys(kind for rule in self.source.follow for kind in rule.accept))
        for url in self.source.start_urls:
            for request in self.ask(url, Wish(role="document", accept=accept, start=True), self.nothing):
                yield request
        for request in self.listings():
            yield request
