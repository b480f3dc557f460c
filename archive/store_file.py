"""The store in a folder: for one machine, for tests and for reading an archive that was copied out of its bucket."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.disk import make_folder, sync
from archive.errors import AlreadyExists, Conflict, NoSpace, NotFound, StoreDenied, StoreMisconfigured, StoreUnreachable
from archive.store import Names

HIDDEN = "."  # names of our own temporary and lock files begin with it; keys never have such a part


class FileStore:
    """Objects are files below `root`. A write is a temporary file, then a link (exclusive) or a rename."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = root.as_uri()

    def get(self, key: str, *, start: int | None = None, length: int | None = None) -> bytes:
        with _named_errors(key), self._path(key).open("rb") as file:
            file.seek(start or 0)
            return file.read(-1 if length is None else length)

    def get_with_tag(self, key: str) -> tuple[bytes, str]:
        data = self.get(key)
        return data, _tag(data)

    def put(self, key: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str:
        path = self._path(key)
        with _named_errors(key), _temporary(path) as temporary:
            temporary.write_bytes(data)
            _settle(temporary)
            if if_match is None:
                _place(temporary, path, if_absent=if_absent)
            else:
                self._replace(temporary, path, if_match)
        return _tag(data)

    def put_file(self, key: str, path: Path, *, if_absent: bool = True) -> None:
        target = self._path(key)
        with _named_errors(key), _temporary(target) as temporary:
            shutil.copyfile(path, temporary)
            _settle(temporary)
            _place(temporary, target, if_absent=if_absent)

    def exists(self, key: str) -> bool:
        with _named_errors(key):
            return self._path(key).is_file()

    def list(self, prefix: str, *, start_after: str = "") -> Iterator[str]:
        top = self.root / prefix.rpartition("/")[0]
        with _named_errors(prefix):
            keys = [
                (Path(folder) / name).relative_to(self.root).as_posix()
                for folder, _, names in os.walk(top, onerror=_unless_missing)
                for name in names
                if not name.startswith(HIDDEN)
            ]
        yield from sorted(key for key in keys if key.startswith(prefix) and key > start_after)

    def folders(self, prefix: str) -> Names:
        with _named_errors(prefix):
            top = self.root / prefix
            return sorted(entry.name for entry in top.iterdir() if entry.is_dir()) if top.is_dir() else []

    def check(self) -> None:
        with _named_errors(self.url):
            if self.root.exists() and not self.root.is_dir():
                raise StoreMisconfigured(f"{self.url} is no folder")
            there = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
            tempfile.TemporaryFile(dir=there).close()  # what is written makes its folders; a look makes none

    def _path(self, key: str) -> Path:
        if any(part.startswith(HIDDEN) or not part for part in key.split("/")):
            raise StoreMisconfigured(f"{key!r} is not a key", action="use a key like runs/source/file")
        return self.root / key

    def _replace(self, temporary: Path, path: Path, if_match: str) -> None:
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.is_file() or _tag(path.read_bytes()) != if_match:
                raise Conflict(f"{path.name} changed since it was read")
            _place(temporary, path, if_absent=False)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    make_folder(path.parent)
    handle, name = tempfile.mkstemp(prefix=HIDDEN, dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _settle(path: Path) -> None:
    path.chmod(0o644)
    sync(path)


def _place(temporary: Path, path: Path, *, if_absent: bool) -> None:
    if if_absent:
        os.link(temporary, path)  # unlike rename, fails if the name is taken
    else:
        temporary.replace(path)
    sync(path.parent)


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


@contextmanager
def _named_errors(key: str) -> Iterator[None]:
    """The file system's errors under our names."""
    try:
        yield
    except FileExistsError as error:
        raise AlreadyExists(f"{key} is already there") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"there is no {key}") from error
    except PermissionError as error:
        raise StoreDenied(f"no right to use {error.filename or key}", action="check the folder's owner") from error
    except NotADirectoryError as error:
        raise StoreMisconfigured(f"{error.filename or key} lies below something that is no folder") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace(f"no room to write {key}") from error
        raise StoreUnreachable(f"{error.filename or key}: {error.strerror}") from error
