"""The period that a text of a sheet speaks of: a title, a sheet's name, a header."""

from __future__ import annotations

import re

from normalize import grid, periods
from normalize.model import Period

_OTHER = re.compile(
    r"\b(?:since|until|till|before|after|vs|versus|compar\w+|against|than|"
    r"(?:months|weeks|quarter|half|year) (?:to|ended|ending|through))\b",
    re.IGNORECASE,
)  # what a period is called that figures are not of
_STATED = re.compile(
    r"\b(?:as (?:of|at)|(?:by the )?end of|updated?|revised|published|generated|accessed)\b", re.IGNORECASE
)  # what the time is called at which figures were written down
_STATED_ON = re.compile(
    rf"(?:[(\[]\s*)?(?:\blast )?{_STATED.pattern}[\s:]*"
    rf"(?:\b(?:on|in|at|of|the|{periods.NAME}|[qh][1-4]|\d{{1,4}}(?:st|nd|rd|th)?)\b[\s.,:/-]*)+[)\]]?",
    re.IGNORECASE,
)  # and that time
_YEAR = re.compile(r"[(\[]?(?<!\d[-/.])\b(20\d\d)\b[)\]]?(?![-/.,]\d)")
# What is called by a year, and whose year is no more than the end of a day.
_NO_PERIOD = re.compile(
    r"\b(?:under(?: \w+){1,5}|act|law|code|bill|regulation|directive|elections?|top|"
    rf"{periods.NAME}\.?(?: \d{{1,2}})?)\W*\Z",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|\d{{4}}-\d\d-\d\d|\b{periods.NAME}\.? \d{{1,2}},? \d{{4}}"
    rf"|\b\d{{1,2}}\.? {periods.NAME}\.? \d{{4}}",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:hal(?:f|ves)|quarter|month|week|date|ytd|early|mid|late|end|fiscal|financial)", re.IGNORECASE
)


def spoken(text: str) -> tuple[Period | None, str] | None:
    """The period that a text speaks of, and how it is written; None as the period of several, and of another one.

    When figures were written down is no period of theirs.
    """
    text = text.replace("_", " ")
    if whole := periods.parse(text):
        return whole, text
    found = [match.group() for match in periods.SPAN.finditer(text)] or _years(text)
    if _STATED.search(text):
        return None
    if len(found) != 1 or _OTHER.search(text):
        return (None, text) if found else None
    return periods.parse(found[0]), found[0]


def _years(text: str) -> list[str]:
    """The years in a text that says no more of when it was, but what is counted: `Posts removed 2022`."""
    rest = _YEAR.sub("", text)
    return [year] if (year := year_of(text)) and grid.COUNTED.search(rest) and not _NOT_ALL.search(rest) else []


def year_of(text: str) -> str:
    """The one year with which a text begins or ends, unless a law or the like is called by it; else empty."""
    found = list(_YEAR.finditer(text.strip()))
    if len(found) != 1 or _STATED.search(text) or _NO_PERIOD.search(text.strip()[: found[0].start()]):
        return ""
    return found[0][1] if found[0].start() == 0 or found[0].end() == len(text.strip()) else ""


def is_stated(text: str) -> bool:
    """Whether a text says at which time its figures were written down, which is no period."""
    return _STATED.search(text) is not None and re.search(r"\b20\d\d\b", text) is not None


def days_in(text: str) -> list[str]:
    """The days that a text speaks of."""
    return _DAY.findall(text)


def part_of(text: str) -> str:
    """The one part of a year that a text is or speaks of without its year; else empty."""
    if periods.is_part(text):
        return text.strip()
    found = periods.PART.findall(text.replace("_", " "))
    return str(found[0]) if len(found) == 1 and not periods.SPAN.search(text) else ""


def without(text: str) -> str:
    """A text without the periods in it, and without the time at which its figures were written down."""
    spaced = text.replace("_", " ")
    if periods.parse(spaced) or periods.is_part(spaced):
        return ""
    bare = periods.SPAN.sub("", _STATED_ON.sub(" ", spaced) if is_stated(spaced) else spaced)
    bare = _YEAR.sub("", bare) if _years(bare) else periods.PART.sub("", bare) if part_of(bare) else bare
    return text if bare == spaced else bare.strip(" ,:;|-–—")
