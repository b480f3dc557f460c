"""Releases parsed by other processes: the same rows, in order, never many in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest
from shaping import keep, release

from archive.errors import ArchiveError, NotFound
from archive.store import Store, open_store
from changes.run import compare_visit
from normalize import reading, reprocess, tables
from normalize.model import Fact, Parsed, Result

HEAD = "app,policy_area,metric,period,value\n"
TABLES = ("enforcement", "releases", "restatements", "rejected")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Six visits to a file that is restated, and to one that cannot be shaped."""
    kept = open_store(f"file://{tmp_path}/bucket")
    for n in range(6):
        run_id = f"20260{n + 1}01T000000Z-00000a"
        good = f"{HEAD}L,O,A,2021Q2,{n // 2}\nL,O,B,2021Q2,5\n" + f"L,O,C,2021Q2,{n}\n" * (n % 2)
        documents = [("https://portal.example/a.csv", good), ("https://portal.example/b.csv", f"no,figures\nin,{n}\n")]
        texts = [(url, "text/csv", text.encode()) for url, text in documents]
        keep(kept, tmp_path / "spool", run_id, texts, family="enforcement")
        compare_visit(kept, "demo", run_id)
    return kept


def rebuilt(store: Store, name: str, by: reading.Workers | None) -> dict[str, list[dict[str, Any]]]:
    list(reprocess.shape_visits(store, name, reprocess.visits(store), by))
    place = reprocess.place(store, name)
    return {table: sorted(tables.read(table, place).to_pylist(), key=str) for table in TABLES}


def test_other_processes_make_the_same_rows(store: Store) -> None:
    alone = rebuilt(store, "alone", None)
    assert [len(alone[table]) for table in TABLES] == [15, 12, 6, 6]
    with reading.workers(2) as by:
        assert by is not None
        assert rebuilt(store, "beside", by) == alone
        (some,) = reprocess.shape_visits(store, "some", reprocess.visits(store)[:3], by)
        assert len(some[0]) == 3
        assert rebuilt(store, "some", by) == alone
        store_path = Path(store.url.removeprefix("file://"))
        for warc in store_path.rglob("*.warc.gz"):
            warc.unlink()
        with pytest.raises(NotFound):
            rebuilt(store, "gone", by)


def test_one_process_is_none() -> None:
    with reading.workers(1) as by:
        assert by is None


def test_few_results_wait_to_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slowly they are taken, so many are made at most, and fewer where each has many facts."""
    fact = Fact(
        kind="metric", key=("a",), raw_value="1", value=None, unit=None, period=None, labels={},
        citation=release(b"").citation,
    )  # fmt: skip
    made: list[Future[Result]] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **named: Any) -> Future[Any]:  # type: ignore[override]
            made.append(super().submit(*arguments, **named))
            made[-1].result()
            return made[-1]

    def parsed(many: int) -> Callable[..., Result]:
        return lambda _url, _family, one: Result(release=one, parsed=Parsed(facts=(fact,) * many))

    given = [release(b"", run_id=f"2026010{n % 9 + 1}T000000Z-{n:06x}") for n in range(50)]
    for facts, most in ((1, 2 * reading.AHEAD), (reading.MOST_FACTS // 4, 4)):
        made.clear()
        monkeypatch.setattr(reading, "_result", parsed(facts))
        with Counting() as pool:
            store = open_store(f"file://{tmp_path}")
            found = reading.results(store, "code_report", given, reading.Workers(pool=pool, number=2))
            assert [result.release for result in _slowly(found, made, most)] == given


def _slowly(found: Iterator[Result], made: list[Future[Result]], most: int) -> Iterator[Result]:
    for taken, result in enumerate(found, 1):
        assert len(made) - taken <= most
        yield result


def with_one_killed(store: Store) -> None:
    with reading.workers(2) as by:
        assert by is not None
        wait([by.pool.submit(time.sleep, 1) for _ in range(by.number)])  # all of them are there
        os.kill(by.pool.submit(os.getpid).result(), signal.SIGKILL)
        list(reprocess.shape_visits(store, "killed", reprocess.visits(store), by))


def test_a_process_that_is_killed_ends_the_run_with_what_to_do(store: Store) -> None:
    with pytest.raises(ArchiveError, match="--jobs 1"):
        with_one_killed(store)
    assert rebuilt(store, "killed", None) == rebuilt(store, "alone", None)


WAITING = """
import os, time
from normalize import reading
if __name__ == "__main__":
    with reading.workers(2) as by:
        print(by.pool.submit(os.getpid).result(), flush=True)
        time.sleep(600)
"""


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(WAITING)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(worker)


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
