"""The spans of time that publishers name, as half-open intervals of days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from normalize.model import Period

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
ORDINALS = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4"}
_YEAR = r"(?P<year>\d{4})"
_SHORT = r"(?P<year>\d{4}|\d\d)"  # of this century
_GAP = r"[ _/,'-]*"
NAME = r"(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" + ("|sept" if name[0] == "s" else "") for name in MONTHS) + ")"
_TO = r" ?(?:-|/|\bto\b|\bthrough\b|\buntil\b|\band\b|&) ?"
_PARTS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}[ _/-]*(?P<kind>[qh])(?P<part>\d)",
        rf"(?P<kind>[qh])(?P<part>\d){_GAP}{_SHORT}",
        rf"(?P<part>\d)(?P<kind>[qh]){_GAP}{_SHORT}",
        rf"{_YEAR}[ _/-]*(?P<part>\d)(?P<kind>[qh])",
        rf"(?P<part>\d|{'|'.join(ORDINALS)})[ -](?P<kind>[qh])(?:uarter|tr|alf)(?: of)?[ ,]+{_YEAR}",
        rf"(?P<kind>[qh])(?:uarter|tr|alf) (?P<part>\d)(?: of)?[ ,]+{_YEAR}",
        rf"(?P<kind>[qh])(?P<part>\d){_TO}(?P=kind)(?P<last>\d)[ ,]+{_YEAR}",
    )
)
_DAYS = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})[. ]+)?(?P<m1>{NAME})\.?(?: (?P<D1>\d{{1,2}}))?(?:,? (?P<y1>\d{{4}}))?{_TO}"
    rf"(?:(?P<d2>\d{{1,2}})[. ]+)?(?P<m2>{NAME})\.?(?: (?P<D2>\d{{1,2}}))?,? (?P<y2>\d{{4}})"
)
_MONTH = re.compile(rf"(?P<month>{NAME})(?:\.?,? (?P<year>\d{{4}})|[-'](?P<short>\d\d))")
_NUMBERED_MONTH = re.compile(r"(?P<y1>\d{4})[-/m](?P<m1>0[1-9]|1[0-2])|(?P<m2>0[1-9]|1[0-2])/(?P<y2>\d{4})")
_WEEK = re.compile(r"(?P<y1>\d{4})[- ]?w(?P<w1>\d\d)|w(?:eek )?(?P<w2>\d{1,2})(?: of)?[ ,/-]+(?P<y2>\d{4})")
_WHOLE_YEAR = re.compile(r"(?:(?:full |calendar )?year |cy ?)?(\d{4})")
_NUMBERED = re.compile(rf"(\S{{10}})(?: ?/ ?|{_TO})(\S{{10}})")
_DAY_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[t ]00:00(?::00)?)?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(rf"(?P<day>\d{{1,2}})[. -]+(?P<month>{NAME})[. ,-]+(?P<year>\d{{4}}|\d\d)"),
    re.compile(rf"(?P<month>{NAME})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})"),
    re.compile(r"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/(?P<year>\d{4})"),  # where the other order says nothing
    re.compile(r"(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{4})"),
)
_WRAPPED = re.compile(r"[\s\u00a0]+|[–—−]")  # the dashes people write between two months
_MONTHS_SAID = re.compile(r"\bmonth(?:s|ly)?\b|monat|\bmois\b|\bmes(?:es|e|i)?\b|\bmens[iu]|\bmaand", re.IGNORECASE)
_QUARTERS_SAID = re.compile(r"quarter|\b(?:three|3)[ -]months?\b", re.IGNORECASE)
_HALVES_SAID = re.compile(r"\bhal(?:f|ves)\b|\b(?:six|6)[ -]months?\b|\bsemest", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:\d{1,2}|two|three|six|nine|twelve|half)\b", re.IGNORECASE)
_DAY_OR_NOT = rf"(?:\d{{1,2}}\.? )?{NAME}\.?(?: \d{{1,2}})?"
_NO_DAY = r"(?<!\d )(?<!\d\. )(?<!\dst )(?<!\dnd )(?<!\drd )(?<!\dth )"
SPAN = re.compile(
    rf"\(?\b(?:{_DAY_OR_NOT}(?:,? \d{{4}})?\s*(?:[-–/&]|\b(?:to|through|until|and)\b)\s*{_DAY_OR_NOT},? \d{{4}}|"
    rf"{_NO_DAY}{NAME}\.?,? \d{{4}}|\d{{4}}-\d\d-\d\d ?(?:-|–|/|to) ?\d{{4}}-\d\d-\d\d|\d{{4}}-(?:0\d|1[012])(?!-)|"
    rf"\d{{4}}-?W\d\d|W(?:eek )?\d{{1,2}},? \d{{4}}|F(?:iscal ?)?Y(?:ear)? ?\d{{2,4}}(?:[/-]\d\d)?|20\d\d/\d\d|"
    rf"\d{{4}}[ /-]?[QH][1-4]|[QH][1-4][ /-]?\d{{4}}|[QH][1-4]['’]\d\d|{NAME}[-'’]\d\d|(?<!\d/)(?:0\d|1[012])/20\d\d|"
    rf"[1-4][QH] ?\d{{2,4}}|(?:{'|'.join(ORDINALS)}) (?:half|quarter)(?: of)? \d{{4}})(?![\dA-Za-z])\)?",
    re.IGNORECASE,
)
PART = re.compile(r"\b(?:[QH][1-4]|[1-4][QH]|(?:1st|first|2nd|second) half)\b", re.IGNORECASE)  # of a year
_FISCAL = re.compile(r"(?:[qh][1-4][ ,-]*)?(?:(?:f(?:iscal ?)?y(?:ear)? ?\d{2,4}(?:[/-]\d\d)?)|20\d\d[/-]\d\d)")


def months(year: int, first: int, count: int) -> Period:
    """`count` whole months from month `first` (1 to 12) of `year`."""
    last = year * 12 + first - 1 + count
    return Period(start=date(year, first, 1), end=date(last // 12, last % 12 + 1, 1))


@lru_cache(maxsize=4096)
def parse(text: str) -> Period | None:
    """The period that `text` names as a whole: `2021Q2`, `1H26`, `Jul-Sep 2022`, `March 2026`, `2024`; else None."""
    try:
        return _named(_plain(text))
    except (ValueError, OverflowError):  # no calendar has a year 0, and ours none after 9999: `until 9999-12-31`
        return None


def _named(text: str) -> Period | None:
    if match := _WHOLE_YEAR.fullmatch(text):
        return months(int(match[1]), 1, 12)
    for form in _PARTS:
        if match := form.fullmatch(text):
            return _part(match)
    if match := _DAYS.fullmatch(text):
        return _between(match)
    if match := _MONTH.fullmatch(text):
        year = match["year"] or "20" + match["short"]
        return months(int(year), month(match["month"]) or 0, 1)
    if match := _NUMBERED.fullmatch(text):
        return _closed(day(match[1]), day(match[2]))
    if match := _NUMBERED_MONTH.fullmatch(text):
        return months(int(match["y1"] or match["y2"]), int(match["m1"] or match["m2"]), 1)
    if match := _WEEK.fullmatch(text):
        first = date.fromisocalendar(int(match["y1"] or match["y2"]), int(match["w1"] or match["w2"]), 1)
        return Period(start=first, end=first + timedelta(days=7))
    return None


def is_part(text: str) -> bool:
    """Whether a text as a whole is a part of a year, such as `Q3` or `Jan-Mar`, and does not say of which year."""
    return any(map(str.isalpha, text)) and parse(text) is None and parse(f"{text} 2000") is not None


def is_open(text: str) -> bool:
    """Whether a text as a whole is a span of time of which only its publisher knows when it began: `FY2022`."""
    return parse(text) is None and _FISCAL.fullmatch(_plain(text)) is not None


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """The day that `text` names as a whole; None for none, for the last one that there is, `9999-12-31`, which stands
    for none, and where `04/05/2024` leaves open which it is."""
    text = _plain(text)
    match = next((found for form in _DAY_FORMS if (found := form.fullmatch(text))), None)
    if match is None:
        return None
    number = int(match["month"]) if match["month"].isdigit() else month(match["month"]) or 0
    try:
        named = date(int(match["year"]) + (2000 if len(match["year"]) == 2 else 0), number, int(match["day"]))
        return None if named == date.max else named
    except ValueError:
        return None


def ending(last: date, days: Sequence[date], header: str = "") -> Period | None:
    """The period of which `last` is the last day, as long as `header` says or `days` are apart.

    None when it ends no month, and when nothing says how long it is.
    """
    if not date(2, 1, 1) < last < date.max:  # what stands for none, and nothing is before or after
        return None
    after = last + timedelta(days=1)
    if after.day != 1:
        return None
    gaps = [_month_of(later) - _month_of(one) for one, later in pairwise(sorted(set(days)))]
    length = {"quarter": 3, "half": 6, "month": 1}.get(what_is_called(header)) or min(gaps, default=0)
    return _before(after, length) if length else None


def _month_of(day: date) -> int:
    """The number of a day's month, January of the year 0 being 0."""
    return day.year * 12 + day.month - 1


def _before(end: date, count: int) -> Period:
    """The `count` whole months that end there (exclusive)."""
    first = _month_of(end) - count
    return Period(start=date(first // 12, first % 12 + 1, 1), end=end)


def named(labels: Iterable[str], said: Iterable[str] = ()) -> dict[str, Period | None]:
    """The periods that labels beside each other name; `said` is what stands above them."""
    found = {label: parse(label) for label in labels}
    meant = quarters(filter(None, found.values()), said)
    return {label: meant.get(period, period) if period else None for label, period in found.items()}


def quarters(found: Iterable[Period], said: Iterable[str] = ()) -> dict[Period, Period | None]:
    """What single months that stand beside other periods mean, for those of `found` that mean something else.

    `Mar-22`, `Jun-22`, `Sep-22` are the quarters that end there, as their ends are three months apart. Where two alone
    are, or where they are apart as quarters or halves may be otherwise, nobody knows (None). All others are months, and
    so are those beside their own quarters or beside halves as far apart as they. `said` is what the headers over them
    say: `June`, `December` are halves below `Half-year`.
    """
    lengths = {one: _month_of(one.end) - _month_of(one.start) for one in found if one.start.day == one.end.day == 1}
    short = [one for one, length in lengths.items() if length in (1, 3)]
    ends = sorted({_month_of(one.end) for one in short})
    gaps = [later - one for one, later in pairwise(ends)]
    called = {what_is_called(one) for one in said}
    if not called & {"quarter", "month"} and "half" in called and not any(end % 6 for end in ends):
        return {one: _before(one.end, 6) for one in short if lengths[one] == 1}
    apart = 3 if "quarter" in called else min(gaps, default=1)
    months_said = "quarter" not in called and ("month" in called or any(gap % 3 for gap in gaps))
    if months_said or apart not in (3, 6, 9) or len(ends) < len(short) or (apart == 6 and 6 in lengths.values()):
        return {}
    shown = "quarter" in called or len(gaps) > 1 or 3 in lengths.values()
    calendar = shown and apart == 3 and all(end % 3 == 0 for end in ends)
    return {one: _before(one.end, 3) if calendar else None for one in short if lengths[one] == 1}


def what_is_called(header: str) -> str:
    """`quarter`, `half` or `month`, whichever a header calls what is below it; empty for none of them."""
    if _QUARTERS_SAID.search(header):
        return "quarter"
    if _HALVES_SAID.search(header):
        return "half"
    return "month" if _MONTHS_SAID.search(header) and not _SEVERAL.search(header) else ""


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
    name = name.lower().rstrip(".")
    return next((n for n, full in enumerate(MONTHS, 1) if len(name) >= 3 and full.startswith(name)), None)


def _plain(text: str) -> str:
    """A label without what does not count in it: case, kinds of spaces and dashes, brackets around, marks of notes."""
    text = _WRAPPED.sub(lambda found: "-" if found.group() in "–—−" else " ", text.lower()).strip(" ()[]*†‡,:")
    return text.replace("’", "'").replace("sept ", "sep ").replace("sept.", "sep.")


def _part(match: re.Match[str]) -> Period | None:
    """A quarter or half, or several."""
    named, length = match.groupdict(), 3 if match["kind"] == "q" else 6
    first = int(ORDINALS.get(named["part"], named["part"]))
    last = int(named.get("last") or first)
    if not 1 <= first <= last <= 12 // length:
        return None
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    return months(year, first * length - length + 1, (last - first + 1) * length)


def _between(match: re.Match[str]) -> Period | None:
    """From a month or day to another one, in the same year where only one is given."""
    last_year, first_day, last_day = int(match["y2"]), match["d1"] or match["D1"], match["d2"] or match["D2"]
    first, last = month(match["m1"]), month(match["m2"])
    first_year = int(match["y1"] or last_year)
    if first is None or last is None or (first_day is None) != (last_day is None):
        return None
    if first_day and last_day:
        return _closed(day(f"{first_day}.{first}.{first_year}"), day(f"{last_day}.{last}.{last_year}"))
    count = (last_year - first_year) * 12 + last - first + 1
    return months(first_year, first, count) if count > 0 else None


def _closed(first: date | None, last: date | None) -> Period | None:
    """The days from one through the other."""
    return Period(start=first, end=last + timedelta(days=1)) if first and last and first <= last else None
