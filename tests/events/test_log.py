from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from told import happened, restated, run_of, time_of

from archive.errors import AlreadyExists, Conflict, StoreUnreachable
from archive.layout import batch_key
from archive.store import Store
from events import cursor, log
from events.model import Event, from_json
from events.verify import verify_logs


def places(store: Store) -> list[tuple[int, list[str]]]:
    return [(sequence, [event.subject for event in batch]) for sequence, batch in log.read(store, "demo")]


def test_an_event_survives_its_line() -> None:
    told = happened("a")
    assert from_json(told.to_json()) == told


@pytest.mark.parametrize("odd", ["a\u2028b", "a\x85b", "a\nb\rc", "half \ud83d a character", "Größe \U0001f5dd"])
def test_an_event_may_hold_any_text(file_store: Store, odd: str) -> None:
    told = restated(odd, values=(odd, ""))
    log.append(file_store, "demo", [told, happened("a")])
    assert log.read_batch(file_store, "demo", 1)[0] == told


def test_the_same_happening_has_the_same_id() -> None:
    assert happened("a").id == happened("a").id
    assert len({happened("a").id, happened("b").id, happened("a", 2).id, happened("a", kind="page.gone").id}) == 4
    assert len({restated("a").id, restated("b").id, restated("a", values=("1", "3")).id}) == 3


def test_what_a_later_program_says_of_a_happening_does_not_make_it_another() -> None:
    regraded = replace(happened("a"), data={**happened("a").data, "grade": "documents"})
    assert regraded.id == happened("a").id


def test_a_line_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"page\.vanished"):
        from_json(happened("a").to_json().replace("page.changed", "page.vanished"))


def test_batches_are_numbered_without_gaps(store: Store) -> None:
    assert log.end(store, "demo") == 0
    assert log.append(store, "demo", [happened("a"), happened("b")]) == 1
    assert log.append(store, "demo", [happened("a", 2)]) == 2
    assert log.append(store, "demo", []) is None
    assert places(store) == [(1, ["a", "b"]), (2, ["a"])]
    assert [sequence for sequence, _ in log.read(store, "demo", 2)] == [2]
    assert [sequence for sequence, _ in log.read_back(store, "demo")] == [2, 1]
    assert log.sources(store) == ["demo"]


def test_a_retry_appends_nothing_twice(store: Store) -> None:
    log.append(store, "demo", [happened("a")])
    log.append(store, "demo", [happened("a", 2)])
    assert log.append(store, "demo", [happened("a")]) is None
    assert log.append(store, "demo", [happened("a"), happened("c")]) == 3
    assert places(store)[2] == (3, ["c"])


def test_a_retry_finds_what_it_told_behind_what_shaping_told_of_earlier_visits(file_store: Store) -> None:
    """Shaping lags behind: what it tells of visit 1 comes after visit 2, whose announcement may still be retried."""
    for told in (happened("a", 1), happened("a", 2), restated("x", 1)):
        log.append(file_store, "demo", [told])
    assert log.append(file_store, "demo", [happened("a", 2)]) is None
    assert log.append(file_store, "demo", [restated("x", 1)]) is None
    assert log.sequences_of_run(file_store, "demo", run_of(2)) == [2]
    assert log.sequences_of_run(file_store, "demo", run_of(1)) == [1, 3]
    assert log.end(file_store, "demo") == 3


def test_a_retry_long_after_reads_only_what_came_since_the_first_attempt(file_store: Store) -> None:
    for day in range(1, 25):
        log.append(file_store, "demo", [happened("a", day)])
    reads = Reads(file_store)
    assert log.append(reads, "demo", [happened("a", 24)]) is None
    assert reads.batches == [24]


def test_the_end_is_found_at_any_length(file_store: Store) -> None:
    for length in range(1, 28):
        log.append(file_store, "demo", [happened(str(length), length)])
        assert {log.end(file_store, "demo", known) for known in range(length + 1)} == {length}


def test_many_at_once_leave_no_gap_and_no_loss(store: Store) -> None:
    """Each event is appended by two callers at the same time, as by a task that was started twice."""
    told = [happened(str(number), number % 5 + 1) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: log.append(store, "demo", [one]), [one for one in told for _ in range(2)]))
    kept = [event.id for _, batch in log.read(store, "demo") for event in batch]
    assert sorted(kept) == sorted(event.id for event in told)
    assert log.end(store, "demo") == 40


def test_a_write_that_arrived_though_its_answer_did_not_is_found(file_store: Store) -> None:
    deaf = Deaf(file_store)
    with pytest.raises(StoreUnreachable):
        log.append(deaf, "demo", [happened("a")])
    assert log.append(deaf, "demo", [happened("a")]) is None
    assert places(file_store) == [(1, ["a"])]


def test_a_write_whose_repetition_finds_itself_is_ours(file_store: Store) -> None:
    """A client that repeats a request by itself gets 412 for what its first attempt wrote."""
    assert log.append(Repeating(file_store), "demo", [happened("a")]) == 1
    assert places(file_store) == [(1, ["a"])]


def test_a_day_is_found_wherever_its_events_are(file_store: Store) -> None:
    for told in (happened("a", 1), happened("a", 5), restated("x", 2), happened("late", 3), happened("a", 6)):
        log.append(file_store, "demo", [told])
    for day, expected in ((1, [1, 2, 3, 4, 5]), (2, [2, 3, 4, 5]), (3, [2, 4, 5]), (5, [2, 5]), (6, [5]), (7, [])):
        assert [sequence for sequence, _ in log.read_since(file_store, "demo", time_of(day))] == expected
    just_after = time_of(5) + timedelta(seconds=1)
    assert log.first_since(file_store, "demo", just_after) == 5


def test_a_day_is_found_without_reading_the_whole_log(file_store: Store) -> None:
    for day in range(1, 29):
        log.append(file_store, "demo", [happened("a", day)])
    reads = Reads(file_store)
    assert log.first_since(reads, "demo", time_of(20)) == 20
    assert len(reads.batches) <= 5


def test_following_goes_on_with_what_comes_later(file_store: Store) -> None:
    waits: list[int] = []

    def sleep() -> None:
        waits.append(1)
        log.append(file_store, "demo", [happened(f"later {len(waits)}", 1 + len(waits))])
        log.append(file_store, "other", [happened("b", 1 + len(waits), source="other")])

    log.append(file_store, "demo", [happened("a"), happened("b")])
    seen = [(sequence, batch[0].subject) for sequence, batch in islice(log.follow(file_store, "demo", 1, sleep), 3)]
    assert seen == [(1, "a"), (2, "later 1"), (3, "later 2")]
    everywhere = [batch[0].source for _, batch in islice(log.follow_all(file_store, {"demo": 3}, sleep), 5)]
    assert everywhere == ["demo", "other", "other", "demo", "other"]


def test_a_gap_and_a_broken_line_are_found(file_store: Store) -> None:
    for day in (1, 2, 3):
        log.append(file_store, "demo", [happened("a", day)])
    assert list(verify_logs(file_store)) == []
    file_store.put(batch_key("demo", 1), b"no event\n")
    file_store.put(batch_key("demo", 5), file_store.get(batch_key("demo", 3)))
    assert [finding.rule for finding in verify_logs(file_store)] == ["log-line", "log-gap"]


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


class Around:
    """A store around another."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


class Reads(Around):
    """Remembers which batches were read."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self.batches: list[int] = []

    def get(self, key: str, **span: int) -> bytes:
        if key.startswith("events/"):
            self.batches.append(int(key[-18:-6]))
        return self.inner.get(key, **span)


class Deaf(Around):
    """Takes the first batch but never says so."""

    def put(self, key: str, data: bytes, **condition: bool) -> str:
        tag = self.inner.put(key, data, **condition)
        if key == batch_key("demo", 1):
            raise StoreUnreachable("no answer")
        return tag


class Repeating(Around):
    """Writes each batch twice, as a client that got no answer to the first attempt."""

    def put(self, key: str, data: bytes, **condition: bool) -> str:
        tag = self.inner.put(key, data, **condition)
        return self.inner.put(key, data, **condition) if key.startswith("events/") else tag


def test_from_json_reads_lines_of_the_log(file_store: Store) -> None:
    log.append(file_store, "demo", [happened("a", 2)])
    line = file_store.get(batch_key("demo", 1))
    assert isinstance(from_json(line), Event)
    assert b'"logtime":"2026-03-02T04:00:00Z"' in line
