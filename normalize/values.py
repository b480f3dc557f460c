"""Numbers as people publish them: thousands marks, percent, multipliers, ranges, limits, approximations."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

MISSING = frozenset(
    {
        "",
        "n/a",
        "n.a.",
        "na",
        "-",
        "--",
        "–",
        "—",
        "none",
        "null",
        "nan",
        "not applicable",
        "not available",
        "n/d",
        "n.d.",
        "nd",
        "#n/a",
        "..",
        "...",
        "…",
        "no data",
        "not reported",
        "not disclosed",
    }
)
MULTIPLIERS = {
    "": 0, "k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "mio.": 6, "million": 6, "millions": 6, "b": 9, "bn": 9,
    "billion": 9, "billions": 9,
}  # fmt: skip
# The codes are those of ISO 4217, in capital letters, as some are words or names.
CODES = "CHF|CZK|DKK|GBP|HUF|ISK|NOK|PLN|RON|SEK"
UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent", "€": "eur", "eur": "eur",
    "euro": "eur", "euros": "eur", "$": "usd", "usd": "usd", "£": "gbp",
    **{code: code for code in CODES.lower().split("|")},
}  # fmt: skip
LONGEST = 80  # characters; anything longer is prose, not a number
WIDE = Context(prec=2 * LONGEST)
DOUBLE = Context(prec=15)  # the significant decimal digits that every double carries faithfully

_DIGITS = r"[-−+]?\d(?:[\d.,'’ \u00a0\u202f\u2007\u2009]*\d)?"
# A small m may be minutes or metres, but not of money.
_MULTIPLIER = r"k|thousand|mn|mio\.?|millions?|bn|billions?|(?-i:[MB])|(?(before)[mb]|[mb](?=\s*(?:€|eur|usd)))"
_NUMBER = re.compile(
    rf"(?P<before>[€$£]|eur|usd|(?-i:{CODES}))?\s*(?P<digits>{_DIGITS})\s*(?P<times>{_MULTIPLIER})?\s*"
    rf"(?P<after>%|per ?cent|pct|€|euros?|eur|usd|(?-i:{CODES}))?\Z",
    re.IGNORECASE,
)
_PLAINEST = re.compile(r"-?(?:\d{1,15}|[1-9]\d{0,2}(?:,\d{3}){1,5})(?:\.\d{1,20})?\Z", re.ASCII)
_SCIENTIFIC = re.compile(r"-?\d+(?:\.\d+)?[eE][-+]?\d{1,3}\Z")  # as spreadsheets store small numbers
_RANGE = re.compile(r"(?:between\s+)?(.*\d[^\d]*?)\s*(?:-|–|—|\bto\b|\band\b)\s*(\S*\d.*)\Z", re.IGNORECASE)
# What comes before a number that is none exactly; a space in it is any.
HEDGES = (
    r"(?:approximately|approx\.?|about|around|roughly|circa|ca\.|nearly|almost|close to|some|"
    r"an estimated|estimated|~|≈)\s*"
)
ABOVE = (
    r"(?:(?:just |slightly |well )?(?:more than|over|above)|"
    r"(?:no|not|none|nothing|never) (?:less than|fewer than|under|below)|at least|>=|≥|>)\s*"
)
BELOW = (
    r"(?:(?:just |slightly |well )?(?:less than|fewer than|under|below)|"
    r"(?:no|not|none|nothing|never) (?:more than|over|above)|up to|at most|a maximum of|<=|≤|<)\s*"
)
OR_MORE = r"(?:\+| or more| and (?:more|above|over))"
_HEDGE, _ABOVE, _BELOW = (re.compile(form, re.IGNORECASE) for form in (HEDGES, ABOVE, BELOW))
_OR_MORE = re.compile(rf"(?<=[\w%]){OR_MORE}\Z", re.IGNORECASE)
# A raised figure is the mark of a note after two digits or a word. `10⁶`, `7²` and `120 m²` are not that figure at all.
RAISED = r"(?:(?<=\d\d)|(?<=\d[.,]\d)|(?<=[^\dmM]))(?<!\b10)(?<!\b10\s)(?<![mM]\s)[¹²³⁰⁴-⁹]+"
# Marks of footnotes after a number. `12 (3)` is none: that may be two figures.
_NOTE = re.compile(rf"(?:\s*(?:[*†‡]|{RAISED}|\[\s?(?:\d{{1,2}}|[a-z])\s?\]|\(\s?[a-z]\s?\)|(?<=\d)\s[a-z]\)))+\Z")


_UNSEEN = re.compile(rf"[\u00ad\u200b-\u200f\u2060\ufeff]|{RAISED}(?=\s?%)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What a published value says. `number` is in `unit` as published: 99.1 percent is 99.1. All None: not a number."""

    number: Decimal | None = None
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    approximate: bool = False


NOTHING = Value()


def is_whole(number: Decimal) -> bool:
    """Whether a number has no fraction, however large it is."""
    return number == number.to_integral_value()


def is_missing(raw: str) -> bool:
    """Whether the publisher says that there is no value."""
    return " ".join(raw.split()).casefold().rstrip("*†‡") in MISSING


def parse(raw: str) -> Value:
    """The number, range or limit that `raw` is as a whole; `NOTHING` for text and for missing values."""
    text = raw.strip()
    if _PLAINEST.match(text):  # most of the millions of figures there are
        return Value(number=Decimal(text.replace(",", "")))
    if len(text) > LONGEST or not any(char.isdigit() for char in text):
        return NOTHING
    text = _NOTE.sub("", _UNSEEN.sub("", text)).lstrip("*")
    if hedge := _HEDGE.match(text):
        inner = parse(text[hedge.end() :])
        return NOTHING if inner == NOTHING else replace(inner, approximate=True)
    if above := _ABOVE.match(text):
        return _limit(text[above.end() :], upper=False)
    if below := _BELOW.match(text):
        return _limit(text[below.end() :], upper=True)
    if _OR_MORE.search(text):
        return _limit(_OR_MORE.sub("", text), upper=False)
    return _single(text) or _range(text) or NOTHING


def _limit(text: str, *, upper: bool) -> Value:
    single = _single(text.strip())
    if single is None:
        return NOTHING
    return Value(unit=single.unit, low=None if upper else single.number, high=single.number if upper else None)


def _range(text: str) -> Value | None:
    match = _RANGE.match(text)
    low, high = (_single(part.strip()) for part in match.groups()) if match else (None, None)
    if match is None or low is None or high is None or low.number is None or high.number is None:
        return None
    times = _times(match[2])
    if (
        times and not _times(match[1]) and low.number < 1000
    ):  # `5-10 million`; what `800 to 1.2 million` is nobody knows
        low = replace(low, number=low.number.scaleb(times))
    if low.number is None or low.number > high.number:
        return None
    return Value(unit=high.unit or low.unit, low=low.number, high=high.number)


def _times(text: str) -> int:
    """The power of ten of the multiplier in a number, 0 without one."""
    match = _NUMBER.match(text.strip())
    return MULTIPLIERS[(match["times"] or "").lower()] if match else 0


def _single(text: str) -> Value | None:
    if _SCIENTIFIC.match(text):
        return Value(number=Decimal(text))
    match = _NUMBER.match(text)
    digits = _plain(match["digits"]) if match else None
    if match is None or digits is None:
        return None
    power = MULTIPLIERS[(match["times"] or "").lower()]
    unit = UNITS.get((match["after"] or match["before"] or "").lower())
    return Value(number=Decimal(digits).scaleb(power) if power else Decimal(digits), unit=unit)


def _plain(digits: str) -> str | None:
    """`digits` with a point as the only mark; None when its marks make no number.

    A mark is for thousands when groups of exactly three digits follow it; a lone comma before anything else is the
    decimal comma of half of Europe.
    """
    text = re.sub(r"['’\u00a0\u202f\u2007\u2009]", " ", digits).replace("−", "-").lstrip("+")
    if not text.isascii():  # digits of other scripts, whose marks may be others too
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    for mark, point in ((",", "."), (".", ","), (" ", "."), (" ", ",")):
        grouped = rf"-?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+(?:{re.escape(point)}\d+)?"
        if re.fullmatch(grouped, text):
            return text.replace(mark, "").replace(point, ".")
    return text.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", text) else None


def same(before: str, after: str) -> bool:
    """Whether two published values say the same, so that going from one to the other is only reformatting.

    Equal are: the same text apart from whitespace; two ways of saying that there is none; numbers that agree in the
    15 significant digits a double carries (`920793` and `920793.0`, `0.7659999999999999` and `0.766`), where percent
    is a hundredth; the same range or limit; and a number that is then given with fewer digits, if these are the first
    one rounded (`0.213169976`, then `0.213`). More digits than before say something new.
    """
    if before.split() == after.split() or (is_missing(before) and is_missing(after)):
        return True
    first, second = parse(before), parse(after)
    return NOTHING not in (first, second) and (_base(first) == _base(second) or _is_rounded(first, second))


def _is_rounded(fine: Value, coarse: Value) -> bool:
    """Whether one number is the other one, given with fewer digits. Zero is not: it says that there was none."""
    was, now = _scaled(fine.number, fine), _scaled(coarse.number, coarse)
    if was is None or not now or _base(fine)[3:] != _base(coarse)[3:]:
        return False
    last, digit = int(was.as_tuple().exponent), int(now.as_tuple().exponent)
    rounded = (was.quantize(Decimal(1).scaleb(digit), how, WIDE) for how in (ROUND_HALF_UP, ROUND_HALF_EVEN))
    return last < digit and now in rounded


def _scaled(number: Decimal | None, value: Value) -> Decimal | None:
    """The number in base units, with the digits it was published with."""
    return None if number is None else _faithful(number).scaleb(-2 if value.unit == "percent" else 0)


def _base(value: Value) -> tuple[Decimal | str | bool | None, ...]:
    """The value in base units; whole numbers exactly, fractions rounded to what survives a double."""
    unit = None if value.unit == "percent" else value.unit
    numbers = (_scaled(value.number, value), _scaled(value.low, value), _scaled(value.high, value))
    return (*numbers, unit, value.approximate)


def _faithful(number: Decimal) -> Decimal:
    return number if is_whole(number) else DOUBLE.plus(number)
