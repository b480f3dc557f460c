"""Reading a WARC back while it is being written, so that the commit has little left to read.

What is read back is judged by those rules of `archive.filecheck` that would stop a commit, and its digest taken. When
that is the digest of the closed file too, these findings are what `archive.verify.verify_file` would say by them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import IO

from archive.digests import Measured
from archive.errors import Corrupt
from archive.filecheck import FileCheck
from archive.findings import Finding
from archive.model import Capture
from archive.records import IN_MEMORY, PIECE, read_members
from archive.warc import WarcFile


class ReadBack:
    """What was read back of one file so far."""

    def __init__(self, file: WarcFile) -> None:
        self._written = file
        self._file = file.reopen()
        self._at = 0
        self._sha256 = hashlib.sha256()
        self._check = FileCheck()
        self._findings: list[Finding] = []
        self._lost = False
        self._measured: dict[int, Measured] = {}

    def measured(self, offset: int, found: Measured) -> None:
        """What the block of the record at `offset` was measured as when it was written."""
        self._measured[offset] = found

    def go_on(self) -> None:
        """Read what was written since. What cannot be read is not told here: then this digest fits no file."""
        if self._lost:
            return
        self._lost = True  # until it is known to be otherwise
        start, self._at = self._at, self._written.size
        with contextlib.suppress(Corrupt, OSError):
            self._read(start, self._at)
            self._lost = False

    @property
    def name(self) -> str:
        """The file's name once it is closed."""
        return self._written.path.name

    @property
    def digest(self) -> str | None:
        """That of all the bytes read back, as in a manifest; None when there were some that could not be read."""
        return None if self._lost else f"sha256:{self._sha256.hexdigest()}"

    def findings(self, captures: Iterable[Capture]) -> Iterator[Finding]:
        """About the file, closed and read to its end; `captures` is what the index says is in it."""
        yield from self._findings
        for faults in (self._check.index_faults(captures), self._check.end_faults()):
            for offset, rule, message in faults:
                yield Finding(where=self.name, offset=offset, rule=rule, message=message)

    def close(self) -> None:
        self._file.close()

    def _read(self, start: int, end: int) -> None:
        self._file.seek(start)
        if end - start > IN_MEMORY:
            self._digest_of(start, end)
            self._judge(self._file, start, end, shift=0)
            return
        data = self._file.read(end - start)
        self._sha256.update(data)
        self._judge(io.BytesIO(data), 0, len(data), shift=start)

    def _digest_of(self, start: int, end: int) -> None:
        for at in range(start, end, PIECE):
            self._sha256.update(self._file.read(min(PIECE, end - at)))

    def _judge(self, file: IO[bytes], start: int, end: int, *, shift: int) -> None:
        for record in read_members(file, start, end, where=self.name, shift=shift):
            for rule, message in self._check.written_faults(record, self._measured.pop(record.offset, None)):
                self._findings.append(Finding(where=self.name, offset=record.offset, rule=rule, message=message))
