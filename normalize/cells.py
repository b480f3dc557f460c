"""Sheets as rows of cells, whatever file they come from; what cells are called, and small numbers in markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from normalize.model import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell: its text (a number as the file stores it), its place, its date if it is one, whether it shows percent,
    whether the file stores a number (`typed`) and which, where it shows another text (`stored`), how many columns it is
    merged `across`."""

    text: str
    pointer: str
    date: date | None = None
    share: bool = False
    typed: bool = False
    stored: str = ""
    across: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet: rows that have something in them; cells that have nothing are empty texts. `name` may be empty (CSV)."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def merged(figures: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """What one cell says of several rows or columns is read for each, and reported: it may be their sum.

    `figures`: the pointer and text of each.
    """
    for pointer, times in Counter(pointer for pointer, text in figures if re.search(r"\d", text)).items():
        if times > 1:
            reason = f"this cell stands in {times} rows or columns of the table: it is read for each"
            yield Problem(pointer=pointer, reason=reason)


def whole(text: object, default: int) -> int:
    """The whole number that an attribute gives, such as how many columns a cell spans; `default` where it is none, or
    has so many digits that it counts nothing."""
    digits = text.strip() if isinstance(text, str) else ""
    return int(digits) if len(digits) < 10 and digits.isdigit() and digits.isascii() else default


def column_of(place: str) -> int:
    """1 for `A`, 27 for `AA`; 0 for what is no column's name."""
    if len(place) > 3 or not (place.isalpha() and place.isascii() and place.isupper()):
        return 0
    number = 0
    for letter in place:
        number = number * 26 + ord(letter) - 64
    return number


def letters(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
