"""Which visits are told of, through the loop's own functions."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_visits import exchange, page
from schemas import faults

from archive.layout import manifest_key
from archive.model import Label
from archive.store import Store
from events import log, told
from fanlight import flow

NOW = datetime(2026, 3, 1, 4, 0, 30, 5000, tzinfo=UTC)
EARLY, LATE = "20260304T050607Z-00000a", "20260305T050607Z-00000b"


@pytest.fixture
def archive(file_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that the loop works with."""
    monkeypatch.setenv("ARCHIVE_URL", file_store.url)
    monkeypatch.setenv("FANLIGHT_VAR", str(tmp_path / "var"))
    return file_store


def keep(make_visit: Any, archive: Store, run_id: str, word: str) -> None:
    visit = make_visit(archive, run_id)
    visit.record(exchange(page(f"<p>A page about {word}.</p>".encode())), Label(role="page", document="reports/list"))
    visit.commit(outcome="complete", reason="", finished=datetime(2026, 3, 6, tzinfo=UTC))


def test_a_visit_is_told_of_once_and_again_rings_the_same_batch(archive: Store, make_visit: Any) -> None:
    keep(make_visit, archive, EARLY, "elections")
    assert flow.unannounced() == [("demo", EARLY)]
    assert flow.announce("demo", EARLY) == flow.announce("demo", EARLY) == ["demo/1"]
    assert flow.unannounced() == []
    assert told.runs(archive, "demo") == {EARLY}


def test_a_visit_that_is_committed_late_is_told_of_all_the_same(archive: Store, make_visit: Any) -> None:
    keep(make_visit, archive, LATE, "elections")
    flow.announce("demo", LATE)
    keep(make_visit, archive, EARLY, "elections")
    assert flow.unannounced() == [("demo", EARLY)]
    assert flow.announce("demo", EARLY) == ["demo/2"]
    assert [event.run_id for _, batch in log.read(archive, "demo") for event in batch] == [LATE, EARLY]
    assert flow.unannounced() == []


def test_what_real_visits_tell_fits_the_schemas(archive: Store, make_visit: Any) -> None:
    keep(make_visit, archive, EARLY, "elections")
    keep(make_visit, archive, LATE, "advertisements")
    flow.announce("demo", LATE)
    lines = [json.loads(line) for key in archive.list("events/") for line in archive.get(key).splitlines()]
    assert [line["type"] for line in lines] == ["document.published", "page.changed"]
    assert [fault for line in lines for fault in faults(line)] == []


def test_a_visit_with_nothing_to_tell_is_not_looked_at_again(archive: Store, make_visit: Any) -> None:
    keep(make_visit, archive, EARLY, "elections")
    keep(make_visit, archive, LATE, "elections")
    assert flow.announce("demo", LATE) == []
    assert flow.unannounced() == []
    assert log.end(archive, "demo") == 1


@pytest.mark.usefixtures("archive")
def test_a_run_id_is_of_now() -> None:
    assert flow.new_run_id(NOW).startswith("20260301T040030Z-")
    assert flow.new_run_id(NOW, source="demo").startswith("20260301T040030Z-")
    ids = [flow.new_run_id(NOW + timedelta(milliseconds=passed)) for passed in range(999)]
    assert ids == sorted(set(ids))  # they sort as visits began, within a second too


def test_run_ids_go_on_when_the_clock_was_put_back(archive: Store) -> None:
    archive.put(manifest_key("demo", "20260301T040030Z-ffffff"), b"{}")
    assert flow.new_run_id(NOW, source="demo").startswith("20260301T040031Z-")
    assert flow.new_run_id(NOW - timedelta(days=9), source="demo").startswith("20260301T040031Z-")
    assert flow.new_run_id(NOW - timedelta(days=9), source="other").startswith("20260220T040030Z-")


@pytest.mark.usefixtures("archive")
def test_run_ids_go_on_after_a_visit_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "var" / "spool" / "demo" / "20260401T000000Z-00000c").mkdir(parents=True)
    (tmp_path / "var" / "spool" / "demo" / "20260501T000000Z-00000c.unclaimed").mkdir()
    assert flow.new_run_id(NOW, source="demo").startswith("20260401T000001Z-")
