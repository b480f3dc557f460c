"""Layouts that a table can be taken apart wrongly by: read for what they say, or reported."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from shaping import release

from normalize import enforcement
from normalize.model import Parsed

URL = "https://lantern.example/report-2023-q3"
Rows = Sequence[Sequence[object]]


def parsed(rows: Rows, url: str = URL) -> Parsed:
    """What is read of a CSV with these rows."""
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return enforcement.parse(release(made.getvalue().encode(), url, "text/csv"))


def figures(found: Parsed) -> list[tuple[tuple[str, ...], str]]:
    return [(fact.key[1:], fact.raw_value) for fact in found.facts if fact.kind == "metric"]


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
