"""Columns of harmonised tables that are not where the template has them."""

from __future__ import annotations

import pytest
from shaping import release

from normalize import dsa_report
from normalize.model import Rejected

HEADS = {
    "Number of notices received": "notices", "Notices submitted by trusted flaggers": "notices_trusted_flaggers",
    "Number of specific items included in the notices": "items",
    "Items in notices by Trusted Flaggers": "items_trusted_flaggers", "Median time to take action": "median_time",
    "Median time (Trusted Flagger notices)": "median_time_trusted_flaggers",
    "Actions on the basis of the law": "actions_law",
    "Actions on the basis of the law (trusted)": "actions_law_trusted_flaggers",
    "Actions on the basis of the terms": "actions_terms",
    "Actions on the basis of the terms (trusted)": "actions_terms_trusted_flaggers",
}  # fmt: skip
BASE = ["Applicability", "Service", "Reporting period"]
KEYS = [*BASE, "Category", "Other"]
ALL = ["All", "Lantern", "2025-07-01/2025-12-31"]
NAMED = [*ALL, "TOTAL", ""]


def read(header: list[str], cells: list[str], name: str = "4_notices.csv") -> tuple[dict[str, str], list[str]]:
    """(raw value by column, problems) of a table of one row."""
    made = release(f"{','.join(header)}\n{','.join(cells)}\n".encode(), f"https://lantern.example/{name}", "text/csv")
    parsed = dsa_report.parse(made)
    return {fact.key[-1]: fact.raw_value for fact in parsed.facts}, [problem.reason for problem in parsed.problems]


def test_columns_in_another_order_are_told_by_their_headers() -> None:
    heads = [*HEADS][::-1]
    found, problems = read([*KEYS, *heads], [*NAMED, *map(str, range(100, 110))])
    assert found == {HEADS[head]: str(number) for number, head in enumerate(heads, 100)}
    assert problems == ["the columns of table 4 stand in another order: they are told by their headers"]


def test_a_column_more_or_less_moves_no_other() -> None:
    found, problems = read([*KEYS, "Year", *HEADS], [*NAMED, "2025", *map(str, range(100, 110))])
    assert (found["year"], found["notices"], found["actions_terms_trusted_flaggers"]) == ("2025", "100", "109")
    assert problems == ["column 'Year' is not in the template of table 4"]
    heads = [head for head in HEADS if HEADS[head] != "items"]
    found, problems = read([*KEYS, *heads], [*NAMED, *map(str, range(9))])
    assert (found["notices_trusted_flaggers"], found["items_trusted_flaggers"]) == ("1", "2")
    assert problems == ["table 4 has no column for: items"]


@pytest.mark.parametrize("heads", [["Jahr", *(f"M{n}" for n in range(10))], [f"M{n}" for n in range(9)]])
def test_a_table_whose_columns_cannot_be_told_apart_is_not_read(heads: list[str]) -> None:
    with pytest.raises(Rejected, match=rf"table 4 has {len(heads)} columns after .* the template 10 or 20"):
        read([*KEYS, *heads], [*NAMED, *map(str, range(2025, 2025 + len(heads)))])


def test_one_figure_twice_is_not_read() -> None:
    with pytest.raises(Rejected, match="table 4 has 2 columns for notices"):
        read([*KEYS, *HEADS, "Notices"], [*NAMED, *map(str, range(11))])


def test_a_column_before_the_value_is_not_the_value() -> None:
    names = [*BASE, "Section", "Indicator", "Scope"]
    row = [*ALL, "AMAR", "Recipients", "TOTAL"]
    found, problems = read([*names, "Unit", "Value"], [*row, "1", "1000"], "10_AMAR.csv")
    assert found["value"] == "1000"
    assert problems == ["column 'Unit' is not in the template of table 10"]
    with pytest.raises(Rejected, match="table 10 has 2 columns"):
        read([*names, "Einheit", "Wert"], [*row, "1", "1000"], "10_AMAR.csv")


def test_cells_that_belong_elsewhere_are_reported() -> None:
    heads = [*(f"M{n}" for n in range(10)), *(f"C{n}" for n in range(10))]
    _, problems = read([*KEYS, *heads], [*NAMED, "2025", *map(str, range(19))])
    assert problems[0] == "'M0' is read as notices, but holds only years"
    assert problems[1:] == [f"'C{n}' should explain figures, but holds only numbers" for n in range(10)]


@pytest.mark.parametrize("said", ["45m", "45 M", "3K"])
def test_a_letter_behind_a_time_is_no_multiplier(said: str) -> None:
    cells = [*NAMED, *("7" if metric != "median_time" else said for metric in HEADS.values())]
    made = release(f"{','.join([*KEYS, *HEADS])}\n{','.join(cells)}\n".encode(), "https://lantern.example/4.csv")
    parsed = dsa_report.parse(made)
    assert [(fact.raw_value, fact.value) for fact in parsed.facts if fact.key[-1] == "median_time"] == [(said, None)]
    assert [problem.reason for problem in parsed.problems] == [f"{said!r} stands where a number should, and is none"]


def test_half_a_person_is_no_share() -> None:
    names = [*BASE, "Section", "Indicator", "Scope", "Value", "Contextual information"]
    row = [*ALL, "Human resources", "Number of people with this language", "bg", "0.5", ""]
    made = release(f"{','.join(names)}\n{','.join(row)}\n".encode(), "https://lantern.example/9.csv", "text/csv")
    assert [(str(fact.value), fact.unit) for fact in dsa_report.parse(made).facts if fact.raw_value] == [("0.5", None)]


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (["Anzahl", "Kontext"] * 10, ["7"] * 20),
        ([f"{name} {n}" for n in range(10) for name in ("A", "K")], ["7", "gezählt"] * 10),
        ([f"{name} {n}" for n in range(10) for name in ("A", "K")], ["7", ""] * 10),
    ],
)
def test_contexts_among_the_figures_are_not_read_by_their_place(heads: list[str], cells: list[str]) -> None:
    with pytest.raises(Rejected, match="each figure may have its context beside it"):
        read([*KEYS, *heads], [*NAMED, *cells])


CATEGORY = "STATEMENT_CATEGORY_SELF_HARM"
ROW = [*ALL, CATEGORY]


def test_a_column_with_values_is_no_name() -> None:
    values = [*map(str, range(100, 110))]
    found, problems = read([*KEYS[:4], *HEADS], [*ROW, *values])
    assert found == dict(zip(HEADS.values(), values, strict=True))
    assert problems == ["table 4 has no column for: other"]
    swapped = [*BASE, "Other", "Category", *HEADS]
    found, problems = read(swapped, [*ALL, "", CATEGORY, *values])
    assert found == dict(zip(HEADS.values(), values, strict=True))
    assert problems == ["column 'Other' is not in the template of table 4", "table 4 has no column for: other"]


ORDERS = [
    "Orders to act", "Items in orders to act", "Orders to act: median to inform", "Orders to act: median to effect",
    "Orders to provide", "Orders to provide: median to inform", "Orders to provide: median to effect",
]  # fmt: skip


def test_the_column_of_member_states_is_told_by_what_is_in_it() -> None:
    values = [*map(str, range(100, 107))]
    rows = release(f"{','.join([*KEYS[:4], 'Scope', *ORDERS])}\n{','.join([*ROW, 'AT', *values])}\n".encode(),
                   "https://lantern.example/3_orders.csv", "text/csv")  # fmt: skip
    facts = dsa_report.parse(rows).facts
    assert [fact.raw_value for fact in facts] == values
    assert {fact.labels["country"] for fact in facts} == {"AT"}


def test_a_table_without_one_of_its_names_is_unclear() -> None:
    with pytest.raises(Rejected, match="'Value' where names of its rows stand"):
        read([*BASE, "Indicator", "Scope", "Value", "Context"], [*ALL, "Appeals", "Total number", "7", ""], "7_x.csv")
