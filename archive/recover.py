"""Finishing what a killed visit left: no whole record that was written is lost, and every visit gets its manifest.

A visit that was over when its process died is uploaded as it is. One that was cut off in the middle is closed: the torn
end of its last file is cut back to the last whole record, its index completed from the WARC, and its manifest says
`failed` and why. May be killed itself and run again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from archive import commit, index, layout, manifest, spool
from archive.checks import CHECKS_TYPE, write_record
from archive.errors import AlreadyExists, ArchiveError, Busy, Corrupt
from archive.model import Capture, Manifest
from archive.rebuild import captures_in
from archive.records import Record, read_records
from archive.store import Store
from archive.warc import WarcFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """What became of one visit that was left.

    `finished`: it was over, its upload was completed. `closed`: it was cut off, `captures` of it are in the bucket as a
    failed visit. `empty`: it had kept nothing. `busy`: another process works on it (run id empty). `elsewhere`: it
    belongs into another store and was left alone. `unclaimed`: it cannot be put into the bucket for the reason given;
    its files stay in the spool, under a name of their own.
    """

    source: str
    run_id: str
    how: Literal["finished", "closed", "empty", "busy", "elsewhere", "unclaimed"]
    captures: int = 0
    reason: str = ""


def recover(store: Store, folder: Path) -> Iterator[Recovered]:
    """Recover every visit left in the spool `folder`, source by source. Raises the Store* errors and NoSpace."""
    for source in sorted({left.parent.name for left in folder.glob("*/*/") if layout.RUN_ID.match(left.name)}):
        try:
            held = spool.lock(folder, source)
        except Busy as error:
            yield Recovered(source=source, run_id="", how="busy", reason=str(error))
            continue
        with held:
            yield from recover_source(store, folder, source)


def recover_source(store: Store, folder: Path, source: str) -> Iterator[Recovered]:
    """Recover the visits of one source, oldest first. The caller holds its lock."""
    for left in sorted((folder / source).iterdir()):
        if layout.RUN_ID.match(left.name):
            yield _recover_visit(store, left, source)


def _recover_visit(store: Store, left: Path, source: str) -> Recovered:
    address = left / spool.STORE
    if address.exists() and (belongs := address.read_text()) and belongs != store.url:
        return Recovered(source=source, run_id=left.name, how="elsewhere", reason=f"it belongs into {belongs}")
    try:
        if (left / spool.SEALED).exists():
            return _finish(store, left)
        if (left / spool.OPENED).exists():
            return _close(store, left)
    except (AlreadyExists, Corrupt) as error:
        return _set_aside(left, source, str(error))
    except (ArchiveError, OSError):  # the store's or the disk's: the next try may succeed
        raise
    except Exception as error:  # a fault of ours in what this visit has must not stop the others
        logging.exception("%s cannot be recovered", left)
        return _set_aside(left, source, f"a fault of ours: {type(error).__name__}: {error}")
    spool.clear(left)
    return Recovered(source=source, run_id=left.name, how="empty")


def _set_aside(left: Path, source: str, reason: str) -> Recovered:
    left.rename(left.with_name(f"{left.name}.unclaimed"))
    return Recovered(source=source, run_id=left.name, how="unclaimed", reason=reason)


def _finish(store: Store, left: Path) -> Recovered:
    kept = _load(left / spool.SEALED)
    key = layout.manifest_key(kept.source, kept.run_id)
    if store.exists(key) and store.get(key) == manifest.to_json(kept):
        spool.clear(left)  # only the removal of its files was interrupted
    else:
        commit.upload(store, left, kept)
    return Recovered(source=kept.source, run_id=kept.run_id, how="finished", captures=kept.counts["captures"])


def _close(store: Store, left: Path) -> Recovered:
    opened = _load(left / spool.OPENED)
    cut = sum(_cut(path) for path in sorted(left.glob(f"*.warc.gz{spool.OPEN}")))
    captures = _captures(left, layout.run_prefix(opened.source, opened.run_id))
    finished = max((capture.time for capture in captures), default=opened.started)
    reason = f"the visit was cut off; {len(captures)} captures recovered, {cut} bytes of a torn record cut away"
    kept = commit.seal(
        left, opened, captures, outcome="failed", reason=reason, finished=max(finished, opened.started), counts={}
    )
    commit.upload(store, left, kept)
    return Recovered(source=kept.source, run_id=kept.run_id, how="closed", captures=len(captures), reason=reason)


def _load(path: Path) -> Manifest:
    return manifest.from_json(path.read_bytes(), where=str(path))


def _cut(path: Path) -> int:
    """Cut an open file back to its last whole record and close it; how many bytes were cut.

    A file that ends inside a record was torn by the kill. Anything else wrong with it is damage: what follows may still
    hold whole records, so it is kept beside the WARC.
    """
    count, end, size, first, last = 0, 0, path.stat().st_size, None, None
    closed = path.with_name(path.name.removesuffix(spool.OPEN))
    try:
        for last in read_records(path):
            first = first or last
            count, end = count + 1, last.offset + last.length
    except Corrupt as error:
        with path.open("r+b") as file:
            if error.rule != "gzip-end":
                file.seek(end)
                closed.with_name(f"{closed.name}.damaged").write_bytes(file.read())
            file.truncate(end)
    if first and last:
        _close_file(
            WarcFile(closed, size=end, records=count, info_id=first.id), first, last, path.with_name(spool.CHECKS)
        )
    else:
        path.unlink()
    return size - end


def _close_file(file: WarcFile, first: Record, last: Record, checks: Path) -> None:
    """With the checks and the closing record, unless written already. Their ids follow from that of the file."""
    time = datetime.fromisoformat(last.field("WARC-Date"))
    if last.field("WARC-Refers-To").strip("<>") == first.id:
        file.finish()
        return
    if checks.exists() and last.field("Content-Type") != CHECKS_TYPE:
        write_record(file, checks, record_id=_id_after(first, "checks"), time=time)
    checks.unlink(missing_ok=True)
    file.close(record_id=_id_after(first, "closing"), time=time)


def _id_after(first: Record, what: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{first.id} {what}").urn


def _captures(left: Path, prefix: str) -> list[Capture]:
    known = {(one.warc.rpartition("/")[2], one.offset): one for one in _lines(left / spool.LINES, prefix)}
    return [capture for path in sorted(left.glob("*.warc.gz")) for capture in captures_in(path, prefix, known)]


def _lines(path: Path, prefix: str) -> Iterator[Capture]:
    """The captures of all whole index lines; the last one may be torn."""
    if path.exists():
        for line in path.read_bytes().split(b"\n")[:-1]:
            try:
                yield index.from_line(line.decode(), prefix)
            except (Corrupt, UnicodeDecodeError):
                continue
