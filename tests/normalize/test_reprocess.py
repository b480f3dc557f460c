"""Shaping the archive again: row-identical, resumable, switched when complete, technical changes said as such."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shaping import keep

from archive import reader
from archive.model import Citation
from archive.store import Store, open_store
from changes.run import compare_visit
from normalize import enforcement, families, reprocess, tables, technical
from normalize.cite import cited
from normalize.model import Parsed, Release
from normalize.run import shape
from normalize.technical import Difference, Upgrade

RUNS = ("20260401T000000Z-00000a", "20260501T000000Z-00000b", "20260601T000000Z-00000c")
HEAD = "app,policy_area,metric,period,value\n"
TABLES = ("enforcement", "releases", "restatements", "rejected")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three visits to two files, of which one is restated and one cannot be shaped, shaped as they came."""
    kept = open_store(f"file://{tmp_path}/bucket")
    for n, run_id in enumerate(RUNS):
        documents = [
            (
                "https://portal.example/a.csv",
                "text/csv",
                f"{HEAD}L,O,A,2021Q2,{n // 2}\nL,O,A,2021Q3,5\nL,O,A,2021Q3,5\n".encode(),
            ),
            ("https://portal.example/b.csv", "text/csv", b"no,figures\nin,it\n"),
        ]
        keep(kept, tmp_path / "spool", run_id, documents, family="enforcement")
        items = reprocess.items_of(compare_visit(kept, "demo", run_id))
        shape(kept, source="demo", publisher="Lantern Ltd", family="enforcement", items=items)
    return kept


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(tables.read(name, store.url).to_pylist(), key=str) for name in TABLES}


def rebuild(store: Store, name: str) -> list[int]:
    return [facts for _, facts in reprocess.shape_visits(store, name, reprocess.visits(store))]


def lines(store: Store, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(store.get(technical.report_key(name))).splitlines()]


def test_deleted_tables_come_back_row_by_row(store: Store, tmp_path: Path) -> None:
    before = rows(store)
    assert len(before["enforcement"]) == 6
    assert [row["after_raw"] for row in before["restatements"]] == ["1"]
    shutil.rmtree(tmp_path / "bucket" / "tables")
    assert rebuild(store, "r1") == [6]
    reprocess.switch(store, "r1", ["demo"])
    assert rows(store) == before


def test_an_interrupted_rebuild_goes_on(store: Store) -> None:
    chosen = reprocess.visits(store, family="enforcement", source="demo")
    assert [visit.run_id for visit in chosen] == list(RUNS)
    assert list(reprocess.shape_visits(store, "r1", chosen[:2])) == [(chosen[:2], 3)]
    assert list(reprocess.shape_visits(store, "r1", chosen)) == [(chosen[:2], 0), (chosen[2:], 3)]
    reprocess.switch(store, "r1", ["demo"])
    assert reprocess.visits(store, since=RUNS[2]) == chosen[2:]
    assert reprocess.visits(store, family="narrative") == []


def test_what_differs_under_the_same_parser_is_said_to_be_unexplained(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(release: Release) -> Parsed:
        parsed = enforcement.parse(release)
        return replace(parsed, facts=parsed.facts[:-1])

    monkeypatch.setitem(families.ALL, "enforcement", replace(enforcement.FAMILY, parse=silent))
    rebuild(store, "r1")
    found = {one.table: one for one in technical.report(store, "r1", ["demo"], since=RUNS[1])}
    assert (found["enforcement"].removed, found["enforcement"].unexplained) == (1, 1)
    assert technical.upgrades(store, "r1", ["demo"]) == []


def test_a_page_that_no_parser_is_for_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = open_store(f"file://{tmp_path}/bucket")
    page = ("https://portal.example/", "text/html", b"<html><body><p>Lamps of all kinds.</p></body></html>")
    items = keep(kept, tmp_path / "spool", RUNS[0], [page], family="dsa_report")
    monkeypatch.setattr(reader, "read_payload", lambda *_: pytest.fail("it was read"))
    shaped = shape(kept, source="demo", publisher="L", family="dsa_report", items=[replace(items[0], role="page")])
    assert (shaped.releases, shaped.rejected, shaped.skipped) == (0, (), ())


def test_restatements_that_a_parser_no_longer_finds_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    new = replace(enforcement.FAMILY, version="99", parse=lambda _: Parsed(facts=()))
    monkeypatch.setitem(families.ALL, "enforcement", new)
    rebuild(store, "r1")
    found = {one.table: one for one in technical.report(store, "r1", ["demo"])}
    assert (found["restatements"].same, found["restatements"].removed) == (0, 1)
    (line,) = [line for line in lines(store, "r1") if line["table"] == "restatements"]
    assert (line["difference"], line["change"]) == ("removed", "restated")


def test_another_parser_makes_technical_changes_and_no_restatement(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(release: Release) -> Parsed:
        parsed = enforcement.parse(release)
        return replace(parsed, facts=tuple(replace(fact, unit="lamps") for fact in parsed.facts[:2]))

    before = rows(store)
    new = replace(enforcement.FAMILY, version="99", parse=doubled)
    monkeypatch.setitem(families.ALL, "enforcement", new)
    rebuild(store, "r1")
    found = {one.table: one for one in technical.report(store, "r1", ["demo"])}
    assert found["enforcement"] == Difference(table="enforcement", same=0, changed=4, added=0, removed=2, unexplained=0)
    assert found["restatements"] == Difference(
        table="restatements", same=1, changed=0, added=0, removed=0, unexplained=0
    )
    assert technical.upgrades(store, "r1", ["demo"]) == [
        Upgrade(source="demo", run_id=RUNS[2], parser="enforcement", before=(enforcement.FAMILY.version,), after="99")
    ]
    said = [line for line in lines(store, "r1") if line["table"] == "enforcement"]
    assert [line["difference"] for line in said].count("removed") == 2
    changed = next(line for line in said if line["difference"] == "changed")
    assert changed["key"] == ["l", "o", "a", "2021Q2"]
    assert changed["columns"] == {"unit": ["count", "lamps"]}
    assert changed["parser"] == [f"enforcement/{enforcement.FAMILY.version}", "enforcement/99"]
    assert cited(store, Citation(**changed["citation"])) == "0"
    assert rows(store) == before
    reprocess.switch(store, "r1", ["demo"])
    after = rows(store)
    assert {row["unit"] for row in after["enforcement"]} == {"lamps"}
    assert [row["after_raw"] for row in after["restatements"]] == ["1"]
    table = tables.opened("enforcement", store.url)
    assert table is not None
    kept = tables.opened("enforcement", store.url, version=table.version() - 1)
    assert kept is not None
    assert kept.to_pyarrow_table().num_rows == 6


ONE_BY_ONE = """
from archive.store import open_store
from normalize import reprocess
reprocess.AT_ONCE = 1
store = open_store({url!r})
for batch, _ in reprocess.shape_visits(store, "killed", reprocess.visits(store)):
    print("done", flush=True)
"""


def test_a_rebuild_that_was_killed_goes_on(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", ONE_BY_ONE.format(url=store.url)], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"done\n"
        process.send_signal(signal.SIGKILL)
    assert list(store.list("rebuild/killed/done/"))
    before = rows(store)
    rebuild(store, "killed")
    reprocess.switch(store, "killed", ["demo"])
    assert rows(store) == before


def test_rebuilds_that_nobody_writes_to_are_deleted(store: Store) -> None:
    for name in ("switched", "abandoned", "fresh"):
        rebuild(store, name)
    reprocess.switch(store, "switched", ["demo"])
    before = rows(store)
    folder = Path(store.url.removeprefix("file://")) / "rebuild"
    for path in (path for name in ("switched", "abandoned") for path in (folder / name).rglob("*")):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert reprocess.forget(store, datetime(2021, 1, 1, tzinfo=UTC)) == ["abandoned", "switched"]
    assert reprocess.forget(store, datetime(2021, 1, 1, tzinfo=UTC)) == []
    assert sorted(path.name for path in folder.iterdir()) == ["fresh"]
    assert rows(store) == before
