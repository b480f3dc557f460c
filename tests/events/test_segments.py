"""Segments: reading from far back takes few requests and gives what the batches give."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from told import happened

from archive.errors import Corrupt
from archive.layout import batch_key, segment_key
from archive.store import Store
from archive.store_file import FileStore
from events import log, segments
from events.verify import verify_log


class Counting:
    """A store that counts what it is asked for."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.asked = inner, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        self.asked[name] += 1
        return getattr(self.inner, name)


@cache
def batch(sequence: int) -> bytes:
    told = [happened(f"page {sequence} {number}") for number in range(1 + sequence % 3)]
    return "".join(event.to_json(logtime="2026-03-01T04:00:00Z") + "\n" for event in told).encode()


@pytest.fixture
def long_log(tmp_path: Path) -> Store:
    """A log of many batches, put there as files: nobody looks for its end or waits for the disk each time."""
    folder = tmp_path / "bucket"
    (folder / batch_key("demo", 1)).parent.mkdir(parents=True)
    for sequence in range(1, 2 * segments.SIZE + 31):
        (folder / batch_key("demo", sequence)).write_bytes(batch(sequence))
    return FileStore(folder)


@pytest.mark.parametrize("start", [1, 2, 9, 192, 193, 200, 201, 395, 401, 425, 430, 431])
def test_reading_from_anywhere_gives_the_same(long_log: Store, start: int) -> None:
    before = list(log.read(long_log, "demo", start))
    assert segments.join(long_log, "demo", log.end(long_log, "demo")) == 2
    assert list(log.read(long_log, "demo", start)) == before
    assert [sequence for sequence, _ in before] == list(range(start, 431))


def test_a_long_log_is_read_with_few_requests(long_log: Store) -> None:
    segments.join(long_log, "demo", 430)
    counting = Counting(long_log)
    assert sum(1 for _ in log.read(counting, "demo")) == 430  # type: ignore[arg-type]  # it has all that a store has
    assert counting.asked.total() <= log.SINGLY + 2 + 1 + 30 + 1  # and two that find nothing


def test_what_came_since_the_last_time_costs_no_more_than_before(long_log: Store) -> None:
    segments.join(long_log, "demo", 430)
    counting = Counting(long_log)
    assert sum(1 for _ in log.read(counting, "demo", 429)) == 2  # type: ignore[arg-type]
    assert counting.asked == {"get": 3}


def test_joining_again_changes_nothing_and_goes_on_where_it_stopped(long_log: Store) -> None:
    assert segments.join(long_log, "demo", segments.SIZE + 1) == 1
    first = long_log.get(segment_key("demo", 0))
    assert segments.join(long_log, "demo", 430) == 1
    assert segments.join(long_log, "demo", 430) == 0
    assert long_log.get(segment_key("demo", 0)) == first
    assert list(verify_log(long_log, "demo")) == []


@pytest.mark.parametrize("broken", [b"", b"000000000001 {}\n", b"not a segment at all\n"])
def test_a_broken_segment_is_found_and_can_be_deleted(long_log: Store, broken: bytes) -> None:
    segments.join(long_log, "demo", 430)
    long_log.put(segment_key("demo", 1), broken)
    with pytest.raises(Corrupt, match="delete it, it is a copy"):
        list(log.read(long_log, "demo"))
    (finding,) = verify_log(long_log, "demo")
    assert (finding.where, finding.rule) == (segment_key("demo", 1), "log-segment")
