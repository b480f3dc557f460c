"""Putting a closed visit into the bucket: verified first, the manifest last. Can be repeated after any failure."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive import index, layout, manifest
from archive.digests import sha256, sha256_stream
from archive.errors import AlreadyExists, Corrupt
from archive.http import read_pieces
from archive.model import Capture, Manifest, StoredObject
from archive.store import Store
from archive.verify import verify_file

INDEX = "captures.cdxj.gz"
MANIFEST = "manifest.json"


def count(captures: Iterable[Capture], further: Mapping[str, int], *, stored: int) -> dict[str, int]:
    """Counts for the manifest: captures, stored WARC bytes, decoded payload bytes, `quality_<name>`; and `further`."""
    captures = list(captures)
    qualities = Counter(f"quality_{capture.label.quality}" for capture in captures)
    own = {"captures": len(captures), "bytes": stored, "payload_bytes": sum(capture.size for capture in captures)}
    return {**further, **qualities, **own}


def check_warcs(paths: Iterable[Path], captures: Iterable[Capture]) -> None:
    """Read back what was written, record by record, against the index; raises Corrupt."""
    for path in paths:
        own = [capture for capture in captures if capture.warc.endswith(f"/{path.name}")]
        for finding in verify_file(path, own):
            raise Corrupt(f"what was written cannot be read back: {finding}", where=str(path), rule=finding.rule)


def stored_objects(folder: Path, names: Iterable[str], prefix: str) -> tuple[StoredObject, ...]:
    """What the files `names` in the spool `folder` will be in the bucket."""
    objects = []
    for name in names:
        with (folder / name).open("rb") as file:
            digest, size = sha256_stream(read_pieces(file))
        objects.append(StoredObject(key=prefix + name, digest=digest, size=size))
    return tuple(objects)


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
    shutil.rmtree(folder)


def write_index(folder: Path, captures: Iterable[Capture]) -> None:
    """The packed index beside the WARCs in the spool."""
    (folder / INDEX).write_bytes(index.pack(captures))


def _put_once(store: Store, path: Path, item: StoredObject) -> None:
    try:
        store.put_file(item.key, path)
    except AlreadyExists:
        if sha256(store.get(item.key)) != item.digest:
            raise
