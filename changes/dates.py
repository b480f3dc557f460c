"""Dates inside text: found in the formats and languages that pages use, masked, and compared as days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache

from changes import months

UNIFORM = 0.8  # of the dated lines that are others
SEVERAL = 3  # different lines: an editor may put two dates off by a day
SHORT = 160  # characters
MASK = "⟨date⟩"
NAME = r"(?P<{0}>[^\W\d_]{{3,13}})\.?"
OF = r"\s*(de |of )?"
DATE = re.compile(
    r"(?P<y1>(19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    rf"|(?<![\d.])(?P<d2>\d{{1,2}})(st|nd|rd|th|er|º|°|\.)?{OF}{NAME.format('n2')},?{OF}(?P<y2>(19|20)\d\d)(?!\d)(\s?[гр]\.)?"
    rf"|\b{NAME.format('n3')}\s+(?P<d3>\d{{1,2}})(st|nd|rd|th)?,?\s+(?P<y3>(19|20)\d\d)(?!\d)"
    rf"|(?<!\d)(?P<y5>(19|20)\d\d)\.?\s+(m\. )?{NAME.format('n5')}\s+(?P<d5>\d{{1,2}})(?!\d)\.?( d\.)?"
    r"|(?P<y6>(19|20)\d\d)\s?[年년]\s?(?P<m6>\d{1,2})\s?[月월]\s?(?P<d6>\d{1,2})\s?[日일]"
    r"|(?<![\d.])(?P<a4>\d{1,2})[./-](?P<b4>\d{1,2})[./-](?P<y4>(19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)

DIGITS = re.compile(r"\d+")
LETTERS = re.compile(r"[^\W\d_]+")
WEEKDAY = re.compile(rf"\b({months.WEEKDAYS})\.?,?\s+((the|den|le|il|dnia)\s+)?{MASK}", re.IGNORECASE)


def read(found: re.Match[str]) -> date | None:
    """The date of one match, None when it is no day. `3/4/2022` is read day first unless that is no date."""
    part = found.groupdict()
    if part["y4"]:
        choices = [(part["y4"], part["b4"], part["a4"]), (part["y4"], part["a4"], part["b4"])]
    else:
        form = next(form for form in "12356" if part[f"y{form}"])
        named = months.number(part[f"n{form}"]) if form in "235" else part[f"m{form}"]
        choices = [(part[f"y{form}"], named, part[f"d{form}"])]
    for year, number, day in choices:
        try:
            return date(int(year), int(number or 0), int(day))
        except ValueError:
            continue
    return None


@lru_cache(maxsize=65_536)
def masked(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` with every date replaced by a mask, and the dates as day ordinals."""
    days: list[int] = []

    def mask(found: re.Match[str]) -> str:
        day = read(found)
        if day is None:
            return found.group(0)
        days.append(day.toordinal())
        return MASK

    if not any(sign.isdigit() for sign in text):
        return text, ()
    said = DATE.sub(mask, text)
    return WEEKDAY.sub(MASK, said) if days else said, tuple(days)


def key(text: str, days: int, staying: Collection[str] = ()) -> str:
    """A comparison key in which dates count as days, moved by `days`, however they are written.

    A line that says more than a date and whose own key is among those `staying` has not moved.
    """
    plain, found = masked(text)
    if days and plain != MASK and key(text, 0) in staying:
        days = 0
    return f"{plain} {[day + days for day in found]}" if found else text


def common_shift(before: Sequence[str], after: Sequence[str]) -> int:
    """By how many days (1, -1 or 0) the dates of a page moved as one, as a server in another time zone shows them.

    Lines that begin or end with a date tell: several of them, nearly all that are not as they were, and most of all; or
    some more, where no other of them differs and those that stay are written in other forms.
    """
    one, other = dated(before), dated(after)
    changed, come = one - other, other - one
    moved = {days: shifted(changed, days) & shifted(come, 0) for days in (1, -1)}
    best = max(moved, key=lambda days: len(moved[days]))
    count = moved[best].total()
    uniform = count >= UNIFORM * changed.total() and 2 * count >= one.total()
    alone = len(moved[best]) > SEVERAL and count == changed.total()
    uniform = uniform or (alone and not forms(changed) & forms(one - changed))
    return best if uniform and len(moved[best]) >= SEVERAL else 0


def shifted(lines: Counter[str], days: int) -> Counter[str]:
    return Counter(key(line, days) for line in lines.elements())


def forms(lines: Iterable[str]) -> set[str]:
    """In which ways the dates of some lines are written."""
    return {LETTERS.sub("a", DIGITS.sub("0", found.group())) for line in lines for found in DATE.finditer(line)}


def dated(lines: Sequence[str]) -> Counter[str]:
    """The lines that begin or end with a date."""
    return Counter(line for line in lines if len(line) <= SHORT and starts_or_ends(masked(line)[0].strip(" .:,-–|·()")))


def starts_or_ends(text: str) -> bool:
    return text.startswith(MASK) or text.endswith(MASK)
