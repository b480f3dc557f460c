"""The archive shaped anew with a parser that reads otherwise: said, told once, never a restatement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from shaping import keep

from archive.store import Store, open_store
from changes.run import compare_visit
from events import log
from fanlight import reshape
from normalize import enforcement, families, reprocess, tables
from normalize.model import Parsed, Release

RUNS = ("20260401T000000Z-00000a", "20260501T000000Z-00000b")
HEAD = b"app,policy_area,metric,period,value\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two visits to each of two sources, shaped anew once: what is published is restated."""
    kept = open_store(f"file://{tmp_path}/bucket")
    monkeypatch.setenv("ARCHIVE_URL", kept.url)
    for name in ("demo", "other"):
        for n, run_id in enumerate(RUNS):
            body = HEAD + b"L,O,A,2021Q2,%d\n" % n
            document = ("https://portal.example/a.csv", "text/csv", body)
            keep(kept, tmp_path / "spool", run_id, [document], family="enforcement", name=name)
            compare_visit(kept, name, run_id)
    assert reshape.rebuild_visits("first", reprocess.visits(kept), jobs=2) == 4
    reshape.switch_tables(["demo", "other"], name="first")
    return kept


def again(store: Store, name: str) -> list[str]:
    said: list[str] = []
    reshape.rebuild_visits(name, reprocess.visits(store), jobs=1, say=said.append)
    reshape.say_differences(["demo", "other"], name=name, say=said.append)
    reshape.switch_tables(["demo", "other"], name=name, say=said.append)
    return said


def test_the_same_parser_makes_the_same_rows_and_tells_nothing(store: Store) -> None:
    assert tables.read("enforcement", store.url).num_rows == 4
    assert tables.read("restatements", store.url).num_rows == 2
    words = "4 the same, 0 changed, 0 added, 0 removed, 0 of these under the same version of the parser"
    assert f"enforcement: {words}" in again(store, "second")
    assert log.end(store, "demo") == 0


def test_an_upgrade_is_told_once_and_restates_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def otherwise(release: Release) -> Parsed:
        parsed = enforcement.parse(release)
        return replace(parsed, facts=tuple(replace(fact, unit="lumen") for fact in parsed.facts))

    newer = replace(enforcement.FAMILY, version="1.1", parse=otherwise)
    monkeypatch.setitem(families.ALL, "enforcement", newer)
    said = again(store, "second")
    before = enforcement.FAMILY.version
    assert "enforcement: 0 the same, 4 changed, 0 added, 0 removed, 0 of these under the same version" in "\n".join(
        said
    )
    assert f"demo: enforcement {before} is now 1.1" in said
    again(store, "third")
    told = [event for _, batch in log.read(store, "demo") for event in batch]
    assert [(event.type, event.data["parser"], event.data["version"]) for event in told] == [
        ("parser.upgraded", "enforcement", {"before": before, "after": "1.1"})
    ]
    assert tables.read("restatements", store.url).num_rows == 2
