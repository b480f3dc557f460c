"""Evidence of the exchanges that ended in a revisit: the request and the head of the answer, byte for byte.

As records of their own they would cost three times what the revisits do, for heads that are nearly the same each time.
So they become one metadata record at the end of the visit's last WARC: one line of JSON for each, written through to
the spool as it happens. Bytes are held as latin-1 text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from archive.digests import sha256_stream
from archive.http import read_pieces
from archive.model import Exchange
from archive.records import Record
from archive.warc import WarcFile

CHECKS_TYPE = "application/x-ndjson; profile=fanlight-checks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """An exchange that became the revisit with this record id; no `response` where that one's block has it."""

    revisit: str
    url: str
    started: datetime
    finished: datetime
    request: bytes
    response: bytes
    interim: bytes = b""
    surplus: bytes = b""  # what had come behind the end of the answer


def to_line(exchange: Exchange, revisit: str, head: bytes) -> bytes:
    """The line of one exchange, with its line end."""
    said = {
        "revisit": revisit,
        "url": exchange.url,
        "started": exchange.started.astimezone(UTC).isoformat(timespec="microseconds"),
        "finished": exchange.finished.astimezone(UTC).isoformat(timespec="microseconds"),
        "request": exchange.request.decode("latin-1"),
        "response": head.decode("latin-1"),
        "interim": exchange.interim.decode("latin-1"),
        "surplus": exchange.surplus.decode("latin-1"),
    }
    return json.dumps({key: value for key, value in said.items() if value}).encode() + b"\n"


def read_checks(record: Record) -> Iterator[Check]:
    """The checks in a record of this kind; none in any other."""
    if record.field("Content-Type") != CHECKS_TYPE:
        return
    record.block.seek(0)
    for line in record.block:
        said = json.loads(line)
        yield Check(
            revisit=said["revisit"],
            url=said["url"],
            started=datetime.fromisoformat(said["started"]),
            finished=datetime.fromisoformat(said["finished"]),
            request=said["request"].encode("latin-1"),
            response=said.get("response", "").encode("latin-1"),
            interim=said.get("interim", "").encode("latin-1"),
            surplus=said.get("surplus", "").encode("latin-1"),
        )


def write_record(file: WarcFile, checks: Path, *, record_id: str, time: datetime) -> None:
    """The record of all lines in the spool file `checks`; the last one may be torn and is left out then."""
    with checks.open("r+b") as block:
        block.truncate(_whole(block))
        digest, size = sha256_stream(read_pieces(block))
        if size:
            fields = [("Content-Type", CHECKS_TYPE)]
            file.write("metadata", block, fields, record_id=record_id, time=time, digest=digest)


def _whole(block: IO[bytes]) -> int:
    """The length of all whole lines; leaves `block` at its start."""
    end = 0
    for line in block:
        end += len(line) if line.endswith(b"\n") else 0
    block.seek(0)
    return end
