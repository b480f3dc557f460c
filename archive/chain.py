"""The visits of one source as a chain: each manifest names the one before it, and none is missing.

chain              a manifest names an older one before it, which is there and unaltered
chain-fork         no two manifests name the same one before them
manifest-gone      a visit that was compared has its manifest
uncommitted        what lies in the folder of a visit belongs to a manifest (a warning: it may be on its way)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archive import layout
from archive.digests import sha256
from archive.errors import Corrupt
from archive.findings import Finding
from archive.model import Manifest
from archive.reader import load_manifest, runs
from archive.store import Store


def predecessor_faults(store: Store, kept: Manifest, key: str) -> Iterator[Finding]:
    """The manifest before this one must still be the one this visit was compared with."""
    if kept.previous is None:
        return
    before = layout.manifest_key(kept.source, kept.previous)
    if kept.previous >= kept.run_id:
        yield _finding(key, "chain", f"it names {kept.previous} as the visit before it, which is not older")
    elif not store.exists(before):
        yield _finding(key, "chain", f"the previous manifest {before} is gone")
    elif sha256(store.get(before)) != kept.previous_digest:
        yield _finding(key, "chain", f"the previous manifest {before} was altered")


def chain_faults(store: Store, source: str) -> Iterator[Finding]:
    """Findings about all visits of a source together."""
    committed = runs(store, source)
    followers: defaultdict[str | None, list[str]] = defaultdict(list)
    for run in committed:
        try:
            followers[load_manifest(store, source, run).previous].append(run)
        except Corrupt:
            continue  # a finding about that visit
    for previous, found in followers.items():
        for run in found[1:]:
            what = f"{found[0]} names {previous} as the visit before it" if previous else f"{found[0]} is a first visit"
            yield _finding(layout.manifest_key(source, run), "chain-fork", f"{what}, and so does this one")
    yield from _uncommitted(store, source, set(committed))


def _uncommitted(store: Store, source: str, committed: set[str]) -> Iterator[Finding]:
    left = sorted({key.split("/")[3] for key in store.list(layout.runs_prefix(source)) if key.count("/") > 3})
    for run in left:
        if run in committed:
            continue
        folder = f"{layout.runs_prefix(source)}{run[:4]}/{run}/"
        if store.exists(layout.changes_key(source, run)):
            yield _finding(folder, "manifest-gone", "the visit was compared with others, its manifest is gone")
        else:
            why = "a visit is being put there, or was left (`fanlight recover`), or its manifest was taken away"
            yield _finding(folder, "uncommitted", f"there is no manifest: {why}")


def _finding(where: str, rule: str, message: str) -> Finding:
    return Finding(where=where, offset=0, rule=rule, message=message)
