"""Never lost: real processes killed at random moments, files torn at every place, stores that fail at every step."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import killed_writer
import pytest
from archive_visits import FIRST, START, MakeVisit, exchange, page
from stores import SeaweedFS

from archive import layout, reader, spool, store_s3
from archive.checks import read_checks
from archive.errors import StoreUnreachable
from archive.model import Label
from archive.records import read_records
from archive.recover import Recovered, recover
from archive.store import Store, open_store
from archive.verify import verify_bucket

ROUNDS = 200  # `--kills` asks for more
FOLDER = layout.run_prefix("demo", FIRST)


def test_kill_9_at_any_moment_loses_nothing(file_store: Store, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Every capture that a writer said was kept is in the bucket afterwards, whole, and nothing is wrong there."""
    chance, spools = random.Random(9), tmp_path / "spool"  # noqa: S311  # not for secrets
    said: dict[str, list[str]] = {}
    rounds = pytestconfig.getoption("kills") or ROUNDS
    with subprocess.Popen([sys.executable, killed_writer.__file__], stdin=PIPE, stdout=PIPE, text=True) as writers:
        for number in range(rounds):
            run = layout.run_id(START + timedelta(minutes=number), f"{number:06x}")
            asked = f"{file_store.url} {spools} {run} {number} {tmp_path / run}\n"
            after = chance.randrange(killed_writer.COUNT + 2)
            said[run] = kill_one(writers, asked, tmp_path / run, after, delay=chance.random() / 200)
            if chance.random() < 0.5:  # else the next visit finishes it
                list(recover(file_store, spools))
    list(recover(file_store, spools))
    outcomes = Counter(check(file_store, run, lines) for run, lines in said.items())
    assert [left.name for left in (spools / "demo").iterdir()] == [".lock"]
    assert list(verify_bucket(file_store)) == []
    print(f"{rounds} writers killed, {sum(map(len, said.values()))} lines said, {dict(outcomes)}")
    assert outcomes["failed"] > rounds / 3, outcomes  # else they were hardly killed in the middle


def kill_one(writers: subprocess.Popen[str], asked: str, sayings: Path, after: int, delay: float) -> list[str]:
    """Start a writer and kill it `delay` seconds after it said this many lines; all it said in whole lines.

    A killed process may leave the beginning of a line: the kernel writes page by page.
    """
    assert writers.stdin and writers.stdout
    sayings.touch()
    writers.stdin.write(asked)
    writers.stdin.flush()
    process = int(writers.stdout.readline())
    while sayings.read_bytes().count(b"\n") < after:
        time.sleep(0.001)
    time.sleep(delay)
    os.kill(process, signal.SIGKILL)  # waited for only now, so the id is still its own
    writers.stdin.write("\n")
    writers.stdin.flush()
    assert writers.stdout.readline() == "dead\n"
    return sayings.read_text().rpartition("\n")[0].splitlines()


def check(archive: Store, run: str, lines: list[str]) -> str:
    """Hold what a writer said against what is in the bucket; the visit's outcome, or `unborn`."""
    promised = {
        (url, kind, digest) for _, url, kind, digest in (line.split() for line in lines if line.startswith("kept "))
    }
    if not promised and run not in reader.runs(archive, "demo"):
        return "unborn"
    captures = reader.load_captures(archive, "demo", run)
    assert promised <= {(one.url, one.type, one.digest) for one in captures}
    revisits = {one.url for one in captures if one.type == "revisit"} & {url for url, _, _ in promised}
    assert revisits <= checked(archive, run)
    assert len(captures) <= len(promised) + 1  # at most the one it was about to tell of
    outcome = reader.load_manifest(archive, "demo", run).outcome
    assert outcome in ("complete", "failed")
    assert outcome == "failed" or "committing" in lines
    assert outcome == "complete" or "committed" not in lines
    return outcome


def checked(archive: Store, run: str) -> set[str]:
    """URLs of the revisits whose request and answer are kept."""
    folder = Path(archive.url.removeprefix("file://")) / layout.run_prefix("demo", run)
    records = (record for path in folder.glob("*.warc.gz") for record in read_records(path))
    found = {check.url for record in records for check in read_checks(record)}
    if (folder / spool.CHECKS).exists():  # killed between two files
        found |= {json.loads(line)["url"] for line in (folder / spool.CHECKS).read_text().splitlines()}
    return found


@pytest.fixture
def left(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> tuple[Path, list[int]]:
    """The spool of a visit that stopped after three exchanges, and the offsets where its records end."""
    visit = make_visit(file_store)
    for number in range(3):
        visit.record(exchange(page(b"text %d" % number), url=f"https://x.example/{number}"), Label(role="page"))
    visit._lock.close()
    return tmp_path / "spool", [one.offset + one.length for one in visit.captures]


def test_a_file_torn_anywhere_keeps_every_whole_record(left: tuple[Path, list[int]], tmp_path: Path) -> None:
    spools, ends = left
    [torn] = (spools / "demo" / FIRST).glob("*.warc.gz.open")
    whole = torn.read_bytes()
    for cut in range(0, len(whole), 29):
        archive, copy = open_store((tmp_path / f"bucket{cut}").as_uri()), tmp_path / f"spool{cut}"
        shutil.copytree(spools, copy)
        (copy / "demo" / FIRST / spool.STORE).write_text(archive.url)
        (copy / "demo" / FIRST / torn.name).write_bytes(whole[:cut])
        [done] = recover(archive, copy)
        assert (done.how, done.captures) == ("closed", sum(end <= cut for end in ends))
        assert list(verify_bucket(archive)) == []


def test_what_was_cut_off_is_a_failed_visit_that_says_why(file_store: Store, left: tuple[Path, list[int]]) -> None:
    spools, _ = left
    [torn] = (spools / "demo" / FIRST).glob("*.warc.gz.open")
    torn.write_bytes(torn.read_bytes()[:-5])
    [done] = recover(file_store, spools)
    kept = reader.load_manifest(file_store, "demo", FIRST)
    assert (kept.outcome, kept.reason) == ("failed", done.reason)
    assert "3 captures recovered" in kept.reason and "bytes of a torn record" in kept.reason
    captures = reader.load_captures(file_store, "demo", FIRST)
    assert [one.label for one in captures] == [Label(role="page")] * 3
    assert list(recover(file_store, spools)) == []


def test_a_capture_whose_index_line_is_lost_is_rebuilt(file_store: Store, left: tuple[Path, list[int]]) -> None:
    spools, _ = left
    lines = spools / "demo" / FIRST / spool.LINES
    whole = lines.read_bytes()
    lines.write_bytes(whole[: whole.index(b"\n") + 50])
    list(recover(file_store, spools))
    captures = reader.load_captures(file_store, "demo", FIRST)
    assert [one.label.quality for one in captures] == ["ok", "error", "error"]
    assert [one.status for one in captures] == [200, 200, 200]
    assert [reader.read_payload(file_store, one.citation()).body for one in captures] == [
        b"text 0",
        b"text 1",
        b"text 2",
    ]
    assert list(verify_bucket(file_store)) == []


def test_damage_in_the_middle_is_kept_beside_the_warc(file_store: Store, left: tuple[Path, list[int]]) -> None:
    spools, ends = left
    [open_file] = (spools / "demo" / FIRST).glob("*.warc.gz.open")
    data = bytearray(open_file.read_bytes())
    data[ends[0] - 30] ^= 1
    open_file.write_bytes(data)
    list(recover(file_store, spools))
    [aside] = [
        item for item in reader.load_manifest(file_store, "demo", FIRST).objects if item.key.endswith(".damaged")
    ]
    [warc] = [item for item in reader.load_manifest(file_store, "demo", FIRST).objects if item.key.endswith(".gz")][:1]
    whole, cut = file_store.get(warc.key), file_store.get(aside.key)
    assert data.endswith(cut) and whole.startswith(data[: -len(cut)])
    assert list(verify_bucket(file_store)) == []


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_store_that_fails_at_any_step_loses_nothing(
    effect: str, file_store: Store, make_visit: MakeVisit, tmp_path: Path
) -> None:
    for step in range(20):
        run = f"20260304T0506{step:02d}Z-00000a"
        failing = Failing(file_store, step, effect)
        visit = make_visit(file_store, run)
        visit.record(exchange(page(b"text")), Label())
        visit._store = failing  # type: ignore[assignment]
        try:
            visit.commit(outcome="complete", reason="", finished=START)
        except StoreUnreachable:
            visit._lock.close()
            assert [one.how for one in recover(file_store, tmp_path / "spool")] == ["finished"]
        assert reader.load_manifest(file_store, "demo", run).outcome == "complete"
        assert not (tmp_path / "spool/demo" / run).exists()
        if failing.step >= 0:
            break
    else:
        pytest.fail("the commit never went through")
    assert step >= 3 and list(verify_bucket(file_store)) == []


def test_a_removal_that_was_interrupted_is_completed(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    visit = make_visit(file_store)
    visit.record(exchange(page(b"text")), Label())
    folder = tmp_path / "spool/demo" / FIRST
    kept = visit.commit(outcome="complete", reason="", finished=START)
    folder.mkdir()
    spool.write_manifest(folder / spool.SEALED, kept)
    assert [one.how for one in recover(file_store, tmp_path / "spool")] == ["finished"]
    assert not folder.exists()


def test_what_a_visit_cannot_be_is_left_in_the_spool(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    other = make_visit(file_store, spool=tmp_path / "other")
    other.record(exchange(page(b"other")), Label())
    other._lock.close()
    make_visit(file_store).commit(outcome="complete", reason="", finished=START)
    [done] = recover(file_store, tmp_path / "other")
    assert (done.how, done.run_id) == ("unclaimed", FIRST) and "already there" in done.reason
    assert (tmp_path / "other/demo" / f"{FIRST}.unclaimed").is_dir()
    assert list(recover(file_store, tmp_path / "other")) == []


def test_a_visit_that_breaks_recovery_does_not_stop_the_others(file_store: Store, left: tuple[Path, list[int]]) -> None:
    spools, ends = left
    shutil.copytree(spools / "demo" / FIRST, spools / "another" / FIRST)
    [torn] = (spools / "another" / FIRST).glob("*.warc.gz.open")
    last = gzip.decompress(torn.read_bytes()[ends[1] : ends[2]])
    torn.write_bytes(torn.read_bytes()[: ends[1]] + gzip.compress(last.replace(b"WARC-Date: 2026", b"WARC-Date: 20x6")))
    broken, sound = recover(file_store, spools)
    assert (broken.source, broken.how, sound.source, sound.how) == ("another", "unclaimed", "demo", "closed")
    assert "ValueError" in broken.reason and (spools / "another" / f"{FIRST}.unclaimed" / torn.name).exists()


def test_a_visit_into_another_store_is_left_alone(
    file_store: Store, left: tuple[Path, list[int]], tmp_path: Path
) -> None:
    [done] = recover(open_store((tmp_path / "elsewhere").as_uri()), left[0])
    assert (done.how, file_store.url in done.reason) == ("elsewhere", True)
    assert [one.how for one in recover(file_store, left[0])] == ["closed"]


def test_a_running_visit_is_not_recovered(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    visit = make_visit(file_store)
    [done] = recover(file_store, tmp_path / "spool")
    assert done == Recovered(source="demo", run_id="", how="busy", reason=done.reason) and "process" in done.reason
    visit.commit(outcome="complete", reason="", finished=START)


def test_the_next_visit_recovers_and_compares_with_what_was_left(
    file_store: Store, left: tuple[Path, list[int]], make_visit: MakeVisit
) -> None:
    assert left
    visit = make_visit(file_store, "20260305T050607Z-00000b")
    assert [(one.how, one.run_id) for one in visit.recovered] == [("closed", FIRST)]
    assert visit.previous is not None and visit.previous.run_id == FIRST


def test_a_visit_killed_before_it_kept_anything_leaves_nothing(file_store: Store, tmp_path: Path) -> None:
    (tmp_path / "spool/demo" / FIRST).mkdir(parents=True)
    (tmp_path / "spool/demo" / FIRST / "visit.json.new").write_bytes(b"{")
    assert [one.how for one in recover(file_store, tmp_path / "spool")] == ["empty"]
    assert list(recover(file_store, tmp_path / "spool")) == [] and list(file_store.list("")) == []


def test_kill_9_of_the_store_at_any_moment_loses_nothing(
    tmp_path: Path, make_visit: MakeVisit, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setattr(store_s3, "MULTIPART_FROM", 1 << 20)
    monkeypatch.setattr(store_s3, "PART", 5 << 20)
    chance, weed = random.Random(4), SeaweedFS(tmp_path)  # noqa: S311  # not for secrets
    for name, value in weed.server.env.items():
        monkeypatch.setenv(name, value)
    failed = 0
    try:
        for number in range(pytestconfig.getoption("kills") or 4):
            weed.start()
            archive, run = open_store(), layout.run_id(START + timedelta(minutes=number), "00000a")
            visit = make_visit(archive, run)
            capture = visit.record(exchange(page(chance.randbytes(24 << 20))), Label())
            killer = threading.Timer(0.1 + chance.random() * 0.5, weed.kill)
            killer.start()
            try:
                visit.commit(outcome="complete", reason="", finished=START)
            except StoreUnreachable:
                failed += 1
            killer.join()
            visit._lock.close()
            weed.start()
            list(recover(archive, tmp_path / "spool"))
            assert reader.load_manifest(archive, "demo", run).outcome == "complete"
            assert reader.load_captures(archive, "demo", run) == [capture]
            assert list(verify_bucket(archive)) == []
            weed.kill()
    finally:
        weed.kill()
    print(f"{number + 1} stores killed, {failed} of them in the middle of an upload")
    assert failed  # else it was never killed in the middle


class Failing:
    """A store whose write number `step` fails, before or after it took effect."""

    def __init__(self, store: Store, step: int, effect: str) -> None:
        self._store, self.step, self._effect, self.url = store, step, effect, store.url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, *given: Any, **options: Any) -> Any:
        return self._write(self._store.put, given, options)

    def put_file(self, *given: Any, **options: Any) -> Any:
        return self._write(self._store.put_file, given, options)

    def _write(self, write: Any, given: Any, options: Any) -> Any:
        self.step -= 1
        fails = self.step == -1
        if fails and self._effect == "before":
            raise StoreUnreachable("no answer")
        done = write(*given, **options)
        if fails:
            raise StoreUnreachable("no answer")
        return done
