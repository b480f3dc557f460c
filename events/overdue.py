"""Reports that were due and did not come: `report.overdue`, once for each day that one was due.

Nobody knows what a publisher did while we did not look. So a due day is judged only when its whole window was watched:
the first visit lies before it, and a visit after the day found its way through the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from archive import reader
from archive.layout import run_time
from archive.store import Store
from events import log, told
from events.announce import report_overdue
from events.model import Event
from sources.due import Due
from sources.model import Source

COMING = ("document.published", "document.restated", "document.reappeared")


def overdue(store: Store, source: Source, today: date) -> list[Event]:
    """What is overdue at a source, told before or not: appending it again to the log changes nothing."""
    visits = sorted(set(reader.runs(store, source.id)) & told.runs(store, source.id))
    return [event for due in source.due for event in _overdue(store, source.id, due, visits, today)]


def tell(store: Store, source: Source, today: date) -> str | None:
    """Append what is overdue to the log; the key of the batch, None when there was nothing new."""
    sequence = log.append(store, source.id, overdue(store, source, today))
    return f"{source.id}/{sequence}" if sequence else None


def _overdue(store: Store, source: str, due: Due, visits: Sequence[str], today: date) -> Iterator[Event]:
    day = due.last_before(today)
    opens, closes = _midnight(day - timedelta(days=due.window)), _midnight(day + timedelta(days=1))
    if not visits or run_time(visits[0]) > opens:
        return
    looked = next((run for run in visits if run_time(run) >= closes and _got_through(store, source, run)), None)
    if looked and not _has_come(store, source, due, opens):
        yield report_overdue(source=source, run_id=looked, expected=due.report, due=day)


def _has_come(store: Store, source: str, due: Due, opens: datetime) -> bool:
    """Whether it came in its window or since, perhaps in the place of the one before.

    Late is late, but no longer worth a word.
    """
    return any(
        event.type in COMING and due.is_met_by(event.data["url"])
        for _, batch in log.read_since(store, source, opens)
        for event in batch
    )


def _got_through(store: Store, source: str, run: str) -> bool:
    return reader.load_manifest(store, source, run).outcome in ("complete", "partial")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
