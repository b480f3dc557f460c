"""The tables are what any reader of Delta Lake takes, also after a parser added a column, and after tidying up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyarrow.fs import PyFileSystem, SubTreeFileSystem
from shaping import keep

from archive.store import Store, open_store
from normalize import compaction, enforcement, families, ledger, tables, views
from normalize.model import Parsed, Release
from normalize.run import shape

HEAD = b"app,policy_area,metric,period,value\n"
URL = "https://portal.example/a.csv"
PLAIN = {"string", "long", "integer", "double", "boolean", "date", "timestamp"}  # what every reader knows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/bucket")


def publish(store: Store, spool: Path, month: int, value: int) -> None:
    run_id = f"2026{month:02d}01T000000Z-{month:06x}"
    items = keep(store, spool, run_id, [(URL, "text/csv", HEAD + b"L,O,A,2021Q2,%d\n" % value)])
    shape(store, source="demo", publisher="P", family="enforcement", items=items)


def opened(store: Store, name: str = "enforcement") -> DeltaTable:
    table = tables.opened(name, store.url)
    assert table is not None
    return table


def with_shade(release: Release) -> Parsed:
    parsed = enforcement.parse(release)
    return replace(parsed, facts=tuple(replace(one, labels=one.labels | {"shade": "warm"}) for one in parsed.facts))


def test_every_reader_sees_the_same_rows(store: Store, tmp_path: Path) -> None:
    publish(store, tmp_path, 4, 1)
    publish(store, tmp_path, 5, 2)
    for name in ("enforcement", "releases", "restatements"):
        there = sorted(opened(store, name).to_pyarrow_table().to_pylist(), key=str)
        assert there
        assert sorted(views.connect(store.url).table(name).to_arrow_table().to_pylist(), key=str) == there
        seen = polars.read_delta(tables.location(name, store.url)).to_dicts()
        assert sorted(seen, key=str) == sorted(there, key=str)


def test_no_thread_of_arrow_waits_for_python(store: Store, tmp_path: Path) -> None:
    """When the interpreter ends, such a thread aborts the process: one of four small visits, before this was asked."""
    publish(store, tmp_path, 4, 1)
    files = tables.rows_of(opened(store, "enforcement")).filesystem
    assert isinstance(files, SubTreeFileSystem)
    assert not isinstance(files.base_fs, PyFileSystem)


@pytest.mark.parametrize("name", ledger.TABLES)
def test_tables_ask_nothing_new_of_a_reader(store: Store, name: str) -> None:
    row = {field.name: None for field in ledger.schema_of(name)} | {"source": "demo", "run_id": "r", "document": "d"}
    tables.replace(name, ledger.schema_of(name), [row], source="demo", of={"r": ["d"]}, url=store.url)
    table = opened(store, name)
    protocol = table.protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 4)
    assert not protocol.reader_features
    assert not protocol.writer_features
    assert table.metadata().configuration == {"delta.enableChangeDataFeed": "true"}
    for field in table.schema().fields:
        kind: Any = field.type
        kind = kind.element_type if type(kind).__name__ == "ArrayType" else kind
        assert kind.type in PLAIN


def test_a_parser_may_add_a_column(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, tmp_path, 4, 1)
    columns = enforcement.FAMILY.columns | {"shade": "colour of the light"}
    newer = replace(enforcement.FAMILY, version="99", columns=columns, parse=with_shade)
    monkeypatch.setitem(families.ALL, "enforcement", newer)
    asked = "SELECT raw_value, shade FROM enforcement ORDER BY raw_value"
    assert views.connect(store.url).execute(asked).fetchall() == [("1", None)]  # asked before anything has it
    publish(store, tmp_path, 5, 2)
    assert views.connect(store.url).execute(asked).fetchall() == [("1", None), ("2", "warm")]
    seen = polars.read_delta(tables.location("enforcement", store.url)).sort("raw_value")
    assert seen["shade"].to_list() == [None, "warm"]
    before = tables.opened("enforcement", store.url, version=1)
    assert before is not None
    assert "shade" not in before.to_pyarrow_table().column_names


def test_the_change_feed_says_what_each_commit_did(store: Store, tmp_path: Path) -> None:
    publish(store, tmp_path, 4, 1)
    publish(store, tmp_path, 5, 2)
    feed = pa.table(opened(store).load_cdf(starting_version=1)).to_pylist()
    assert sorted((row["_change_type"], row["raw_value"]) for row in feed) == [("insert", "1"), ("insert", "2")]


def test_tidying_up_keeps_what_every_release_said(store: Store, tmp_path: Path) -> None:
    for month in (1, 2, 3, 4):
        publish(store, tmp_path, month, month)
    moments = [f"2026-{month:02d}-15" for month in range(1, 5)]

    def said() -> list[Any]:
        connection = views.connect(store.url)
        return [connection.execute(f"SELECT raw_value FROM enforcement_as_of('{one}')").fetchall() for one in moments]  # noqa: S608

    before = said()
    assert before == [[("1",)], [("2",)], [("3",)], [("4",)]]
    assert compaction.compact("enforcement", store) == 4
    assert compaction.vacuum("enforcement", store) == 0  # nothing is old enough
    assert compaction.vacuum("enforcement", store, hours=0) == 4
    assert said() == before
    assert compaction.vacuum("nothing_yet", store) == 0
