"""The log on the store: per source a gapless sequence of batches, from 1, each an object that is written once.

A batch belongs to one visit and one stage (what comparing told, or what shaping told). Appending is idempotent: event
ids follow from what happened, and a batch whose events are already in the log is not written again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.errors import AlreadyExists
from archive.layout import batch_key, events_prefix
from archive.store import Store
from events.model import Event, from_json

Batch = tuple[int, list[Event]]


def append(store: Store, source: str, events: Sequence[Event]) -> int | None:
    """Write events that all come from one visit as the next batch; its sequence, or None when there was nothing new.

    Raises ArchiveError when the store does not take it; then nothing was written.
    """
    if not events:
        return None
    sequence = end(store, source) + 1
    new = _without_told(store, source, sequence - 1, events)
    while new:
        try:
            store.put(batch_key(source, sequence), _encode(new), if_absent=True)
            return sequence
        except AlreadyExists:  # somebody else appended first: look at what they wrote, then take the next place
            told = {event.id for event in read_batch(store, source, sequence)}
            new = [event for event in new if event.id not in told]
            sequence += 1
    return None


def _without_told(store: Store, source: str, last: int, events: Sequence[Event]) -> list[Event]:
    """Events not in the log yet. Visits are told in order, so batches of earlier visits end the search."""
    new = {event.id: event for event in events}
    run = min(event.run_id for event in events)
    for _, batch in read_back(store, source, last):
        for told in batch:
            new.pop(told.id, None)
        if all(told.run_id < run for told in batch):
            break
    return list(new.values())


def end(store: Store, source: str) -> int:
    """The highest sequence of the log (0: empty), by galloping: the log has no gaps, so it costs log2(n) look-ups."""
    high = 1
    while store.exists(batch_key(source, high)):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if store.exists(batch_key(source, middle)) else (low, middle)
    return low


def read(store: Store, source: str, start: int = 1) -> Iterator[Batch]:
    """Batches from `start` on, oldest first."""
    after = batch_key(source, start - 1) if start > 1 else ""
    for key in store.list(events_prefix(source), start_after=after):
        sequence = int(key.rsplit("/", 1)[1].removesuffix(".jsonl"))
        yield sequence, read_batch(store, source, sequence)


def read_back(store: Store, source: str, last: int | None = None) -> Iterator[Batch]:
    """Batches from `last` (default: the end) down to the first."""
    for sequence in range(end(store, source) if last is None else last, 0, -1):
        yield sequence, read_batch(store, source, sequence)


def read_batch(store: Store, source: str, sequence: int) -> list[Event]:
    """The events of one batch; NotFound when there is none."""
    return [from_json(line) for line in store.get(batch_key(source, sequence)).decode().splitlines()]


def sequences_of_run(store: Store, source: str, run_id: str) -> list[int]:
    """The batches that tell of one visit, in order."""
    found = []
    for sequence, batch in read_back(store, source):
        if any(event.run_id == run_id for event in batch):
            found.append(sequence)
        elif all(event.run_id < run_id for event in batch):
            break
    return found[::-1]


def _encode(events: Sequence[Event]) -> bytes:
    return "".join(event.to_json() + "\n" for event in events).encode()
