"""Power failures: only what was flushed to the disk is left, and whatever that is, it is a sound archive."""

from __future__ import annotations

import os
import shutil
import stat
from itertools import count
from pathlib import Path

import pytest
from archive_visits import FIRST, START, MakeVisit, exchange, page

from archive import reader, spool
from archive.model import Label
from archive.recover import recover
from archive.store import Store, open_store
from archive.verify import verify_bucket

NEXT = "20260305T050607Z-00000b"
Names = dict[str, tuple[int, bool]]  # of a folder's entries, with their inodes, and whether they are folders


class PowerFailure(BaseException):
    """Nothing catches it."""


class Disk:
    """What of the folder `top` was flushed: contents of files and names in folders, by inode.

    The power fails when `left` more flushes were done. Open handles keep inodes from being used again.
    """

    def __init__(self, top: Path, left: int) -> None:
        self.top, self.left = top, left
        self.files: dict[int, bytes] = {}
        self.folders: dict[int, Names] = {}
        self._handles: list[int] = []

    def fsync(self, handle: int) -> None:
        if not self.left:
            raise PowerFailure
        self.left -= 1
        self._handles.append(os.dup(handle))
        path, status = Path(f"/proc/self/fd/{handle}"), os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            self.folders[status.st_ino] = {one.name: (one.inode(), one.is_dir()) for one in os.scandir(path)}
        else:
            self.files[status.st_ino] = path.read_bytes()

    def close(self) -> None:
        for handle in self._handles:
            os.close(handle)

    def restore(self, to: Path) -> None:
        """What is left if the names of files are as safe as their contents: if they were flushed."""
        self._restore(self.top.stat().st_ino, to)

    def _restore(self, folder: int, to: Path) -> None:
        to.mkdir()
        for name, (inode, is_folder) in self.folders.get(folder, {}).items():
            if is_folder:
                self._restore(inode, to / name)
            else:
                (to / name).write_bytes(self.files.get(inode, b""))

    def restore_names(self, to: Path) -> None:
        """What is left if the file system keeps names by itself, as those with a journal do."""
        shutil.copytree(self.top, to)
        for path in self.top.rglob("*"):
            if path.is_file():
                (to / path.relative_to(self.top)).write_bytes(self.files.get(path.stat().st_ino, b""))


def visit(make_visit: MakeVisit, store: Store, spools: Path, run_id: str) -> None:
    made = make_visit(store, run_id, spool=spools)
    try:
        first = made.record(exchange(page(b"first"), url="https://x.example/1"), Label(role="page"))
        made.record(exchange(page(b"second"), url="https://x.example/2"), Label(role="document"))
        made.revisit(exchange(b"HTTP/1.1 304 Not Modified\r\n\r\n", url=first.url), first, Label())
        made.commit(outcome="complete", reason="", finished=START)
    finally:
        made._lock.close()


@pytest.mark.parametrize("how", ["restore", "restore_names"])
def test_whenever_the_power_fails_what_is_left_is_sound(
    how: str, make_visit: MakeVisit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in count():
        before, after = tmp_path / f"{step}", tmp_path / f"{step}-after"
        before.mkdir()
        disk, failed = Disk(before, step), False
        monkeypatch.setattr(os, "fsync", disk.fsync)
        try:
            visit(make_visit, open_store((before / "bucket").as_uri()), before / "spool", FIRST)
        except PowerFailure:
            failed = True
        monkeypatch.setattr(os, "fsync", lambda _: None)  # saves time
        getattr(disk, how)(after)
        disk.close()
        store = open_store((after / "bucket").as_uri())
        for address in after.glob(f"spool/*/*/{spool.STORE}"):
            address.write_text(store.url)  # the copy is another place

        left = [one.how for one in recover(store, after / "spool")]

        assert set(left) <= {"finished", "closed", "empty"}
        if not failed or "finished" in left:
            assert reader.load_manifest(store, "demo", FIRST).outcome == "complete"
            assert len(reader.load_captures(store, "demo", FIRST)) == 3
        visit(make_visit, store, after / "spool", NEXT)
        assert list(verify_bucket(store)) == []
        if not failed:
            break
    assert step > 10
