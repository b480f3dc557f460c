"""Writing WARC 1.1: one gzip member per record, written through to the disk's cache record by record.

The blocks are the bytes given, untouched: this is why no WARC library writes them (they parse and rewrite HTTP heads).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from isal import isal_zlib

from archive.digests import sha256
from archive.disk import writing
from archive.errors import ArchiveError, NoSpace
from archive.http import read_pieces

FLUSH = 8 << 20  # a compressed record up to this size is one write; a larger one several
# igzip's levels on 61 MB of pages, CSV and PDF that platforms published (November 2026): 1 makes 704 MB/s and 24.4 % of
# the size, 2 makes 684 MB/s and 24.2 %, 3 makes 214 MB/s and 23.5 %. zlib's 1 makes 148 MB/s and 24.8 %.
LEVEL = 2
GZIP = 31  # zlib's wbits for a gzip member
WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"
STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
OPEN = ".open"
CLOSING = "closing"  # the field of warcinfo that announces the closing record

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NOT_URI = re.compile(r"[\s\x00-\x20\x7f<>\ud800-\udfff]")

Fields = Iterable[tuple[str, str | None]]


class WarcFile:
    """One WARC being written, under its name plus `.open` until it is closed.

    Its first record is a warcinfo that announces its last: a metadata record that counts the others. So a file that was
    cut off between two records can be told from a whole one.
    """

    def __init__(self, path: Path, *, size: int = 0, records: int = 0, info_id: str = "") -> None:
        """A new file; or with `size`, `records` and the id of its warcinfo, one to go on with."""
        self.path = path
        self.size = size
        self.records = records
        self._info_id = info_id
        self._spool = path.with_name(path.name + OPEN)
        self._file = os.open(self._spool, os.O_WRONLY | os.O_APPEND | (0 if size else os.O_CREAT | os.O_EXCL), 0o644)

    def begin(self, info: Mapping[str, str], *, record_id: str, time: datetime) -> None:
        """Write the warcinfo. Raises NoSpace, and then there is no file."""
        said = {
            "format": "WARC File Format 1.1",
            "conformsTo": STANDARD,
            **info,
            CLOSING: "a metadata record with the number of records",
        }
        block, self._info_id = warc_fields(said), record_id
        fields = [("WARC-Filename", self.path.name), ("Content-Type", WARC_FIELDS)]
        try:
            self.write("warcinfo", io.BytesIO(block), fields, record_id=record_id, time=time, digest=sha256(block))
        except NoSpace:
            os.close(self._file)
            self._spool.unlink()
            raise

    def reopen(self) -> IO[bytes]:
        """For reading, while it is written."""
        return self._spool.open("rb")

    def write(
        self, kind: str, block: IO[bytes], fields: Fields, *, record_id: str, time: datetime, digest: str
    ) -> tuple[int, int]:
        """Write one record as one member; offset and length. Raises NoSpace and then leaves the file as it was."""
        offset, length = self.size, block.seek(0, os.SEEK_END)
        named: Fields = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", warc_date(time)),
            *fields,
            ("WARC-Block-Digest", digest),
            ("Content-Length", str(length)),
        ]
        try:
            with writing(self.path):
                for data in _member(_head(named), block):
                    self._write(data)
        except (OSError, ArchiveError):
            os.ftruncate(self._file, offset)
            self.size = offset
            raise
        self.records += 1
        return offset, self.size - offset

    def close(self, *, record_id: str, time: datetime) -> None:
        """Write the closing record and finish. Raises NoSpace; may be repeated."""
        block = warc_fields({"records": str(self.records)})
        fields = [("Content-Type", WARC_FIELDS), ("WARC-Refers-To", f"<{self._info_id}>")]
        self.write("metadata", io.BytesIO(block), fields, record_id=record_id, time=time, digest=sha256(block))
        self.finish()

    def finish(self) -> None:
        """Flush to the disk and give the file its name."""
        os.fsync(self._file)
        os.close(self._file)
        self._spool.rename(self.path)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(self._file, view)
            self.size += written
            view = view[written:]


def warc_fields(values: Mapping[str, str]) -> bytes:
    """An `application/warc-fields` block."""
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values.items()).encode(errors="replace")


def warc_date(time: datetime) -> str:
    """In UTC, to the microsecond."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def as_uri(url: str) -> str:
    """The URL with what no URI can hold percent-encoded: blanks, control characters, angle brackets."""
    return NOT_URI.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode(errors="replace")), url)


def _head(fields: Fields) -> bytes:
    lines = (f"{name}: {_one_line(value)}\r\n" for name, value in fields if value is not None)
    return ("WARC/1.1\r\n" + "".join(lines) + "\r\n").encode(errors="replace")


def _one_line(value: str) -> str:
    """A field's value must not break out of its line, whatever a server or a page put into a URL."""
    return value if value.isprintable() else CONTROL.sub(lambda match: f"%{ord(match[0]):02X}", value)


def _member(head: bytes, block: IO[bytes]) -> Iterator[bytes]:
    """The gzip member of one record, in pieces of about FLUSH bytes: nearly always one."""
    engine = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP)
    ready = [engine.compress(head)]
    waiting = 0
    block.seek(0)
    for piece in read_pieces(block):
        ready.append(engine.compress(piece))
        waiting += len(ready[-1])
        if waiting >= FLUSH:
            yield b"".join(ready)
            ready, waiting = [], 0
    ready += [engine.compress(b"\r\n\r\n"), engine.flush()]
    yield b"".join(ready)
