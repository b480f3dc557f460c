"""Is the log what it should be: gapless, and every line an event."""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import Corrupt
from archive.findings import Finding
from archive.layout import batch_key, events_prefix
from archive.store import Store
from events import log


def verify_log(store: Store, source: str) -> Iterator[Finding]:
    """Findings about the log of one source. Raises the Store* errors."""
    for wanted, key in enumerate(store.list(events_prefix(source)), 1):
        sequence = int(key.rpartition("/")[2].removesuffix(".jsonl"))
        if key != batch_key(source, wanted):
            yield Finding(where=key, offset=0, rule="log-gap", message=f"the log has no batch {wanted}")
            return
        try:
            log.read_batch(store, source, sequence)
        except Corrupt as error:
            yield Finding(where=key, offset=0, rule=error.rule, message=str(error))


def verify_logs(store: Store) -> Iterator[Finding]:
    """Findings about the logs of all sources."""
    for source in log.sources(store):
        yield from verify_log(store, source)
