"""Reports that are due: told once when they do not come, and never when nobody could know."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from archive_visits import SOURCE, exchange, page
from told import data_of

from archive.layout import run_id, told_prefix
from archive.model import Label
from archive.store import Store
from archive.visit import VisitArchive
from events import log, told
from events.model import EventType, event
from events.overdue import tell
from fanlight import upkeep
from sources.due import Due

HALF_YEARLY = Due(report="the half-yearly report", days=("02-28", "08-28"), match=r"dsa.*\.csv$")
DEMO = replace(SOURCE, due=(HALF_YEARLY,))


class Visits:
    """Visits of the demo source on days that are chosen, each told of."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def __call__(
        self, day: str, *published: str, outcome: str = "complete", kind: EventType = "document.published"
    ) -> None:
        at = datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)
        name = run_id(at, "00000a")
        visit = VisitArchive(
            store=self.store, source=SOURCE, run_id=name, spool=self.folder, clock=lambda: at,
            new_id=lambda: str(uuid4()), software={},
        )  # fmt: skip
        visit.record(exchange(page(b"<p>Hello")), Label(quality="ok", role="page", document="a"))
        visit.commit(outcome=outcome, reason="", finished=at)  # type: ignore[arg-type]
        log.append(self.store, "demo", [
            event(kind, source="demo", subject=url, time=at, data=data_of(kind, "demo", name, url))
            for url in published
        ])  # fmt: skip
        told.add(self.store, "demo", name)

    def told(self, today: str, *due: Due) -> list[tuple[str, str]]:
        """What is told when it is looked for on this day: for when, and what."""
        before = log.end(self.store, "demo")
        tell(self.store, replace(DEMO, due=due or DEMO.due), date.fromisoformat(today))
        batches = log.read(self.store, "demo", before + 1)
        return [(told.data["due"], told.data["expected"]) for _, batch in batches for told in batch]


@pytest.fixture
def visits(file_store: Store, tmp_path: Path) -> Visits:
    return Visits(file_store, tmp_path / "spool")


def test_what_did_not_come_is_told_once_for_each_day_it_was_due(visits: Visits) -> None:
    visits("2025-12-01", "https://a.example/dsa-2025-1.csv")
    visits("2026-02-28", "https://a.example/news.html")
    assert visits.told("2026-02-28") == []  # the day is not over
    assert visits.told("2026-03-01") == []  # and since then nobody has looked
    visits("2026-03-01")
    assert visits.told("2026-03-01") == [("2026-02-28", "the half-yearly report")]
    visits("2026-03-02")
    for day in ("2026-03-02", "2026-03-01", "2026-05-01"):
        assert visits.told(day) == []
    visits("2026-08-29")
    assert visits.told("2026-08-30") == [("2026-08-28", "the half-yearly report")]


def test_what_came_in_its_window_or_late_is_not_overdue(visits: Visits) -> None:
    visits("2025-12-01")
    visits("2026-02-10", "https://a.example/dsa-2025-2.csv")
    visits("2026-03-01")
    assert visits.told("2026-03-01") == []
    visits("2026-08-30", "https://a.example/dsa-2026-1.csv")
    assert visits.told("2026-08-30") == []


@pytest.mark.parametrize("kind", ["document.restated", "document.reappeared"])
def test_what_came_in_the_place_of_the_one_before_is_not_overdue(visits: Visits, kind: EventType) -> None:
    visits("2025-12-01", "https://a.example/dsa.csv")
    visits("2026-02-10", "https://a.example/dsa.csv", kind=kind)
    visits("2026-03-01")
    assert visits.told("2026-03-01") == []


def test_a_source_that_cannot_be_judged_holds_up_no_other(
    visits: Visits, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits("2026-05-01")
    visits("2026-09-01")
    (*_, last) = (key for key in file_store.list("runs/demo/") if key.endswith("manifest.json"))
    sources = {name: replace(DEMO, id=name) for name in ("demo", "other")}
    for name in sources:  # each has the visits of the first
        for key in file_store.list("runs/demo/"):
            file_store.put(key.replace("demo", name), file_store.get(key).replace(b'"demo"', f'"{name}"'.encode()))
        for key in file_store.list(told_prefix("demo")):
            file_store.put(key.replace("demo", name), b"{}")
    file_store.put(last, b"{")
    monkeypatch.setattr("sources.registry.load_each", lambda: (sources, {}))
    monkeypatch.setattr(upkeep, "open_archive", lambda: file_store)
    monkeypatch.setattr(upkeep, "now", lambda: datetime(2026, 9, 2, tzinfo=UTC))
    told, failed = upkeep.tell_overdue()
    assert told == ["other/1"]
    assert list(failed) == ["demo"] and "Corrupt" in failed["demo"]


def test_what_came_long_before_is_another_report(visits: Visits) -> None:
    visits("2025-12-01", "https://a.example/dsa-2025-1.csv")
    visits("2026-03-01")
    assert visits.told("2026-03-01", replace(HALF_YEARLY, window=100)) == []  # not watched for all of it
    assert visits.told("2026-03-01", replace(HALF_YEARLY, window=80)) == [("2026-02-28", "the half-yearly report")]


@pytest.mark.parametrize("outcome", ["blocked", "failed"])
def test_a_visit_that_saw_nothing_says_nothing(visits: Visits, outcome: str) -> None:
    visits("2025-12-01")
    visits("2026-03-01", outcome=outcome)
    assert visits.told("2026-03-02") == []
    visits("2026-03-02", outcome="partial")
    assert visits.told("2026-03-02") == [("2026-02-28", "the half-yearly report")]


def test_two_reports_of_one_day_are_two(visits: Visits) -> None:
    visits("2025-12-01")
    visits("2026-03-01")
    other = replace(HALF_YEARLY, report="the annual report", days=("02-28",))
    assert visits.told("2026-03-01", HALF_YEARLY, other) == [
        ("2026-02-28", "the half-yearly report"), ("2026-02-28", "the annual report"),
    ]  # fmt: skip
    assert visits.told("2026-03-01", other, HALF_YEARLY) == []


@pytest.mark.parametrize(
    ("today", "before"), [("2026-01-01", "2025-08-28"), ("2026-02-28", "2025-08-28"), ("2026-03-01", "2026-02-28")]
)
def test_the_last_day_it_was_due(today: str, before: str) -> None:
    assert HALF_YEARLY.last_before(date.fromisoformat(today)) == date.fromisoformat(before)


@pytest.mark.parametrize("days", [(), ("02-29",), ("2026-03-31",), ("31.03.",), ("13-01",), (331,)])
def test_days_that_no_year_has_are_refused(days: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="days of every year"):
        Due(report="a report", days=days)
