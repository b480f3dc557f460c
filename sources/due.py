"""When a report is due: days of the year, as publishers and laws name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sources.checks import require_number, require_one_line, require_pattern


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A report that is due on each of these days of the year, as `03-31`.

    It has come when something was published, restated or there again at an address that matches `match` (a regular
    expression; empty: anything), at most `window` days before the day. A day is judged once the source had been visited
    for the whole window.
    """

    report: str
    days: tuple[str, ...]
    match: str = ""
    window: int = 60

    def __post_init__(self) -> None:
        require_one_line("report", self.report)
        require_pattern("match", self.match)
        require_number("window", self.window, 1)
        if not self.days or not all(_is_day(day) for day in self.days):
            raise ValueError(f"days={self.days!r} are not days of every year: write them as ('03-31', '09-30')")

    def last_before(self, today: date) -> date:
        """The latest day before `today` that it was due."""
        years = (today.year - 1, today.year)
        days = (date.fromisoformat(f"{year}-{day}") for year in years for day in self.days)
        return max(day for day in days if day < today)

    def is_met_by(self, url: str) -> bool:
        """Whether what lies at this address is the report."""
        return re.search(self.match, url) is not None


def _is_day(text: object) -> bool:
    """Whether it is a day that every year has."""
    if not isinstance(text, str) or not re.fullmatch(r"\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(f"2025-{text}")
    except ValueError:
        return False
    return True
