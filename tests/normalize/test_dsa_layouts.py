"""Harmonised tables as publishers lay them out: merged, stacked, without headers, without a column."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
from shaping import release

from normalize import dsa_report
from normalize.model import Parsed

PERIOD = "2025-07-01/2025-12-31"
USERS = ["Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"]
Rows = list[list[str]]


def users(service: str = "Lantern", **scopes: str) -> Rows:
    """Table 10 with a value for each scope."""
    return [USERS, *(["All", service, PERIOD, "AMAR", "Recipients", scope, value] for scope, value in scopes.items())]


def as_csv(rows: Rows) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue().encode()


def read(rows: Rows, name: str) -> Parsed:
    return dsa_report.parse(release(as_csv(rows), f"https://lantern.example/{name}", "text/csv"))


def read_all(**members: Rows) -> Parsed:
    """The report that is a ZIP of these files, in this order."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name, rows in members.items():
            made.writestr(name, as_csv(rows))
    return dsa_report.parse(release(kept.getvalue(), "https://lantern.example/report.zip", "application/zip"))


def reasons(parsed: Parsed) -> list[str]:
    return [problem.reason for problem in parsed.problems]


def test_a_value_that_is_merged_over_rows_is_reported() -> None:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "10_users"
    for row in users(TOTAL="1000", AT="400", SE="", DE="600"):
        sheet.append([*row[:6], int(row[6]) if row[6].isdigit() else row[6]])
    sheet.merge_cells("G3:G4")
    sheet.merge_cells("B2:B5")  # a name may be
    book.save(kept)
    parsed = dsa_report.parse(release(kept.getvalue(), "https://lantern.example/report.xlsx", ""))
    reason = "this cell stands in 2 rows or columns of the table: it is read for each"
    assert [one.pointer for one in parsed.problems if one.reason == reason] == ["xlsx:10_users!G3"]
