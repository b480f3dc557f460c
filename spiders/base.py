"""What all spiders share: requests that carry what they are for, and an eye on what was not fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from archive.model import GOOD
from changes.chosen import address
from sources.model import Follow
from spiders.doubts import Doubts
from spiders.errors import NotFetched, Refused
from spiders.links import Link, followed, rule_of
from spiders.listings import NotAListing, entries
from spiders.pace import Pace
from spiders.visit import Visit
from spiders.wire import Wire
from spiders.wish import Wish

if TYPE_CHECKING:
    from spiders.rendering import Renderer

PAGE = Follow(match="", role="page")
Callback = Callable[..., Iterator[Request]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What a visit is made with."""

    visit: Visit
    wire: Wire
    renderer: Renderer | None  # where the source needs none, Playwright is not even imported
    pace: Pace
    doubts: Doubts


class VisitSpider(Spider):
    """Visits the start addresses (pages, unless a rule says document) and follows the source's rules.

    `rendered`: pages are opened in the browser.
    """

    rendered = False

    def __init__(self, *, tools: Tools, **kwargs: Any) -> None:
        super().__init__(name=tools.visit.source.id, **kwargs)
        self.tools = tools
        self.visit = tools.visit
        self.source = tools.visit.source
        self._asked: set[str] = set()
        self._lists: set[str] = set()  # addresses of sitemaps and feeds that were read

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stumbled, signal=signals.spider_error)
        crawler.signals.connect(spider.look_again, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for url in self.source.start_urls:
            rule = rule_of(url, self.source.follow) or PAGE
            wish = Wish(role=rule.role, accept=rule.accept, start=True)
            for request in self.ask(url, wish, self.parse if rule.role == "page" else self.nothing):
                yield request
        for request in self.listings():
            yield request

    def listings(self) -> Iterator[Request]:
        """The source's sitemaps and feeds."""
        for url in (*self.source.sitemaps, *self.source.feeds):
            yield from self.ask(url, Wish(role="info"), self.parse_listing)

    def parse_listing(self, response: Response, **_: Any) -> Iterator[Request]:
        """Follow the rules on what a sitemap or feed names, as if each were a start page."""
        response.meta["depth"] = -1
        self._lists.add(response.url)
        found = 0
        try:
            for entry in entries(response.body, response.url) if is_good(response) else ():
                found += 1
                if entry.is_list:
                    yield from self.ask(entry.url, Wish(role="info", via=response.url), self.parse_listing)
                else:
                    yield from self.wanted(entry.url, entry.title, response.url)
        except NotAListing as error:
            self.visit.problems.append(f"{response.url} cannot be read as a sitemap or feed: {error}")
            return
        if not found:
            quality = response.meta["capture"].label.quality
            self.visit.problems.append(f"the sitemap or feed {response.url} names nothing ({quality})")

    def wanted(self, url: str, anchor: str | None, via: str) -> Iterator[Request]:
        """What the first rule that wants this link makes of it; nothing where none does."""
        rule = rule_of(url, self.source.follow)
        if rule:
            yield from self._by(rule, url, anchor, via)

    def _by(self, rule: Follow, url: str, anchor: str | None, via: str) -> Iterator[Request]:
        wish = Wish(role=rule.role, via=via, anchor=anchor, accept=rule.accept)
        yield from self.ask(url, wish, self.parse if rule.role == "page" else self.nothing)

    def ask(self, url: str, wish: Wish, callback: Callback) -> Iterator[Request]:
        """One request, or none when this document was asked for already under another address."""
        wish = replace(wish, first_url=url, identity=wish.document(url))
        document = wish.identity or url
        if document in self._asked:
            return
        self._asked.add(document)
        meta = {"wish": wish, "rendered": self.rendered and wish.role == "page"}
        meta["searched"] = callback != self.nothing
        try:
            yield Request(url, callback=callback, errback=self.missed, meta=meta, dont_filter=wish.start)
        except ValueError as error:
            self.visit.miss(Refused(url, f"this is no address: {error}"))

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """Follow the rules on a page that came well."""
        if not is_good(response) or not isinstance(response, HtmlResponse):
            return
        self.visit.list_page(response.meta["capture"], response.css("title::text").get("").strip())
        for state in (response, *states(response)):
            for rule, link in followed(state, self.source.follow):
                yield from self._by(rule, link.url, link.anchor, response.url)

    def nothing(self, _response: Response) -> Iterator[Request]:
        """A document is kept, not searched."""
        yield from ()

    def missed(self, failure: Failure) -> None:
        """Note why a request brought nothing."""
        error = failure.value
        url = failure.request.url  # type: ignore[attr-defined]  # Scrapy sets it
        if isinstance(error, NotFetched):
            self.visit.miss(error)
        elif isinstance(error, IgnoreRequest):  # robots.txt, or too many redirects: Scrapy says which
            self.visit.miss(Refused(url, str(error) or "dropped by Scrapy"))
        elif not self.visit.broken:
            self.logger.error("a fault of ours at %s\n%s", url, failure.getTraceback())
            self.visit.fault(url, error)

    def look_again(self) -> None:
        """Once all else is done: what a list no longer names, then what is to be confirmed."""
        waiting = [*self._unlisted()]
        if not waiting and (waiting := self.tools.doubts.take()):
            self.visit.say(f"looking again at {len(waiting)} that came otherwise than at the last visit")
        for request in waiting:
            self.crawler.engine.crawl(request)
        if waiting:
            raise DontCloseSpider

    def _unlisted(self) -> Iterator[Request]:
        """What a sitemap or feed once named: feeds forget, and only who asks again finds a withdrawal."""
        if self.visit.budget.stopped:
            return
        known = self.visit.known
        for capture in (*known.documents.values(), *known.missing.values()):
            label = capture.label
            if label.via in self._lists and label.document not in self._asked:
                yield from self.wanted(address(capture.url), label.anchor, label.via)

    def stumbled(self, failure: Failure, response: Response) -> None:
        """Note an exception in a callback, which Scrapy only logs: links of this page may be missing."""
        self.visit.fault(response.url, failure.value)


def linked(response: Response, link: Link, *, role: Any, accept: tuple[str, ...] = ()) -> Wish:
    """What is wanted of a link found on `response`."""
    return Wish(role=role, via=response.url, anchor=link.anchor, accept=accept)


def states(response: Response) -> Iterator[HtmlResponse]:
    """What else a rendered page showed: behind its tabs, and page by page."""
    for body in response.meta.get("states", ()):
        yield HtmlResponse(url=response.url, body=body, encoding="utf-8")


def is_good(response: Response) -> bool:
    """Whether this capture is the page itself, not something that stands in its place."""
    return response.meta["capture"].label.quality in GOOD
