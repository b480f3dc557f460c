"""Is the log what it should be: gapless, and every line an event."""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import Corrupt
from archive.findings import Finding
from archive.layout import batch_key, events_prefix, segment_key
from archive.store import Store
from events import log, segments


def verify_log(store: Store, source: str) -> Iterator[Finding]:
    """Findings about the log of one source, and about the segments that are copies of it. Raises the Store* errors."""
    joined = b""
    for wanted, key in enumerate(store.list(events_prefix(source)), 1):
        sequence = int(key.rpartition("/")[2].removesuffix(".jsonl"))
        if key != batch_key(source, wanted):
            yield Finding(where=key, offset=0, rule="log-gap", message=f"the log has no batch {wanted}")
            return
        try:
            log.read_batch(store, source, sequence)
        except Corrupt as error:
            yield Finding(where=key, offset=0, rule=error.rule, message=str(error))
        joined += segments.numbered(sequence, store.get(key))
        if sequence % segments.SIZE == 0:
            yield from _verify_segment(store, segment_key(source, sequence // segments.SIZE - 1), joined)
            joined = b""


def _verify_segment(store: Store, key: str, joined: bytes) -> Iterator[Finding]:
    if store.exists(key) and store.get(key) != joined:
        said = "it is not what its batches are: delete it, it is a copy that upkeep makes again"
        yield Finding(where=key, offset=0, rule="log-segment", message=said)


def verify_logs(store: Store) -> Iterator[Finding]:
    """Findings about the logs of all sources."""
    for source in log.sources(store):
        yield from verify_log(store, source)
