from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import AlreadyExists, Conflict
from archive.store import Store, open_store
from events import cursor, log
from events.model import Event, event, from_json

RUN = "20260301T040000Z-0000a1"
LATER = "20260302T040000Z-0000a2"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path.as_uri())


def changed(subject: str, run_id: str = RUN) -> Event:
    return event(
        "page.changed",
        source="demo",
        subject=subject,
        time=datetime(2026, 3, 1, 4, tzinfo=UTC),
        data={"run_id": run_id, "url": f"https://a.example/{subject}"},
    )


def test_an_event_survives_its_line() -> None:
    told = changed("a")
    assert from_json(told.to_json()) == told


def test_the_same_happening_has_the_same_id() -> None:
    assert changed("a").id == changed("a").id
    assert len({changed("a").id, changed("b").id, changed("a", LATER).id}) == 3


def test_a_line_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"page\.vanished"):
        from_json(changed("a").to_json().replace("page.changed", "page.vanished"))


def test_batches_are_numbered_without_gaps(store: Store) -> None:
    assert log.end(store, "demo") == 0
    assert log.append(store, "demo", [changed("a"), changed("b")]) == 1
    assert log.append(store, "demo", [changed("a", LATER)]) == 2
    assert log.append(store, "demo", []) is None
    assert [(sequence, len(batch)) for sequence, batch in log.read(store, "demo")] == [(1, 2), (2, 1)]
    assert [sequence for sequence, _ in log.read(store, "demo", 2)] == [2]


def test_a_retry_appends_nothing_twice(store: Store) -> None:
    log.append(store, "demo", [changed("a")])
    log.append(store, "demo", [changed("a", LATER)])
    assert log.append(store, "demo", [changed("a")]) is None
    assert log.append(store, "demo", [changed("a"), changed("c")]) == 3
    assert [event.subject for event in log.read_batch(store, "demo", 3)] == ["c"]


def test_the_end_is_found_at_any_length(store: Store) -> None:
    for length in range(1, 18):
        log.append(store, "demo", [changed(str(length))])
        assert log.end(store, "demo") == length


def test_the_batches_of_a_visit_are_found(store: Store) -> None:
    for told in (changed("a"), changed("b"), changed("a", LATER)):
        log.append(store, "demo", [told])
    assert log.sequences_of_run(store, "demo", RUN) == [1, 2]
    assert log.sequences_of_run(store, "demo", LATER) == [3]


def test_many_at_once_leave_no_gap_and_no_loss(store: Store) -> None:
    told = [changed(str(number)) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: log.append(store, "demo", [one]), told))
    kept = [event.id for _, batch in log.read(store, "demo") for event in batch]
    assert sorted(kept) == sorted(event.id for event in told)
    assert log.end(store, "demo") == 40


def test_a_cursor_moves_only_from_where_it_was_read(store: Store) -> None:
    start = cursor.load(store, "normalize", "demo")
    assert start.position == ""
    moved = cursor.advance(store, start, "1")
    assert cursor.load(store, "normalize", "demo").position == "1"
    with pytest.raises(AlreadyExists):
        cursor.advance(store, start, "2")
    cursor.advance(store, moved, "2")
    with pytest.raises(Conflict):
        cursor.advance(store, moved, "3")
