"""Which report a document is an edition of: its name without the words that say when.

Two documents are editions of one report when their titles, or their addresses, are the same apart from these words:
years, halves and quarters, months next to a year with their days, and dates. Nothing else is held to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from normalize import periods
from normalize.facts import fold
from normalize.model import Period

_MONTH = "|".join(f"{name}|{name[:3]}" for name in periods.MONTHS)
_DAY = rf"(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?"
_YEAR = r"(?:19|20)\d\d"
_ISO = rf"(?:{_YEAR} ?[01]\d ?[0-3]\d|[0-3]\d [01]\d {_YEAR})"
_TO = r"(?: (?:to|until|through|and))?"
_TIME = re.compile(
    rf"\b(?:(?P<iso>{_ISO})(?:{_TO} (?P<last_iso>{_ISO}))?|"
    rf"(?P<first>{_DAY}(?: {_YEAR})?){_TO} (?P<last>{_DAY} {_YEAR})|(?P<day>{_DAY} {_YEAR})|"
    rf"(?P<year>{_YEAR}) (?P<month>{_MONTH})|(?P<year_of>{_YEAR}) ?(?P<part>[hq][1-4])|"
    rf"(?P<of_part>[hq][1-4]) ?(?:of )?(?P<of_year>{_YEAR})|"
    rf"(?P<from_year>{_YEAR})(?:{_TO} (?P<to_year>{_YEAR}))?|(?P<alone>[hq][1-4]))\b"
)
_ISO_DAY = re.compile(rf"({_YEAR}) ?([01]\d) ?([0-3]\d)|([0-3]\d) ([01]\d) ({_YEAR})")
_PARTS = re.compile(
    rf"\b(?:(?P<part>{'|'.join(periods.ORDINALS)}) (?P<kind>half|semester|quarter)|(?P<number>[12])h(?= ?20\d\d|\b))\b"
)
# What says that there is more to a time than was understood: other parts of years, days, months in other languages.
_MORE = re.compile(
    rf"\b(?:\w*quarter\w*|\w*quartal\w*|(?:half|semest|semestr|trimest|halbjahr|month|monat|week|fiscal|financial)\w*|"
    rf"[hq][1-4]|[1-4][hq]|fy\d*|\d{{1,2}}(?:st|nd|rd|th)|{_MONTH}|januar|februar|märz|mai|juni|juli|oktober|dezember|"
    r"janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|"
    r"junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|"
    r"ottobre|dicembre)\b|\b\d{1,2} ?\ufdd0|\ufdd0 ?\d{1,2}\b"  # a number beside a time, where a noncharacter stands
)
_ENDING = re.compile(r"\.(?:pdf|html?|docx?|xlsx?|csv|zip|json|txt)\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """`series` is the name without its time, `period` what the time is, where it says one; `is_open` where there is
    more to the time than was understood."""

    series: str
    period: Period | None
    is_open: bool = False


def of_title(title: str) -> Edition:
    """The edition that a title names."""
    return _split(title)


def period_of(title: Edition, address: Edition) -> Period | None:
    """The period of a report: what its title says, else its address. Where the title says only a part, a whole year in
    the address is none."""
    if title.period or not address.period:
        return title.period
    whole = (address.period.end - address.period.start).days >= 365
    return None if title.is_open and whole else address.period


def of_address(url: str) -> Edition:
    """The edition that an address names by its path; its host belongs to the series."""
    parts = urlsplit(url)
    found = _split(_ENDING.sub("", fold(unquote(parts.path))))
    host = (parts.hostname or "").removeprefix("www.")
    return Edition(series=f"{host} {found.series}".strip(), period=found.period)


def _split(text: str) -> Edition:
    text = re.sub(r"(20)(\d\d)[/–-](\d\d)(?!\d|[/–-])", _both_years, fold(text))
    text = _PARTS.sub(_part, " ".join(re.findall(r"[^\W_]+", text)))
    said = list(_TIME.finditer(text))
    period = None if (more := _MORE.search(_TIME.sub("\ufdd0", text))) else _period(said)
    series = " ".join(_TIME.sub(" ", text).split())
    return Edition(series=series, period=period, is_open=period is None and bool(said or more))


def _both_years(match: re.Match[str]) -> str:
    """`2023/24` with both its years written out."""
    return f"20{match[2]} 20{match[3]}" if int(match[3]) == int(match[2]) + 1 else match.group()


def _part(match: re.Match[str]) -> str:
    """`third quarter` as `q3`."""
    number = match["number"] or periods.ORDINALS[match["part"]]
    quarter = match["kind"] == "quarter"
    return f"{'q' if quarter else 'h'}{number}" if quarter or number in "12" else match.group()


def _period(said: Sequence[re.Match[str]]) -> Period | None:
    """What words of time mean together: the shortest span, if it is inside all others; else None."""
    parts = {match["alone"] for match in said if match["alone"]}
    found = [_named(match) for match in said if not match["alone"]]
    spans = sorted((one for one in found if one), key=lambda one: one.end - one.start)
    if not spans or len(spans) < len(found) or len(parts) > 1:
        return None
    shortest: Period | None = spans[0]
    if parts and shortest == periods.months(spans[0].start.year, 1, 12):
        shortest = periods.parse(f"{spans[0].start.year}{parts.pop()}")
    if parts or not shortest:
        return None
    return shortest if all(one.start <= shortest.start and shortest.end <= one.end for one in spans) else None


def _named(match: re.Match[str]) -> Period | None:
    """The span that one phrase names."""
    if match["iso"]:
        first, last = _day(match["iso"]), _day(match["last_iso"] or match["iso"])
        return Period(start=first, end=last + timedelta(days=1)) if first and last and first <= last else None
    if match["first"]:
        return periods.parse(f"{match['first']} to {match['last']}")
    if match["day"]:
        day = periods.day(match["day"])
        return Period(start=day, end=day + timedelta(days=1)) if day else periods.parse(match["day"])
    if match["from_year"]:
        first_year, last_year = int(match["from_year"]), int(match["to_year"] or match["from_year"])
        return periods.months(first_year, 1, 12 * (last_year - first_year + 1)) if first_year <= last_year else None
    return periods.parse(
        f"{match['month'] or match['part'] or match['of_part']} {match['year'] or match['year_of'] or match['of_year']}"
    )


def _day(text: str) -> date | None:
    match = _ISO_DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
