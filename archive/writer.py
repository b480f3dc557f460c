"""The WARC files of one visit: opened when there is something to keep, rolled over when they are large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from archive.checks import write_record
from archive.digests import Measured
from archive.disk import writing
from archive.readback import ReadBack
from archive.spool import CHECKS
from archive.warc import Fields, WarcFile

ROLLOVER = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a record was written: file name, offset and length of its gzip member."""

    record_id: str
    name: str
    offset: int
    length: int


class Writer:
    """The WARC files of one visit in `folder`: `name_file` names them by serial number, `info` fills their warcinfo."""

    def __init__(
        self, folder: Path, *, name_file: Callable[[int], str], new_id: Callable[[], str],
        clock: Callable[[], datetime], info: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.bytes_written = 0
        self._folder, self._name_file, self._new_id, self._clock, self._info = folder, name_file, new_id, clock, info
        self._file: WarcFile | None = None
        self.read_back: list[ReadBack] = []  # of each file in turn

    def roll(self) -> None:
        """Begin a new file with the next record if this one is large enough. Called between exchanges."""
        if self._file and self._file.size >= ROLLOVER:
            self._close()
            self._open()  # at once: the checks go into the last file, so there has to be one

    def write(self, kind: str, block: IO[bytes], fields: Fields, *, time: datetime, digest: str) -> Place:
        """Write a record of type `kind`; `fields` are further named fields, those that are None left out."""
        file = self._file or self._open()
        record_id = self._record_id()
        offset, length = file.write(kind, block, fields, record_id=record_id, time=time, digest=digest)
        self.bytes_written += length
        return Place(record_id=record_id, name=file.path.name, offset=offset, length=length)

    def measured(self, place: Place, found: Measured) -> None:
        """What the block just written there was measured as."""
        self.read_back[-1].measured(place.offset, found)

    def check(self, line: bytes) -> None:
        """Keep a line of `archive.checks` for the record that ends the last file."""
        path = self._folder / CHECKS
        with writing(path), path.open("ab") as file:
            file.write(line)

    def go_back(self) -> None:
        """Read back what was written since the last time."""
        for file in self.read_back:
            file.go_on()

    def close(self) -> None:
        """Close the last file, if any."""
        if self._file and (checks := self._folder / CHECKS).exists():
            write_record(self._file, checks, record_id=self._record_id(), time=self._clock())
            checks.unlink()
        self._close()

    def release(self) -> None:
        """Once all is kept elsewhere: let go of the files."""
        for file in self.read_back:
            file.close()

    def _close(self) -> None:
        if self._file:
            before = self._file.size
            self._file.close(record_id=self._record_id(), time=self._clock())
            self.bytes_written += self._file.size - before
            self._file = None

    def _open(self) -> WarcFile:
        file = WarcFile(self._folder / self._name_file(len(self.read_back)))
        file.begin(self._info, record_id=self._record_id(), time=self._clock())
        self.bytes_written += file.size
        self.read_back.append(ReadBack(file))
        self._file = file
        return file

    def _record_id(self) -> str:
        return f"urn:uuid:{self._new_id()}"
