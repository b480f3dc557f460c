"""What a line of a policy page dates: an entry of its change log, or since when it is as it is. In any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from changes import dates
from changes import months as names
from normalize import periods
from normalize.model import Period

TITLE = re.compile(
    r"change ?log|update log|(?:change|revision|version|update|edit) history|history of changes|previous versions|"
    r"recent (?:changes|updates)|policy (?:changes|updates)|what(?:'|’)s (?:new|changed)|"
    r"(?:journal|historique) des (?:modifications|versions|mises à jour)|versions précédentes|"
    r"(?:änderungs|versions)(?:verlauf|protokoll|historie)|(?:frühere|vorherige) (?:versionen|fassungen)|"
    r"(?:historial|registro) de (?:cambios|versiones)|versiones anteriores|"
    r"(?:cronologia|registro) delle (?:modifiche|versioni)|versioni precedenti|"
    r"(?:histórico|registo|registro) de (?:alterações|versões|mudanças)|versões anteriores|"
    r"wijzigings(?:logboek|geschiedenis|overzicht)|versiegeschiedenis|(?:eerdere|vorige) versies|"
    r"(?:historia|dziennik|rejestr) zmian|poprzednie wersje|ändringslogg|versionshistorik|tidigare versioner|"
    r"ændringslog|versionshistorik|tidligere versioner|historie změn|předchozí verze|muutoshistoria",
    re.IGNORECASE,
)
_MONTH = re.compile(
    rf"{dates.NAME.format('name')}{dates.OF}\s*(?P<year>(?:19|20)\d\d)(?!\d)(?:\s?[гр]\.)?", re.IGNORECASE
)
_ISO_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)(?![\d-])")
_NUMBERED = re.compile(r"v(?:ersion)?\.? ?\d[\d.]*\s*[:–—,(-]?\s*", re.IGNORECASE)
_BEFORE = re.compile(r"(?:[^\W\d_][^\s\d.!?:(]*(?:[\s:(]+(?:[–—-]\s+)?|\Z)){1,5}\Z|\(?\Z")
_AFTER = re.compile(r"\s*[).,]?\s*(?:\Z|[:–—|-]\s)")
_TWO_DIGITS = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d\d(?![\d/])")
LONGEST_TITLE = 60  # characters
NEAR = 6  # lines below a title, of which one is the first entry of its change log
DAY_FIRST = {".": True}  # as everybody writes it who writes points


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A line with a date: the words before it, the day or month (None: it may be several), and the text after it.
    `written` is the date as it is written."""

    before: str
    period: Period | None
    after: str
    written: str

    @property
    def alone(self) -> bool:
        return not self.before and not self.after

    @property
    def name(self) -> str:
        """`2026-03-04`, or `2026-03` for a whole month; empty for what may be several days."""
        if self.period is None:
            return ""
        one = self.period.end - self.period.start == timedelta(days=1)
        return self.period.start.isoformat() if one else f"{self.period.start:%Y-%m}"


def is_title(text: str) -> bool:
    """Whether a line is nothing but the title of a change log."""
    return len(text) <= LONGEST_TITLE and text[-1:] not in ".?!;," and TITLE.search(text) is not None


def begins(texts: Sequence[str]) -> int | None:
    """The first line that is a change log's title and has an entry, a line that begins with its date, right below."""
    for at in (at for at, text in enumerate(texts) if is_title(text)):
        dated = next(filter(None, map(read, texts[at + 1 : at + 1 + NEAR])), None)
        if dated and not dated.before:
            return at
    return None


def read(text: str, *, day_first: Mapping[str, bool] = DAY_FIRST) -> Dated | None:
    """What a line says that has a date at its beginning, after a few words at most; None for any other.

    `day_first` says by its mark how `04/05/2026` is meant; without its mark nobody knows.
    """
    text = text.strip()
    start = numbered.end() if (numbered := _NUMBERED.match(text)) else 0
    for form in (dates.DATE, _MONTH, _ISO_MONTH, _TWO_DIGITS):
        match = form.search(text, start) if form is not _TWO_DIGITS else form.match(text, start)
        if not match or not _BEFORE.match(text[start : match.start()]) or not _AFTER.match(text, match.end()):
            continue
        period = _period(match, day_first)
        if period or (form is not _ISO_MONTH and not any(map(str.isalpha, match.group()))):
            before = text[: match.start()].strip(" :(–—-")
            after = text[match.end() :].lstrip(" .,):|–—-")
            return Dated(before=before, period=period, after=after, written=match.group())
    return None


def is_day_first(texts: Iterable[str]) -> Mapping[str, bool]:
    """By mark, whether dates such as `28/04/2026` put the day first, as those of `texts` show in which a part is no
    month. A mark of which none shows it, or they disagree, is as in `DAY_FIRST`."""
    shown: dict[str, set[bool]] = {}
    for found in filter(None, map(read, texts)):
        match = dates.DATE.fullmatch(found.written)
        first, second = _parts(match) if match else (0, 0)
        if found.period and max(first, second) > 12:
            shown.setdefault(_mark(found.written), set()).add(first > second)
    return DAY_FIRST | {mark: orders.pop() for mark, orders in shown.items() if len(orders) == 1}


def _mark(written: str) -> str:
    """What stands between the parts of a date in numbers."""
    return written.lstrip("0123456789")[:1]


def _parts(match: re.Match[str]) -> tuple[int, int]:
    """Day and month, or month and day, of `04/05/2026`; zeros for other forms."""
    return int(match["a4"] or 0), int(match["b4"] or 0)


def _period(match: re.Match[str], day_first: Mapping[str, bool]) -> Period | None:
    """The day or the month; None for none, and where `04/05/2024` leaves open which it is."""
    part = match.groupdict()
    if "y1" in part:
        found = _day(match, day_first)
        return Period(start=found, end=found + timedelta(days=1)) if found else None
    number = int(part["month"]) if part.get("month") else names.number(part.get("name", ""))
    return periods.months(int(part["year"]), number, 1) if number and 0 < number < 13 else None


def _day(match: re.Match[str], day_first: Mapping[str, bool]) -> date | None:
    first, second = _parts(match)
    if first == second or max(first, second) > 12 or not min(first, second):  # one way to read it, or another form
        return dates.read(match) or periods.day(match.group())  # `Mar` is two months elsewhere
    first_is_day = day_first.get(_mark(match.group()))
    if first_is_day is None:
        return None
    return date(int(match["y4"]), *((second, first) if first_is_day else (first, second)))
