"""Dates inside text: found in the formats and languages that pages use, masked, and compared as days."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

DAYS = (0, 1, -1)
UNIFORM = 0.8  # of the dated lines
SHORT, WORDS = 60, 4  # characters and words of a line that is little more than a date
MASK = "⟨date⟩"
# Beginnings of month names without accents, by month: enough to tell them apart in nine languages.
MONTHS = (
    "jan gen ene sty januar january",
    "feb fev febr lut february februar",
    "mar maa mrz marz marc march",
    "apr avr abr kwi april",
    "mai may mei mag maj",
    "jun juin giu cze june juni",
    "jul juil lug lip july juli",
    "aug aou ago sie august",
    "sep set wrz sept",
    "oct okt ott out paz october oktober",
    "nov lis november",
    "dec dez dic des gru december dezember",
)
NAMED = {name[:3]: number for number, names in enumerate(MONTHS, 1) for name in names.split() if name[:3] != "jui"}
NAME = r"(?P<{0}>[^\W\d_]{{3,10}})\.?"
OF = r"\s*(de |of )?"
DATE = re.compile(
    r"(?P<y1>(19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    rf"|(?<![\d.])(?P<d2>\d{{1,2}})(st|nd|rd|th|er|º|°|\.)?{OF}{NAME.format('n2')},?{OF}(?P<y2>(19|20)\d\d)(?!\d)"
    rf"|\b{NAME.format('n3')}\s+(?P<d3>\d{{1,2}})(st|nd|rd|th)?,?\s+(?P<y3>(19|20)\d\d)(?!\d)"
    r"|(?<![\d.])(?P<a4>\d{1,2})[./-](?P<b4>\d{1,2})[./-](?P<y4>(19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)


def month(name: str) -> int | None:
    """The number of a month by its name in any of the languages, None when it is none."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    if plain.startswith("jui"):
        return 7 if plain.startswith("juil") else 6
    return NAMED.get(plain[:3])


def read(found: re.Match[str]) -> date | None:
    """The date of one match, None when it is no day. `3/4/2022` is read day first unless that is no date."""
    part = found.groupdict()
    if part["y1"]:
        choices = [(part["y1"], part["m1"], part["d1"])]
    elif part["y2"]:
        choices = [(part["y2"], month(part["n2"]), part["d2"])]
    elif part["y3"]:
        choices = [(part["y3"], month(part["n3"]), part["d3"])]
    else:
        choices = [(part["y4"], part["b4"], part["a4"]), (part["y4"], part["a4"], part["b4"])]
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

    return (DATE.sub(mask, text), tuple(days)) if any(sign.isdigit() for sign in text) else (text, ())


def key(text: str, days: int) -> str:
    """A comparison key in which dates count as days, moved by `days`, however they are written."""
    plain, found = masked(text)
    return f"{plain} {[day + days for day in found]}" if found else text


def common_shift(before: Sequence[str], after: Sequence[str]) -> int:
    """By how many days (1, -1 or 0) the dates of a page moved as one, as a server in another time zone shows them.

    Lines that are little more than a date tell: two or more of them, and nearly all that were there.
    """
    one, other = dated(before), dated(after)
    agree = {
        days: (Counter(key(line, days) for line in one) & Counter(key(line, 0) for line in other)) for days in DAYS
    }
    best = max((1, -1), key=lambda days: len(agree[days]))
    moved = agree[best].total()
    uniform = len(agree[best]) >= 2 and moved >= UNIFORM * len(one)
    return best if uniform and len(agree[best]) > len(agree[0]) else 0


def dated(lines: Sequence[str]) -> list[str]:
    """The lines that are little more than a date."""
    return [line for line in lines if len(line) <= SHORT and masked(line)[1] and len(masked(line)[0].split()) <= WORDS]
