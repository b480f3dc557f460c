"""Believing it: does every record, index line and manifest still say what was written?

Each function yields findings and never raises for bad content; an empty iterator means that all is well. Beside the
rules on records (`rules`, `filecheck`, `contradictions`) and on the chain of visits (`chain`):

manifest-form, -place, -declaration   a manifest can be read, lies where it says, and is of one piece
manifest-object, -digest, -count      what it names is there and is what it was, nothing else is; it counts right
index-gzip, -form, -file              the index can be read, and speaks of files that the manifest names
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from archive import index, layout
from archive.arc import arc_findings
from archive.chain import chain_faults, predecessor_faults
from archive.digests import sha256, sha256_stream
from archive.errors import Corrupt, NotFound
from archive.filecheck import FileCheck
from archive.findings import Finding
from archive.http import read_pieces
from archive.model import Capture, Manifest, StoredObject
from archive.package import package_findings
from archive.reader import load_captures, load_manifest, runs, sources
from archive.records import Record, read_records
from archive.rules import head_faults
from archive.store import Store, read_object


def verify_file(path: Path, captures: Iterable[Capture] | None = None, *, name: str | None = None) -> Iterator[Finding]:
    """Findings about one WARC, or about an ARC or WACZ package of others.

    With `captures` (those of this file) also about index against WARC. `name` is what the findings call the file.
    """
    kind = _kind(path)
    if kind == "wacz":
        yield from package_findings(path, name or path.name, verify_file)
    elif kind == "arc":
        yield from arc_findings(path, name or path.name)
    else:
        yield from _warc_findings(path, captures, name or path.name)


def verify_run(store: Store, source: str, run_id: str) -> Iterator[Finding]:
    """Findings about one visit: manifest against objects, index against WARCs, every record."""
    key = layout.manifest_key(source, run_id)
    try:
        kept = load_manifest(store, source, run_id)
        yield from _manifest_faults(kept, key)
        yield from predecessor_faults(store, kept, key)
        yield from _object_faults(store, kept)
    except (Corrupt, NotFound) as error:
        rule = error.rule if isinstance(error, Corrupt) else "manifest-object"
        yield Finding(where=key, offset=0, rule=rule, message=str(error))


def verify_source(store: Store, source: str) -> Iterator[Finding]:
    """Findings about every visit of a source, and about all of them together."""
    for run_id in runs(store, source):
        yield from verify_run(store, source, run_id)
    yield from chain_faults(store, source)


def verify_bucket(store: Store) -> Iterator[Finding]:
    """Findings about every visit in the store."""
    for source in sources(store):
        yield from verify_source(store, source)


def _kind(path: Path) -> str:
    """By the first bytes; whatever is nothing else is judged as a WARC."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return "wacz"
    plain = zlib.decompressobj(31)
    try:
        start = plain.decompress(start, 16) if start[:2] == b"\x1f\x8b" else start
    except zlib.error:
        return "warc"
    return "arc" if start.startswith(b"filedesc:") else "warc"


def _warc_findings(path: Path, captures: Iterable[Capture] | None, where: str) -> Iterator[Finding]:
    found: list[Finding] = []
    checked = FileCheck()

    def told(error: Corrupt, record: Record | None) -> None:
        offset = int(error.where.rpartition("@")[2])
        message = error.args[0].removeprefix(f"{path.name} at offset {offset}: ")
        found.append(Finding(where=where, offset=offset, rule=error.rule, message=message))
        faults = head_faults(record) if record else ()
        found.extend(Finding(where=where, offset=offset, rule=fault[0], message=fault[1]) for fault in faults)

    for record in read_records(path, told):
        yield from found
        found.clear()
        for rule, message in checked.record_faults(record):
            yield Finding(where=where, offset=record.offset, rule=rule, message=message)
    yield from found
    own = () if captures is None else checked.index_faults(captures)
    for offset, rule, message in chain(own, checked.end_faults()):
        yield Finding(where=where, offset=offset, rule=rule, message=message)


def _manifest_faults(kept: Manifest, key: str) -> Iterator[Finding]:
    """The manifest against where it lies and against itself."""
    place = layout.manifest_key(kept.source, kept.run_id)
    if place != key:
        yield Finding(where=key, offset=0, rule="manifest-place", message=f"it is the manifest {place}")
    canonical = json.dumps(kept.declaration, sort_keys=True, separators=(",", ":"))
    if sha256(canonical.encode()) != kept.declaration_digest:
        message = f"its declaration is not what {kept.declaration_digest} was made of"
        yield Finding(where=key, offset=0, rule="manifest-declaration", message=message)


def _object_faults(store: Store, kept: Manifest) -> Iterator[Finding]:
    folder = layout.run_prefix(kept.source, kept.run_id)
    captures: list[Capture] | None = None
    try:
        captures = index.unpack(store.get(layout.index_key(kept.source, kept.run_id)), folder)
    except (Corrupt, NotFound) as error:
        rule = error.rule if isinstance(error, Corrupt) else "manifest-object"
        yield Finding(where=layout.index_key(kept.source, kept.run_id), offset=0, rule=rule, message=str(error))
    yield from _original_faults(store, kept.source, captures or [])
    yield from _index_faults(kept, captures)
    for item in kept.objects:
        yield from _one_object(store, item, captures)
    named = {item.key for item in kept.objects} | {layout.manifest_key(kept.source, kept.run_id)}
    for key in store.list(folder):
        if key not in named:
            yield Finding(where=key, offset=0, rule="manifest-object", message="the manifest does not name this object")


def _index_faults(kept: Manifest, captures: list[Capture] | None) -> Iterator[Finding]:
    """The index as a whole against the manifest."""
    if captures is None:
        return
    key, named = layout.index_key(kept.source, kept.run_id), {item.key for item in kept.objects}
    for warc in sorted({capture.warc for capture in captures} - named):
        yield Finding(where=key, offset=0, rule="index-file", message=f"the manifest does not name its file {warc}")
    if kept.counts.get("captures") != len(captures):
        message = f"the manifest counts {kept.counts.get('captures')} captures, the index has {len(captures)}"
        yield Finding(where=key, offset=0, rule="manifest-count", message=message)


def _original_faults(store: Store, source: str, captures: list[Capture]) -> Iterator[Finding]:
    """Revisits whose original the index of its visit does not name."""
    known: dict[str, set[tuple[str, int, str]]] = {}
    for capture in captures:
        place = capture.original
        if place is None:
            continue
        run = place.warc.split("/")[-2]
        if run not in known:
            known[run] = _places(store, source, run)
        if (place.warc, place.offset, place.record_id) not in known[run]:
            message = f"it refers to {place.record_id} at {place.warc}@{place.offset}, which is not there"
            yield Finding(where=capture.warc, offset=capture.offset, rule="dangling", message=message)


def _places(store: Store, source: str, run: str) -> set[tuple[str, int, str]]:
    try:
        return {(one.warc, one.offset, one.record_id) for one in load_captures(store, source, run)}
    except (Corrupt, NotFound):
        return set()


def _one_object(store: Store, item: StoredObject, captures: list[Capture] | None) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object"
        try:
            found = _download(store, item, path)
        except NotFound as error:
            yield Finding(where=item.key, offset=0, rule="manifest-object", message=str(error))
            return
        if found != (item.digest, item.size):
            message = f"the object's digest and size are {found[0]}, {found[1]}, not {item.digest}, {item.size}"
            yield Finding(where=item.key, offset=0, rule="manifest-digest", message=message)
        if item.key.endswith(".warc.gz"):
            own = None if captures is None else [capture for capture in captures if capture.warc == item.key]
            yield from verify_file(path, own, name=item.key)


def _download(store: Store, item: StoredObject, path: Path) -> tuple[str, int]:
    """The object as a file; its digest and size."""
    with path.open("w+b") as file:
        for piece in read_object(store, item.key, item.size):
            file.write(piece)
        file.seek(0)
        return sha256_stream(read_pieces(file))


__all__ = ["Finding", "verify_bucket", "verify_file", "verify_run", "verify_source"]
