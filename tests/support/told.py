"""Events to test with: made-up happenings of a source called demo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, get_args
from uuid import UUID

from archive.model import Citation, Outcome
from changes.model import Comparison, DocumentVerdict, Grade, VerdictName
from events.announce import events_of, fact_restated, report_overdue
from events.model import Event, EventType, cite, event

VERDICTS = {
    "page.changed": "changed", "page.gone": "gone", "document.published": "first", "document.restated": "changed",
    "document.withdrawn": "gone", "document.reappeared": "reappeared",
}  # fmt: skip


def run_of(day: int) -> str:
    """The id of the visit of a day of March 2026."""
    return f"202603{day:02d}T040000Z-{day:06x}"


def time_of(day: int) -> datetime:
    return datetime(2026, 3, day, 4, tzinfo=UTC)


def cited(number: int) -> Citation:
    return Citation(
        warc=f"runs/demo/2026/{run_of(1)}/demo-{number}.warc.gz", offset=number, length=100,
        record_id=f"urn:uuid:{UUID(int=number)}", digest=f"sha256:{number:064x}",
    )  # fmt: skip


def data_of(kind: EventType, source: str, run_id: str, url: str) -> dict[str, Any]:
    """The data of an event about a page or document."""
    return {
        "run_id": run_id, "url": url, "role": kind.partition(".")[0], "media_type": "text/html",
        "verdict": VERDICTS[kind], "grade": "content", "after": cite(cited(2)),
        "before": None if kind == "document.published" else cite(cited(1)),
        "changes": f"changes/{source}/{run_id}.json",
    }  # fmt: skip


def happened(subject: str, day: int = 1, kind: EventType = "page.changed", source: str = "demo") -> Event:
    """A change of a page, or another happening, in the visit of that day."""
    data = data_of(kind, source, run_of(day), f"https://a.example/{subject}")
    return event(kind, source=source, subject=subject, time=time_of(day), data=data)


def restated(key: str, day: int = 1, values: tuple[str, str | None] = ("1", "2")) -> Event:
    """A value that now says something else."""
    return fact_restated(
        source="demo", run_id=run_of(day), family="enforcement", document="a.example/data.csv",
        url="https://a.example/data.csv", key=(key,), values=values, before=cited(1), after=cited(2),
    )  # fmt: skip


TOLD: dict[str, Grade] = {"changed": "content", "first": "none", "gone": "none", "reappeared": "content"}


def verdict(name: VerdictName, role: str, **more: object) -> DocumentVerdict:
    made = DocumentVerdict(
        document="a.example/report", url="https://a.example/report?sig=1", role=role, media_type="text/html",  # type: ignore[arg-type]
        verdict=name, grade=TOLD.get(name, "none"), quality="ok",
        before=None if name == "first" else cited(1), after=None if name == "gone" else cited(2),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def comparison(*verdicts: DocumentVerdict, **more: object) -> Comparison:
    made = Comparison(
        source="demo", run_id=run_of(2), previous=run_of(1), outcome="complete", previous_outcome="complete",
        fingerprint_version=2, verdicts=verdicts,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def every_comparison() -> Iterator[Comparison]:
    for name, role in product(get_args(VerdictName), ("page", "document")):
        yield comparison(verdict(name, role))
        yield comparison(verdict(name, role, relocated_from="https://b.example/report", after=cited(2)))
    for was, now in product((None, *get_args(Outcome)), get_args(Outcome)):
        yield comparison(outcome=now, previous_outcome=was, previous_fingerprint_version=1)


def every_event() -> list[Event]:
    """Events of every type, from every comparison that can be, and the others."""
    overdue = report_overdue(source="demo", run_id=run_of(2), expected="the half-yearly report", due=date(2026, 2, 28))
    return [
        *(told for each in every_comparison() for told in events_of(each)),
        restated("x"),
        restated("y", values=("1", None)),
        overdue,
    ]
