"""What the formats of a workbook's cells make of the numbers stored in them: dates and shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from normalize.cells import whole

DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
SHARES = frozenset({9, 10})
SINCE_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  # days are counted from here, in no zone
SINCE_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's format makes of a number."""

    is_date: bool = False
    share: bool = False


def read(tree: Any) -> Iterator[Style]:
    """The formats of a workbook, in the order in which cells name them."""
    custom = {whole(one.get("numFmtId"), -1): one.get("formatCode") or "" for one in tree.iter("{*}numFmt")}
    for formats in tree.iter("{*}cellXfs"):
        for one in formats:
            number = whole(one.get("numFmtId"), 0)
            code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", custom.get(number, ""))
            is_date = number in DATES or re.search(r"[ymdhs]", code, re.IGNORECASE) is not None
            yield Style(is_date and "General" not in code, number in SHARES or "%" in code)


def moment(stored: str, epoch: datetime) -> datetime | None:
    """The time that is so many days after an epoch; None for what is no number, or after the last year."""
    try:
        return epoch + timedelta(days=float(stored))
    except (ValueError, OverflowError):
        return None
