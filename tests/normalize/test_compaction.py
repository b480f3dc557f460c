"""Joining files never brings back a row that was replaced meanwhile, and loses none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from deltalake.exceptions import CommitFailedError

from archive.store import Store
from archive.store_file import FileStore
from normalize import compaction, tables

SCHEMA = pa.schema([(name, pa.string()) for name in ("source", "document", "run_id", "said")])
Row = tuple[str, str, str]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return FileStore(tmp_path / "store")


def write(store: Store, run_id: str, said: str, *, source: str = "demo") -> None:
    row = {"source": source, "document": "a.csv", "run_id": run_id, "said": said}
    tables.replace("lamps", SCHEMA, [row], source=source, of={run_id: ["a.csv"]}, url=store.url)


def rows(store: Store) -> list[Row]:
    found = tables.read("lamps", store.url).to_pylist()
    return sorted((row["source"], row["run_id"], row["said"]) for row in found)


def files(store: Store) -> int:
    table = tables.opened("lamps", store.url)
    return 0 if table is None else len(table.file_uris())


def before_the_first_commit(monkeypatch: pytest.MonkeyPatch, then: Callable[[], Any]) -> None:
    """`then` happens after a compaction read the table, and before it says what it did."""
    commit, waiting = compaction._commit, [then]

    def late(*given: Any, **named: Any) -> None:
        if waiting:
            waiting.pop()()
        commit(*given, **named)

    monkeypatch.setattr(compaction, "_commit", late)


def test_each_source_is_joined_into_one_file(store: Store) -> None:
    for source in ("harbour", "demo"):
        for number in range(3):
            write(store, f"r{number}", str(number), source=source)
    before = rows(store)
    assert (len(before), files(store)) == (6, 6)
    assert compaction.compact("lamps", store) == 6
    assert (rows(store), files(store)) == (before, 2)
    assert compaction.compact("lamps", store) == 0
    write(store, "r1", "again")
    assert rows(store) == sorted({*before, ("demo", "r1", "again")} - {("demo", "r1", "1")})


def test_a_column_that_came_later_is_null_before(store: Store) -> None:
    write(store, "r1", "1")
    more = pa.schema([*SCHEMA, ("colour", pa.string())])
    row = {"source": "demo", "document": "a.csv", "run_id": "r2", "said": "2", "colour": "green"}
    tables.replace("lamps", more, [row], source="demo", of={"r2": ["a.csv"]}, url=store.url)
    assert compaction.compact("lamps", store) == 2
    assert sorted(map(str, tables.read("lamps", store.url)["colour"].to_pylist())) == ["None", "green"]


def test_files_that_are_large_together_are_joined_in_several(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write(store, f"r{number}", str(number))
    table = tables.opened("lamps", store.url)
    assert table is not None
    largest = max(pa.table(table.get_add_actions(flatten=True))["size_bytes"].to_pylist())
    monkeypatch.setattr(compaction, "SMALL", 2 * largest + 2)
    before = rows(store)
    assert compaction.compact("lamps", store) > 5  # what was joined is joined again
    assert (rows(store), files(store)) == (before, 1)


def test_what_was_replaced_while_files_were_joined_stays_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(store, f"r{number}", str(number))
    before_the_first_commit(monkeypatch, lambda: write(store, "r1", "new"))
    assert compaction.compact("lamps", store) == 3
    assert rows(store) == [("demo", "r0", "0"), ("demo", "r1", "new"), ("demo", "r2", "2")]


def test_two_that_join_the_same_files_join_them_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        write(store, f"r{number}", str(number))
    before_the_first_commit(monkeypatch, lambda: compaction.compact("lamps", store))
    assert compaction.compact("lamps", store) == 0
    assert (len(rows(store)), files(store)) == (3, 1)


def test_what_others_write_meanwhile_is_in_nobodys_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        write(store, f"r{number}", str(number))
    before_the_first_commit(monkeypatch, lambda: write(store, "r1", "1", source="harbour"))
    read = len(list(store.list("tables/lamps/source=demo/")))
    assert compaction.compact("lamps", store) == 3
    assert len(list(store.list("tables/lamps/source=demo/"))) == read + 1
    assert len(rows(store)) == 4


def test_a_column_without_a_range_is_no_obstacle(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "ROWS", 1)
    write(store, "r1", "1")
    row = {"source": "demo", "document": "x" * 9000, "run_id": "r2", "said": "2"}
    tables.replace("lamps", SCHEMA, [row], source="demo", of={"r2": ["x" * 9000]}, url=store.url)
    assert compaction.compact("lamps", store) == 2
    assert len(rows(store)) == 2


def test_who_read_the_table_before_it_was_joined_must_begin_again(store: Store) -> None:
    for number in range(3):
        write(store, f"r{number}", str(number))
    read_before = tables.opened("lamps", store.url)
    assert read_before is not None
    assert compaction.compact("lamps", store) == 3
    row = pa.Table.from_pylist([{"source": "demo", "document": "a.csv", "run_id": "r1", "said": "new"}], schema=SCHEMA)
    with pytest.raises(CommitFailedError):
        write_deltalake(
            read_before, row, mode="overwrite", predicate="source = 'demo' AND run_id = 'r1'",
            commit_properties=tables._alone(["demo"]),
        )  # fmt: skip
    assert len(rows(store)) == 3


def test_writers_and_joiners_at_once(store: Store) -> None:
    for _ in range(5):
        with ThreadPoolExecutor(6) as pool:
            writing = [pool.submit(write, store, f"r{number}", str(number)) for number in (1, 2, 3, 4, 4, 3, 2, 1)]
            joining = [pool.submit(compaction.compact, "lamps", store) for _ in range(3)]
            for done in (*writing, *joining):
                done.result()
        assert rows(store) == [("demo", f"r{number}", str(number)) for number in (1, 2, 3, 4)]


def test_the_change_feed_says_nothing_of_it(store: Store) -> None:
    write(store, "r1", "1")
    write(store, "r2", "2")
    assert compaction.compact("lamps", store) == 2
    write(store, "r3", "3")
    table = tables.opened("lamps", store.url)
    assert table is not None
    feed = pa.table(table.load_cdf(starting_version=1)).to_pylist()
    assert sorted((row["_change_type"], row["said"]) for row in feed) == [("insert", n) for n in "123"]
