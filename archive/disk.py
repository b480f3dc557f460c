"""The disk's errors under our names, wherever the spool is written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO

from archive.errors import NoSpace, StoreDenied

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def writing(what: object) -> Iterator[None]:
    """NoSpace for a full disk, StoreDenied for one that may not be written; other errors as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace(f"no room to write {what}") from error
        if error.errno in REFUSED:
            action = "check who owns the folder and whether it may be written"
            raise StoreDenied(f"{what} cannot be written: {error.strerror}", action=action) from error
        raise


def append_line(file: FileIO, line: bytes) -> None:
    """One unbuffered write of a line and its end. Raises NoSpace, also when only a part of it was written."""
    with writing(file.name):
        if file.write(line + b"\n") != len(line) + 1:
            raise OSError(errno.ENOSPC, "only a part was written")
