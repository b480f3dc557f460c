"""Long stretches of a log in one object each, so that reading from far back takes few requests.

Copies only: the batches stay, and are the truth. All segments may be deleted; the daily upkeep makes them again. A line
is the number of its batch in 12 digits, a space, and the line as it is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

from archive.errors import AlreadyExists, Corrupt, NotFound
from archive.layout import batch_key, segment_key, segments_prefix
from archive.store import Store

SIZE = 200  # batches


def join(store: Store, source: str, last: int) -> int:
    """Make the segments that a log of `last` batches is long enough for; how many were new."""
    first = sum(1 for _ in store.list(segments_prefix(source)))
    for number in range(first, last // SIZE):
        lines = (numbered(sequence, store.get(batch_key(source, sequence))) for sequence in _of(number))
        with suppress(AlreadyExists):
            store.put(segment_key(source, number), b"".join(lines), if_absent=True)
    return max(0, last // SIZE - first)


def read(store: Store, source: str, start: int) -> list[tuple[int, bytes]]:
    """The batches from `start` to the end of the segment that holds it; none when there is no such segment."""
    number = (start - 1) // SIZE
    try:
        lines = store.get(segment_key(source, number)).splitlines(keepends=True)
    except NotFound:
        return []
    found = [(sequence, raw) for sequence, raw in _parted(lines) if sequence >= start]
    if [sequence for sequence, _ in found] != list(range(start, _of(number).stop)):
        key = segment_key(source, number)
        raise Corrupt(f"{key} does not hold its batches; delete it, it is a copy", where=key, rule="log-segment")
    return found


def numbered(sequence: int, raw: bytes) -> bytes:
    """A batch as a segment holds it."""
    return b"".join(b"%012d %b" % (sequence, line) for line in raw.splitlines(keepends=True))


def _parted(lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    for sequence, own in groupby(lines, key=lambda line: line[:12]):
        yield int(sequence) if sequence.isdigit() else 0, b"".join(line[13:] for line in own)


def _of(number: int) -> range:
    """The batches of a segment."""
    return range(number * SIZE + 1, (number + 1) * SIZE + 1)
