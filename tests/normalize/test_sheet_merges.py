"""Merged cells, and texts that stand above some columns only: read for what they say, or reported."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest
from shaping import release
from sheets import Rows, book, figures, parsed, spans

from normalize import enforcement, xls
from normalize.cells import Cell
from normalize.merges import Range, spread
from normalize.model import Parsed

STANDS = "this cell stands in {} rows or columns of the table: it is read for each"
ODS = "urn:oasis:names:tc:opendocument:xmlns"


def ods(*rows: str) -> Parsed:
    """What is read of a spreadsheet with these rows of marked-up cells."""
    spaces = " ".join(f'xmlns:{name}="{ODS}:{name}:1.0"' for name in ("office", "table", "text"))
    marked = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "content.xml",
            f"<office:document-content {spaces}><table:table table:name='L'>{marked}</table:table>"
            "</office:document-content>",
        )
    return enforcement.parse(release(kept.getvalue(), "https://lantern.example/2023-q1", ""))


def cell(text: object, wide: int = 1, high: int = 1) -> str:
    spanned = f'table:number-columns-spanned="{wide}" table:number-rows-spanned="{high}"'
    return f"<table:table-cell {spanned}><text:p>{text}</text:p></table:table-cell>" + "<table:covered-table-cell/>" * (
        wide - 1
    )


TABLE: Rows = [["Policy", "Removed", "Kept"], ["Oil", 1, 2], ["Wick", 3, None], ["Glass", 4, 5]]


@pytest.mark.parametrize(("number", "stored"), [(3, "3"), ("1,234", "1,234"), ("<5", "<5")])
def test_a_number_that_is_merged_across_columns_is_reported(number: object, stored: str) -> None:
    rows = [*TABLE[:2], ["Wick", number, None], TABLE[3]]
    found = book(merge=["B3:C3"], Lamps=rows)
    assert [(key[:2], raw) for key, raw in figures(found)] == [
        (("oil", "removed"), "1"), (("oil", "kept"), "2"), (("wick", "removed"), stored), (("wick", "kept"), stored),
        (("glass", "removed"), "4"), (("glass", "kept"), "5"),
    ]  # fmt: skip
    assert [(one.pointer, one.reason) for one in found.problems] == [("xlsx:Lamps!B3", STANDS.format(2))]


def test_a_number_that_is_merged_both_ways_is_reported_and_words_for_none_are_read() -> None:
    rows = [TABLE[0], ["Oil", 1, None], ["Wick", None, None], ["Glass", "n/a", "n/a"]]
    found = book(merge=["B2:C3"], Lamps=rows)
    assert [raw for _, raw in figures(found)] == ["1", "1", "1", "1", "n/a", "n/a"]
    assert [one.reason for one in found.problems] == [STANDS.format(4)]


def test_merged_cells_of_an_ods_are_read_as_those_of_a_workbook() -> None:
    found = ods(
        cell("") + cell("Lantern", wide=2) + cell(""), "".join(map(cell, ("Policy", "Removed", "Kept", "Seen"))),
        cell("Oil") + cell(3, wide=2) + cell(5), cell("Wick", high=2) + "".join(map(cell, (1, 2, 6))),
        "<table:covered-table-cell/>" + "".join(map(cell, (7, 8, 9))),
    )  # fmt: skip
    group = "column_group=lantern"
    assert figures(found) == [
        (("oil", "removed", "2023Q1", "section=l", group), "3"), (("oil", "kept", "2023Q1", "section=l", group), "3"),
        (("oil", "seen", "2023Q1", "section=l"), "5"),
        (("wick", "removed", "2023Q1", "section=l", group), "1"), (("wick", "kept", "2023Q1", "section=l", group), "2"),
        (("wick", "seen", "2023Q1", "section=l"), "6"),
        (("wick", "removed", "2023Q1", "section=l", group), "7"), (("wick", "kept", "2023Q1", "section=l", group), "8"),
        (("wick", "seen", "2023Q1", "section=l"), "9"),
    ]  # fmt: skip
    assert found.problems[0].reason == STANDS.format(2)


def test_merged_cells_of_an_old_workbook_are_counted_from_one() -> None:
    assert list(xls._ranges(SimpleNamespace(merged_cells=[(1, 3, 0, 2)]))) == [Range(top=2, left=1, bottom=3, right=2)]


def test_ranges_without_end_cost_little() -> None:
    rows = [tuple(Cell(text="5", pointer=f"xlsx:L!{column}{row}", typed=True) for column in "AB") for row in (1, 2)]
    [first, second] = spread(rows, [Range(top=1, left=2, bottom=10**9, right=10**9)] * 10)
    assert len(first) == len(second) == 102


def test_a_group_reaches_as_far_as_it_is_merged() -> None:
    rows: Rows = [["", "Lantern", None, ""], ["Policy", "Removed", "Kept", "Seen"], ["Oil", 1, 2, 3]]
    found = book(merge=["B1:C1"], Lamps=rows)
    assert ["column_group=lantern" in key for key, _ in figures(found)] == [True, True, False]
    years: Rows = [["", 2022, None, 2021, None], ["Policy", "Q1", "Q2", "Q3", "Q4"], ["Oil", 1, 2, 3, 4]]
    assert spans(book(merge=["B1:C1", "D1:E1"], Lamps=years)) == ["2022Q1", "2022Q2", "2021Q3", "2021Q4"]


@pytest.mark.parametrize("title", ["Lamps", "2022"])
def test_a_merged_title_is_one(title: str) -> None:
    rows: Rows = [[int(title) if title.isdigit() else title], ["Policy", "Removed", "Kept"], ["Oil", 1, 2]]
    found = book("https://lantern.example/2021-q1.xlsx", merge=["A1:C1"], S=rows)
    assert [key[2:] for key, _ in figures(found)] == [("2022",) if title.isdigit() else ("2021Q1", "section=lamps")] * 2


def test_one_text_right_of_the_names_is_of_the_columns_below_it() -> None:
    first = parsed([["", "Lantern"], ["Policy", "Removed", "Kept"], ["Oil", 1, 2]])
    assert [key[3:] for key, _ in figures(first)] == [("column_group=lantern",)] * 2
    assert not first.problems
    second = parsed([["", "", "Lantern"], ["Policy", "Removed", "Kept"], ["Oil", 1, 2]])
    assert [key[3:] for key, _ in figures(second)] == [(), ("column_group=lantern",)]
    assert [one.reason for one in second.problems] == [
        "'Lantern' stands above some columns only: read as said of these and all after them"
    ]


def test_one_text_right_of_the_names_heads_the_numbers_right_below_it() -> None:
    found = parsed([["Lamps"], ["", "Removed"], ["Oil", 1], ["Wick", 2]])
    assert figures(found) == [
        (("oil", "removed", "2023Q3", "section=lamps"), "1"), (("wick", "removed", "2023Q3", "section=lamps"), "2"),
    ]  # fmt: skip


def test_three_rows_of_headers_are_read_together() -> None:
    found = parsed([
        ["", "2022", "", "", "", "2021", ""],
        ["", "Lantern", "", "Lamp", "", "Lantern", ""],
        ["Policy", "Removed Q3", "Kept Q3", "Removed Q3", "Kept Q3", "Removed Q4", "Kept Q4"],
        ["Oil", 1, 2, 3, 4, 5, 6],
    ])  # fmt: skip
    assert [(*key[1:], raw) for key, raw in figures(found)] == [
        ("removed", "2022Q3", "column_group=lantern", "1"), ("kept", "2022Q3", "column_group=lantern", "2"),
        ("removed", "2022Q3", "column_group=lamp", "3"), ("kept", "2022Q3", "column_group=lamp", "4"),
        ("removed", "2021Q4", "column_group=lantern", "5"), ("kept", "2021Q4", "column_group=lantern", "6"),
    ]  # fmt: skip
    assert not found.problems


def test_tables_side_by_side_are_read_apart() -> None:
    found = parsed([
        ["Q1 2023", "", "", "Q2 2023", ""], ["Policy", "Removed", "", "Policy", "Kept"], ["Oil", 1, "", "Wick", 3],
        ["Glass", 2, "", "", ""],
    ])  # fmt: skip
    assert [(key[:3], raw) for key, raw in figures(found)] == [
        (("oil", "removed", "2023Q1"), "1"), (("glass", "removed", "2023Q1"), "2"), (("wick", "kept", "2023Q2"), "3"),
    ]  # fmt: skip
    assert not found.problems


@pytest.mark.parametrize("said", ["Removed (000s)", "Removed in thousands", "Removed (millions)"])
def test_numbers_that_are_so_many_each_are_reported(said: str) -> None:
    above = parsed([["Policy", said, "Kept"], ["Oil", 5, 6]])
    title = parsed([[said], ["Policy", "Lit"], ["Oil", 5]])
    for found in (above, title):
        assert [one.reason for one in found.problems] == [
            f"{said!r} says how many each of these is: they are read as written"
        ]


@pytest.mark.parametrize(
    ("header", "row", "key"),
    [
        (["Policy", "Removed", "Quarter"], ["Oil", 5, "Q1 2022"], ("oil", "removed", "2022Q1")),
        (["Policy", "Removed", "Year"], ["Oil", 5, 2022], ("oil", "removed", "2022")),
        (["Removed", "Policy"], [5, "Oil"], ("oil", "removed", "2023Q3")),
        (["Policy", "Removed", "Country"], ["Oil", 5, "Malta"], ("oil", "removed", "2023Q3", "market=malta")),
    ],
)
def test_names_of_rows_may_stand_behind_their_figures(
    header: list[str], row: list[object], key: tuple[str, ...]
) -> None:
    found = parsed([header, row])
    assert (figures(found), found.problems) == ([(key, "5")], ())


def test_a_row_without_its_first_name_is_reported() -> None:
    found = parsed([["Region", "Policy", "Removed"], ["North", "Oil", 1], ["", "Wick", 2], ["South", "", 3]])
    assert [raw for _, raw in figures(found)] == ["1", "2", "3"]
    assert [(one.pointer, one.reason) for one in found.problems] == [
        ("csv:row=3,column=#3", "a row without a name below 'Region': it is read without it")
    ]


@pytest.mark.parametrize("note", ["* see below", "Note: counted twice"])
def test_a_note_right_of_the_names_heads_nothing(note: str) -> None:
    table: Rows = [["Policy", "Removed", "Kept"], ["Oil", 1, 2], ["", "", note], ["Wick", 3, 4]]
    assert [(key[:2], raw) for key, raw in figures(parsed(table))] == [
        (("oil", "removed"), "1"), (("oil", "kept"), "2"), (("wick", "removed"), "3"), (("wick", "kept"), "4"),
    ]  # fmt: skip
    found = parsed([*table[:2], ["", "", "Seen"], table[3]])
    assert [raw for _, raw in figures(found)] == ["1", "2"]
    assert [one.reason for one in found.problems] == [f"no header is above this number: {raw!r}" for raw in "34"]
