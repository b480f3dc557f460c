"""The disk: its errors under our names, and what it holds after a power failure."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

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


def sync(path: Path) -> None:
    """A power failure finds the contents of this file, or the names in this folder, as they are now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """With those that it lies in, and so that a power failure finds it there."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync(folder.parent)
