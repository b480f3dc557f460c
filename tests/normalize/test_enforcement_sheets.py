"""Enforcement figures in sheets and in CSVs that are laid out for people."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from shaping import release

from normalize import cite, enforcement
from normalize.files import normalize_files
from normalize.model import Parsed, Rejected

URL = "https://www.lantern.example/transparency"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook with these sheets; a float becomes a percentage."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)):
            cell.number_format = "0.0%"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def parse(payload: bytes, url: str = URL, media_type: str = XLSX) -> Parsed:
    """Parsed, and every fact found again where it says it is."""
    parsed = enforcement.parse(release(payload, url, media_type))
    for fact in parsed.facts:
        assert cite.resolve(payload, media_type, fact.citation.pointer) == fact.raw_value
    return parsed


def stated(parsed: Parsed) -> dict[tuple[str, ...], str]:
    return {fact.key[1:]: fact.raw_value for fact in parsed.facts if fact.kind == "metric"}


def test_dates_rows_and_policies_as_columns() -> None:
    day = [datetime(2022, 3, 31), datetime(2022, 6, 30)]  # noqa: DTZ001  # a spreadsheet's dates have no zone
    parsed = parse(
        workbook(**{
            "Lamps": [["Date", "Lamps removed"], [day[0], 5], [day[1], 7]],
            "Lamps by policy": [["Date", "Oil", "Wick"], [day[0], 0.25, 0.75], [day[1], 0.5, 0.5]],
            "Top 3 countries": [["Country", "Lamps removed"], ["France", 4]],
            "Rates": [["Apr-Jun 2022 lamp policy", "Proactive rate"], ["Oil", 0.9]],
        })
    )  # fmt: skip
    assert stated(parsed) == {
        ("", "lamps removed", "2022Q1", "section=lamps"): "5",
        ("", "lamps removed", "2022Q2", "section=lamps"): "7",
        ("oil", "lamps by policy", "2022Q1"): "0.25",
        ("wick", "lamps by policy", "2022Q1"): "0.75",
        ("oil", "lamps by policy", "2022Q2"): "0.5",
        ("wick", "lamps by policy", "2022Q2"): "0.5",
        ("", "lamps removed", "2022Q2", "section=top countries", "market=france"): "4",
        ("oil", "proactive rate", "2022Q2", "section=rates"): "0.9",
    }
    assert {fact.unit for fact in parsed.facts} == {"count", "ratio"}
    assert not parsed.problems


def test_groups_above_columns_and_notes_below() -> None:
    parsed = parse(
        workbook(Content=[
            [None, "Lamp report"],
            [],
            [None, "January - June 2020", "Oil", None, "Wick"],
            [None, None, "Actioned", "Detected", "Actioned"],
            [None, None, "15,935*", 0.5, 3],
            [None, "* restated: somebody had counted the lamps of a street twice"],
        ])
    )  # fmt: skip
    place = ("2020H1", "section=lamp report")
    assert stated(parsed) == {
        ("oil", "actioned", *place): "15,935*", ("oil", "detected", *place): "0.5", ("wick", "actioned", *place): "3",
    }  # fmt: skip
    assert [str(fact.value) for fact in parsed.facts if fact.raw_value == "15,935*"] == ["15935"]
    assert [fact.raw_value[:10] for fact in parsed.facts if fact.kind == "note"] == ["* restated"]


CSV = b"""Warns,,
,,
Category,Lamps warned,% of lamps
Oil,"1,200",2.5%
Wick,--,--
,,
Total:,"1,200",
Letters,,
Month,Letters
April,7
"""


def test_blocks_of_a_csv_take_their_period_from_the_address() -> None:
    parsed = parse(CSV, "https://lantern.example/safety/2022-q2", "text/csv")
    assert stated(parsed) == {
        ("oil", "lamps warned", "2022Q2", "section=warns"): "1,200",
        ("oil", "% of lamps", "2022Q2", "section=warns"): "2.5%",
        ("wick", "lamps warned", "2022Q2", "section=warns"): "--",
        ("wick", "% of lamps", "2022Q2", "section=warns"): "--",
        ("total", "lamps warned", "2022Q2", "section=warns"): "1,200",
        ("", "letters", "2022-04"): "7",
    }


def test_figures_without_a_period_are_reported_not_guessed() -> None:
    with pytest.raises(Rejected, match="nothing says which period"):
        enforcement.parse(release(CSV, URL, "text/csv"))


def test_formulas_are_reported_and_their_kept_values_taken() -> None:
    book = workbook(A=[["2022-q1 lamps", "Lamps"], ["Oil", 3]])
    parts = {
        info.filename: zipfile.ZipFile(io.BytesIO(book)).read(info)
        for info in zipfile.ZipFile(io.BytesIO(book)).infolist()
    }
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<c r="B2" t="n"><v>3</v>', b'<c r="B2"><f>1+2</f><v>3</v>')
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    parsed = parse(kept.getvalue(), URL + "/2022-q1")
    assert [problem.reason for problem in parsed.problems] == [
        "1 cells are formulas: the values kept with them were taken"
    ]
    assert list(stated(parsed).values()) == ["3"]


def extracted(captures: Path, name: str, folder: Path, pattern: str) -> list[Path]:
    with zipfile.ZipFile(captures / name) as files:
        files.extractall(folder)
    return sorted(folder.glob(pattern))


@pytest.mark.captures
def test_real_tidy_releases_have_no_false_restatement(captures: Path, tmp_path: Path) -> None:
    files = extracted(captures, "tiktok-enforcement.zip", tmp_path, "*.csv")
    lines = list(normalize_files("enforcement", URL, files))
    count = Counter((line["kind"], line["file"]) for line in lines)
    assert [count["fact", path.name] for path in files] == [1030, 1522, 1912]
    assert [count["restatement", path.name] for path in files] == [0, 0, 0]
    assert [count["rejected", path.name] for path in files] == [0, 0, 16]
    assert all("duplicate key" in line["reason"] for line in lines if line["kind"] == "rejected")


@pytest.mark.captures
@pytest.mark.parametrize(
    ("name", "pattern", "least"),
    [("tiktok-enforcement.zip", "*.xlsx", 120), ("microsoft-xlsx.zip", "*.xlsx", 13), ("discord-csv.zip", "*.csv", 8)],
)
def test_real_sheets_become_figures_with_periods(
    captures: Path, tmp_path: Path, name: str, pattern: str, least: int
) -> None:
    for path in extracted(captures, name, tmp_path, pattern):
        parsed = enforcement.parse(release(path.read_bytes(), f"{URL}/{path.stem}", ""))
        metrics = [fact for fact in parsed.facts if fact.kind == "metric"]
        assert len(metrics) >= least
        # One file has months of another quarter than the one it is for.
        assert {problem.reason[:27] for problem in parsed.problems} <= {"nothing says which period '"}
        assert len(parsed.problems) < len(metrics) / 10
        assert all((fact.period and fact.value is not None) or fact.raw_value == "--" for fact in metrics)
        for fact in metrics[::200]:
            assert cite.resolve(path.read_bytes(), "", fact.citation.pointer) == fact.raw_value


def test_a_tidy_table_is_read_in_a_sheet_and_with_a_column_for_each_period() -> None:
    rows = [["app", "policy_area", "metric", "2025Q4", "2026Q1"], ["Lantern", "Oil", "Burnt", "5", "about 4%-5%"]]
    wide = enforcement.parse(release("\n".join(",".join(row) for row in rows).encode(), URL, "text/csv"))
    assert [(fact.key, fact.raw_value) for fact in wide.facts] == [
        (("lantern", "oil", "burnt", "2025Q4"), "5"), (("lantern", "oil", "burnt", "2026Q1"), "about 4%-5%"),
    ]  # fmt: skip
    long = [
        ["Lamps of the year"],
        ["App", "Policy Area", "Metric", "Period", "Value"],
        ["Lantern", "Oil", "Burnt", "2026Q1", "5"],
    ]
    book = openpyxl.Workbook()
    for row in long:
        book.worksheets[0].append(row)
    found = enforcement.parse(release(saved(book), URL, "application/vnd.ms-excel"))
    assert [(fact.key, fact.citation.pointer) for fact in found.facts] == [
        (("lantern", "oil", "burnt", "2026Q1"), "xlsx:Sheet!E3")
    ]
    assert [problem.reason for problem in found.problems] == ["a line above the header: 'Lamps of the year'"]


def test_a_cell_that_is_merged_downwards_names_all_its_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Policy", "Issue", "Burnt 2026Q1"], ["Oil", "Whale", 5], [None, "Fish", 6], [None, "Seed", 7]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    found = enforcement.parse(release(saved(book), URL + "-2026-q1", "application/vnd.ms-excel"))
    assert [(fact.labels["parent_policy"], fact.labels["policy_area"], fact.raw_value) for fact in found.facts] == [
        ("Oil", "Whale", "5"), ("Oil", "Fish", "6"), ("Oil", "Seed", "7"),
    ]  # fmt: skip


def test_a_number_that_is_merged_downwards_is_reported() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Policy", "Burnt 2026Q1"], ["Oil", 5], ["Fish", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    found = enforcement.parse(release(saved(book), URL + "-2026-q1", "application/vnd.ms-excel"))
    assert [(fact.labels["policy_area"], fact.raw_value) for fact in found.facts] == [("Oil", "5"), ("Fish", "5")]
    assert [(problem.pointer, problem.reason) for problem in found.problems] == [
        ("xlsx:Sheet!B2", "this cell stands in 2 rows or columns of the table: it is read for each")
    ]


def saved(book: openpyxl.Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
