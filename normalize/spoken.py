"""How sentences and labels name periods: `Q3 2023`, `second half of 2023`, `July to September 2023`, `5 March 2023`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from normalize import periods
from normalize.model import Period

YEAR = r"(?:19|20)\d\d"
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
PERIOD = (
    rf"(?:[QH][1-4](?:,? (?:of )?{YEAR}\b|(?!\w))|{YEAR}[ -]?[QH][1-4]\b|"
    rf"(?:first|second|third|fourth) (?:half|quarter) of {YEAR}|"
    rf"{MONTH}(?: {YEAR})? ?(?:-|–|to|through) ?{MONTH} {YEAR}|{MONTH} {YEAR})"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = rf"(?:{DAY} (?:of )?{MONTH},? {YEAR}|{MONTH} {DAY},? {YEAR})\b"


@lru_cache(maxsize=4096)
def period_of(text: str) -> Period | None:
    """The period of a label such as `Q3 2023`, `second half of 2023`, `July to September 2023`, `5 March 2023`."""
    if re.fullmatch(DATE, text.strip(), re.IGNORECASE):
        return _day(text)
    bare = re.sub(r",(?!\d)| of\b", "", text)
    for word, part in (("first", 1), ("second", 2), ("third", 3), ("fourth", 4)):
        bare = re.sub(rf"(?i)\b{word} (h|q)(?:alf|uarter)\b", rf"\g<1>{part}", bare)
    bare = re.sub(rf"(?i)({MONTH}) {YEAR}( ?(?:-|–|to|through) ?{MONTH})", r"\1\2", bare).replace("through", "to")
    return periods.parse(" ".join(bare.split()))


def _day(text: str) -> Period | None:
    """The one day that a date names; None when no month has it."""
    day, year = re.search(r"\d{1,2}", text), re.search(YEAR, text)
    month = next((number for number, name in enumerate(periods.MONTHS, 1) if name in text.lower()), None)
    if day is None or year is None or month is None:
        return None
    try:
        start = date(int(year.group()), month, int(day.group()))
    except ValueError:
        return None
    return Period(start=start, end=start + timedelta(days=1))
