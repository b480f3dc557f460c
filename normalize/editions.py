"""Which report a document is an edition of: its name without the words that say when.

Two documents are editions of one report when their titles, or their addresses, are the same apart from these words:
years, halves and quarters, months next to a year with their days, and dates. Nothing else is held to be the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from normalize import periods
from normalize.facts import fold
from normalize.model import Period

_MONTH = "|".join(f"{name}|{name[:3]}" for name in periods.MONTHS)
_DAY = rf"(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?"
_YEAR = r"(?:19|20)\d\d"
_TIME = re.compile(
    rf"\b(?:{_YEAR} ?[01]\d ?[0-3]\d|[0-3]\d [01]\d {_YEAR}|"
    rf"{_DAY}(?: {_YEAR})?(?: (?:to|until|through|and))? {_DAY} {_YEAR}|"
    rf"{_DAY} {_YEAR}|{_YEAR} (?:{_MONTH})|{_YEAR} ?[hq][1-4]|[hq][1-4] ?(?:of )?{_YEAR}|{_YEAR}|[hq][1-4])\b"
)
_ISO = re.compile(rf"({_YEAR}) ?([01]\d) ?([0-3]\d)|([0-3]\d) ([01]\d) ({_YEAR})")
_HALVES = re.compile(r"\b(?:(first|1st)|second|2nd) (?:half|semester)\b|\b(?:(1)|2)h(?= ?20\d\d|\b)")
_ENDING = re.compile(r"\.(?:pdf|html?|docx?|xlsx?|csv|zip|json|txt)\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """`series` is the name without its time, `period` what the time is, where it says one."""

    series: str
    period: Period | None


def of_title(title: str) -> Edition:
    """The edition that a title names."""
    return _split(title)


def of_address(url: str) -> Edition:
    """The edition that an address names by its path; its host belongs to the series."""
    parts = urlsplit(url)
    found = _split(_ENDING.sub("", fold(unquote(parts.path))))
    host = (parts.hostname or "").removeprefix("www.")
    return Edition(series=f"{host} {found.series}".strip(), period=found.period)


def _split(text: str) -> Edition:
    text = re.sub(r"(20)(\d\d)[/–-](\d\d)(?!\d|[/–-])", _both_years, fold(text))
    text = _HALVES.sub(lambda match: "h1" if match[1] or match[2] else "h2", " ".join(re.findall(r"[^\W_]+", text)))
    said = " ".join(_TIME.findall(text))
    return Edition(series=" ".join(_TIME.sub(" ", text).split()), period=_period(said))


def _both_years(match: re.Match[str]) -> str:
    """`2023/24` with both its years written out."""
    return f"20{match[2]} 20{match[3]}" if int(match[3]) == int(match[2]) + 1 else match.group()


def _period(said: str) -> Period | None:
    """What words of time mean together; None when that is not one span."""
    if days := [_day(match) for match in _ISO.finditer(said)]:
        known = sorted(day for day in days if day)
        return Period(start=known[0], end=known[-1] + timedelta(days=1)) if known else None
    years = sorted({int(word) for word in re.findall(_YEAR, said)})
    parts = set(re.findall(r"[hq][1-4]", said))
    named = [month for word in re.findall(_MONTH, said) if (month := periods.month(word))]
    if len(years) == len(parts) == 1:
        return periods.parse(f"{years[0]}{parts.pop()}")
    if len(years) == 1 and not parts and named:
        return periods.months(years[0], named[0], named[-1] - named[0] + 1) if named[0] <= named[-1] else None
    if years and not parts and not named and years == list(range(years[0], years[-1] + 1)):
        return Period(start=date(years[0], 1, 1), end=date(years[-1] + 1, 1, 1))
    return None


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
