"""Reading WARC records: gzip members with their offsets, their named fields, and their blocks as files."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from isal import isal_zlib
from isal.igzip_lib import IsalError

from archive.errors import Corrupt
from archive.http import Headers, header, parse_fields

IN_MEMORY = 8 << 20  # blocks larger than this are spooled to disk
PIECE = 1 << 18
END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record: `offset` and `length` of its member in the file, named fields, and the block as a seekable file."""

    offset: int
    length: int
    version: str
    fields: Headers
    block: IO[bytes]

    def field(self, name: str) -> str:
        """The first field of that name in any case; empty if there is none."""
        return header(self.fields, name) or ""

    @property
    def id(self) -> str:
        return self.field("WARC-Record-ID").strip("<>")

    @property
    def type(self) -> str:
        return self.field("WARC-Type").lower()


def read_records(path: Path) -> Iterator[Record]:
    """All records of a `.warc.gz` in order; raises Corrupt with file and offset at the first broken one."""
    with path.open("rb") as file:
        offset, size = 0, os.fstat(file.fileno()).st_size
        while offset < size:
            plain, length = _inflate(file, offset, path.name)
            with plain:
                yield _record(plain, offset, length, path.name)
            offset += length


def parse_member(member: bytes, *, where: str, offset: int) -> Record:
    """The record in one gzip member; raises Corrupt."""
    plain, length = _inflate(io.BytesIO(member), 0, where, offset)
    if length != len(member):
        raise _corrupt("the range holds more than one member", where, offset, "member")
    return _record(plain, offset, length, where)


def _inflate(file: IO[bytes], start: int, where: str, shift: int = 0) -> tuple[IO[bytes], int]:
    """The member that starts at `start`, decompressed, and its compressed length."""
    engine = isal_zlib.decompressobj(31)
    plain: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller closes it
    file.seek(start)
    taken = 0
    try:
        while not engine.eof and (piece := file.read(PIECE)):
            taken += len(piece)
            plain.write(engine.decompress(piece))
    except IsalError as error:  # type: ignore[misc]  # isal ships no types
        raise _corrupt(f"the gzip member is damaged ({error})", where, start + shift, "gzip") from error
    if not engine.eof:
        raise _corrupt("the file ends inside a gzip member", where, start + shift, "gzip-end")
    return plain, taken - len(engine.unused_data)


def _record(plain: IO[bytes], offset: int, length: int, where: str) -> Record:
    plain.seek(0)
    version = plain.readline(100).rstrip(b"\r\n").decode("latin-1")
    if not version.startswith("WARC/"):
        raise _corrupt("the member does not begin with WARC/", where, offset, "version")
    fields = tuple((name, _utf8(value)) for name, value in parse_fields(plain))
    size, start = header(fields, "Content-Length") or "", plain.tell()
    rest = plain.seek(0, os.SEEK_END) - start
    if not size.isdigit() or int(size) != rest - len(END):
        raise _corrupt(f"Content-Length {size!r} does not fit {rest} bytes of block", where, offset, "content-length")
    plain.seek(start + int(size))
    if plain.read() != END:
        raise _corrupt("the record does not end with two line ends", where, offset, "record-end")
    return Record(offset=offset, length=length, version=version, fields=fields, block=_window(plain, start, int(size)))


def _utf8(value: str) -> str:
    """Named fields are UTF-8 where HTTP's are latin-1."""
    return value.encode("latin-1").decode("utf-8", "replace")


class _Window(io.RawIOBase):
    """`length` bytes of `file` from `start`, as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        super().__init__()
        self._file, self._start, self._length, self._at = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._length - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _window(file: IO[bytes], start: int, length: int) -> IO[bytes]:
    return io.BufferedReader(_Window(file, start, length), PIECE)


def _corrupt(message: str, where: str, offset: int, rule: str) -> Corrupt:
    return Corrupt(f"{where} at offset {offset}: {message}", where=f"{where}@{offset}", rule=rule)
