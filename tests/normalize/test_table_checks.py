"""What an indicator table leaves open is reported, whatever its header is called and whichever way it lies."""

from __future__ import annotations

import copy
import json

import pytest
from shaping import COMMITMENTS, REPORTS, release, report_json, report_page

from normalize import code_report
from normalize.model import Parsed

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


def of_page(table: str) -> Parsed:
    page = report_page(copy.deepcopy(COMMITMENTS[1])).replace("Twice a day.", f"Twice a day.</div>{table}<div>")
    return code_report.parse(release(page.encode(), REPORTS))


def cells(parsed: Parsed) -> list[tuple[str, str, str]]:
    return [(*one.key[-2:], one.raw_value) for one in parsed.facts if one.kind == "cell"]


def test_a_line_between_rows_is_no_row() -> None:
    line = "<tr><th colspan=3>{}</tr>"
    rows = f"{line.format('Old lamps')}<tr><td>Austria<td>12<td>1</tr>{line.format('EEA')}<tr><td>Norway<td>5<td>6"
    parsed = of_page(f"<table><tr><th>Market<th>Lit<th>Unlit</tr>{rows}</table>")
    assert cells(parsed) == [("AT", "lit", "12"), ("AT", "unlit", "1"), ("NO", "lit", "5"), ("NO", "unlit", "6")]
    between = "a line between rows, which are not told apart by it: "
    reported = [problem.reason for problem in parsed.problems if problem.reason.startswith(between)]
    assert reported == [f"{between}'Old lamps'", f"{between}'EEA'"]


def test_a_row_that_holds_a_table_lays_it_out() -> None:
    inner = "<table><tr><th>Country<th>Lit</tr><tr><td>Austria<td>12</table>"
    parsed = of_page(f"<table><tr><td>Of brass.<td>{inner}</table>")
    assert cells(parsed) == [("AT", "lit", "12")]
    assert [one.raw_value for one in parsed.facts if one.kind == "sli"] == ["Twice a day.\nOf brass."]
    assert not parsed.problems


def test_rows_below_countries_are_none() -> None:
    assert reasons([["Country", "Austria", "Malta", "EU"], ["Lit", "12", "5", "17"], ["Unlit", "1", "2", "3"]]) == []


@pytest.mark.parametrize(
    ("names", "countries"),
    [
        (["Answer", "YES", "NO"], ["", ""]),
        (["Language", "DE", "EN", "FR", "IT"], ["", "", "", ""]),
        (["", "AT", "NO", "IT"], ["AT", "NO", "IT"]),
        (["Country", "NO", "XX"], ["NO", ""]),
        (["Kind", "Tin", "Total"], ["", "TOTAL"]),
        (["Where", "EU", "Elsewhere"], ["EU", ""]),
    ],
)
def test_two_letters_are_a_country_among_countries(names: list[str], countries: list[str]) -> None:
    rows = "".join(f"<tr><td>{name}<td>{number}</tr>" for number, name in enumerate(names))
    parsed = of_page(f"<table>{rows.replace('<td>0<', '<td>Lamps<')}</table>")
    assert [one.labels["country"] for one in parsed.facts if one.kind == "cell"] == countries
    assert [problem.reason for problem in parsed.problems] == ["unknown country 'XX'"] * ("XX" in names)


def titles(parsed: Parsed) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.labels["table"], one.labels["title"]) for one in parsed.facts if one.kind == "cell"))


def test_the_title_of_a_table_is_kept() -> None:
    rows: Rows = [["Country", "Lit"], ["Malta", "5"]]
    for table in (
        [{"title": "Of brass", "rows": rows}, {"title": "Of tin", "rows": rows}],
        [[["Of brass", ""], *rows], [["Of tin"], *rows]],
    ):
        made = report_json()
        made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]["table_value"] = table
        parsed = code_report.parse(release(json.dumps(made).encode(), REPORTS + "/json", "application/json"))
        assert titles(parsed) == [("1", "Of brass"), ("2", "Of tin")]
        assert cells(parsed) == [("MT", "lit", "5"), ("MT", "lit", "5")]
        assert not parsed.problems
    page = of_page("<table><caption>Of <b>brass</b></caption><tr><th>Country<th>Lit<tr><td>Malta<td>5</table>")
    assert titles(page) == [("1", "Of brass")]


@pytest.mark.parametrize("first", [["Country"], ["Country", ""]])
def test_a_first_row_above_rows_of_figures_is_no_title(first: list[str]) -> None:
    assert reasons([first, ["Malta", "5"], ["Spain", "6"]]) == ["column 2 of the table has no header"]


def test_a_title_that_multiplies_is_reported() -> None:
    table = [["Lamps lit (in thousands)"], ["Country", "Lit"], ["Malta", "5"], ["Spain", "6"]]
    (reason,) = reasons(table)
    assert reason.startswith("'Lamps lit (in thousands)' says that its numbers are to be multiplied")
