"""Sheets to shape: rows as a CSV or as a workbook, and what is read of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import openpyxl
from shaping import release

from normalize import enforcement
from normalize.model import Parsed

URL = "https://lantern.example/report-2023-q3"
Rows = Sequence[Sequence[object]]


def parsed(rows: Rows, url: str = URL) -> Parsed:
    """What is read of a CSV with these rows."""
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return enforcement.parse(release(made.getvalue().encode(), url, "text/csv"))


def figures(found: Parsed) -> list[tuple[tuple[str, ...], str]]:
    return [(fact.key[1:], fact.raw_value) for fact in found.facts if fact.kind == "metric"]


def book(url: str = f"{URL}.xlsx", merge: Sequence[str] = (), **sheets: Rows) -> Parsed:
    """What is read of a workbook with these sheets, in each of which these ranges are merged."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
        for cells in merge:
            sheet.merge_cells(cells)
    kept = io.BytesIO()
    made.save(kept)
    return enforcement.parse(release(kept.getvalue(), url, "application/vnd.ms-excel"))


def spans(found: Parsed) -> list[str]:
    return [key[2] for key, _ in figures(found)]
