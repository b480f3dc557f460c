"""A made-up site that changes from visit to visit, and what its changes ought to be told as."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from archive.model import Exchange, Label, Quality
from archive.store import Store
from archive.visit import VisitArchive
from changes.identity import document_id
from sources.model import Source

from . import dice

HOST = "https://site.example"
START = f"{HOST}/reports"
CSV = f"{HOST}/figures.csv"
SOURCE = Source(
    id="faults", title="A site that changes", publisher="Nobody", start_urls=(START,), spider="document_list",
    allowed_hosts=("site.example",), contact="mailto:nobody@site.example", family="enforcement",
)  # fmt: skip
WORDS = (
    "account", "advertisers", "appeal", "archive", "button", "civic", "community", "content", "country", "data",
    "edited", "election", "figure", "group", "label", "market", "measure", "network", "notice", "number", "operation",
    "page", "partner", "period", "policy", "question", "rating", "region", "removal", "report", "request", "review",
    "service", "share", "signal", "signatory", "source", "staff", "study", "system", "team", "tool", "user", "video",
)  # fmt: skip
AREAS = ("Spam", "Fake Accounts", "Violence", "Nudity")
PERIODS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
Told = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The site at one visit: pages (None: gone), rows of its CSV, whether it refuses us. `told`: what is new in it."""

    number: int
    pages: dict[str, tuple[str, ...] | None]
    rows: dict[tuple[str, str], int]
    blocked: bool = False
    told: tuple[Told, ...] = ()


@dataclass
class World:
    """Editions one after the other, the same ones for the same seed."""

    random: random.Random
    edition: Edition = field(init=False)

    def __post_init__(self) -> None:
        pages = {f"{START}/{number}": self._page() for number in range(4)}
        rows = {(area, period): self.random.randint(1_000, 9_999) for area in AREAS for period in PERIODS}
        told = [("document.published", document_id(url)) for url in (*pages, CSV)]
        self.edition = Edition(number=0, pages=pages, rows=rows, told=tuple(told))

    def next(self) -> Edition:
        """The next edition. While the site refuses us it stands still, so that nothing happens unseen."""
        last = self.edition
        blocked = self.random.random() < (0.4 if last.blocked else 0.08)
        told: list[Told] = (
            [] if blocked == last.blocked else [("source.blocked" if blocked else "source.recovered", SOURCE.id)]
        )
        pages, rows = dict(last.pages), dict(last.rows)
        if not blocked:
            told += [*self._change_pages(pages), *self._restate(rows)]
        self.edition = Edition(number=last.number + 1, pages=pages, rows=rows, blocked=blocked, told=tuple(told))
        return self.edition

    def _change_pages(self, pages: dict[str, tuple[str, ...] | None]) -> Iterator[Told]:
        for url in self.random.sample(sorted(pages), self.random.randint(0, 2)):
            page = pages[url]
            if page is None:
                pages[url] = self._page()
                yield "document.reappeared", document_id(url)
            elif self.random.random() < 0.2:
                pages[url] = None
                yield "page.gone", document_id(url)
            else:
                place = self.random.randrange(len(page))
                pages[url] = (*page[:place], self._sentence(), *page[place + 1 :])
                yield "page.changed", document_id(url)
        if self.random.random() < 0.1:
            url = f"{START}/{len(pages)}"
            pages[url] = self._page()
            yield "document.published", document_id(url)

    def _restate(self, rows: dict[tuple[str, str], int]) -> Iterator[Told]:
        if self.random.random() < 0.5:
            return
        yield "document.restated", document_id(CSV)
        for key in self.random.sample(sorted(rows), self.random.randint(1, 3)):
            before, rows[key] = rows[key], rows[key] + self.random.randint(1, 500)
            yield "fact.restated", document_id(CSV), str(before), str(rows[key])

    def _page(self) -> tuple[str, ...]:
        return tuple(self._sentence() for _ in range(8))

    def _sentence(self) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(14)).capitalize() + f" {self.random.random():.9f}."


def visit(store: Store, spool: Path, run_id: str, edition: Edition, clock: Callable[[], datetime]) -> None:
    """Keep a visit of the site as it is in this edition."""
    ids = dice(run_id)
    kept = VisitArchive(
        store=store, source=SOURCE, run_id=run_id, spool=spool, clock=clock,
        new_id=lambda: str(UUID(int=ids.getrandbits(128), version=4)), software={"fanlight": "0"},
    )  # fmt: skip
    for url, status, media_type, body in _answers(edition):
        quality: Quality = {200: "ok", 403: "blocked", 410: "gone"}[status]  # type: ignore[assignment]
        role = "document" if url == CSV else "page"
        kept.record(
            _exchange(url, status, media_type, body, clock()),
            Label(quality=quality, role=role, document=document_id(url)),  # type: ignore[arg-type]
        )
    outcome, reason = ("blocked", "it answers 403") if edition.blocked else ("complete", "")
    kept.commit(outcome=outcome, reason=reason, finished=clock())  # type: ignore[arg-type]


def _answers(edition: Edition) -> Iterator[tuple[str, int, str, str]]:
    if edition.blocked:
        yield START + "/0", 403, "text/html", "<p>Who are you?</p>"
        return
    for url, sentences in edition.pages.items():
        text = "".join(f"<p>{sentence}</p>" for sentence in sentences or ("Not found.",))
        body = f"<main><h1>Report</h1>{text}</main>"
        if not sentences:
            yield url, 410, "text/html", body  # and once more: two looks are sure of a 410
        yield url, 200 if sentences else 410, "text/html", body
    lines = [f"App,{area},Content actioned,{period},{value}" for (area, period), value in edition.rows.items()]
    yield CSV, 200, "text/csv", "\n".join(("app,policy_area,metric,period,value", *lines))


def _exchange(url: str, status: int, media_type: str, body: str, now: datetime) -> Exchange:
    data = body.encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {media_type}; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
    request = f"GET {url} HTTP/1.1\r\nHost: site.example\r\n\r\n".encode()
    response = io.BytesIO(head.encode() + data)
    return Exchange(url=url, method="GET", request=request, response=response, started=now, finished=now)
