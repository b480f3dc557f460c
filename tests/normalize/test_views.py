"""Views over the tables: latest, as of a day, what was restated, the catalogue, what is covered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shaping import COMMITMENTS, REPORTS, keep, report_json

from archive.store import Store, open_store
from normalize import views
from normalize.run import shape

FIRST, SECOND = "20260401T000000Z-00000a", "20260501T000000Z-00000b"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two reports of one wave, of which one is edited a month later and then lacks an answer and a cell."""
    kept = open_store(f"file://{tmp_path}/bucket")
    other = report_json(COMMITMENTS[:1])
    edited = (
        json.dumps(report_json()).replace("1,204", "1,205").replace("Twice a day.", "").replace('\\"88\\"', '\\"\\"')
    )
    visits = [
        (
            FIRST,
            [
                (REPORTS + "/json", json.dumps(report_json())),
                (REPORTS.replace("lantern", "torch") + "/json", json.dumps(other)),
            ],
        ),
        (SECOND, [(REPORTS + "/json", edited)]),
    ]
    for run_id, documents in visits:
        items = keep(
            kept, tmp_path / "spool", run_id, [(url, "application/json", text.encode()) for url, text in documents]
        )
        shape(kept, source="demo", publisher="Lantern Ltd", family="code_report", items=items)
    return kept


def ask(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return views.connect(store.url).execute(sql).fetchall()


FIGURE = "SELECT raw_value FROM {} WHERE slug = 'lantern' AND country = 'AT' AND metric = 'Accounts removed'"


def test_latest_and_as_of(store: Store) -> None:
    assert ask(store, FIGURE.format("code_report_latest")) == [("1,205",)]
    assert ask(store, FIGURE.format("code_report_as_of('2026-04-15')")) == [("1,204",)]
    assert ask(store, FIGURE.format("code_report_as_of('2026-05-02')")) == [("1,205",)]
    assert ask(store, FIGURE.format("code_report_as_of('2026-03-01')")) == []
    assert sorted(ask(store, FIGURE.format("code_report"))) == [("1,204",), ("1,205",)]


def test_first_and_last_seen(store: Store) -> None:
    found = ask(
        store,
        "SELECT DISTINCT CAST(first_seen AS DATE)::VARCHAR, CAST(last_seen AS DATE)::VARCHAR, releases, texts "
        "FROM code_report_seen WHERE list_contains(key, 'lantern') ORDER BY texts",
    )
    assert found == [("2026-04-01", "2026-05-01", 2, 1), ("2026-04-01", "2026-05-01", 2, 2)]


def test_restatements_are_a_table(store: Store) -> None:
    found = ask(store, "SELECT change, kind, before_raw, after_raw, run_id FROM restatements ORDER BY before_raw")
    assert found == [
        ("restated", "cell", "1,204", "1,205", SECOND), ("restated", "cell", "88", "", SECOND),
        ("restated", "sli", "Twice a day.", "", SECOND),
    ]  # fmt: skip


def test_the_catalogue_is_what_was_published(store: Store) -> None:
    found = ask(store, "SELECT kind, code, reports, chapter, text FROM catalogue WHERE wave = '8' ORDER BY kind, code")
    assert [row[:3] for row in found] == [
        ("commitment", "14", 2), ("commitment", "16", 1), ("measure", "14.1", 2), ("measure", "14.2", 2),
        ("measure", "16.1", 1), ("qre", "14.1.1", 2), ("qre", "14.2.1", 2), ("sli", "14.2.1", 2), ("sli", "16.1.1", 1),
    ]  # fmt: skip
    assert found[5][3:] == ("Integrity of Services", "Which register is kept?")


def test_coverage_says_what_is_empty_and_what_is_absent(store: Store) -> None:
    found = ask(store, "SELECT slug, commitment, state, asked, answered, empty, cells FROM coverage ORDER BY ALL")
    assert found == [
        ("lantern", "14", "published", 3, 2, 1, 8),
        ("lantern", "16", "published", 1, 0, 1, 0),
        ("torch", "14", "published", 3, 2, 1, 8),
        ("torch", "16", "not in the report", 0, 0, 0, 0),
    ]


def test_an_empty_archive_has_no_views(tmp_path: Path) -> None:
    assert views.connect(f"file://{tmp_path}").execute("SHOW TABLES").fetchall() == []
