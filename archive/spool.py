"""The spool: where a visit lies until it is in the bucket, laid out so that a killed one can be finished.

spool/<source>/.lock                          held by whoever keeps or recovers a visit of this source
spool/<source>/<run_id>/visit.json            what the manifest needs, written before anything else
spool/<source>/<run_id>/*.warc.gz.open        the file being written; loses `.open` when closed
spool/<source>/<run_id>/captures.cdxj.open    index lines, unsorted, appended after the records they tell of
spool/<source>/<run_id>/manifest.json         the visit is over and verified; from here on only its upload is left
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from archive import manifest
from archive.disk import make_folder, sync, writing
from archive.errors import Busy
from archive.model import Manifest

LOCK = ".lock"
STORE = "store"
OPENED = "visit.json"
SEALED = "manifest.json"
LINES = "captures.cdxj.open"
CHECKS = "checks.jsonl"
INDEX = "captures.cdxj.gz"
OPEN = ".open"


def lock(spool: Path, source: str) -> IO[str]:
    """The source's lock in this spool, held until the file is closed or the process ends.

    Raises Busy, and NoSpace or StoreDenied when the spool cannot be written.
    """
    folder = spool / source
    with writing(folder):
        make_folder(folder)
        file = (folder / LOCK).open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Busy(f"process {_holder(folder)} works on {folder}") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
    return file


def open_visit(folder: Path, store: str, opened: Manifest) -> None:
    """Make the folder of a visit that belongs into the store at this address. Raises NoSpace, StoreDenied."""
    with writing(folder):
        folder.mkdir()
        (folder / STORE).write_text(store)
        sync(folder / STORE)
        sync(folder.parent)
    write_manifest(folder / OPENED, opened)


def write_manifest(path: Path, kept: Manifest) -> None:
    """Whole or not at all: a killed process or a power failure leaves no half of it. Raises NoSpace, StoreDenied."""
    temporary = path.with_name(f"{path.name}.new")
    with writing(path):
        with temporary.open("wb") as file:
            file.write(manifest.to_json(kept))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync(path.parent)


def clear(folder: Path) -> None:
    """Remove a visit that is in the bucket; `manifest.json` last, so that an interrupted removal can be told."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == SEALED):
        path.unlink()
    folder.rmdir()


def _holder(folder: Path) -> str:
    return (folder / LOCK).read_text().strip() or "unknown"
