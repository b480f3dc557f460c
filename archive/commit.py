"""Sealing a visit in the spool and putting it into the bucket: verified first, the manifest last.

Every step can be repeated after any failure, by the same process or by another one (`archive.recover`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from archive import index, layout, manifest, spool
from archive.digests import sha256_stream
from archive.disk import sync, writing
from archive.errors import AlreadyExists, Corrupt
from archive.findings import Finding
from archive.http import read_pieces
from archive.model import Capture, Manifest, Outcome, StoredObject
from archive.readback import ReadBack
from archive.store import Store, read_object
from archive.verify import verify_file

# Rules that stop a commit: those that our own writing broke. That a server contradicts itself is only worth a finding.
UNREADABLE = {
    "gzip", "gzip-end", "version", "head-end", "content-length", "record-end", "member", "duplicate-id", "cut",
    "block-digest", "payload-digest", "index-record", "index-offset", "index-missing",
}  # fmt: skip


def seal(
    folder: Path, opened: Manifest, captures: Sequence[Capture], *, read_back: Iterable[ReadBack] = (),
    outcome: Outcome, reason: str, finished: datetime, counts: Mapping[str, int],
) -> Manifest:  # fmt: skip
    """Verify what lies closed in the spool `folder`, write index and manifest beside it. Raises Corrupt, NoSpace.

    A file whose bytes are just those that were read back need not be read again.
    """
    prefix = layout.run_prefix(opened.source, opened.run_id)
    warcs = {path: _stored(path, prefix) for path in sorted(folder.glob("*.warc.gz"))}
    known = {(file.name, file.digest): file for file in read_back}
    for path, item in warcs.items():
        own = [capture for capture in captures if capture.warc == item.key]
        file = known.get((path.name, item.digest))
        _check(path, file.findings(own) if file else verify_file(path, own))
    aside = [*sorted(folder.glob("*.damaged")), *folder.glob(spool.CHECKS)]  # checks: killed between two files
    with writing(folder / spool.INDEX):
        (folder / spool.INDEX).write_bytes(index.pack(captures))
        for path in (*aside, folder / spool.INDEX, folder):  # the WARCs were, when they were closed
            sync(path)
    kept = replace(
        opened, outcome=outcome, reason=reason, finished=finished,
        counts=_count(captures, counts, stored=sum(item.size for item in warcs.values())),
        objects=(*warcs.values(), *(_stored(path, prefix) for path in [*aside, folder / spool.INDEX])),
    )  # fmt: skip
    spool.write_manifest(folder / spool.SEALED, kept)
    return kept


def upload(store: Store, folder: Path, kept: Manifest) -> None:
    """Put the objects of `kept` from the spool `folder`, then its manifest; only then empty the spool."""
    for item in kept.objects:
        _put_once(store, folder / item.key.rpartition("/")[2], item)
    data = manifest.to_json(kept)
    key = layout.manifest_key(kept.source, kept.run_id)
    try:
        store.put(key, data, if_absent=True)
    except AlreadyExists:
        if store.get(key) != data:  # a repeated upload finds its own manifest
            raise
    spool.clear(folder)


def _check(path: Path, findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.rule in UNREADABLE:
            raise Corrupt(f"what was written cannot be read back: {finding}", where=str(path), rule=finding.rule)


def _count(captures: Sequence[Capture], further: Mapping[str, int], *, stored: int) -> dict[str, int]:
    """Counts for the manifest: captures, stored WARC bytes, decoded payload bytes, `quality_<name>`; and `further`."""
    qualities = Counter(f"quality_{capture.label.quality}" for capture in captures)
    own = {"captures": len(captures), "bytes": stored, "payload_bytes": sum(capture.size for capture in captures)}
    return {**further, **qualities, **own}


def _stored(path: Path, prefix: str) -> StoredObject:
    with path.open("rb") as file:
        digest, size = sha256_stream(read_pieces(file))
    return StoredObject(key=prefix + path.name, digest=digest, size=size)


def _put_once(store: Store, path: Path, item: StoredObject) -> None:
    try:
        store.put_file(item.key, path)
    except AlreadyExists:
        if sha256_stream(read_object(store, item.key, item.size)) != (item.digest, item.size):
            raise
