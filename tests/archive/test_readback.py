"""Reading back while writing: the commit relies on it for bytes that did not change since, and for no others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_visits import FIRST, START, MakeVisit, exchange, page

from archive import commit, writer
from archive.errors import ArchiveError, Corrupt
from archive.model import Label
from archive.store import Store
from archive.verify import verify_bucket
from archive.visit import VisitArchive


@pytest.fixture
def visit(file_store: Store, make_visit: MakeVisit) -> VisitArchive:
    """Three exchanges kept and read back, a fourth not yet read back."""
    made = make_visit(file_store)
    for number in range(4):
        made.record(exchange(page(os.urandom(3000))), Label())
        if number < 3:
            made.read_back()
    return made


@pytest.fixture
def spooled(visit: VisitArchive, tmp_path: Path) -> Path:
    assert visit.captures
    return next((tmp_path / "spool/demo" / FIRST).glob("*.warc.gz.open"))


def seal(visit: VisitArchive) -> None:
    visit.commit(outcome="complete", reason="", finished=START)


def never(*_: Any) -> Any:
    raise AssertionError("it was read twice")


def test_what_was_read_back_is_not_read_again(
    visit: VisitArchive, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "verify_file", never)
    seal(visit)
    assert list(verify_bucket(file_store)) == []


def test_each_of_several_files_is_read_back(
    file_store: Store, make_visit: MakeVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "ROLLOVER", 4000)
    monkeypatch.setattr(commit, "verify_file", never)
    visit = make_visit(file_store)
    for number in range(6):
        visit.record(exchange(page(os.urandom(3000))), Label())
        if number % 3 == 2:
            visit.read_back()
    seal(visit)
    assert list(verify_bucket(file_store)) == []


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize(
    "harm",
    [
        lambda path, captures: flip(path, captures[1].offset + 500),
        lambda path, captures: flip(path, captures[3].offset + 500),
        lambda path, captures: os.truncate(path, captures[3].offset),
        lambda path, captures: os.truncate(path, captures[3].offset - 100),
    ],
    ids=["a byte read back", "a byte not read back", "cut between records", "cut inside a record"],
)
def test_harm_done_since_is_noticed_before_anything_is_uploaded(
    harm: Callable[[Path, Any], None], visit: VisitArchive, spooled: Path, file_store: Store
) -> None:
    harm(spooled, visit.captures)
    with pytest.raises(Corrupt, match="cannot be read back"):
        seal(visit)
    assert list(file_store.list("runs/")) == []


def test_a_file_that_could_not_be_read_for_a_moment_is_read_whole_by_the_commit(
    file_store: Store, make_visit: MakeVisit, tmp_path: Path
) -> None:
    visit = make_visit(file_store)
    capture = visit.record(exchange(page(b"kept")), Label())
    spooled = next((tmp_path / "spool/demo" / FIRST).glob("*.warc.gz.open"))
    flip(spooled, capture.offset + 100)
    visit.read_back()
    flip(spooled, capture.offset + 100)
    seal(visit)
    assert list(verify_bucket(file_store)) == []


def test_an_index_that_says_something_else_is_noticed(visit: VisitArchive, file_store: Store) -> None:
    visit._captures.pop()
    with pytest.raises(ArchiveError, match="index-missing"):
        seal(visit)
    assert list(file_store.list("runs/")) == []
