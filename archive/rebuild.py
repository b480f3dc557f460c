"""The captures of a WARC from the WARC itself: what an index can be rebuilt from when its lines are lost.

Labels are not in the WARC, so a capture rebuilt has one that says nobody judged it; it is evidence and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from archive.digests import measure, sha256_stream
from archive.http import read_pieces
from archive.model import Capture, Label
from archive.records import Record, read_records

UNJUDGED = Label(quality="error", why="not judged: the visit ended before")


def captures_in(path: Path, folder: str, known: Mapping[tuple[str, int], Capture]) -> Iterator[Capture]:
    """Each capture of the closed file `path`, as `known` by (file name, offset), or else read from its record.

    `folder` is the run's prefix in the bucket. Raises Corrupt.
    """
    for record in read_records(path):
        capture = known.get((path.name, record.offset))
        if capture and (capture.record_id, capture.length) == (record.id, record.length):
            yield capture
        elif record.type in ("response", "resource", "revisit") or _is_lone_request(record):
            yield _read(record, folder + path.name)


def _is_lone_request(record: Record) -> bool:
    return record.type == "request" and not record.field("WARC-Concurrent-To")


def _read(record: Record, warc: str) -> Capture:
    status, media_type = 0, ""
    digest, size = _body(record)
    if record.type == "response":
        found = measure(record.block)
        digest, size = found.digest, found.size
        status, media_type = (found.head.status, found.head.media_type) if found.head else (0, "")
    elif record.type == "revisit":  # its payload is where it refers to: the reader will look for it there
        digest, size = record.field("WARC-Payload-Digest"), 0
    elif record.type == "resource":
        status, media_type = 200, record.field("Content-Type").partition(";")[0].strip().lower()
    return Capture(
        url=record.field("WARC-Target-URI"), time=datetime.fromisoformat(record.field("WARC-Date")), method="GET",
        status=status, media_type=media_type, digest=digest, size=size, warc=warc, offset=record.offset,
        length=record.length, record_id=record.id, type=record.type, label=UNJUDGED,  # type: ignore[arg-type]
    )  # fmt: skip


def _body(record: Record) -> tuple[str, int]:
    record.block.seek(0)
    if record.type == "request":
        while record.block.readline().rstrip(b"\r\n"):
            pass
    return sha256_stream(read_pieces(record.block))
