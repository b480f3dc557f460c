"""Writing WARC 1.1: rolling files, one gzip member per record, written through to the disk's cache record by record.

The blocks are the bytes given, untouched: this is why no WARC library writes them (they parse and rewrite HTTP heads).
"""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from isal import isal_zlib

from archive.digests import sha256, sha256_stream
from archive.errors import NoSpace
from archive.http import read_pieces

ROLLOVER = 1_000_000_000
FLUSH = 8 << 20  # a compressed record up to this size is one write; a larger one several
LEVEL = 1  # 65 MB/s against 19 for gzip 9, at 2 points more size
GZIP = 31  # zlib's wbits for a gzip member
WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"
STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
OPEN = ".open"

NOT_URI = re.compile(r"[\s\x00-\x20\x7f<>\ud800-\udfff]")

Fields = Iterable[tuple[str, str | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a record was written: file name, offset and length of its gzip member."""

    record_id: str
    name: str
    offset: int
    length: int


class WarcFile:
    """One WARC being written, under its name plus `.open` until it is closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._spool = path.with_name(path.name + OPEN)
        self._file = os.open(self._spool, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)

    def append(self, head: bytes, block: IO[bytes]) -> tuple[int, int]:
        """Write one record as one member; offset and length. Raises NoSpace and then leaves the file as it was."""
        offset = self.size
        try:
            for data in _member(head, block):
                self._write(data)
        except OSError as error:
            os.ftruncate(self._file, offset)
            self.size = offset
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise NoSpace(f"no room to write {self.path}") from error
            raise
        return offset, self.size - offset

    def close(self) -> None:
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


class Writer:
    """The WARC files of one visit in `folder`: `name_file` names them by serial number, `info` fills their warcinfo."""

    def __init__(
        self, folder: Path, *, name_file: Callable[[int], str], new_id: Callable[[], str],
        clock: Callable[[], datetime], info: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.paths: list[Path] = []
        self.bytes_written = 0
        self._folder, self._name_file, self._new_id, self._clock, self._info = folder, name_file, new_id, clock, info
        self._file: WarcFile | None = None

    def roll(self) -> None:
        """Begin a new file with the next record if this one is large enough. Called between exchanges."""
        if self._file and self._file.size >= ROLLOVER:
            self.close()

    def write(self, kind: str, block: IO[bytes], fields: Fields, *, time: datetime, digest: str) -> Place:
        """Write a record of type `kind`; `fields` are further named fields, those that are None left out."""
        file = self._file or self._open()
        return self._append(file, kind, block, fields, time=time, digest=digest)

    def close(self) -> None:
        """Close the open file, if any."""
        if self._file:
            self._file.close()
            self._file = None

    def _open(self) -> WarcFile:
        path = self._folder / self._name_file(len(self.paths))
        file = self._file = WarcFile(path)
        self.paths.append(path)
        block = warc_fields({"format": "WARC File Format 1.1", "conformsTo": STANDARD, **self._info})
        fields = [("WARC-Filename", path.name), ("Content-Type", WARC_FIELDS)]
        self._append(file, "warcinfo", io.BytesIO(block), fields, time=self._clock(), digest=sha256(block))
        return file

    def _append(
        self, file: WarcFile, kind: str, block: IO[bytes], fields: Fields, *, time: datetime, digest: str
    ) -> Place:
        record_id = f"urn:uuid:{self._new_id()}"
        length = block.seek(0, os.SEEK_END)
        named: Fields = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"),
            *fields,
            ("WARC-Block-Digest", digest),
            ("Content-Length", str(length)),
        ]
        offset, size = file.append(_head(named), block)
        self.bytes_written += size
        return Place(record_id=record_id, name=file.path.name, offset=offset, length=size)


def warc_fields(values: Mapping[str, str]) -> bytes:
    """An `application/warc-fields` block."""
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values.items()).encode(errors="replace")


def block_digest(block: IO[bytes]) -> str:
    """The digest of a whole seekable block."""
    block.seek(0)
    return sha256_stream(read_pieces(block))[0]


def as_uri(url: str) -> str:
    """The URL with what no URI can hold percent-encoded: blanks, control characters, angle brackets."""
    return NOT_URI.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode(errors="replace")), url)


def _head(fields: Fields) -> bytes:
    lines = (f"{name}: {_one_line(value)}\r\n" for name, value in fields if value is not None)
    return ("WARC/1.1\r\n" + "".join(lines) + "\r\n").encode(errors="replace")


def _one_line(value: str) -> str:
    """A field's value must not break out of its line, whatever a server or a page put into a URL."""
    return "".join(f"%{ord(char):02X}" if ord(char) < 32 or ord(char) == 127 else char for char in value)


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
