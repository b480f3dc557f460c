"""What a cell of a harmonised table says as a number, and of what unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from normalize import values
from normalize.cells import Cell

PEOPLE = 9  # the table of moderators
TEXTS = (2, 11)  # the tables without numbers
_QUALITY = re.compile(r"\b(?:accuracy|precision|recall|error rate|rate of error)\b")  # of automated means: shares
_LETTER = re.compile(r"\d\s?[kmb]\Z", re.IGNORECASE)  # of a time it is no multiplier
_MEDIAN = re.compile(r"\bm[eé]di[aāá]n|\bmediaan|διάμεσ|медиан")  # a time, whose unit the cell does not say


def value(cell: Cell, metric: str, table: int) -> values.Value:
    """The number in a cell: as the file stores it, else as it is shown. Contexts have none."""
    is_text = metric.endswith("_context") or table in TEXTS
    if is_text or ("median" in metric and _LETTER.search(cell.text.strip()) is not None):
        return values.NOTHING
    return values.parse(cell.stored or cell.text)


def unit(value: values.Value, metric: str, cell: Cell, names: Sequence[str], table: int) -> str | None:
    """A whole number is a count and a share at most 1; what else a number can be the cell does not say. People (table
    9) may be half a one, and are no shares."""
    if value == values.NOTHING or "median" in metric or _MEDIAN.search(" ".join(names)):
        return value.unit
    number = value.number or value.low or value.high or Decimal(0)
    bare = (
        "ratio" if cell.share or (0 < number < 1 and table != PEOPLE) else "count" if values.is_whole(number) else None
    )
    return value.unit or (None if bare == "count" and _QUALITY.search(" ".join(names)) else bare)
