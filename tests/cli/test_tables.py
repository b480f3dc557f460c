"""Tables on the command line: what is asked, in which form it comes, and what is said when it cannot be had."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import parquet
from shaping import keep

from archive.store import open_store
from normalize.run import shape

Run = Callable[..., subprocess.CompletedProcess[str]]
RUNS = ("20260401T000000Z-00000a", "20260501T000000Z-00000b")
HEAD = b"app,policy_area,metric,period,value\n"


@pytest.fixture
def shaped(run: Run, tmp_path: Path) -> Run:
    """Two releases of one file in the archive of `run`: a value is restated, one looks like a formula."""
    kept = open_store((tmp_path / "archive").as_uri())
    for n, run_id in enumerate(RUNS):
        rows = b'L,O,A,2021Q2,%d\nL,"=1+1, or so",A,2021Q3,-5\n' % n
        documents = [("https://portal.example/a.csv", "text/csv", HEAD + rows)]
        items = keep(kept, tmp_path / "spool", run_id, documents, family="enforcement")
        shape(kept, source="demo", publisher="P", family="enforcement", items=items)
    return run


def test_forms(shaped: Run, tmp_path: Path) -> None:
    as_json = [json.loads(line) for line in shaped("table", "enforcement", "--format", "json").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(shaped("table", "enforcement", "--format", "csv").stdout)))
    out = tmp_path / "rows.parquet"
    assert shaped("table", "enforcement", "--format", "parquet", "--output", str(out)).returncode == 0
    assert len(as_json) == len(as_csv) == parquet.read_table(out).num_rows == 4
    for one, other in zip(as_json, as_csv, strict=True):
        assert json.loads(other["key"]) == one["key"]
        assert {name: other[name] for name in ("raw_value", "captured", "policy_area")} == {
            name: one[name] for name in ("raw_value", "captured", "policy_area")
        }
    assert {row["policy_area"] for row in as_csv} == {"O", "=1+1, or so"}  # as published, whatever it looks like


def test_what_json_has_no_number_for_is_null_and_no_column_is_lost(shaped: Run, tmp_path: Path) -> None:
    def never(constant: str) -> None:
        raise AssertionError(constant)

    asked = """SELECT 1 AS a, 2 AS a, 3 AS a_1, 'Infinity'::DOUBLE AS b, ['-Infinity'::DOUBLE, 1.5, 'NaN'::DOUBLE] AS c,
        MAP {DATE '2026-03-01': 'NaN'::DOUBLE} AS d"""
    line = shaped("query", asked, "--format", "json").stdout
    said = {"a": 1, "a_2": 2, "a_1": 3, "b": None, "c": [None, 1.5, None], "d": {"2026-03-01": None}}
    assert json.loads(line, parse_constant=never) == said
    out = tmp_path / "two.parquet"
    assert shaped("query", asked, "--format", "parquet", "--output", str(out)).returncode == 0
    assert parquet.read_table(out).column_names == list(said)


def test_conditions_and_moments(shaped: Run) -> None:
    def values(*words: str) -> list[str]:
        done = shaped("table", "enforcement", "--format", "csv", *words)
        assert done.returncode == 0, done.stderr
        return [row["raw_value"] for row in csv.DictReader(io.StringIO(done.stdout))]

    assert values("--as-of", "2026-04-15", "--where", "metric = 'A' AND period_label = '2021Q2'") == ["0"]
    assert values("--as-of", "2026-05-15", "--where", "period_label = '2021Q2'") == ["1"]
    assert values("--limit", "3", "--source", "demo") == values()[:3]
    assert values("--source", "nobody's") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("table", "lamps"), "there is no table 'lamps'"),
        (("table", "enforcement", "--where", "lamps = 1"), "lamps"),
        (("table", "enforcement", "--as-of", "soon"), "'soon' is no time"),
        (("table", "coverage", "--as-of", "2026-01-01"), "coverage has no --as-of"),
        (("table", "enforcement", "--format", "parquet"), "--output"),
        (("table", "enforcement", "--format", "parquet", "--output", "/nowhere/x"), "cannot be written"),
        (("query", "SELECT FROM WHERE"), "DuckDB says"),
        (("query", "SELECT raw FROM enforcement"), "DuckDB says"),
        (("query", "CREATE TABLE x (a INTEGER)"), "that is no question"),
        (("query", "SELECT * FROM read_text('/etc/passwd')"), "DuckDB says"),
        (("query", "COPY enforcement TO 'out.csv'"), "that is no question"),
        (("cite", "{}"), "that is no row with a citation"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(shaped: Run, words: tuple[str, ...], says: str) -> None:
    done = shaped(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_citation_is_read_from_the_archive(shaped: Run) -> None:
    row = json.loads(shaped("table", "enforcement", "--format", "json", "--limit", "1").stdout)
    assert shaped("cite", json.dumps(row)).stdout == row["raw_value"] + "\n"
    lost = shaped("cite", json.dumps(row | {"pointer": "csv:row=99,column=value"}))
    assert (lost.returncode, "leads nowhere" in lost.stderr) == (2, True)
    other = shaped("cite", json.dumps(row | {"digest": "sha256:" + "0" * 64}))
    assert (other.returncode, "Traceback" in other.stderr) == (1, False)
