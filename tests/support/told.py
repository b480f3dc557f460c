"""Events to test with: made-up happenings of a source called demo."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from archive.model import Citation
from events.announce import fact_restated
from events.model import Event, EventType, event


def run_of(day: int) -> str:
    """The id of the visit of a day of March 2026."""
    return f"202603{day:02d}T040000Z-{day:06x}"


def time_of(day: int) -> datetime:
    return datetime(2026, 3, day, 4, tzinfo=UTC)


def cited(number: int) -> Citation:
    return Citation(
        warc=f"runs/demo/2026/{run_of(1)}/demo-{number}.warc.gz", offset=number, length=100,
        record_id=f"<urn:uuid:{UUID(int=number)}>", digest=f"sha256:{number:064x}",
    )  # fmt: skip


def happened(subject: str, day: int = 1, kind: EventType = "page.changed", source: str = "demo") -> Event:
    """A change of a page, or another happening, in the visit of that day."""
    data = {"run_id": run_of(day), "url": f"https://a.example/{subject}", "verdict": "changed", "grade": "content"}
    return event(kind, source=source, subject=subject, time=time_of(day), data=data)


def restated(key: str, day: int = 1, values: tuple[str, str] = ("1", "2")) -> Event:
    """A value that now says something else."""
    return fact_restated(
        source="demo", run_id=run_of(day), family="enforcement", document="a.example/data.csv",
        url="https://a.example/data.csv", key=(key,), values=values, before=cited(1), after=cited(2),
    )  # fmt: skip
