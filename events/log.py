"""The log on the store: per source a gapless sequence of batches, from 1, each an object that is written once.

A batch belongs to one visit and one stage (what comparing told, or what shaping told). Appending is idempotent: event
ids follow from what happened, and before the first event of an occasion is written, a mark says where the log ended.
Whoever appends for that occasion again, at any time and in any order, has to look only at what came after the mark.

Every line carries `logtime`, the latest time of any event up to here. It never falls, however late a batch was
written and whatever a clock said, so a day is found by halving.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count

from archive.errors import AlreadyExists, Corrupt, NotFound
from archive.layout import EVENTS, batch_key, mark_key, segment_key
from archive.store import Store
from events import segments
from events.model import Event, from_json, stamp

Batch = tuple[int, list[Event]]
SINGLY = 8  # batches that are read one by one before a segment is asked for


def append(store: Store, source: str, events: Sequence[Event]) -> int | None:
    """Write events that all come from one visit as the next batch; its sequence, or None when there was nothing new.

    Raises ArchiveError when the store does not take it or does not answer; then it may have been written or not, and
    the same call again settles it.
    """
    if not events:
        return None
    last = end(store, source)
    new = {event.id: event for event in events}
    for sequence in range(_mark(store, source, events, last) + 1, last + 1):
        _forget(new, read_batch(store, source, sequence))
    return _append_at(store, source, new, last + 1) if new else None


def _append_at(store: Store, source: str, new: dict[str, Event], sequence: int) -> int:
    """Write at the first free place from `sequence` on, leaving out what others wrote meanwhile."""
    while True:
        lines = _encode(new.values(), _logtime(store, source, sequence - 1))
        try:
            store.put(batch_key(source, sequence), lines, if_absent=True)
            return sequence
        except AlreadyExists:
            _forget(new, read_batch(store, source, sequence))
            if not new:  # a twin of this call was faster, or our own write arrived though its answer did not
                return sequence
            sequence += 1


def _forget(new: dict[str, Event], told: Iterable[Event]) -> None:
    for event in told:
        new.pop(event.id, None)


def _mark(store: Store, source: str, events: Sequence[Event], last: int) -> int:
    """Where the log ended when the first of these occasions was first appended for; now, if that is now."""
    return min(_mark_of(store, source, occasion, last) for occasion in {event.occasion for event in events})


def _mark_of(store: Store, source: str, occasion: str, last: int) -> int:
    key = mark_key(source, occasion)
    try:
        store.put(key, json.dumps({"after": last}).encode(), if_absent=True)
        return last
    except AlreadyExists:
        return int(json.loads(store.get(key))["after"])


def end(store: Store, source: str, known: int = 0) -> int:
    """The highest sequence of the log (0: empty), by galloping from one that is known to exist.

    The log has no gaps, so it costs two look-ups per doubling of what lies beyond `known`.
    """
    low, step = known, 1
    while store.exists(batch_key(source, low + step)):
        low, step = low + step, step * 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if store.exists(batch_key(source, middle)) else (low, middle)
    return low


def read(store: Store, source: str, start: int = 1) -> Iterator[Batch]:
    """Batches from `start` on, oldest first, up to the end of the log when it is reached."""
    first = max(start, 1)
    reached = first - 1
    for reached, batch in _read_singly(store, source, first, first + SINGLY):
        yield reached, batch
    if reached + 1 < first + SINGLY:  # the usual case: what came since the last time
        return
    while joined := segments.read(store, source, reached + 1):
        for reached, raw in joined:
            yield reached, _decode(raw, segment_key(source, (reached - 1) // segments.SIZE))
    yield from _read_singly(store, source, reached + 1)


def _read_singly(store: Store, source: str, start: int, stop: int | None = None) -> Iterator[Batch]:
    """Batches from `start` up to `stop`, or to the end of the log, with one request for each."""
    for sequence in count(start) if stop is None else range(start, stop):
        try:
            yield sequence, read_batch(store, source, sequence)
        except NotFound:
            return


def read_since(store: Store, source: str, when: datetime) -> Iterator[Batch]:
    """Batches with the events that happened at `when` or later, wherever in the log they are; none is empty."""
    for sequence, batch in read(store, source, first_since(store, source, when)):
        if chosen := [event for event in batch if event.time >= when]:
            yield sequence, chosen


def first_since(store: Store, source: str, when: datetime) -> int:
    """The first sequence that tells of anything that happened at `when` or later (end + 1: nothing does)."""
    low, high, wanted = 0, end(store, source) + 1, stamp(when)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _logtime(store, source, middle) >= wanted else (middle, high)
    return high


def follow(store: Store, source: str, start: int, sleep: Callable[[], object]) -> Iterator[Batch]:
    """Batches from `start` on, and then those still to come, for ever; `sleep` is called when there is none yet."""
    while True:
        for sequence, batch in read(store, source, start):
            yield sequence, batch
            start = sequence + 1
        sleep()


def follow_all(store: Store, starts: Mapping[str, int], sleep: Callable[[], object]) -> Iterator[Batch]:
    """The same for all sources, also those that tell their first event later; `starts` defaults to 1 for each."""
    places = dict(starts)
    while True:
        for source in sources(store):
            for sequence, batch in read(store, source, places.get(source, 1)):
                yield sequence, batch
                places[source] = sequence + 1
        sleep()


def sources(store: Store) -> list[str]:
    """The sources that have a log."""
    return store.folders(EVENTS)


def read_back(store: Store, source: str, last: int | None = None) -> Iterator[Batch]:
    """Batches from `last` (default: the end) down to the first."""
    for sequence in range(end(store, source) if last is None else last, 0, -1):
        yield sequence, read_batch(store, source, sequence)


def read_batch(store: Store, source: str, sequence: int) -> list[Event]:
    """The events of one batch; NotFound when there is none, Corrupt when it is not as it was written."""
    key = batch_key(source, sequence)
    return _decode(store.get(key), key)


def _decode(raw: bytes, key: str) -> list[Event]:
    try:
        return [from_json(line) for line in raw.splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt(f"{key} holds something else than events ({error})", where=key, rule="log-line") from error


def sequences_of_run(store: Store, source: str, run_id: str) -> list[int]:
    """The batches that tell of one visit, in order."""
    try:
        after = int(json.loads(store.get(mark_key(source, run_id)))["after"])
    except NotFound:  # nothing was ever appended for it
        return []
    return [
        sequence for sequence, batch in read(store, source, after + 1) if any(event.run_id == run_id for event in batch)
    ]


def _logtime(store: Store, source: str, sequence: int) -> str:
    """The latest time of any event up to this batch; empty before the first."""
    if sequence == 0:
        return ""
    first = store.get(batch_key(source, sequence)).partition(b"\n")[0]
    return str(json.loads(first)["logtime"])


def _encode(events: Iterable[Event], logtime: str) -> bytes:
    told = list(events)
    latest = max(logtime, *(stamp(event.time) for event in told))
    return "".join(event.to_json(logtime=latest) + "\n" for event in told).encode()
