"""Layouts that a table can be taken apart wrongly by: read for what they say, or reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from shaping import release
from sheets import URL, Rows, book, figures, parsed, spans

from normalize import enforcement, grid, periods
from normalize.cells import Cell
from normalize.model import Period, Rejected


@pytest.mark.parametrize(
    "word",
    ["Not measured", "Unavailable", "TBD", "zero", "N/A (see note)", "(12)", "12 of 30", "5¹", "3:45", "Lots",
     "9 reports"],
)  # fmt: skip
def test_a_row_whose_figures_are_words_heads_nothing(word: str) -> None:
    found = parsed([["Policy", "Removed"], ["Oil", 5], ["Wick", word], ["Glass", 6]])
    assert figures(found) == [
        (("oil", "removed", "2023Q3"), "5"), (("wick", "removed", "2023Q3"), word),
        (("glass", "removed", "2023Q3"), "6"),
    ]  # fmt: skip
    assert [one.reason for one in found.problems] == [f"{word!r} stands where a number should, and is none"]


@pytest.mark.parametrize("word", ["Not measured", "Unavailable", "zero"])
def test_words_that_stand_for_a_number_are_figures_in_the_first_row_too(word: str) -> None:
    found = parsed([["Policy", "Removed", "Kept"], ["Wick", word, word], ["Glass", word, 6]])
    assert [(key[:2], raw) for key, raw in figures(found)] == [
        (("wick", "removed"), word), (("wick", "kept"), word), (("glass", "removed"), word), (("glass", "kept"), "6"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [["Policy", "Lit"], ["Country", "Lit"], ["Month", "Lit"], ["", "Lit", "Restored"], ["Cause", "Lamps lit in total"]],
)
def test_a_row_right_below_data_that_begins_like_a_header_is_one(header: list[str]) -> None:
    found = parsed([["Policy", "Removed"], ["Oil", 5], header, ["September", 6, 7][: len(header)]])
    assert {key[1] for key, _ in figures(found)} == {"removed", *(one.lower() for one in header[1:])}
    assert not found.problems


LAMPS: Rows = [["Policy", "Removed"], ["Oil", 5]]


@pytest.mark.parametrize("url", [f"{URL}.xlsx", "https://lantern.example/report.xlsx"])
@pytest.mark.parametrize(
    ("name", "titles", "meant"),
    [
        ("Q2_2023", [], ["", "2023Q2"]), ("Lamps_Q2-2023", [], ["lamps", "2023Q2"]), ("2021", [], ["", "2021"]),
        ("Lamps", [["Removals, October - December 2022"]], ["removals", "2022Q4"]),
        ("Lamps", [["January - June 2023"], ["Removals"]], ["removals", "2023H1"]),
        ("Q2_2023", [["Removals"]], ["removals", "2023Q2"]),
        ("Q2_2023", [["Removals Q1 2023"]], ["removals", "2023Q1"]),
    ],
)  # fmt: skip
def test_the_period_above_a_table_holds_before_that_of_the_address(
    url: str, name: str, titles: Rows, meant: list[str]
) -> None:
    found = book(url, **{name: [*titles, *LAMPS]})
    section = [f"section={meant[0]}"] if meant[0] else []
    assert [list(key) for key, _ in figures(found)] == [["oil", "removed", meant[1], *section]]
    assert not found.problems


@pytest.mark.parametrize("title", ["Removals Q1 2023 compared to Q2 2023", "Removals since Q1 2023", "2023"])
def test_a_title_that_leaves_its_period_open_is_reported(title: str) -> None:
    with pytest.raises(Rejected, match=f"nothing says which period '{title}' is"):
        book(Lamps=[[title], *LAMPS])


def test_each_sheet_has_its_own_period() -> None:
    months = [["Month", "Lit"], ["April", 1], ["July", 2]]
    found = book(H1_2023=[["January - June 2023"], *LAMPS], H2_2023=[["July - December 2023"], *LAMPS], Q2_2023=months)
    assert spans(found) == ["2023H1", "2023H2", "2023-04"]
    assert [one.reason for one in found.problems] == ["nothing says which period 'July' is"]


@pytest.mark.parametrize("header", ["Total", "Change", "Removed since Q1 2022", "Q3 2022 to Q4 2022 growth"])
def test_a_column_beside_periods_of_which_nobody_knows_the_period_is_reported(header: str) -> None:
    found = parsed([["Policy", "Q3 2022", "Q4 2022", header], ["Oil", 1, 2, 3]])
    assert (spans(found), len(found.problems)) == (["2022Q3", "2022Q4"], 1)
    assert "nothing says which period" in found.problems[0].reason


def test_a_column_beside_periods_is_of_the_document_where_that_is_the_last_of_them_or_all() -> None:
    change = parsed([["Policy", "Q2 2023", "Q3 2023", "Change"], ["Oil", 1, 2, 3]])
    total = parsed([["Policy", "Q1 2023", "Q2 2023", "Total"], ["Oil", 1, 2, 3]], "https://l.example/2023-h1")
    assert [spans(found) for found in (change, total)] == [
        ["2023Q2", "2023Q3", "2023Q3"],
        ["2023Q1", "2023Q2", "2023H1"],
    ]
    assert not (*change.problems, *total.problems)


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([["", 2022, "", 2023], ["Policy", "Q3", "Q4", "Q1"], ["Oil", 1, 2, 3]], ["2022Q3", "2022Q4", "2023Q1"]),
        ([["", 2022, ""], ["Policy", "July", "August"], ["Oil", 1, 2]], ["2022-07", "2022-08"]),
        ([["Year", "Quarter", "Removed"], [2022, "Q3", 1], [2022, "Q4", 2]], ["2022Q3", "2022Q4"]),
        ([["Quarter", "Year", "Removed"], [3, 2022, 1], [4, 2022, 2]], ["2022Q3", "2022Q4"]),
        ([["Year", "Month", "Removed"], [2022, "July", 1]], ["2022-07"]),
        ([["Half", "Month", "Removed"], ["H2 2022", "July 2022", 1]], ["2022-07"]),
        ([["Date", "Quarter", "Removed"], ["2022-09-30", "Q3 2022", 1]], ["2022Q3"]),
        ([["Start", "End", "Removed"], ["2022-07-01", "2022-12-31", 1]], ["2022H2"]),
        ([["Policy", "Removed Q3 2023", "Removed Q2 2023"], ["Oil", 1, 2]], ["2023Q3", "2023Q2"]),
        ([["", "Removed in H1 2022", ""], ["Policy", "Oil", "Wick"], ["Lit", 1, 2]], ["2022H1", "2022H1"]),
    ],
)  # fmt: skip
def test_periods_in_two_places_are_read_together(rows: Rows, meant: list[str]) -> None:
    found = parsed(rows)
    assert (spans(found), found.problems) == (meant, ())
    assert not any("q3" in part or "2022" in part for key, _ in figures(found) for part in (*key[:2], *key[3:]))


@pytest.mark.parametrize("times", [(2022, "2022-09-30"), ("Q3 2022", "2022-12-31"), ("2022-12-31", "2022-01-01")])
def test_times_side_by_side_that_do_not_fit_are_reported(times: Sequence[object]) -> None:
    with pytest.raises(Rejected, match=f"nothing says which period '{times[0]} {times[1]}' is"):
        parsed([["Period", "Date", "Removed"], [*times, 1]])


@pytest.mark.parametrize("labels", [("2023-07-01", "2023-08-01"), ("January", "February")])
def test_headers_that_are_times_and_no_period_of_the_document_are_reported(labels: Sequence[str]) -> None:
    found = parsed([["Policy", "Removed", ""], ["Oil", 5, ""], ["", "", ""], ["Policy", *labels], ["Oil", 6, 7]])
    assert [raw for _, raw in figures(found)] == ["5"]
    assert [one.reason for one in found.problems] == [f"nothing says which period {one!r} is" for one in labels]


@pytest.mark.parametrize(
    ("groups", "header", "meant"),
    [
        (["Removed", "", "Kept", ""], ["Policy", "By users", "By us", "On appeal", "Unasked"],
         ["by users removed", "by us removed", "on appeal kept", "unasked kept"]),
        (["Lantern", "", "Lamp", ""], ["Policy", "Removed", "Kept", "Removed", "Kept"],
         ["removed lantern", "kept lantern", "removed lamp", "kept lamp"]),
        (["Removed", "", "Kept", ""], ["Policy", "Q2 2023", "Q3 2023", "Q2 2023", "Q3 2023"],
         ["removed", "removed", "kept", "kept"]),
        (["Quarter", "", "Quarter", ""],
         ["Policy", "Removed Q2 2023", "Removed Q3 2023", "Kept Q2 2023", "Kept Q3 2023"],
         ["removed", "removed", "kept", "kept"]),
        (["Removed", "Kept", "Found", ""], ["Policy", "Removed", "Kept", "By us", "By users"],
         ["removed", "kept", "by us found", "by users found"]),
    ],
)  # fmt: skip
def test_what_stands_above_the_headers_is_in_the_key(groups: list[str], header: list[str], meant: list[str]) -> None:
    found = parsed([["", *groups], header, ["Oil", 1, 2, 3, 4]])
    above = [fact.labels.get("column_group", "").lower() for fact in found.facts]
    named = [f"{key[1]} {group}".strip() for (key, _), group in zip(figures(found), above, strict=True)]
    assert (named, found.problems) == (meant, ())
    assert len({key for key, _ in figures(found)}) == 4


def test_a_share_may_be_said_above_the_headers() -> None:
    found = parsed([["", "% removed", "", "Removed"], ["Policy", "By us", "By users", "By users"], ["Oil", 60, 40, 5]])
    assert [fact.unit for fact in found.facts] == ["percent", "percent", "count"]


def ends(count: int) -> list[str]:
    return [str(date(1950 + at // 12, at % 12 + 1, 1) - timedelta(days=1)) for at in range(count)]


@pytest.mark.parametrize(
    "layout",
    [
        lambda n: [["Policy", *(f"lit {at}" for at in range(n))], ["Oil", *range(n)]],
        lambda n: [["Policy", *ends(n), "Total"], ["Oil", *range(n + 1)]],
        lambda n: [["Date", "Lit"], *([day, 5] for day in ends(n))],
        lambda n: [["Month", *(f"lit {at}" for at in range(n))], ["Total", *range(n)]],
        lambda n: [["Month", "Policy", "Lit"], *(["Total", f"Oil {at}", 5] for at in range(n))],
    ],
    ids=["columns", "dates across", "dates down", "sums across", "sums down"],
)
def test_twice_the_table_takes_twice_the_work(layout: Callable[[int], Rows], monkeypatch: pytest.MonkeyPatch) -> None:
    work = [0]

    def day(cell: Cell) -> date | None:
        work[0] += 1
        return was(cell)

    def ending(last: date, days: Sequence[date], header: str = "") -> Period | None:
        work[0] += len(days)
        return ended(last, days, header)

    was, ended = grid.day, periods.ending
    monkeypatch.setattr(grid, "day", day)
    monkeypatch.setattr(periods, "ending", ending)
    done = []
    for size in (50, 100):
        work[0] = 0
        parsed(layout(size))
        done.append(work[0])
    assert done[1] < 2.5 * done[0]


def test_each_formula_without_a_value_is_reported_and_its_row_stays_one() -> None:
    found = book(Lamps=[["Policy", "Removed", "Kept"], ["Oil", "=B3*2", 1], ["Wick", "=1", "=2"], ["Glass", 3, 4]])
    assert [(key[:2], raw) for key, raw in figures(found)] == [
        (("oil", "removed"), "=B3*2"), (("oil", "kept"), "1"), (("wick", "removed"), "=1"), (("wick", "kept"), "=2"),
        (("glass", "removed"), "3"), (("glass", "kept"), "4"),
    ]  # fmt: skip
    assert [fact.value for fact in found.facts] == [None, 1, None, None, 3, 4]
    reason = "this cell is a formula, and no value is kept with it"
    blind = [one.pointer for one in found.problems if one.reason == reason]
    assert blind == ["xlsx:Lamps!B2", "xlsx:Lamps!B3", "xlsx:Lamps!C3"]


def test_numbers_below_a_heading_of_rows_are_reported() -> None:
    found = parsed(
        [["Policy", "Removed", "Kept"], ["Oil", 5, 6], ["Lamps", "", ""], ["Wick", 7, "8"], ["Glass", "", ""]]
    )
    assert [raw for _, raw in figures(found)] == ["5", "6"]
    assert [one.reason for one in found.problems] == [f"no header is above this number: {raw!r}" for raw in "78"]


@pytest.mark.parametrize(
    "text",
    [
        "Lamps\nPolicy;Removed;Share\nOil;5;12,5%\nWick;6;13,5%\n",
        "Note: all, of them, were counted\nPolicy\tRemoved\tShare\nOil\t5\t1,234\nWick\t6\t2,345\n",
        "Lamps; all of them\nPolicy,Removed,Share\nOil,5,1\nWick,6,2\n",
    ],
)
def test_the_mark_between_cells_is_told_by_most_lines(text: str) -> None:
    found = enforcement.parse(release(text.encode(), URL, "text/csv"))
    assert [key[:2] for key, _ in figures(found)] == [
        (row, what) for row in ("oil", "wick") for what in ("removed", "share")
    ]


@pytest.mark.parametrize("gap", [[], [[]]])
def test_a_period_beside_its_name_above_the_headers_is_that_of_the_table(gap: Rows) -> None:
    found = parsed([["Reporting period:", "Q2 2022"], *gap, ["Policy", "Removed", "Kept"], ["Oil", 5, 6]])
    assert spans(found) == ["2022Q2", "2022Q2"]
    assert spans(parsed([["Quarter", "Q2 2022"], ["Oil", 5], ["Wick", 6]])) == ["2022Q2", "2022Q2"]


@pytest.mark.parametrize(
    "rows",
    [
        [["", "Lantern", ""], ["", 2021, 2022], ["Policy", "Removed", "Removed"], ["Oil", 5, 6]],
        [["Policy", "Kept", "Seen"], ["Oil", "n/a", "n/a"], ["Policy", 2021, 2022], ["Oil", 5, 6]],
    ],
)
def test_a_row_of_years_is_a_header(rows: Rows) -> None:
    found = book(Lamps=rows)
    assert [key[2] for key, raw in figures(found) if raw.isdigit()] == ["2021", "2022"]
    assert not found.problems


def test_the_same_table_in_several_sheets_is_of_each() -> None:
    table: Rows = [["Removals"], ["Policy", "Q1 2023", "Q2 2023"], ["Oil", 1, 2]]
    found = book(Lantern=table, Lamp=table, Wick=[["Removals"], ["Country", "Q1 2023"], ["Malta", 1]])
    assert [key[3:] for key, _ in figures(found)] == [
        *[("section=lantern",)] * 2, *[("section=lamp",)] * 2, ("market=malta",),
    ]  # fmt: skip
    assert not found.problems


def test_a_tidy_table_with_other_names_is_read_by_its_layout() -> None:
    found = parsed(
        [["Category", "Metric", "Period", "Value"], ["Oil", "Removed", "2023Q1", 5], ["Oil", "Kept", "2023Q1", 6]]
    )
    assert figures(found) == [(("oil", "removed", "2023Q1"), "5"), (("oil", "kept", "2023Q1"), "6")]
    with pytest.raises(Rejected, match="columns app, policy area are missing"):
        parsed([["Metric", "Period", "Value"], ["Removed", "2023Q1", 5]])


def test_dates_above_the_headers_say_how_far_apart_they_are() -> None:
    found = parsed([
        ["", "2023-03-31", "", "2023-06-30", ""], ["Policy", "Removed", "Kept", "Removed", "Kept"], ["Oil", 1, 2, 3, 4],
    ])  # fmt: skip
    assert spans(found) == ["2023Q1", "2023Q1", "2023Q2", "2023Q2"]
