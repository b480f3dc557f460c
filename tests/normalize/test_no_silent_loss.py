"""What a file says twice, half or not at all is reported, never guessed."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from shaping import release

from normalize import enforcement, jsontext
from normalize.code_tables import read
from normalize.model import Parsed, Problem, Rejected

HEAD = "app,policy area,metric,period,value"
LAMPS = "Lantern,Lamps,Content Actioned"


def parse(*lines: str) -> Parsed:
    payload = "\n".join(lines).encode()
    return enforcement.parse(release(payload, "https://lantern.example/a.csv", "text/csv"))


def stated(parsed: Parsed) -> list[tuple[str, str]]:
    return [(fact.labels["period_label"], fact.raw_value) for fact in parsed.facts]


def reasons(parsed: Parsed) -> list[str]:
    return [problem.reason for problem in parsed.problems]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quote_that_stays_open_takes_in_no_rows(end: str) -> None:
    with pytest.raises(Rejected, match="a quote in record 3 is never closed"):
        parse(HEAD, f'{LAMPS},2023Q1,"1,204"', f'{LAMPS},2023Q2,"17', f"{LAMPS},2023Q3,18{end}")
    whole = parse(HEAD, f'{LAMPS},2023Q1,"1,204"', f'{LAMPS},2023Q2,"17"{end}')
    assert stated(whole) == [("2023Q1", "1,204"), ("2023Q2", "17")]


def test_a_row_without_a_name_is_reported() -> None:
    parsed = parse(HEAD, f"{LAMPS},2023Q1,1", "Lantern,,Content Actioned,2023Q1,2", ",,Content Actioned,2023Q1,3")
    assert stated(parsed) == [("2023Q1", "1")]
    assert reasons(parsed) == [
        "a row without policy area: its figures are in no table",
        "a row without app and policy area: its figures are in no table",
    ]
    assert [problem.pointer for problem in parsed.problems] == ["csv:row=3,column=policy area", "csv:row=4,column=app"]


def test_problems_of_a_sheet_are_where_they_are() -> None:
    book = openpyxl.Workbook()
    for row in (HEAD.split(","), [*LAMPS.split(","), "2023Q1", 1], [None, None, "Content Actioned", "2023Q1", 2]):
        book.worksheets[0].append(row)
    kept = io.BytesIO()
    book.save(kept)
    parsed = enforcement.parse(release(kept.getvalue(), "https://lantern.example/a.xlsx", ""))
    assert [problem.pointer for problem in parsed.problems] == ["xlsx:Sheet!A3"]


def test_of_two_columns_of_one_name_neither_is_believed() -> None:
    parsed = parse("app,policy area,metric,2023Q1,2023Q1,2023Q2", f"{LAMPS},1,2,3")
    assert stated(parsed) == [("2023q2", "3")]
    assert reasons(parsed) == ["unknown column '2023q1': its cells are in no table"] * 2


@pytest.mark.parametrize(
    ("cell", "text", "problems"),
    [
        ({"text": "accounts", "value": 12}, "12", ["a cell says several things: its text is in no table"]),
        ({"text": "accounts", "value": ""}, "accounts", []),
        ({"value": 12, "label": "12"}, "12", []),
        ({"html": "<b>5</b>"}, "5", []),
    ],
)
def test_of_a_cell_with_several_fields_the_value_counts(cell: object, text: str, problems: list[str]) -> None:
    found: list[Problem] = []
    [table] = read([["Country", "Accounts"], ["Austria", cell]], "json:/a", found)
    assert table.rows[1][1].text == text == jsontext.joined(cell)
    assert [problem.reason for problem in found] == problems


@pytest.mark.parametrize(
    ("metric", "other", "value"),
    [
        ("Removed", "1,5", None), ("Removed", "1.234.567", "1234"), ("Removed", "1.5", "1.234"),
        ("Removed", "17", None), ("Share", "12,5%", "1234"), ("Share", "1.234,5", "1234"),
        ("Share", "12.5%", None),
    ],
)  # fmt: skip
def test_a_point_is_for_thousands_where_all_other_numbers_say_so(metric: str, other: str, value: str | None) -> None:
    rows = [f'Lantern,Lamps,{metric},2023Q1,"{other}"', 'Lantern,Lamps,Removed,2023Q2,"1.234"']
    parsed = parse(HEAD, *rows)
    assert parsed.facts[1].value == (None if value is None else Decimal(value))
    said = [reason.partition(" ")[0] for reason in reasons(parsed)]
    assert said.count("1.234") == (value is None)


def test_a_share_of_three_places_is_no_thousand() -> None:
    parsed = parse(HEAD, 'Lantern,Lamps,Removed,2023Q1,"1.234.567"', 'Lantern,Lamps,Share,2023Q1,"1.234%"')
    assert (parsed.facts[1].value, len(parsed.problems)) == (None, 1)


@pytest.mark.parametrize(
    ("others", "value", "reported"),
    [
        (["1,204,311", "2,000,000", "0,5"], 1234, ["0,5"]),
        (["1,204,311", "0,5"], 1234, ["0,5"]),
        (["0,5", "0,7", "1,204,311"], None, ["1,204,311", *["1,234"] * 50]),
    ],
)
def test_one_number_written_otherwise_does_not_take_the_values_of_all(
    others: list[str], value: int | None, reported: list[str]
) -> None:
    rows = [f'Lantern,Lamps,Lamps {n},2023Q1,"{raw}"' for n, raw in enumerate([*others, *["1,234"] * 50])]
    parsed = parse(HEAD, *rows)
    assert {fact.value for fact in parsed.facts[len(others) :]} == {value}
    assert all(fact.value is not None for fact in parsed.facts[: len(others)])
    assert sorted(reason.partition(" ")[0] for reason in reasons(parsed)) == sorted(reported)


def test_a_file_with_semicolons_is_read_as_european() -> None:
    parsed = parse(HEAD.replace(",", ";"), f"{LAMPS};2023Q1;1.234".replace(",", ";"))
    assert (parsed.facts[0].value, parsed.facts[0].raw_value, len(parsed.problems)) == (None, "1.234", 1)
