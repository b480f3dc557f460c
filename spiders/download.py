"""Scrapy's download handler: every request of a visit goes through here, and everything that comes back is kept.

Exceptions raised here reach the request's errback (those of a signal handler would be swallowed), so a byte that could
not be kept stops the visit.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import safe_url_string

from archive.errors import ArchiveError
from archive.http import header
from archive.model import Exchange
from archive.records import is_number
from changes.html import is_charset
from spiders.errors import Unreachable
from spiders.keeping import keep_rendered
from spiders.look import response_head
from spiders.message import Ask
from spiders.pace import LONGEST_HOLD
from spiders.robots import as_understood
from spiders.visit import Answer
from spiders.wish import Wish

if TYPE_CHECKING:  # crawl.py puts this handler to work
    from spiders.base import Tools, VisitSpider
    from spiders.rendering import Renderer

ATTEMPTS = 3
BUSY = (429, 503)
FIRST_WAIT = 1.0
DECODED_HERE = ("content-encoding", "content-length", "transfer-encoding")


class ArchivingHandler(BaseDownloadHandler):
    """Fetches over the wire, or with the browser when the request says `rendered`."""

    @property
    def _tools(self) -> Tools:
        """They travel with the spider: Scrapy copies its settings deeply."""
        return cast("VisitSpider", self.crawler.spider).tools

    async def download_request(self, request: Request) -> Response:
        wish = _wish(request)
        if "not_before" in request.meta:  # a second look: at another moment
            await self._tools.visit.budget.pause(max(0.0, request.meta["not_before"] - time.monotonic()))
        if request.meta.get("rendered"):
            return await self._render(request, wish)
        begun = time.monotonic()
        answer = await self._answer(request, wish)
        request.meta["download_latency"] = time.monotonic() - begun  # what AutoThrottle goes by
        request.meta["capture"] = answer.capture
        kind = header(answer.headers, "Content-Type") or ""
        await self._tools.doubts.consider(request, answer.capture, answer.body, kind)
        if wish.role == "robots":
            return Response(request.url, body=as_understood(answer.status, answer.body))
        _check_redirect(request.url, answer)
        return _response(request.url, answer)

    async def _render(self, request: Request, wish: Wish) -> Response:
        await self._tools.pace.turn(request.url)
        rendered = await cast("Renderer", self._tools.renderer).render(request.url)
        request.meta["download_latency"] = rendered.latency
        visit = self._tools.visit
        request.meta["capture"] = await visit.in_turn(partial(keep_rendered, visit, request.url, rendered, wish))
        request.meta["states"] = rendered.states
        await self._tools.doubts.consider(request, request.meta["capture"], rendered.dom)
        return HtmlResponse(url=rendered.url, status=rendered.status, body=rendered.dom, encoding="utf-8")

    async def _answer(self, request: Request, wish: Wish) -> Answer:
        """Asks conditionally where the archive knows the answer; after a 304 what is searched is read from there."""
        visit = self._tools.visit
        whole = request.method != "GET" or "not_before" in request.meta
        validators = [] if whole else visit.known.validators(request.url, visit.clock())
        answer = await self._fetch(request, wish, _ask(request, validators))
        if answer.status != 304 or not validators or not request.meta.get("searched", wish.role == "robots"):
            return answer
        try:
            return await visit.in_turn(partial(visit.recalled, answer))
        except ArchiveError as error:
            visit.problems.append(f"{request.url}: what a 304 stands for cannot be read: {error}")
            visit.known.forget(request.url)
            return await self._fetch(request, wish, _ask(request, []))

    async def _fetch(self, request: Request, wish: Wish, ask: Ask) -> Answer:
        """Retries what failed to connect or was told to wait. The host's slot stays taken meanwhile: the back-off."""
        visit = self._tools.visit
        for attempt in range(1, ATTEMPTS + 1):
            await self._tools.pace.turn(request.url)
            visit.budget.spend(request.url)
            last = attempt == ATTEMPTS
            try:
                exchange = await self._tools.wire.fetch(ask)
            except Unreachable as error:
                if last or not error.retry or visit.budget.stopped:
                    raise
                await visit.budget.pause(FIRST_WAIT * attempt)
                continue
            wait = _wait(exchange, attempt, visit.clock())
            if wait is not None:
                self._tools.pace.hold(request.url, wait)
            over = last or wait is None or wait > LONGEST_HOLD or visit.budget.stopped is not None
            kept_as = wish if over else Wish(role="asset", via=wish.via)
            answer = await visit.in_turn(partial(visit.keep, exchange, kept_as))
            if over:
                self._tools.pace.answered(request.url, refused=wait is not None)
                break
        return answer


def _wish(request: Request) -> Wish:
    wish = request.meta.get("wish")
    if isinstance(wish, Wish):
        return wish
    return Wish(role="robots" if urlsplit(request.url).path == "/robots.txt" else "asset")


def _ask(request: Request, validators: list[tuple[bytes, bytes]]) -> Ask:
    """The request as bytes. Scrapy's own names for headers, and Host first."""
    parts = urlsplit(request.url)
    lines = [b"Host: " + parts.netloc.rpartition("@")[2].encode("ascii")]
    for name, values in request.headers.items():
        lines += [name + b": " + value for value in values]
    lines += [name + b": " + value for name, value in validators]
    if request.body:
        lines.append(b"Content-Length: %d" % len(request.body))
    fields = b"".join(line + b"\r\n" for line in lines)
    return Ask(method=request.method, url=request.url.partition("#")[0], fields=fields, body=request.body)


def _response(url: str, answer: Answer) -> Response:
    """What the spider sees: the decoded body, without the headers that described its coding."""
    if answer.status == 0:
        nothing = answer.capture.type == "request"  # without an answer to be kept
        why = "the server closed the connection without an answer" if nothing else answer.capture.label.why
        raise Unreachable(url, why)
    headers = Headers()
    for name, value in answer.headers:
        if name.lower() not in DECODED_HERE:
            headers.appendlist(name, value.encode("latin-1"))
    kind = responsetypes.from_args(headers=headers, url=url, body=answer.body)
    response: Response = kind(url=url, status=answer.status, headers=headers, body=answer.body)
    if isinstance(response, HtmlResponse) and not is_charset(response.encoding):
        response = response.replace(encoding="utf-8")
    return response


def _check_redirect(url: str, answer: Answer) -> None:
    """Raises `Unreachable` where Scrapy could make no request of what the answer redirects to."""
    location = header(answer.headers, "Location")
    if location is None or not 300 <= answer.status < 400:
        return
    try:
        Request(urljoin(url, safe_url_string(location.encode("latin-1"))))
    except ValueError as error:
        raise Unreachable(url, f"it redirects to {location[:200]!r}, which is no address ({error})") from error


def _wait(exchange: Exchange, attempt: int, now: datetime) -> float | None:
    """How many seconds the server is to be left alone; None when it is not too busy."""
    head = response_head(exchange)
    if head is None or head.status not in BUSY:
        return None
    asked = _seconds(header(head.headers, "Retry-After") or "", now)
    return FIRST_WAIT * 2**attempt if asked is None else asked


def _seconds(asked: str, now: datetime) -> float | None:
    if is_number(asked.strip()):
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked).astimezone(UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return None
