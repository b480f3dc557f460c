"""Which visits the log tells of: a small object for each, written after its events were.

A set, not a position: a visit that was committed late, or while the clock was wrong, has an id between others and is
told of all the same.
"""

from __future__ import annotations

from archive.layout import told_key, told_prefix
from archive.store import Store


def runs(store: Store, source: str) -> set[str]:
    """Ids of the visits that are told of, whether anything had happened or not."""
    return {key.rpartition("/")[2].removesuffix(".json") for key in store.list(told_prefix(source))}


def add(store: Store, source: str, run_id: str) -> None:
    """Remember that everything about this visit is in the log."""
    store.put(told_key(source, run_id), b"{}")
