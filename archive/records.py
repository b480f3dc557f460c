"""Reading WARC records, from gzip members or plain files: their offsets, named fields, and blocks as files."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from isal import isal_zlib
from isal.igzip_lib import IsalError

from archive.errors import Corrupt
from archive.http import Headers, header, parse_fields

IN_MEMORY = 8 << 20  # members larger than this are spooled to disk
PIECE = 1 << 18
FIRST = 1 << 14  # most members are small, and what is read beyond their end is read again
END = b"\r\n\r\n"
MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record: where it is in its file, its head as bytes and as named fields, and its block as a seekable file.

    `offset` and `length` are those of its gzip member, or of the record itself in a plain file; `alone` says that its
    member holds nothing else.
    """

    offset: int
    length: int
    version: str
    head: bytes
    fields: Headers
    block: IO[bytes]
    alone: bool = True
    type: str = field(init=False)
    _named: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", {name.lower(): value for name, value in reversed(self.fields)})
        object.__setattr__(self, "type", self.field("WARC-Type").lower())

    def field(self, name: str) -> str:
        """The first field of that name in any case; empty if there is none."""
        return self._named.get(name.lower(), "")

    @property
    def id(self) -> str:
        return self.field("WARC-Record-ID").strip("<>")


Told = Callable[[Corrupt, Record | None], None]


def read_records(path: Path, told: Told | None = None) -> Iterator[Record]:
    """All records of a `.warc.gz` or `.warc` in order. A block can be read until the next record is asked for.

    At a broken one it raises Corrupt (`where` is `<file>@<offset>`); or, if `told` is given, tells that, and the record
    as far as it can be read, if it has a head; and goes on with the next that can be found.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if file.read(2) == MAGIC[:2]:
            yield from _in_gzip(file, 0, size, path.name, told or _raise)
        else:
            yield from _in_plain(file, size, path.name, told or _raise)


def read_members(file: IO[bytes], start: int, end: int, *, where: str, shift: int = 0) -> Iterator[Record]:
    """The records in the gzip members from `start` to `end`, as `read_records` gives them; raises Corrupt.

    `shift`: at which offset of what `where` names `file` begins.
    """
    yield from _in_gzip(file, start, end, where, _raise, shift)


def parse_member(member: bytes, *, where: str, offset: int) -> Record:
    """The record in one gzip member that lies at `offset` of `where`; raises Corrupt."""
    plain, length = _inflate(io.BytesIO(member), 0, where, offset)
    records = list(_in_plain(plain, plain.seek(0, os.SEEK_END), where, _raise, (offset, length)))
    if length != len(member) or len(records) != 1:
        raise _corrupt("the range is not one member with one record", where, offset, "member")
    return records[0]


def _raise(error: Corrupt, _: Record | None) -> None:
    raise error


def _in_gzip(file: IO[bytes], offset: int, size: int, where: str, told: Told, shift: int = 0) -> Iterator[Record]:
    while offset < size:
        try:
            plain, length = _inflate(file, offset, where, shift)
        except Corrupt as error:
            told(error, None)
            offset = _find(file, MAGIC, offset + 1, size)
            continue
        with plain:
            yield from _in_plain(plain, plain.seek(0, os.SEEK_END), where, told, (offset + shift, length))
        offset += length


def _in_plain(
    file: IO[bytes], size: int, where: str, told: Told, member: tuple[int, int] | None = None
) -> Iterator[Record]:
    at = 0
    while at < size:
        try:
            record, start = _head(file, at, size, where, member)
        except Corrupt as error:
            told(error, None)
            at = _find(file, b"\nWARC/", at, size) + 1
            continue
        if fault := _end_fault(file, record, start, size):
            told(_corrupt(fault[1], where, record.offset, fault[0]), replace(record, alone=True))
            at = _find(file, b"\nWARC/", at, size) + 1
            continue
        yield record
        at = start + int(record.field("Content-Length")) + len(END)


def _head(file: IO[bytes], at: int, size: int, where: str, member: tuple[int, int] | None) -> tuple[Record, int]:
    """The record that starts at `at`, its block as far as there is one, and where its block starts."""
    offset = member[0] if member else at
    file.seek(at)
    version = file.readline(100).rstrip(b"\r\n").decode("latin-1")
    if not version.upper().startswith("WARC/"):
        what = "this is an ARC file" if version.startswith("filedesc:") else "no WARC version line"
        raise _corrupt(f"{what}: {version[:40]!r}", where, offset, "version")
    fields = tuple((name, _utf8(value)) for name, value in parse_fields(file))
    start = file.tell()
    file.seek(at)
    head = file.read(start - at)
    said = header(fields, "Content-Length") or ""
    end = start + int(said) + len(END) if is_number(said) else size
    record = Record(
        offset=offset, length=member[1] if member else end - at, version=version, head=head, fields=fields,
        block=window(file, start, min(end - len(END), size) - start), alone=not member or (at, end) == (0, size),
    )  # fmt: skip
    return record, start


def _end_fault(file: IO[bytes], record: Record, start: int, size: int) -> tuple[str, str] | None:
    """Why this record cannot be taken as whole: rule and message."""
    if not record.head.endswith((b"\n\r\n", b"\n\n")):
        return "head-end", "the record's head does not end with an empty line"
    said = record.field("Content-Length")
    if not is_number(said):
        return "content-length", f"Content-Length is {said!r}"
    end = start + int(said) + len(END)
    file.seek(min(end - len(END), size))  # no system seeks wherever a field may say
    if (found := file.read(len(END))) != END:
        short = f"; the file ends {end - size} bytes early" if end > size else ""
        return "record-end", f"two line ends should follow {said} bytes of block, not {found!r}{short}"
    return None


def is_number(value: str) -> bool:
    """Whether a field's value is a count of bytes, and not one that no file could have."""
    return value.isascii() and value.isdigit() and len(value) < 19


def _inflate(file: IO[bytes], start: int, where: str, shift: int = 0) -> tuple[IO[bytes], int]:
    """The member that starts at `start`, decompressed, and its compressed length."""
    engine = isal_zlib.decompressobj(31)
    plain: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller closes it
    file.seek(start)
    taken = 0
    try:
        while not engine.eof and (piece := file.read(min(PIECE, max(FIRST, taken)))):
            taken += len(piece)
            plain.write(engine.decompress(piece))
    except IsalError as error:  # type: ignore[misc]  # isal ships no types
        raise _corrupt(f"the gzip member is damaged ({error})", where, start + shift, "gzip") from error
    if not engine.eof:
        raise _corrupt("the file ends inside a gzip member", where, start + shift, "gzip-end")
    return plain, taken - len(engine.unused_data)


def _find(file: IO[bytes], wanted: bytes, start: int, size: int) -> int:
    """Where `wanted` comes next, or the end."""
    tail = b""
    file.seek(start)
    while piece := file.read(PIECE):
        found = (tail + piece).find(wanted)
        if found >= 0:
            return start - len(tail) + found
        start += len(piece)
        tail = (tail + piece)[-len(wanted) + 1 :]
    return size


def _utf8(value: str) -> str:
    """Named fields are UTF-8 where HTTP's are latin-1."""
    return value.encode("latin-1").decode("utf-8", "replace")


class _Window(io.RawIOBase):
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
        if self._at >= self._length:
            return 0
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(buffer), self._length - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def window(file: IO[bytes], start: int, length: int) -> IO[bytes]:
    """`length` bytes of `file` from `start`, as a file of its own."""
    return io.BufferedReader(_Window(file, start, length), max(1, min(PIECE, length)))


def _corrupt(message: str, where: str, offset: int, rule: str) -> Corrupt:
    return Corrupt(f"{where} at offset {offset}: {message}", where=f"{where}@{offset}", rule=rule)
