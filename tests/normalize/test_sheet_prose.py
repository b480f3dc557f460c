"""Text that comes as a CSV is no table, however many commas and numbers it has; a table with long texts is one."""

from __future__ import annotations

import pytest
from shaping import release
from sheets import figures, parsed

from normalize import enforcement
from normalize.model import Rejected

REPORT = """How we kept the lamps lit
In the first quarter of the year we took down 1,204 lamps, 300 of them at once, and kept the rest burning.
Of these, 12, all of them old, were lit again after somebody had asked us to, which took two days.
Oil, wicks and glass are what people write about most, and what we look at first, they tell us.
The others, 9, were
not seen by anybody, or so we think, since no one complained, nor asked.
"""
WRAPPED = """This is what we did between January and March, and how
long it took us, on average and at the most, and what
we will do about the lamps in the coming year, which are many, 12
of them said so themselves, and about the wicks, which are few, 7
as far as we know from those who count them, and as far as nobody
else has told us since, or will do so before the summer
"""


@pytest.mark.parametrize("text", [REPORT, WRAPPED, REPORT * 20])
def test_sentences_are_no_figures(text: str) -> None:
    with pytest.raises(Rejected, match="this is text, and no table"):
        enforcement.parse(release(text.encode(), "https://lantern.example/2023-q1", "text/csv"))


def test_a_table_with_sentences_in_it_or_around_it_is_one() -> None:
    long = "lamps that are lit although nobody is there, and those that somebody forgot to put out"
    found = parsed([
        ["We count lamps when they are put out, and not before."], ["note: oil is not counted, as it burns anyway"],
        ["policy", "removed", "what it means"], ["oil", 5, long], ["wick", 6, long], ["glass", 7, long],
    ])  # fmt: skip
    assert [raw for _, raw in figures(found) if raw.isdigit()] == ["5", "6", "7"]


NOTES = """note: lamps are counted once, as they are on the day
we do not count those that are lit again, or only for an hour
figures before 2022 are not shown, since nobody kept them
oil is a policy of its own, and wicks are too, as of late
glass is neither of these two, and has never been one of them as far as we know
"""


def test_notes_below_a_table_do_not_make_it_text_but_right_above_its_header_they_do() -> None:
    table = "Policy,Q1 2023,Q2 2023\nOil,5,6\nWick,7,8\n"
    found = enforcement.parse(release(f"{table}{NOTES}".encode(), "https://lantern.example/report", "text/csv"))
    assert [raw for _, raw in figures(found) if raw.isdigit()] == ["5", "6", "7", "8"]
    with pytest.raises(Rejected, match="this is text, and no table"):
        enforcement.parse(release(f"{NOTES}{table}".encode(), "https://lantern.example/report", "text/csv"))
