"""Other releases of the same files say the same otherwise: read for what they say, or reported."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from shaping import release

from normalize import enforcement, periods, values
from normalize.facts import fold
from normalize.model import Parsed, Rejected

URL = "https://lantern.example/report-2024-q1"
HEAD = "app,policy area,metric,period,value"
LAMPS = "Lantern,Lamps,Lamps removed"


def parse(*lines: str) -> Parsed:
    return enforcement.parse(release("\n".join(lines).encode(), URL + ".csv", "text/csv"))


def sheets(**rows: list[list[object]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


def parsed(book: openpyxl.Workbook) -> Parsed:
    kept = io.BytesIO()
    book.save(kept)
    return enforcement.parse(release(kept.getvalue(), URL + ".xlsx", "application/vnd.ms-excel"))


def keys(found: Parsed) -> dict[tuple[str, ...], tuple[Decimal | None, str | None]]:
    return {fact.key[1:]: (fact.value, fact.unit) for fact in found.facts}


@pytest.mark.parametrize(
    "text",
    ["2024 Q1", "Q1/2024", "1Q24", "Q1'24", "First quarter of 2024", "Quarter 1 2024", "Jan. – Mar. 2024", "Q1 2024 *",
     "Jan 2024 - Mar 2024", "1 January to 31 March 2024", "January 1 - March 31, 2024", "2024-01-01/2024-03-31",
     "01.01.2024-31.03.2024", "2024\u00a0Q1"],
)  # fmt: skip
def test_one_quarter_has_many_names(text: str) -> None:
    assert periods.parse(text) == periods.months(2024, 1, 3)


@pytest.mark.parametrize("text", ["Q5 2024", "3H24", "20241", "Mar-Jan 2024", "31.02.2024-31.03.2024", "Lamp 2024"])
def test_what_names_no_period(text: str) -> None:
    assert periods.parse(text) is None


@pytest.mark.parametrize("text", ["1,234¹", "1,234[2]", "*1,234", "1\u2009234", "1,234 a)", "1'234"])
def test_marks_beside_a_number_do_not_count(text: str) -> None:
    assert values.parse(text).number == 1234


@pytest.mark.parametrize("text", ["1,234 (5)", "１，２３４", "5 / 7", "(12)", "3-May"])
def test_what_may_be_two_figures_is_none_and_reported(text: str) -> None:
    found = parse(HEAD, f'{LAMPS},2024Q1,"{text}"')
    assert found.facts[0].value is None
    assert [problem.reason for problem in found.problems] == [f"{text!r} stands where a number should, and is none"]


def test_labels_with_marks_that_nobody_reads_are_the_same() -> None:
    assert {fold(text) for text in ("Lamps &amp; oil", "lamps & oil*", "Lamps\u200b & oil¹", "LAMPS &  oil [1]")} == {
        "lamps & oil"
    }


@pytest.mark.parametrize(
    "marks", ["*" * 40, "* " * 30, "[1] " * 30, "*" * 5_000], ids=["40", "spaced", "numbers", "5000"]
)
def test_rows_of_marks_are_read_once(marks: str) -> None:
    """Looked for in all ways that there are to part them, forty would take longer than anybody waits."""
    assert fold(f"{marks} Öl für Lampen") == f"{marks} öl für lampen".replace("  ", " ").strip()
    assert fold(f"Öl {marks}") == "öl"
    assert values.parse(f"5 {marks[:60]} x") == values.NOTHING
    assert values.parse(f"5 {marks[:60]}").number == 5


def test_a_doubled_column_that_says_something_else_rejects_the_file() -> None:
    with pytest.raises(Rejected, match="'value' is there 2 times"):
        parse(HEAD + ",value", f"{LAMPS},2024Q1,5,6")
    assert parse(HEAD + ",value", f"{LAMPS},2024Q1,5,5").facts[0].value == 5


def test_a_tidy_table_of_columns_nobody_knows_is_not_read_as_a_sheet() -> None:
    with pytest.raises(Rejected, match="nobody knows what the columns"):
        parse("site,topic,counted,when,value", f"{LAMPS},2024Q1,5", f"{LAMPS},2024Q2,6")


def test_units_are_those_that_all_numbers_of_a_metric_can_have() -> None:
    rows = [("proactive", "5"), ("proactive", "0"), ("share", "0.5"), ("rate", "91.5"), ("% of oil", "2.5")]
    found = parse(HEAD, *(f"Lantern,Lamps {n},{metric},2024Q1,{raw}" for n, (metric, raw) in enumerate(rows)))
    assert [fact.unit for fact in found.facts] == ["count", "count", "ratio", None, "percent"]
    assert [problem.reason for problem in found.problems] == [
        "'91.5' is more than a share can be: its unit is not known"
    ]


@pytest.mark.parametrize("day", ["2023-12-31", "31.12.2023", "31 Dec 2023", "Dec 31, 2023", "12/31/2023", "4Q23"])
def test_a_date_may_be_text(day: str) -> None:
    found = parsed(sheets(Lamps=[["Date", "Removed"], ["Q3 2023" if "Q" in day else "2023-09-30", 5], [day, 6]]))
    assert [key[2] for key in keys(found)] == ["2023Q3", "2023Q4"]


@pytest.mark.parametrize("day", [45291, "04/05/2024", "winter", "Total"])
def test_a_row_whose_date_says_nothing_is_reported(day: object) -> None:
    found = parsed(sheets(Lamps=[["Quarter ending", "Removed"], ["2023-12-31", 5], [day, 6]]))
    assert [fact.raw_value for fact in found.facts] == ["5"]
    assert [problem.reason for problem in found.problems] == [f"nothing says which period {str(day)!r} is"]


def test_a_row_without_an_end_is_no_end_of_the_others() -> None:
    lines = [f"{LAMPS},2024Q1,5", "Lantern,Lamps,Lamps valid,9999-12-31,6", "Lantern,Lamps,Lamps lit,0000,7"]
    found = parse(HEAD, *lines)
    assert [(fact.value, fact.period is None) for fact in found.facts][:1] == [(5, False)]
    assert found.problems
    dated = parsed(sheets(Lamps=[["Quarter ending", "Removed"], ["2023-12-31", 5], ["9999-12-31", 6]]))
    assert [fact.raw_value for fact in dated.facts][:1] == ["5"]


def test_periods_may_stand_side_by_side() -> None:
    found = parsed(sheets(Lamps=[["Measure", "Q3 2023", "Q4 2023"], ["Removed", 5, 6]]))
    assert keys(found) == {
        ("", "removed", "2023Q3", "section=lamps"): (5, "count"),
        ("", "removed", "2023Q4", "section=lamps"): (6, "count"),
    }
    grouped = [
        ["", "Q3 2023", "", "Q4 2023", ""],
        ["Policy", "Removed", "Kept", "Removed", "Kept"],
        ["Oil", 1, 2, 3, 4],
    ]
    assert [(key[1], key[2]) for key in keys(parsed(sheets(Lamps=grouped)))] == [
        ("removed", "2023Q3"), ("kept", "2023Q3"), ("removed", "2023Q4"), ("kept", "2023Q4"),
    ]  # fmt: skip


def test_what_is_hidden_in_a_workbook_is_said() -> None:
    rows = [["Quarter ending", "Removed"], ["2023-12-31", 5]]
    book = sheets(Lamps=rows, Draft=rows)
    book["Draft"].sheet_state = "hidden"
    book["Lamps"].row_dimensions[2].hidden = True
    assert [problem.reason for problem in parsed(book).problems] == [
        "the sheet 'Draft' is hidden in the workbook: read like all others",
        "something of the sheet 'Lamps' (rows, or columns) is hidden in the workbook: read like all others",
    ]


def test_a_point_in_a_text_of_a_workbook_is_left_open_but_not_in_a_number() -> None:
    found = parsed(sheets(Lamps=[["Month ending", "Hours", "Removed"], ["2023-12-31", 1.234, "1.234"]]))
    assert [fact.value for fact in found.facts] == [Decimal("1.234"), None]
    assert len(found.problems) == 1
