"""Checking ARC files, the format before WARC: we never write them, but archives hold them.

arc-line     a record begins with its line: URL, address, date, media type, length
arc-length   the line's length is a number
arc-end      so many bytes follow, and a line end
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from archive.coding import PIECE
from archive.findings import Finding
from archive.records import is_number

LINE = re.compile(rb"(\S.*) (\S+) (\d{8,17}) (\S+) (\S+)\r?\n\Z")


def arc_findings(path: Path, where: str) -> Iterator[Finding]:
    """Findings about one ARC; in a compressed one, offsets are those of its plain content."""
    with path.open("rb") as start:
        compressed = start.read(2) == b"\x1f\x8b"
    with gzip.open(path) if compressed else path.open("rb") as file:
        try:
            yield from _records(file, where)  # type: ignore[arg-type]  # a gzip file is one too
        except (OSError, EOFError, zlib.error) as error:
            yield Finding(where=where, offset=0, rule="gzip", message=f"it cannot be decompressed: {error}")


def _records(file: IO[bytes], where: str) -> Iterator[Finding]:
    while True:
        offset = file.tell()
        line = file.readline(1 << 16)
        if not line:
            return
        if not line.strip():
            continue
        if fault := _fault(file, line):
            yield Finding(where=where, offset=offset, rule=fault[0], message=fault[1])
            if fault[0] == "arc-end":
                return


def _fault(file: IO[bytes], line: bytes) -> tuple[str, str] | None:
    match = LINE.match(line)
    if not match:
        return "arc-line", f"{line[:60]!r} is no line that a record begins with"
    if not is_number(match[5].decode("latin-1")):
        return "arc-length", f"the length of {match[1][:80].decode('latin-1')} is {match[5].decode('latin-1')}"
    start = file.tell()
    end = start + int(match[5])
    while file.tell() < end and file.read(min(PIECE, end - file.tell())):
        pass
    there = file.tell() - start
    after = file.readline(1 << 16)
    file.seek(start + there)
    if there != int(match[5]) or (after.strip() and not LINE.match(after)):
        return "arc-end", f"{match[1][:80].decode('latin-1')} should end after {match[5].decode()} bytes, has {there}"
    return None
