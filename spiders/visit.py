"""A visit under way: what it keeps, what it missed, and what it may still spend. Shared by both tiers."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.http import Headers
from archive.model import Capture, Exchange, Label, Quality
from archive.visit import VisitArchive
from sources.model import Source
from spiders.budget import Budget
from spiders.errors import LimitReached, NotFetched
from spiders.known import Known
from spiders.look import Look, look
from spiders.route import Route
from spiders.wish import Wish, label

Kept = TypeVar("Kept")
PAGES = "urn:fanlight:pages.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, for the spider: `body` is decoded, its beginning if it is long (an asset's: empty)."""

    capture: Capture
    status: int
    headers: Headers
    body: bytes


@dataclass(kw_only=True, slots=True)
class Visit:
    """The state of one visit. An archive error ends it: `broken` is set, and nothing more is fetched.

    `deeper` counts the links that lie deeper than the visit goes.

    Labelling and archiving happen in one thread of their own, `hand`, exchange after exchange: the event loop goes on
    meanwhile. What is named `keep...` runs there, through `in_turn`.
    """

    source: Source
    archive: VisitArchive
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    known: Known
    budget: Budget
    missed: list[NotFetched] = field(default_factory=list)
    turned_away: Counter[str] = field(default_factory=Counter)
    starts: dict[str, Quality] = field(default_factory=dict)
    pages: list[dict[str, str]] = field(default_factory=list)
    deeper: int = 0
    problems: list[str] = field(default_factory=list)
    failure: str | None = None
    broken: ArchiveError | None = None
    hand: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "archive"))
    _told: set[str] = field(default_factory=set)

    async def in_turn(self, job: Callable[[], Kept]) -> Kept:
        """What `job` returns, done by the hand that archives. When a record could not be written, the visit ends."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.hand, job)
        finally:
            self.hand.submit(self.archive.read_back)  # after what waits already: when the hand has time for it
            if self.broken:
                self.break_off(self.broken)

    def break_off(self, error: ArchiveError) -> None:
        """End the visit: something could not be kept."""
        self.broken = self.broken or error
        self.budget.end(f"the archive failed: {self.broken}")

    @property
    def counts(self) -> dict[str, int]:
        """For the manifest, beside what the archive counts."""
        away = self.turned_away.total()
        return {
            "requests": self.budget.requests, "missed": len(self.missed), "turned_away": away, "deeper": self.deeper,
        }  # fmt: skip

    def miss(self, error: NotFetched) -> None:
        """Note something that was not fetched; the same reason is told once."""
        self.missed.append(error)
        if not isinstance(error, LimitReached) and error.why not in self._told:
            self._told.add(error.why)
            self.say(f"{self.clock():%H:%M:%S}    -  not fetched  {error.url}: {error.why}")

    def fault(self, url: str, error: BaseException | None) -> None:
        """Note a mistake of ours, or in the source's rules; the same one is told once. The visit is not complete."""
        why = " ".join(f"{type(error).__name__}: {error}".split())
        if why not in self._told:
            self._told.add(why)
            self.problems.append(f"a fault of ours at {url}: {why}")

    def turn_away(self, error: NotFetched) -> None:
        """Note what the browser wanted of hosts that are not the source's; each host is told once."""
        host = urlsplit(error.url).hostname or ""
        if not self.turned_away[host]:
            self.say(f"{self.clock():%H:%M:%S}    -  not let through  {host}: {error.why}")
        self.turned_away[host] += 1

    def keep(self, exchange: Exchange, wish: Wish) -> Answer:
        """Label the exchange and archive it, as a revisit where its payload is known."""
        seen = look(exchange, self.source.politeness.max_decoding)
        self.budget.received += seen.size
        told = self._label(seen, wish)
        known = self.known.of(exchange.url) if exchange.method == "GET" else None
        if seen.status == 304 and told.quality == "error":
            known = None  # it speaks of nothing that we have
        elif seen.status == 304 and known:
            told = replace(told, etag=known.label.etag, modified=known.label.modified)
        capture = self._archived(lambda: self._record(exchange, told, known))
        self.known.learn(capture)
        if wish.start:
            self.starts[wish.first_url or exchange.url] = told.quality
        body = b"" if told.role == "asset" else seen.body()
        if exchange.response:
            exchange.response.close()
        return Answer(capture=capture, status=seen.status, headers=seen.headers, body=body)

    def _label(self, seen: Look, wish: Wish) -> Label:
        """The label of what came; `error` where a fault of ours kept us from judging: it is archived all the same."""
        try:
            return label(seen, wish, self.source.language)
        except Exception as error:  # noqa: BLE001 - what reads foreign formats may raise anything
            url = seen.exchange.url
            self.fault(url, error)
            return Label(
                quality="error", why=f"it could not be judged: {type(error).__name__}", role=wish.role,
                document=wish.document(url), via=wish.via, anchor=wish.anchor,
            )  # fmt: skip

    def _record(self, exchange: Exchange, told: Label, known: Capture | None) -> Capture:
        if known is None:
            return self.archive.record(exchange, told)
        return self.archive.revisit(exchange, known, told)

    def recalled(self, answer: Answer) -> Answer:
        """What a 304 stands for, from the archive. Raises ArchiveError when that cannot be read."""
        payload = self.known.read(answer.capture)
        return replace(answer, status=payload.status, headers=payload.headers, body=payload.body)

    def keep_resource(self, *, url: str, body: bytes, media_type: str, label: Label, status: int = 200) -> Capture:
        """Archive something that was made here: a rendered page, its picture, its text. What is known is named."""
        capture = self._archived(
            lambda: self.archive.resource(
                url=url, body=body, media_type=media_type, time=self.clock(), label=label, status=status,
                known=self.known.of(url),
            )
        )  # fmt: skip
        self.known.learn(capture)
        return capture

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
        """What `write` returns. After an archive error nothing is written any more."""
        if self.broken:
            raise self.broken
        try:
            kept = write()
        except ArchiveError as error:
            self.broken = error
            raise
        if isinstance(kept, Capture):
            self.say(_line(kept))
        return kept


def _line(capture: Capture) -> str:
    label = capture.label
    why = f"  ({label.why})" if label.why and label.quality != "ok" else ""
    size = f"{capture.size / 1000:,.1f} kB"
    return f"{capture.time:%H:%M:%S}  {capture.status or '-':>3}  {label.quality:<12} {size:>12}  {capture.url}{why}"
