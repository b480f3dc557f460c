"""Where a sheet says when: in titles, names, groups and headers, as a whole or in two places."""

from __future__ import annotations

import pytest
from sheets import Rows, book, figures, parsed, spans

from normalize.model import Rejected

LAMPS: Rows = [["Policy", "Removed"], ["Oil", 5]]
QUARTER, YEAR = "https://lantern.example/2023-q1.xlsx", "https://lantern.example/report-2023.xlsx"


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("Removals 2022", "2022"), ("2022: posts removed", "2022"), ("Removals May 2022", "2022-05"),
        ("Cut 1 January to 30 June 2022", "2022H1"), ("Removals 2022-05", "2022-05"), ("Removals Q1", "2023Q1"),
        ("Removals 2023", "2023Q1"), ("Cut under the Lamps Act 2022", "2023Q1"),
        ("Removed under Rule 2022", "2023Q1"), ("Lamps", "2023Q1"),
        ("Removals as of 31 May 2022", "2023Q1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["title", "sheet"])
def test_a_period_in_a_title_or_a_name_holds_before_that_of_the_address(title: str, meant: str, place: str) -> None:
    name = title.replace(":", "") if place == "sheet" else "Lamps"
    found = book(QUARTER, **{name[:31]: [[title], *LAMPS] if place == "title" else LAMPS})
    assert (spans(found), found.problems) == ([meant], ())


@pytest.mark.parametrize(
    "title", ["Lamps 2022", "Removals FY2022", "Removals 2022/23", "Removals since 2022", "Removals Q3", "Q3 removals"]
)
def test_a_title_of_another_time_is_reported(title: str) -> None:
    with pytest.raises(Rejected, match="nothing says which period"):
        book(QUARTER, Lamps=[[title], *LAMPS])


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([["Half", "H1", "H2"], ["Oil", 1, 2]], ["2023H1", "2023H2"]),
        ([["Policy", "Q1", "Q2"], ["Oil", 1, 2]], ["2023Q1", "2023Q2"]),
        ([["Policy", "Jan-Mar", "May"], ["Oil", 1, 2]], ["2023Q1", "2023-05"]),
        ([["Quarter", "Oil"], ["Q1", 1], ["Q2", 2]], ["2023Q1", "2023Q2"]),
        ([["Policy", "Removed Q1", "Removed Q2"], ["Oil", 1, 2]], ["2023Q1", "2023Q2"]),
        ([["Policy", "Removed 2021", "Removed 2022"], ["Oil", 1, 2]], ["2021", "2022"]),
        ([["Policy", "2023-01", "02/2023"], ["Oil", 1, 2]], ["2023-01", "2023-02"]),
        ([["Week", "Oil"], ["2023-W02", 1], ["W3 2023", 2]], ["2023-01-09/2023-01-16", "2023-01-16/2023-01-23"]),
        ([["Q3"], ["Policy", 2021, 2022], ["Oil", 1, 2]], ["2021Q3", "2022Q3"]),
        ([["Removals Q3"], ["Policy", "2021", "2022"], ["Oil", 1, 2]], ["2021Q3", "2022Q3"]),
        ([["", "Q3"], ["Policy", "2021", "2022"], ["Oil", 1, 2]], ["2021Q3", "2022Q3"]),
        ([["Removals Q3"], ["Year", "Oil"], ["2021", 1], ["2022", 2]], ["2021Q3", "2022Q3"]),
    ],
)  # fmt: skip
def test_parts_of_a_year_are_of_the_year_that_is_said_elsewhere(rows: Rows, meant: list[str]) -> None:
    found = book(YEAR, Lamps=rows)
    assert (spans(found), found.problems) == (meant, ())
    assert not any(word in part for key, _ in figures(found) for part in (*key[:2], *key[3:]) for word in ("q", "202"))


@pytest.mark.parametrize(
    "header", ["Q4", "FY2022", "H1 FY22", "2022/23", "Lamps 2022", "Removed Q4", "Year to date 2022"]
)
def test_a_header_that_is_a_time_nobody_knows_is_reported(header: str) -> None:
    found = book(QUARTER, Lamps=[["Policy", "Removed in January 2023", header], ["Oil", 1, 2]])
    assert spans(found) == ["2023-01"]
    assert len(found.problems) == 1
    assert "nothing says which period" in found.problems[0].reason


@pytest.mark.parametrize(
    "header", ["1/1/2023 - 3/31/2023", "As of June 30, 2023", "Seen by 2023-04-01", "Lit on 1.5.2023"]
)
def test_days_in_a_header_that_are_not_the_documents_are_reported(header: str) -> None:
    found = book(QUARTER, Lamps=[["Policy", "As of 31 March 2023", header], ["Oil", 1, 2]])
    assert [raw for _, raw in figures(found)] == ["1"]
    assert [one.reason for one in found.problems] == [f"nothing says which period {header!r} is"]


def test_a_row_whose_name_speaks_of_a_period_is_of_it() -> None:
    found = book(QUARTER, Lamps=[["Policy", "Removed"], ["Oil in Q4 2022", 1], ["Oil", 2], ["Oil, May 2022", 3]])
    assert spans(found) == ["2022Q4", "2023Q1", "2022-05"]


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        (["January", "February"], None), (["January", "February", "March"], "2023Q1"), (["Jan-Mar"], "2023Q1"),
        (["January 2023", "February 2023", "March 2023"], "2023Q1"), (["January", "March"], None), ([], "2023Q1"),
    ],
)  # fmt: skip
def test_sums_of_rows_are_of_the_document_where_its_parts_are_all_there(rows: list[str], meant: str | None) -> None:
    found = book(QUARTER, Lamps=[["Month", "Policy", "Lit"], *([row, "Oil", 1] for row in rows), ["Total", "Oil", 9]])
    assert [key[2] for key, raw in figures(found) if raw == "9"] == ([meant] if meant else [])
    assert [one.reason for one in found.problems] == ([] if meant else ["nothing says which period 'Total' is"])


@pytest.mark.parametrize("title", ["Removals as of May 2022", "Last updated: May 2022", "Published Q2 2022"])
def test_when_figures_were_written_down_is_no_period_of_theirs(title: str) -> None:
    found = book(QUARTER, Lamps=[[title], *LAMPS])
    assert (spans(found), found.problems) == (["2023Q1"], ())
    found = book(QUARTER, Lamps=[["Policy", "Removed", title], ["Oil", 5, 6]])
    assert [raw for _, raw in figures(found)] == ["5"]
    assert [one.reason for one in found.problems] == [f"nothing says which period {title!r} is"]


def test_months_that_only_end_a_period_are_not_it() -> None:
    with pytest.raises(Rejected, match="nothing says which period '12 months to March 2023' is"):
        book(QUARTER, Lamps=[["Policy", "12 months to March 2023"], ["Oil", 5]])


@pytest.mark.parametrize("labels", [(2021, 2022), ("Q1 2021", "Q1 2022"), ("2021-05", "2021-06")])
def test_a_row_of_periods_below_data_heads_what_follows(labels: tuple[object, object]) -> None:
    found = book(QUARTER, Lamps=[["Deed", "Lit", "Burnt"], ["Oil", 5, 6], ["Agency", *labels], ["Wick", 7, 8]])
    assert [raw for _, raw in figures(found)] == ["5", "6", "7", "8"]
    assert len(set(spans(found)[2:])) == 2
    assert not found.problems


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([["Policy", "Quarter", "2022", "2023"], ["Oil", "Q1", 5, 6]], ["2022Q1", "2023Q1"]),
        ([["Policy", "Quarter", "2022", "2023"], ["Oil", "2", 5, 6], ["Oil", "Total", 5, 6]],
         ["2022Q2", "2023Q2", "2022", "2023"]),
        ([["Policy", "Month", "2022", "2023"], ["Oil", "March", 5, 6], ["Oil", "June", 5, 6]],
         ["2022-03", "2023-03", "2022-06", "2023-06"]),
        ([["", "2022", "2023"], ["Q1", 5, 6], ["Q2", 5, 6]], ["2022Q1", "2023Q1", "2022Q2", "2023Q2"]),
        ([["Policy", "Year", "Q1", "Q2"], ["Oil", "2022", 5, 6]], ["2022Q1", "2022Q2"]),
        ([["Policy", "Quarter", "2022", "2023"], ["Oil", "Q1 2022", 5, ""]], ["2022Q1"]),
        ([["Policy", "2022", "2023"], ["Oil", 5, 6]], ["2022", "2023"]),
    ],
)  # fmt: skip
def test_a_time_of_a_row_and_one_of_a_column_are_read_together(rows: Rows, meant: list[str]) -> None:
    found = parsed(rows, url="https://lantern.example/report")
    assert (spans(found), found.problems) == (meant, ())


@pytest.mark.parametrize("time", ["Q2 2023", "H1 2019", "Q2"])
def test_a_time_of_a_row_that_is_not_in_that_of_its_column_is_reported(time: str) -> None:
    with pytest.raises(Rejected, match=f"nothing says which period '{time} Q1 2022' is"):
        parsed([["Policy", "Period", "Q1 2022"], ["Oil", time, 5]], url="https://lantern.example/report")


@pytest.mark.parametrize(
    "title",
    ["Lamps lit as of {}", "Lamps lit, last updated: {}", "Lamps lit (published {})", "Updated {}: lamps lit",
     "Lamps lit - revised on {}"],
)  # fmt: skip
@pytest.mark.parametrize("day", ["31 March 2024", "5th May 2024", "June 30, 2024", "2024-06-30", "30.06.2024", "2024"])
def test_when_figures_were_written_down_is_not_in_their_key(title: str, day: str) -> None:
    found = parsed([[title.format(day)], ["Policy", "Lit Q4 2023", "Lit Q1 2024"], ["Oil", 5, 6]])
    assert {key[3:] for key, _ in figures(found)} == {("section=lamps lit",)}
