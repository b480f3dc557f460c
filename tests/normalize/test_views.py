"""Views over the tables: latest, as of a day, what was restated, the catalogue, what is covered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from shaping import COMMITMENTS, REPORTS, keep, report_json, report_page

from archive import reader
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


def report(slug: str, wave: int, *, named: str, published: str | None) -> tuple[str, str, bytes]:
    """A report of one commitment, in the portal's JSON."""
    made = report_json(COMMITMENTS[:1]) | {"name": f"{slug} {named}", "publish_date": published, "service": slug}
    url = f"https://portal.example/reports/{slug}/{wave}/json"
    return url, "application/json", json.dumps(made).encode()


def test_coverage_says_what_is_late(tmp_path: Path) -> None:
    kept = open_store(f"file://{tmp_path}/bucket")
    march, april = "20260310T000000Z-00000a", "20260420T000000Z-00000b"
    visits = {
        march: [
            report("lantern", 6, named="Report September 2025", published="2025-10-01"),
            report("torch", 6, named="Report September 2025", published="2025-09-30"),
            report("candle", 6, named="Report September 2025", published=None),
            report("candle", 8, named="Report March 2026", published=None),
        ],
        april: [
            report("lantern", 8, named="Report March 2026", published="2026-03-31 08:00:00"),
            report("spark", 8, named="Report March 2026", published=None),
            report("spark", 31, named="Report May 2026", published="2026-05-30"),
        ],
    }
    for run_id, documents in visits.items():
        items = keep(kept, tmp_path / "spool", run_id, documents)
        shape(kept, source="demo", publisher="Lantern Ltd", family="code_report", items=items)
    found = ask(
        kept, "SELECT slug, wave, state, CAST(due AS VARCHAR), late FROM coverage WHERE wave <> '31' ORDER BY ALL"
    )
    assert found == [
        ("candle", "6", "published", "2025-09-30", None),
        ("candle", "8", "published", "2026-03-31", False),
        ("lantern", "6", "published", "2025-09-30", True),
        ("lantern", "8", "published", "2026-03-31", False),
        ("spark", "8", "published", "2026-03-31", None),
        ("torch", "6", "published", "2025-09-30", False),
        ("torch", "8", "no report", "2026-03-31", True),
    ]  # spark had no report before wave 8, so none was expected of it in wave 6
    assert ask(kept, "SELECT CAST(due AS VARCHAR) FROM waves WHERE wave = '31'") == [("2026-05-31",)]


def test_all_views_are_there_before_anything_was_shaped(tmp_path: Path) -> None:
    connection = views.connect(f"file://{tmp_path}")
    names = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
    assert {"releases", "code_report", "enforcement_latest", "policy_seen", "catalogue", "coverage"} <= set(names)
    for name in names:
        assert connection.table(name).fetchall() == []
    assert connection.execute("FROM enforcement_as_of('2026-01-01')").fetchall() == []


HOSTILE = (
    "SELECT * FROM read_text('{file}')", "SELECT * FROM '{file}'", "COPY (SELECT 1) TO '{file}.out'",
    "ATTACH '{file}.db'", "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM read_csv('https://example.org/a.csv')",
    "SET enable_external_access = true", "RESET lock_configuration", "SELECT * FROM glob('/*')",
    "EXPORT DATABASE '{file}.d'", "SELECT * FROM connection", "SELECT getenv('HOME')", "IMPORT DATABASE '{file}'",
)  # fmt: skip


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_question_reads_no_file_and_no_network(store: Store, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("name\nhidden\n")
    connection = views.connect(store.url)
    with pytest.raises(duckdb.Error):
        connection.execute(sql.format(file=secret)).fetchall()
    assert connection.execute("SELECT count(*) > 0 FROM code_report").fetchall() == [(True,)]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("secret")) == ["secret.csv"]


def test_coverage_counts_once_what_stands_in_several_views(tmp_path: Path) -> None:
    kept = open_store(f"file://{tmp_path}/bucket")
    page = report_page(COMMITMENTS[0])
    pages = [(f"{REPORTS}?commitmentId=1", "text/html", page.encode()), (f"{REPORTS}/text", "text/html", page.encode())]
    edited = json.dumps(report_json(COMMITMENTS[:1])).replace("<p>The register of 2025.</p>", "")
    edited = edited.replace("<ul><li>lamps</li><li>oil</li></ul>", "")
    counted = []
    for run_id, documents in ((FIRST, pages), (SECOND, [(f"{REPORTS}/json", "application/json", edited.encode())])):
        items = keep(kept, tmp_path / "spool", run_id, documents)
        shape(kept, source="demo", publisher="Lantern Ltd", family="code_report", items=items)
        counted += ask(kept, "SELECT asked, answered, empty, cells FROM coverage")
    assert counted == [(3, 2, 1, 8), (3, 1, 2, 8)]


def test_the_last_release_is_that_of_the_last_visit_whatever_its_clock_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reader.read_payload
    monkeypatch.setattr(
        reader, "read_payload", lambda *given: replace(read(*given), time=datetime(2026, 4, 20, tzinfo=UTC))
    )
    later = json.dumps(report_json()).replace("1,204", "1,206").encode()
    third = [(REPORTS + "/json", "application/json", later)]
    items = keep(store, tmp_path / "spool", "20260601T000000Z-00000c", third)
    done = shape(store, source="demo", publisher="Lantern Ltd", family="code_report", items=items)
    assert ("1,205", "1,206") in [(change.before_raw, change.after_raw) for change in done.restatements]
    assert ask(store, FIGURE.format("code_report_latest")) == [("1,206",)]
    assert ask(store, FIGURE.format("code_report_as_of('2026-06-02')")) == [("1,206",)]
