"""Documents that were damaged at random: each is rejected with a reason, or every cell of it is a fact or reported."""

from __future__ import annotations

import copy
import csv
import io
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from shaping import REPORTS, release, report_json

from normalize import families
from normalize.model import Parsed

URL = "https://lantern.example/2026-q1"
PERIODS = ("2025Q4", "2026Q1")
SERIES = list(itertools.product(("Oil", "Wick"), ("Burnt", "Lit"), PERIODS))
CSER = [
    ["app", "policy_area", "metric", "period", "value"],
    *[["Lantern", *series, f"{n},{100 + n}"] for n, series in enumerate(SERIES)],
]
SPAN = "2025-07-01/2025-12-31"
USERS = [
    ["Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"],
    *[["All", "Lantern", SPAN, "AMAR", "Users", code, str(100 + n)] for n, code in enumerate(["TOTAL", "AT", "SE"])],
]
GRID = [
    ["Lamps January-March 2026"], ["Policy", "Burnt", "Lit"], ["Oil", "101", "102"], ["Wick", "103", "104"],
    ["Glass", "105", "106"],
]  # fmt: skip
JUNK = (
    "",
    "asd",
    "-",
    "N/A",
    "12 lamps",
    "1.2.3",
    "\ufeff",
    "=1+1",
    "4%-5%",
    "2026Q9",
    "0x1",
    "∞",
    "🇩🇪",
    "x" * 300,
    "\n",
)


def as_csv(rows: list[list[str]]) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue().encode()


def as_workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append([cell if not cell.startswith("=") else f" {cell}" for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def damaged(rows: list[list[str]], chosen: random.Random) -> list[list[str]]:
    """The rows after one to three accidents: cells, rows and columns changed, swapped, doubled, dropped."""
    rows = copy.deepcopy(rows)
    for _ in range(chosen.randint(1, 3)):
        row = chosen.randrange(len(rows))
        column = chosen.randrange(max(1, len(rows[row])))
        chosen.choice(ACCIDENTS)(rows, row, column, chosen.choice(JUNK))
    return rows


def _replace(rows: list[list[str]], row: int, column: int, junk: str) -> None:
    rows[row][column : column + 1] = [junk]


def _shorten(rows: list[list[str]], row: int, column: int, _: str) -> None:
    del rows[row][column:]


def _widen(rows: list[list[str]], _: int, column: int, junk: str) -> None:
    for line in rows:
        line.insert(min(column, len(line)), junk)


def _swap(rows: list[list[str]], row: int, column: int, _: str) -> None:
    rows[row][column:], rows[row][:column] = rows[row][:column], rows[row][column:]


ACCIDENTS: list[Callable[[list[list[str]], int, int, str], object]] = [
    _replace, _shorten, _widen, _swap,
    lambda rows, row, _, __: rows.insert(row, list(rows[row])),
    lambda rows, row, _, __: rows.pop(row) if len(rows) > 2 else None,
    lambda rows, row, _, junk: rows[row].append(junk),
    lambda rows, row, _, junk: rows.insert(row, [junk]),
]  # fmt: skip


def lost(rows: list[list[str]], parsed: Parsed) -> list[str]:
    """The numbers that are in no fact, and in no row or column that was reported."""
    told = [fact.raw_value for fact in parsed.facts]
    told += [label for fact in parsed.facts for label in fact.labels.values()]
    told += [problem.reason for problem in parsed.problems]
    pointed = re.findall(r"row=(\d+)|![A-Z]+(\d+)", " ".join(problem.pointer for problem in parsed.problems))
    reported = {int(csv_row or sheet_row) for csv_row, sheet_row in pointed}
    return [
        cell
        for at, row in enumerate(rows, 1)
        for cell in row
        if re.fullmatch(r"\d[\d,]*", cell) and at not in reported and not any(cell in one for one in told)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "family", "packed"),
    [
        (CSER, "enforcement", as_csv), (CSER, "enforcement", as_workbook), (GRID, "enforcement", as_csv),
        (GRID, "enforcement", as_workbook), (USERS, "dsa_report", as_csv), (USERS, "dsa_report", as_workbook),
    ],
    ids=["cser-csv", "cser-xlsx", "grid-csv", "grid-xlsx", "dsa-csv", "dsa-xlsx"],
)  # fmt: skip
def test_every_number_of_a_damaged_table_is_a_fact_or_reported(
    rows: list[list[str]], family: str, packed: Callable[[list[list[str]]], bytes]
) -> None:
    for seed in range(150):
        chosen = random.Random(seed)  # noqa: S311
        made = damaged(rows, chosen)
        name = "/10_AMAR.csv" if family == "dsa_report" else ""
        result = families.shaped(family, release(packed(made), URL + name, ""))
        assert "failed:" not in result.reason, (seed, result.reason, made)
        if result.parsed is None:
            assert result.reason
            continue
        left = any("is none of the eleven tables" in problem.reason for problem in result.parsed.problems)
        assert left or not lost(made, result.parsed), (seed, made)


def test_every_value_of_a_damaged_report_is_a_fact_or_reported() -> None:
    whole = len(_parsed(report_json()).facts)
    for seed in range(300):
        chosen = random.Random(seed)  # noqa: S311
        made = report_json()
        path = chosen.choice(list(_paths(made)))
        _put(
            made,
            path,
            chosen.choice([None, "", "asd", [], {}, 7, True, [[1]], {"x": "y"}, '{"a":', "<b>x</b>", "DROP"]),
        )
        result = families.shaped(
            "code_report", release(json.dumps(made).encode(), f"{REPORTS}/json", "application/json")
        )
        assert "failed:" not in result.reason, (seed, path, result.reason)
        if result.parsed is None:
            assert result.reason
        elif len(result.parsed.facts) < whole and path[-1] in (
            "slis",
            "qres",
            "measures",
            "specialMeasures",
            "commitments",
        ):
            assert result.parsed.problems or _value(made, path) in (None, "", [], {}), (seed, path)


def _parsed(report: dict[str, Any]) -> Parsed:
    parsed = families.shaped(
        "code_report", release(json.dumps(report).encode(), f"{REPORTS}/json", "application/json")
    ).parsed
    assert parsed is not None
    return parsed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        yield (*path, key)
        yield from _paths(child, (*path, key))


def _value(made: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        made = made[key] if isinstance(made, list) or key in made else None
    return made


def _put(made: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        made = made[key]
    if value == "DROP":
        del made[path[-1]]
    else:
        made[path[-1]] = value
