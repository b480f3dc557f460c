"""A visit under way: what it keeps, what it missed, and what it may still spend. Shared by both tiers."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.errors import ArchiveError
from archive.http import Headers, NotHttp, ResponseHead, decoded_body, parse_head
from archive.model import Capture, Exchange, Label, Quality, Role
from archive.visit import VisitArchive
from changes.identity import document_id
from changes.quality import assess
from sources.model import Source
from spiders.errors import LimitReached, NotFetched

IN_MEMORY = 33_554_432  # bytes of a decoded body that are looked at; the archive holds all of it anyway


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a request is for. `accept` lists the media types wanted; `start` marks a source's start page."""

    role: Role = "page"
    via: str | None = None
    anchor: str | None = None
    accept: tuple[str, ...] = ()
    start: bool = False
    first_url: str | None = None

    def document(self, url: str) -> str | None:
        """The identity compared: that of the address first asked for, wherever redirects led."""
        return document_id(self.first_url or url) if self.role in ("page", "document") else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, for the spider: `body` is decoded and stops after `IN_MEMORY` bytes."""

    capture: Capture
    status: int
    headers: Headers
    body: bytes


@dataclass(kw_only=True, slots=True)
class Visit:
    """The state of one visit. An archive error ends it: `broken` is set, and nothing more is fetched."""

    source: Source
    archive: VisitArchive
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    started: datetime = field(init=False)
    requests: int = 0
    received: int = 0
    missed: list[NotFetched] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    starts: dict[str, Quality] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    stopped: str | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    failure: str | None = None
    broken: ArchiveError | None = None
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def spend(self, url: str) -> None:
        """Before each request. Raises `LimitReached` when the visit's budget is spent."""
        self.check(url)
        self.requests += 1

    def check(self, url: str) -> None:
        """Raises `LimitReached` when the visit's budget is spent."""
        why = self.stopped or self._spent()
        if why:
            if why not in self.limits:
                self.say(f"stopping: {why}")
            self.limits[why] = self.limits.get(why, 0) + 1
            raise LimitReached(url, why)

    def _spent(self) -> str | None:
        polite = self.source.politeness
        if self.requests >= polite.max_requests:
            return f"the limit of {polite.max_requests} requests is reached"
        if self.clock() - self.started >= timedelta(seconds=polite.max_seconds):
            return f"the limit of {polite.max_seconds} s is reached"
        if self.received >= polite.max_bytes:
            return f"the limit of {polite.max_bytes} bytes is reached"
        return None

    def end(self, why: str) -> None:
        """Fetch nothing more; what is kept stays."""
        self.stopped = self.stopped or why
        self.stopping.set()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the visit."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    def miss(self, error: NotFetched) -> None:
        """Note something that was not fetched; the same reason is told once."""
        self.missed.append(error)
        if not isinstance(error, LimitReached) and error.why not in self._told:
            self._told.add(error.why)
            self.say(f"{self.clock():%H:%M:%S}    -  not fetched  {error.url}: {error.why}")

    def keep(self, exchange: Exchange, wish: Wish) -> Answer:
        """Label the exchange and archive it."""
        status, headers, body, size = _look(exchange)
        self.received += size
        role, document = wish.role, wish.document(exchange.url)
        if 300 <= status < 400 and status != 304:
            role, document = ("asset", None) if role in ("page", "document") else (role, None)
        quality, why = assess(
            url=exchange.url, status=status, headers=headers, body=body, role=role, accept=wish.accept,
            language=self.source.language if role == "page" else None, truncated=exchange.truncated is not None,
        )  # fmt: skip
        label = Label(quality=quality, why=why, role=role, document=document, via=wish.via, anchor=wish.anchor)
        capture = self._archived(lambda: self.archive.record(exchange, label))
        if wish.start:
            self.starts[wish.first_url or exchange.url] = quality
        return Answer(capture=capture, status=status, headers=headers, body=body)

    def keep_resource(self, *, url: str, body: bytes, media_type: str, label: Label, status: int = 200) -> Capture:
        """Archive something that was made here: a rendered page, its picture, its text."""
        return self._archived(
            lambda: self.archive.resource(
                url=url, body=body, media_type=media_type, time=self.clock(), label=label, status=status
            )
        )

    def _archived(self, write: Callable[[], Capture]) -> Capture:
        if self.broken:
            raise self.broken
        try:
            capture = write()
        except ArchiveError as error:
            self.broken = error
            self.end(f"the archive failed: {error}")
            raise
        self.say(_line(capture))
        return capture


def _look(exchange: Exchange) -> tuple[int, Headers, bytes, int]:
    """Status, headers and decoded body of a response, and the bytes it took; 0 and nothing when there is none."""
    if exchange.response is None:
        return 0, (), b"", 0
    size = exchange.response.seek(0, os.SEEK_END)
    head = response_head(exchange)
    if head is None:
        return 0, (), b"", size
    body = _up_to(IN_MEMORY, decoded_body(exchange.response, head))
    exchange.response.seek(0)
    return head.status, head.headers, body, size


def response_head(exchange: Exchange) -> ResponseHead | None:
    """The head of what came back; None when nothing came, or nothing that is HTTP."""
    if exchange.response is None:
        return None
    try:
        return parse_head(exchange.response)
    except NotHttp:
        return None


def _up_to(limit: int, pieces: Iterator[bytes]) -> bytes:
    """The joined pieces, `limit` bytes at most."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) >= limit:
            break
    return bytes(body[:limit])


def _line(capture: Capture) -> str:
    label = capture.label
    why = f"  ({label.why})" if label.why and label.quality != "ok" else ""
    size = f"{capture.size / 1000:,.1f} kB"
    return f"{capture.time:%H:%M:%S}  {capture.status or '-':>3}  {label.quality:<12} {size:>12}  {capture.url}{why}"
