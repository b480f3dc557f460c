"""The spans of time that publishers name, as half-open intervals of days."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from normalize.model import Period

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_QUARTER = re.compile(r"(?P<year>\d{4})[ -]?Q(?P<part>[1-4])|Q(?P<part2>[1-4])[ -]?(?P<year2>\d{4})", re.IGNORECASE)
_HALF = re.compile(r"(?P<year>\d{4})[ -]?H(?P<part>[12])|H(?P<part2>[12])[ -]?(?P<year2>\d{4})", re.IGNORECASE)
_MONTHS = re.compile(r"(?:(?P<first>[A-Za-z]{3,9})\s*(?:[-–]|to)\s*)?(?P<last>[A-Za-z]{3,9})\s+(?P<year>\d{4})")
_YEAR = re.compile(r"(?P<year>\d{4})")


def months(year: int, first: int, count: int) -> Period:
    """`count` whole months from month `first` (1 to 12) of `year`."""
    last = year * 12 + first - 1 + count
    return Period(start=date(year, first, 1), end=date(last // 12, last % 12 + 1, 1))


@lru_cache(maxsize=4096)
def parse(text: str) -> Period | None:
    """The period that `text` names as a whole: `2021Q2`, `H1 2026`, `Jul-Sep 2022`, `March 2026`, `2024`; else None."""
    text = text.strip()
    if match := _QUARTER.fullmatch(text):
        return months(int(match["year"] or match["year2"]), int(match["part"] or match["part2"]) * 3 - 2, 3)
    if match := _HALF.fullmatch(text):
        return months(int(match["year"] or match["year2"]), int(match["part"] or match["part2"]) * 6 - 5, 6)
    if match := _MONTHS.fullmatch(text):
        return _named(match["first"] or match["last"], match["last"], int(match["year"]))
    if match := _YEAR.fullmatch(text):
        return months(int(match["year"]), 1, 12)
    return None


@lru_cache(maxsize=4096)
def name(period: Period) -> str:
    """A period as a key part: `2021Q2`, `2022H1`, `2022-07`, `2024`, else both its days."""
    start, count = period.start, (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    if start.day == period.end.day == 1 and count in (1, 3, 6, 12) and (start.month - 1) % count == 0:
        part = (start.month - 1) // count + 1
        return {1: f"{start:%Y-%m}", 3: f"{start.year}Q{part}", 6: f"{start.year}H{part}", 12: f"{start.year}"}[count]
    return f"{start}/{period.end}"


def month(name: str) -> int | None:
    """1 to 12 for an English month name or its first three letters or more; None for anything else."""
    name = name.lower()
    return next((n for n, full in enumerate(MONTHS, 1) if len(name) >= 3 and full.startswith(name)), None)


def _named(first: str, last: str, year: int) -> Period | None:
    begin, end = month(first), month(last)
    if begin is None or end is None or end < begin:
        return None
    return months(year, begin, end - begin + 1)
