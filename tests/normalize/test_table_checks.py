"""What an indicator table leaves open is reported, whatever its header is called and whichever way it lies."""

from __future__ import annotations

import json

import pytest
from shaping import REPORTS, release, report_json

from normalize import code_report

Rows = list[list[str]]


def reasons(table: Rows) -> list[str]:
    made = report_json()
    made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]["table_value"] = json.dumps(table)
    parsed = code_report.parse(release(json.dumps(made).encode(), REPORTS + "/json", "application/json"))
    return [problem.reason for problem in parsed.problems]


def turned(table: Rows) -> Rows:
    return [list(column) for column in zip(*table, strict=True)]


@pytest.mark.parametrize("header", ["Country", "Market", "Land", "", "EU MS"])
@pytest.mark.parametrize("unknown", ["Autria", "United Kingdom", "Others"])
def test_a_name_among_countries_that_is_none_is_reported(header: str, unknown: str) -> None:
    table = [[header, "Lamps"], ["Austria", "12"], [unknown, "13"], ["Malta", "5"], ["Total", "30"]]
    assert reasons(table) == [f"unknown country {unknown!r}"]
    table[2][0] = "Greece"
    assert reasons(table) == []


@pytest.mark.parametrize("unknown", ["Autria", "United Kingdom"])
def test_so_is_one_among_columns_that_are_countries(unknown: str) -> None:
    table = turned(
        [["", "Lamps", "Oil"], ["Austria", "12", "1"], [unknown, "13", "2"], ["Malta", "5", "3"], ["EU", "30", "6"]]
    )
    assert reasons(table) == [f"unknown country {unknown!r}"]


def test_a_row_of_figures_without_a_name_is_reported() -> None:
    table = [["Kind", "Of", "Lamps"], ["Tin", "oil", "12"], ["", "wax", "13"], ["Brass", "oil", "5"]]
    assert reasons(table) == ["a row of the table has figures and no name"]
