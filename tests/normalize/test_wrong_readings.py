"""What a sheet could be taken for: months for quarters, a list of properties for figures, one axis for the other."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from shaping import release

from normalize import enforcement, workbook
from normalize.enforcement_grid import UNCLEAR
from normalize.model import Parsed, Rejected

HEAD = "app,policy area,metric,period,value"
QUARTERS = ("Mar-22", "Jun-22", "Sep-22", "Dec-22")


def parsed(url: str = "https://lantern.example/report-2024-q1", **rows: Sequence[Sequence[object]]) -> Parsed:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    kept = io.BytesIO()
    book.save(kept)
    return enforcement.parse(release(kept.getvalue(), url + ".xlsx", "application/vnd.ms-excel"))


def tidy(*lines: str) -> Parsed:
    payload = "\n".join(lines).encode()
    return enforcement.parse(release(payload, "https://lantern.example/a.csv", "text/csv"))


def spans(found: Parsed) -> list[str]:
    return [one.key[3] for one in found.facts if one.kind == "metric"]


def across(labels: Sequence[str]) -> Parsed:
    return parsed(Lamps=[["Measure", *labels], ["Removed", *range(len(labels))]])


def down(labels: Sequence[str], header: str = "Date") -> Parsed:
    return parsed(Lamps=[[header, "Removed"], *([label, 5] for label in labels)])


def in_rows(labels: Sequence[str]) -> Parsed:
    return tidy(HEAD, *(f"Lantern,Oil,Removed,{label},5" for label in labels))


def in_columns(labels: Sequence[str]) -> Parsed:
    return tidy(f"app,policy area,metric,{','.join(labels)}", f"Lantern,Oil,Removed{',5' * len(labels)}")


@pytest.mark.parametrize("layout", [across, down, in_rows, in_columns])
@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        (QUARTERS, ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]),
        (("Q1 2022", "Q2 2022", "Sep-22"), ["2022Q1", "2022Q2", "2022Q3"]),
        (("Dec 2021", "Mar 2022", "Jun 2022"), ["2021Q4", "2022Q1", "2022Q2"]),
        (("Jul-22", "Aug-22", "Sep-22"), ["2022-07", "2022-08", "2022-09"]),
        (("Sep-22", "Q3 2022"), ["2022-09", "2022Q3"]),
        (("Sep-21", "Sep-22"), ["2021-09", "2022-09"]),
        (("Jan-22", "Mar-22", "May-22"), ["2022-01", "2022-03", "2022-05"]),
        (("H1 2023", "H2 2023", "Jun 2023", "Dec 2023"), ["2023H1", "2023H2", "2023-06", "2023-12"]),
    ],
)
def test_months_that_are_quarters_are_told_by_those_beside_them(layout: object, labels: object, meant: object) -> None:
    found = layout(labels)  # type: ignore[operator]
    assert (spans(found), found.problems) == (meant, ())


@pytest.mark.parametrize("layout", [across, down, in_rows, in_columns])
@pytest.mark.parametrize("labels", [("Mar-22", "Jun-22"), ("Mar-22", "Sep-22"), ("Jan-22", "Apr-22", "Jul-22")])
def test_months_that_may_be_quarters_or_halves_are_reported(layout: object, labels: Sequence[str]) -> None:
    with pytest.raises(Rejected, match=f"(?i)nothing says which period '{labels[0]}' is"):
        layout(labels)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("address", "meant"), [("2023-q4", "2023Q4"), ("2023-h2", "2023H2"), ("2024-q1", ""), ("", "")]
)
def test_one_date_alone_is_of_the_period_of_its_document_or_of_none(address: str, meant: str) -> None:
    url, rows = f"https://lantern.example/report-{address}", [["Date", "Removed"], ["2023-12-31", 5]]
    if meant:
        assert spans(parsed(url, Lamps=rows)) == [meant]
    else:
        with pytest.raises(Rejected, match="nothing says which period '2023-12-31' is"):
            parsed(url, Lamps=rows)


@pytest.mark.parametrize(
    ("header", "labels", "meant"),
    [
        *((header, QUARTERS[:2], ["2022-03", "2022-06"]) for header in ("Month", "Month:", "Month and year", "Monat")),
        ("Three months ending", QUARTERS[:2], ["2022Q1", "2022Q2"]), ("Quarter", ("Sep-22",), ["2022Q3"]),
        ("3-month period", QUARTERS[:2], ["2022Q1", "2022Q2"]),
        *((one, ("June 2022", "December 2022"), ["2022H1", "2022H2"]) for one in ("Half-year ending", "Six months to")),
        ("Half", ("December 2022",), ["2022H2"]),
    ],
)  # fmt: skip
def test_a_header_says_what_its_months_are(header: str, labels: Sequence[str], meant: list[str]) -> None:
    beside = parsed(Lamps=[[header, *labels], ["Removed", *range(len(labels))]])
    above = parsed(Lamps=[["Lamps", header], ["Measure", *labels], ["Removed", *range(len(labels))]])
    assert [spans(down(labels, header)), spans(beside), spans(above)] == [meant] * 3


@pytest.mark.parametrize(
    ("kind", "meant"),
    [("Month", ["2022-03", "2022-06"]), ("Quarterly", ["2022Q1", "2022Q2"])],
)
def test_a_tidy_table_says_what_its_months_are(kind: str, meant: list[str]) -> None:
    head = "metric,period type,period,policy type,issue policy,task type,task,location,market,result"
    assert spans(tidy(head, *(f"Removed,{kind},{label},P,Oil,T,Lit,EU,Malta,5" for label in QUARTERS[:2]))) == meant


@pytest.mark.parametrize(("others", "meant"), [(("Q1 2022", "Q2 2022"), "2022-12"), (QUARTERS, "2022Q4")])
def test_months_are_told_by_those_of_the_same_series(others: Sequence[str], meant: str) -> None:
    found = tidy(HEAD, *(f"Lantern,Oil,Removed,{label},5" for label in others), "Lantern,Oil,Users,Dec-22,7")
    assert spans(found)[-1] == meant


def test_a_column_of_sums_is_of_the_months_beside_it() -> None:
    found = parsed(Lamps=[["Policy", "Jan", "Feb", "Mar", "Total"], ["Oil", 1, 2, 3, 6]])
    assert (spans(found), found.problems) == (["2024-01", "2024-02", "2024-03", "2024Q1"], ())


def test_a_title_says_what_the_months_below_it_are() -> None:
    titled = parsed(Lamps=[["", "Month"], ["Measure", "Mar-22", "Jun-22"], ["Removed", 1, 2]])
    assert spans(titled) == ["2022-03", "2022-06"]


LAMPS = [["Policy", "Removed"], ["Oil", 5], ["Wick", 6]]


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ({"README": [["About these lamps"], ["Version", 3], ["Publisher", "Lantern"], ["Rows", 12]]}, ["3", "12"]),
        ({"Notes": [["Reporting period", "Q1 2024"], ["Lamps of the street", 4]]}, ["4"]),
        ({"Sheet1": [["Publisher", "Lantern"], ["Version", 3]]}, ["3"]),
        ({"Version history": [["Version", "Date"], [1, "2024-01-01"]]}, ["1"]),
    ],
)
def test_what_a_workbook_says_about_itself_is_no_figure(sheets: dict[str, list[list[object]]], told: list[str]) -> None:
    found = parsed(**sheets, Lamps=LAMPS)
    assert [one.raw_value for one in found.facts if one.kind == "metric"] == ["5", "6"]
    assert [one.reason for one in found.problems] == [f"{one!r} tells about the file and is no figure" for one in told]
    assert all(one.value is None for one in found.facts if one.kind == "note")


def test_a_property_above_a_table_heads_nothing_and_a_sheet_called_notes_may_be_all_there_is() -> None:
    named = [(one.key[1:3], one.raw_value) for one in parsed(Notes=LAMPS).facts]
    above = parsed(Lamps=[["Version", 3], *LAMPS])
    assert [(one.key[1:3], one.raw_value) for one in above.facts if one.kind == "metric"] == named
    assert named == [(("oil", "removed"), "5"), (("wick", "removed"), "6")]


def test_cells_far_from_all_others_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BLANKS", 40)
    found = parsed(Lamps=[*([*row, *("",) * 30, "far"] for row in LAMPS)])
    assert [(one.key[1:3], one.raw_value) for one in found.facts if one.kind == "metric"] == [
        (("oil", "removed"), "5"), (("wick", "removed"), "6"),
    ]  # fmt: skip
    far = [one.pointer for one in found.problems if "this one is not read" in one.reason]
    assert far == ["xlsx:Lamps!AG2", "xlsx:Lamps!AG3"]


def on_its_side(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(row) for row in zip(*rows, strict=True)]


SIDES = {
    "word": [["", "Lamps removed", "Lamps restored"], ["Oil", 5, 6], ["Wick", 7, 8]],
    "countries": [["", "Lamps removed", "Lamps lit"], ["France", 5, 6], ["Malta", 7, 8]],
    "periods": [["Quarter", "Lamps removed", "Lamps lit"], ["Q1 2024", 5, 6], ["Q2 2024", 7, 8]],
    "tidy": [HEAD.split(","), ["L", "Oil", "Lit", "Q1 2024", 5], ["L", "Wick", "Lit", "Q1 2024", 7]],
}


@pytest.mark.parametrize("kind", SIDES)
def test_a_table_on_its_side_says_the_same(kind: str) -> None:
    upright, turned = parsed(Lamps=SIDES[kind]), parsed(Lamps=on_its_side(SIDES[kind]))
    assert {one.key: one.raw_value for one in upright.facts} == {one.key: one.raw_value for one in turned.facts}
    assert not (*upright.problems, *turned.problems)


@pytest.mark.parametrize(
    ("header", "row", "meant"),
    [
        (["Policy", "Lit", "Glow"], ["Oil", 5, 6], [("oil", "lit"), ("oil", "glow")]),
        (["", "Lit", "Glow"], ["Oil", 5, 6], [("oil", "lit"), ("oil", "glow")]),
        (["Metric", "Oil", "Wick"], ["Lit", 5, 6], [("oil", "lit"), ("wick", "lit")]),
        (["Metric", "Removed", "Appealed"], ["Lit", 5, 6], [("lit", "removed"), ("lit", "appealed")]),
        (["Metric", "Count", "Share"], ["Lit", 5, 60.5], [("lit", "count"), ("lit", "share")]),
        (["Quarter", "Policy", "Metric", "Value"], ["Q1 2024", "Oil", "Lit", 5], [("oil", "lit")]),
        (["Metric", "Value"], ["Lit", 5], [("", "lit")]),
        (["Metric", "Q4 2023", "Q1 2024", "Change"], ["Lit", 5, 6, 7], [("", "lit")] * 2 + [("lit", "change")]),
        (["Measure", "Notices", "Appeals"], ["Ban", 5, 6], [("ban", "notices"), ("ban", "appeals")]),
        (["Service", "Posts", "Accounts"], ["Oil", 5, 6], [("oil", "posts"), ("oil", "accounts")]),
        (["Policy", "Q1 2024", "Change"], ["Oil", 5, 0.1], [("oil", "lamps"), ("oil", "change")]),
        (["Type of action", "Q1 2024", "Q2 2024"], ["Put out", 5, 6], [("", "put out")] * 2),
        (["Policy area", "Metric", "Q1 2024", "Q2 2024"], ["Oil", "Lit", 5, 6], [("oil", "lit")] * 2),
        (["", "Policy", "Removed", "Left"], [0, "Oil", 5, 6], [("oil", "removed"), ("oil", "left")]),
        (["Edition", "Removed", "Left"], [2022, 5, 6], [("", "edition"), ("", "removed"), ("", "left")]),
    ],
)
def test_what_rows_and_columns_name(
    header: list[object], row: list[object], meant: list[tuple[str, str]]
) -> None:  # fmt: skip
    found = parsed(Lamps=[["Lamps"], header, row])
    assert [one.key[1:3] for one in found.facts if one.kind == "metric"] == meant


@pytest.mark.parametrize(
    ("header", "rows", "unclear"),
    [
        (["", "Oil", "Wick"], ["Lit", "Glow"], True), (["", "Oil", "Wick"], ["Lit", "Removed"], True),
        (["", "Oil", "Wick"], ["Posts removed", "Lamps removed"], False), (["Policy", "Lit", "Glow"], ["Oil"], False),
        (["", "Removed", "Glow"], ["Oil"], False),
        (["", "Q1 2024", "Q2 2024"], ["Lit", "Glow"], False), (["", "Malta", "Spain"], ["Lit", "Glow"], False),
    ],
)  # fmt: skip
def test_that_rows_may_be_columns_is_said(header: list[object], rows: Sequence[str], unclear: bool) -> None:
    found = parsed(Lamps=[["Lamps"], header, *([row, *range(5, 4 + len(header))] for row in rows)])
    assert len(found.facts) == len(rows) * (len(header) - 1)
    assert [one.reason for one in found.problems] == [UNCLEAR] * unclear


def test_what_is_called_monthly_is_months() -> None:
    rows = [["Monthly lamps"], ["Policy", "Mar 2023", "Jun 2023", "Sep 2023"], ["Oil", 5, 6, 7]]
    assert spans(parsed(Lamps=rows)) == ["2023-03", "2023-06", "2023-09"]
    lines = [f"X,Oil,Lit,{month} 2023,5,Monthly" for month in ("Mar", "Jun")]
    assert spans(tidy(HEAD + ",period type", *lines)) == ["2023-03", "2023-06"]


def test_a_sheet_called_info_may_hold_a_table() -> None:
    found = parsed(Info=[["Metric", "Q1 2023"], ["Lit", 44]], Lamps=LAMPS)
    assert "44" in [one.raw_value for one in found.facts if one.kind == "metric"]


def test_a_list_of_columns_is_no_table_on_its_side() -> None:
    rows = [[name, "text", "Oil"] for name in HEAD.split(",")]
    with pytest.raises(Rejected):
        parsed(Fields=[["Field", "Type", "Example"], *rows])
