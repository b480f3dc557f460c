"""What a line of a policy page dates: an entry of its change log, or since when it is as it is. In any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

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
_BEFORE = re.compile(r"(?:[^\W\d_][^\s\d.!?:(]*(?:[\s:(]+|\Z)){1,5}\Z|\(?\Z")
_AFTER = re.compile(r"\s*[).,]?\s*(?:\Z|[:–—|-]\s)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A line with a date: the words before it, the day or month, and the text after it."""

    before: str
    period: Period
    after: str

    @property
    def alone(self) -> bool:
        return not self.before and not self.after

    @property
    def name(self) -> str:
        """`2026-03-04`, or `2026-03` for a whole month."""
        one = self.period.end - self.period.start == timedelta(days=1)
        return self.period.start.isoformat() if one else f"{self.period.start:%Y-%m}"


def read(text: str) -> Dated | None:
    """What a line says that has a date at its beginning, after a few words at most; None for any other."""
    text = text.strip()
    start = numbered.end() if (numbered := _NUMBERED.match(text)) else 0
    for form in (dates.DATE, _MONTH, _ISO_MONTH):
        match = form.search(text, start)
        period = _period(match) if match else None
        if match and period and _BEFORE.match(text[start : match.start()]) and _AFTER.match(text, match.end()):
            before = text[: match.start()].strip(" :(–—-")
            return Dated(before=before, period=period, after=text[match.end() :].lstrip(" .,):|–—-"))
    return None


def _period(match: re.Match[str]) -> Period | None:
    """The day or the month; None for none, and where `04/05/2024` leaves open which it is."""
    part = match.groupdict()
    if "y1" in part:
        first, second = int(part["a4"] or 0), int(part["b4"] or 0)
        unclear = "." not in match.group() and first != second and max(first, second) < 13
        found = None if unclear else dates.read(match) or periods.day(match.group())  # `Mar` is two months elsewhere
        return Period(start=found, end=found + timedelta(days=1)) if found else None
    number = int(part["month"]) if part.get("month") else names.number(part["name"])
    return periods.months(int(part["year"]), number, 1) if number and 0 < number < 13 else None
