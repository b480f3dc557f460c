"""Cells that are merged: what they say is said of each row and column that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from string import ascii_uppercase

from normalize import values
from normalize.cells import Cell, letters
from normalize.model import Rejected

MOST = 10_000  # ranges, and rows of one
BESIDE = 100  # columns of one, and from a row's end to it
MOST_COPIED = 30_000_000  # cells of the rows that ranges cover; those of a sheet do not overlap

Row = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The cells from the `top` left one through the `bottom` right one, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


def spread(rows: Sequence[Row], ranges: Iterable[Range]) -> tuple[Row, ...]:
    """The rows with what a merged cell says in each of its rows, and a number in each of its columns.

    It is cited where it stands. Numbers also in rows that end before them: whose they are must be asked there, too. How
    far a text reaches to the right the cell itself says: it may be a title. Raises Rejected when they cover too much.
    """
    left = MOST_COPIED
    found = list(rows)
    at = {_number(row): place for place, row in enumerate(found)}
    for one in islice(ranges, MOST):
        top = found[at[one.top]] if one.top in at else ()
        if one.left > len(top) or not top[one.left - 1].text:
            continue
        cell = replace(top[one.left - 1], across=max(1, one.right - one.left + 1))
        is_number = cell.typed or values.parse(cell.text) != values.NOTHING
        right = min(one.right, one.left + BESIDE) if is_number else one.left
        for number in range(one.top, min(one.bottom, one.top + MOST) + 1):
            row = found[at[number]] if number in at else ()
            if row and (one.left <= len(row) or (is_number and one.left <= len(row) + BESIDE)):
                found[at[number]] = _covered(row, cell, one.left, right)
                left -= len(found[at[number]])
                if left < 0:
                    raise Rejected("its merged cells cover each other many times: no report's do")
    return tuple(found)


def _covered(row: Row, cell: Cell, left: int, right: int) -> Row:
    """A row in which a cell stands from one column through another."""
    start, number = row[0].pointer.rpartition("!")[0], _number(row)
    blanks = (Cell(text="", pointer=f"{start}!{letters(at)}{number}") for at in range(len(row) + 1, left))
    return (*row[: left - 1], *blanks, *[cell] * (right - left + 1), *row[right:])


def _number(row: Row) -> int:
    return int(row[0].pointer.rpartition("!")[2].lstrip(ascii_uppercase))
