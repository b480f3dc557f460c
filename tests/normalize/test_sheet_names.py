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
