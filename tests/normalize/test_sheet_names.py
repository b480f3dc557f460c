"""The names of a sheet's rows: however many columns they stand in, all of them are in the key; and their units."""

from __future__ import annotations

import pytest
from sheets import Rows, figures, parsed

TIDY = ["period", "section", "category", "sub 1", "sub 2", "metric", "value"]


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([TIDY, ["H1 2025", "Street", "Oil", "a", "b", "Lit", 5], ["H1 2025", "Yard", "Oil", "a", "b", "Lit", 6]],
         [("b", "lit", "2025H1", f"section={place}: oil", "parent_policy=a") for place in ("street", "yard")]),
        ([TIDY, ["H1 2025", "Street", "Oil", "", "", "Lit", 5], ["H1 2025", "Street", "Wick", "", "", "Lit", 6]],
         [(name, "lit", "2025H1", "parent_policy=street") for name in ("oil", "wick")]),
        ([["Section", "Category", "Sub", "Lit Q1 2023"], ["Street", "Oil", "a", 5], ["Yard", "Oil", "a", 6]],
         [("a", "lit", "2023Q1", f"section={place}", "parent_policy=oil") for place in ("street", "yard")]),
        ([["Lamps"], ["Section", "Category", "Sub", "Lit Q1 2023"], ["Street", "Oil", "a", 5], ["", "Oil", "", 6]],
         [("a", "lit", "2023Q1", "section=lamps: street", "parent_policy=oil"),
          ("oil", "lit", "2023Q1", "section=lamps")]),
    ],
)  # fmt: skip
def test_all_names_of_a_row_are_in_its_key(rows: Rows, meant: list[tuple[str, ...]]) -> None:
    assert figures(parsed(rows)) == [(key, raw) for key, raw in zip(meant, ("5", "6"), strict=True)]


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("50th percentile of hours", "count"), ("Percentage lit", "percent"), ("Percent of lamps", "percent")],
)
def test_a_percentile_is_no_share(metric: str, unit: str) -> None:
    assert [one.unit for one in parsed([["Metric", "Q1 2024"], [metric, 5]]).facts if one.kind == "metric"] == [unit]


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([["Lit"], ["Policy", "Facebook", "Instagram"], ["Oil", 5, 6]], ("oil", "lit", "2023Q3")),
        ([["", "Facebook", "Instagram"], ["Lamps removed", 5, 6]], ("", "lamps removed", "2023Q3")),
        ([["Metric", "Facebook", "Instagram"], ["Lit", 5, 6]], ("", "lit", "2023Q3")),
        ([["", "Facebook", "Instagram"], ["Metric", "Q1 2023", "Q1 2023"], ["Lit", 5, 6]], ("", "lit", "2023Q1")),
    ],
)
def test_columns_that_are_services_say_whose_figures_these_are(rows: Rows, meant: tuple[str, ...]) -> None:
    found = parsed(rows)
    keys = [fact.key for fact in found.facts if fact.kind == "metric"]
    assert (keys, found.problems) == ([("facebook", *meant), ("instagram", *meant)], ())


def test_columns_of_which_only_some_are_services_are_read_as_they_are() -> None:
    found = parsed([["Lit"], ["Policy", "Facebook", "All"], ["Oil", 5, 6]])
    assert [key[:2] for key, _ in figures(found)] == [("oil", "facebook"), ("oil", "all")]
