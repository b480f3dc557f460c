"""A small site whose visits are archived for real: what the server gives is a dict from path to body or status."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import pytest

from archive.layout import run_id
from archive.model import Exchange, Label
from archive.store import Store, open_store
from archive.visit import VisitArchive
from changes.identity import document_id
from changes.model import Comparison, DocumentVerdict
from changes.quality import assess
from changes.run import compare_visit
from sources.model import Source

HOST = "https://portal.example"
Look = bytes | str | int
Given = Mapping[str, Look | tuple[Look, ...]]  # a tuple: one look after the other, in one visit
FILLER = "Every half-year the platforms state what they took down, why, and how often they were wrong. " * 4


def page(body: str, title: str = "Reports") -> str:
    return (
        f"<html lang=en><title>{title}</title><body><nav><a href=/>Home</a> <a href=/help>Help</a></nav>"
        f"<main><h1>{title}</h1><p>{FILLER}</p>{body}</main><footer>© 2026 Portal</footer></body></html>"
    )


class Site:
    """Visits of one source, a day apart, each compared when it was kept."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(f"file://{folder / 'bucket'}")
        self.spool = folder / "spool"
        self.runs: list[str] = []
        self.numbers = itertools.count(1)
        self.source = Source(
            id="demo",
            title="Demo",
            publisher="Demo",
            start_urls=(HOST + "/",),
            spider="document_list",
            allowed_hosts=("portal.example",),
            contact="archive@fanlight.example",
        )

    def archive(self, given: Given) -> str:
        """Keep a visit that finds `given`; returns its run id."""
        started = datetime(2026, 3, 1, 4, tzinfo=UTC) + timedelta(days=len(self.runs))
        run = run_id(started, f"{len(self.runs):06x}")
        visit = VisitArchive(
            store=self.store,
            source=self.source,
            run_id=run,
            spool=self.spool,
            clock=lambda: started,
            new_id=lambda: f"00000000-0000-4000-8000-{next(self.numbers):012d}",
            software={"fanlight": "0"},
        )
        for path, answer in given.items():
            looks = answer if isinstance(answer, tuple) else (answer,)
            for number, look in enumerate(looks):
                self.record(visit, given, path, look, started + timedelta(seconds=number))
        visit.commit(outcome="complete", reason="", finished=started + timedelta(minutes=1))
        self.runs.append(run)
        return run

    def record(self, visit: VisitArchive, given: Given, path: str, answer: Look, now: datetime) -> None:
        status = answer if isinstance(answer, int) else 200
        body = b"" if isinstance(answer, int) else answer if isinstance(answer, bytes) else answer.encode()
        role = "document" if "." in path.partition("?")[0] else "page"
        kind = "application/octet-stream" if role == "document" else "text/html; charset=utf-8"
        headers = (("Content-Type", kind),)
        url = path if "://" in path else HOST + path
        quality, why = assess(url=url, status=status, headers=headers, body=body, role=role)  # type: ignore[arg-type]
        via = next((HOST + other for other, said in given.items() if other != path and mentions(said, path)), None)
        head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        exchange = Exchange(
            url=url,
            method="GET",
            request=f"GET {path} HTTP/1.1\r\nHost: portal.example\r\n\r\n".encode(),
            response=io.BytesIO(head + body),
            started=now,
            finished=now,
        )
        document = document_id(url)
        visit.record(exchange, Label(quality=quality, why=why, role=role, document=document, via=via))  # type: ignore[arg-type]

    def visit(self, given: Given) -> dict[str, DocumentVerdict]:
        """Keep and compare a visit; verdicts by path."""
        return by_path(compare_visit(self.store, "demo", self.archive(given)))


def mentions(said: Look | tuple[Look, ...], path: str) -> bool:
    return isinstance(said, str) and f'"{escape(path)}"' in said


def by_path(comparison: Comparison) -> dict[str, DocumentVerdict]:
    host = document_id(HOST)
    return {verdict.document.removeprefix(host) or "/": verdict for verdict in comparison.verdicts}


MakePage = Callable[..., str]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def make_page() -> MakePage:
    return page
