"""A visit under way: what it keeps, what it missed, and what it may still spend. Shared by both tiers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.http import Headers
from archive.model import Capture, Exchange, Label, Quality, Role
from archive.visit import VisitArchive
from changes.identity import document_id
from changes.quality import assess
from sources.model import Source
from spiders.errors import LimitReached, NotFetched
from spiders.look import Look, look
from spiders.route import Route

Kept = TypeVar("Kept")
PAGES = "urn:fanlight:pages.jsonl"


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
    """What came back, for the spider: `body` is decoded, its beginning if it is long (an asset's: empty)."""

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
    turned_away: Counter[str] = field(default_factory=Counter)
    limits: dict[str, int] = field(default_factory=dict)
    starts: dict[str, Quality] = field(default_factory=dict)
    pages: list[dict[str, str]] = field(default_factory=list)
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

    def turn_away(self, error: NotFetched) -> None:
        """Note what the browser wanted of hosts that are not the source's; each host is told once."""
        host = urlsplit(error.url).hostname or ""
        if not self.turned_away[host]:
            self.say(f"{self.clock():%H:%M:%S}    -  not let through  {host}: {error.why}")
        self.turned_away[host] += 1

    def keep(self, exchange: Exchange, wish: Wish) -> Answer:
        """Label the exchange and archive it."""
        seen = look(exchange)
        self.received += seen.size
        label = self._label(exchange, seen, wish)
        capture = self._archived(lambda: self.archive.record(exchange, label))
        if wish.start:
            self.starts[wish.first_url or exchange.url] = label.quality
        body = b"" if label.role == "asset" else seen.body()
        if exchange.response:
            exchange.response.close()
        return Answer(capture=capture, status=seen.status, headers=seen.headers, body=body)

    def _label(self, exchange: Exchange, seen: Look, wish: Wish) -> Label:
        """A hop of a redirect is evidence only: the document is where it ends."""
        role, document = wish.role, wish.document(exchange.url)
        if seen.redirects and document:
            role, document = "asset", None
        quality, why = self._assess(exchange, seen, wish, role)
        return Label(quality=quality, why=why, role=role, document=document, via=wish.via, anchor=wish.anchor)

    def _assess(self, exchange: Exchange, seen: Look, wish: Wish, role: Role) -> tuple[Quality, str]:
        if role == "asset" and 200 <= seen.status < 400:  # not looked into: a script's empty shell is well
            return ("truncated", exchange.error or "cut off") if exchange.truncated else ("ok", "")
        if seen.is_bomb:
            return "error", f"a decompression bomb: {seen.size} bytes decode to more than {len(seen.body())}"
        return assess(
            url=exchange.url, status=seen.status, headers=seen.headers, body=seen.body(), role=role,
            accept=wish.accept, language=self.source.language if role == "page" else None,
            truncated=exchange.truncated is not None,
        )  # fmt: skip

    def keep_resource(self, *, url: str, body: bytes, media_type: str, label: Label, status: int = 200) -> Capture:
        """Archive something that was made here: a rendered page, its picture, its text."""
        return self._archived(
            lambda: self.archive.resource(
                url=url, body=body, media_type=media_type, time=self.clock(), label=label, status=status
            )
        )

    def list_page(self, capture: Capture, title: str) -> None:
        """A line for the list of pages that WACZ readers know."""
        url = capture.url.removeprefix("urn:dom:")
        moment = capture.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.pages.append({"id": capture.record_id, "url": url, "ts": moment, "title": title})

    def keep_pages(self) -> None:
        """Archive the list of pages as JSON lines, in the form of a WACZ's `pages.jsonl`."""
        lines = [{"format": "json-pages-1.0", "id": "pages", "title": self.source.title}, *self.pages]
        body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        self.keep_resource(url=PAGES, body=body, media_type="application/jsonl", label=Label(role="info"))

    def keep_chain(self, route: Route, chain: tuple[bytes, ...]) -> None:
        """Archive the certificates that a host showed."""
        body = "".join(ssl.DER_cert_to_PEM_cert(certificate) for certificate in chain).encode()
        self.keep_note(f"https://{route.authority}/", body, "application/pem-certificate-chain")

    def keep_note(self, url: str, body: bytes, media_type: str) -> None:
        """Archive a fact about the visit that is no capture."""
        self._archived(lambda: self.archive.note(url=url, body=body, media_type=media_type, time=self.clock()))

    def _archived(self, write: Callable[[], Kept]) -> Kept:
        """What `write` returns. An archive error ends the visit."""
        if self.broken:
            raise self.broken
        try:
            kept = write()
        except ArchiveError as error:
            self.broken = error
            self.end(f"the archive failed: {error}")
            raise
        if isinstance(kept, Capture):
            self.say(_line(kept))
        return kept


def _line(capture: Capture) -> str:
    label = capture.label
    why = f"  ({label.why})" if label.why and label.quality != "ok" else ""
    size = f"{capture.size / 1000:,.1f} kB"
    return f"{capture.time:%H:%M:%S}  {capture.status or '-':>3}  {label.quality:<12} {size:>12}  {capture.url}{why}"
