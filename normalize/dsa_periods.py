"""Days and reporting periods as the harmonised tables write them, in any language."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from normalize import periods
from normalize.model import Period

BLANK_DAY = r"[^\W\d_]{4}-[^\W\d_]{2}-[^\W\d_]{2}"  # `YYYY-MM-DD` in any language
PLACEHOLDER = re.compile(rf"{BLANK_DAY}(?:/{BLANK_DAY})?")
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


@lru_cache(maxsize=1024)
def period_of(text: str) -> Period | None:
    """`2025-07-01/2025-12-31` (the last day belongs to it), the same days in other orders, `2025H2`."""
    days = [_date(match) for match in DAY.finditer(text)]
    if len(days) != 2 or days[0] is None or days[1] is None or days[0] > days[1]:
        return periods.parse(text) if not days and not text.strip().isdigit() else None
    return Period(start=days[0], end=days[1] + timedelta(days=1))


def day_of(text: str) -> date | None:
    """A day as published alone in a cell; None when it is none."""
    match = DAY.match(text.strip())
    return _date(match) if match else None


def _date(match: re.Match[str]) -> date | None:
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        found = date(int(year), int(month), int(day))
        return None if found == date.max else found  # the last day there is stands for none
    except ValueError:
        return None
