"""Visits to test with: a demo source, a fixed moment, exchanges made of bytes, and visits with counted ids."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.model import Exchange
from archive.store import Store
from archive.visit import VisitArchive
from sources.model import Source

__all__ = ["make_visit"]

START = datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC)
SOURCE = Source(
    id="demo", title="Demo reports", publisher="Demo", start_urls=("https://reports.example/",),
    spider="document_list", allowed_hosts=("reports.example",), contact="archive@fanlight.example",
)  # fmt: skip
FIRST = "20260304T050607Z-00000a"
LIST = "https://reports.example/list?page=2"

MakeVisit = Callable[..., VisitArchive]


def exchange(response: bytes | None, *, url: str = LIST, **fields: Any) -> Exchange:
    """A GET with this whole response block."""
    given = {
        "method": "GET", "started": START, "finished": START + timedelta(seconds=1),
        "request": b"GET /list?page=2 HTTP/1.1\r\nHost: reports.example\r\n\r\n", **fields,
    }  # fmt: skip
    return Exchange(url=url, response=None if response is None else io.BytesIO(response), **given)


def page(body: bytes, *, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n") -> bytes:
    """A response block with a fitting Content-Length."""
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(content: bytes, size: int = 1000) -> bytes:
    """`content` in chunk framing, with an extension and a trailer."""
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%X;ext=1\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\nX-Trailer: 1\r\n\r\n"


@pytest.fixture
def make_visit(tmp_path: Path) -> MakeVisit:
    """Makes visits whose clock stands still and whose ids count up."""
    numbers = itertools.count(1)

    def counted() -> str:
        return f"00000000-0000-4000-8000-{next(numbers):012d}"

    def make(
        archive: Store, run_id: str = FIRST, started: datetime = START, *,
        spool: Path | None = None, new_id: Callable[[], str] = counted,
    ) -> VisitArchive:  # fmt: skip
        return VisitArchive(
            store=archive, source=SOURCE, run_id=run_id, spool=spool or tmp_path / "spool", clock=lambda: started,
            new_id=new_id, software={"fanlight": "0.0", "python": "3"},
        )  # fmt: skip

    return make
