"""Figures in running text: `over 19,100 group posts`, `4.5%`, `€2 million`, with the sentence they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from normalize import periods, values
from normalize.facts import words

# Before a number, one or two: `no more than`, `at least an estimated`, `<`. Words stand apart from it.
_HEDGE = "|".join((values.ABOVE, values.BELOW, values.HEDGES)).replace(" ", r"\s+")
_HEDGED = rf"(?P<hedge>(?:(?:\b(?=[a-z])|(?<![-=<>])(?=[^\w\s]))(?:{_HEDGE})){{1,2}})?"
_MORE = rf"(?P<more>{values.OR_MORE.replace(' ', chr(92) + 's+')}(?!\w|\s+(?:than\b|[€$£]?\d)))?"
_MARK = r"[,’'\u00a0\u202f\u2009 \n]"  # between thousands; what a line's end parts is no value, and reported


def _amount(name: str) -> str:
    """The pattern of a number with its unit, in groups whose names begin with `name`."""
    groups = (
        rf"[1-9]\d{{0,2}}(?P<{name}mark>{_MARK})\d{{3}}(?:(?P={name}mark)\d{{3}})*(?!\d)"
        r"(?:\.\d+|(?<=[^,\d]\d{3}),\d{1,2}(?!\d))?"
    )
    points = r"[1-9]\d{0,2}(?:\.\d{3})+(?:(?<=\.\d{3}\.\d{3})(?!\d)(?:,\d+)?|,\d+)"
    return (
        rf"(?P<{name}money>(?:[€$£]|\b(?:EUR|USD|(?-i:{values.CODES}))\b)\s?)?(?<![\w.,/–-])"
        rf"(?P<{name}less>[-−](?=[\d.,]+\s?%))?(?P<{name}digits>{groups}|{points}|\d+(?:\.\d+|,\d{{1,2}}(?!\d))?)"
        rf"(?P<{name}times>\s?(?:thousand|million|billion|trillion)s?(?![^\W¹²³⁰⁴-⁹])|\s?(?:[mb]n|mio)\b|k\b|(?-i:[MB])\b|"
        rf"(?({name}money)[mb]\b|(?!)))?"
        rf"(?P<{name}share>\s?%|\s+per\s?cent(?![^\W¹²³⁰⁴-⁹]))?"
        rf"(?P<{name}coin>\s?€|\s+(?:euros?|EUR|USD|(?-i:{values.CODES}))\b)?"
    )


_ENDED = rf"{_MORE}(?P<note>{values.RAISED})?(?![\w/-]|[.,–]\d)"
_FIGURE = re.compile(_HEDGED + _amount("") + _ENDED, re.IGNORECASE)
_JOINT = r"(?:\s?[-–—]\s?|\s+to\s+|\s+and\s+)"
_RANGE = re.compile(
    _HEDGED + r"(?:between\s+)?" + _amount("low_") + _JOINT + _amount("").replace("/–-", "/") + _ENDED, re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Before a number: it goes on with what stands there, as the rest of a number with spaces or the end of a range.
_CUT = re.compile(
    r"(?:\bbetween\s+\S*\d\S*(?:\s+\S+)?\s+and\s|(?<!\bfrom\s)(?<!\S)(?!(?:19|20)\d\d\b)\d(?:[\d.,]*\d)?\s+to\s|"
    r"(?<![\w.,])(?!(?:19|20)\d\d\b)\d[\d.,]*\s?%?\s?[–—-])\s*\Z",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(rf"(?<![\w.,])\d{{1,3}}(?:{_MARK}\d{{3}})*{_MARK}\Z")
_MOVED = re.compile(r"(?:from|by|increased|decreased|rose|fell|dropped|declined|grew|jumped)\s+\Z", re.IGNORECASE)
_NOUN = re.compile(r"\s+((?:[a-z][\w’'-]*\s?){1,4})")
END = re.compile(r"[.!?][”\"’)]?\s+(?=[A-Z“\"(•])|\n\s*\n|\n\s*[•–-]\s")
_DATE = re.compile(rf"\b(?:{'|'.join(periods.MONTHS)})\s+\Z", re.IGNORECASE)
# One number or two; and words for thousands and millions that may be metres or minutes, or of other languages.
_PARTED = re.compile(r"\d\s*\n\s*\d")
_TIMES = re.compile(
    r"(?<=\d)\s*(?:mil(?:l?i[aoõj]|lon|hõ|j[oa])\w*|bil(?:l?i[oóõj]|lon|j[oa])\w*|tausend|duizend|tusen|mille|mila|mil|"
    r"tys|mln|mld|mrd|[mb])\b(?![²³])",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-ÿα-ωа-я])")
NOT_COUNTED = words(
    "of in and or to the a an for by on at from with as is are was were be been we our us their its this that these "
    "which who whom while when where than then per over across under during about into had has have will would"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number in a text: where (characters from `start` to `end`), as published, what it counts, its sentence, and
    whether nobody knows which number it is."""

    start: int
    end: int
    raw: str
    noun: str
    sentence: str
    is_open: bool = False


def running(text: str) -> str:
    """Lines as running text: words that were broken at the end of a line are whole again."""
    return " ".join(_BROKEN.sub("", text).split())


def find(text: str) -> Iterator[Figure]:
    """The figures of a text in order. Years, dates, numbering and page numbers are none."""
    ends = [0, *(match.end() for match in END.finditer(text)), len(text)]
    place, sentence = -1, ""
    for match, noun in _found(text):
        while place < 0 or ends[place + 1] < match.end():
            place, sentence = place + 1, ""
        sentence = sentence or running(text[ends[place] : ends[place + 1]])
        start, end = match.start(), match.end() - len(match["note"] or "")
        raw = text[start:end]
        is_open = bool(_PARTED.search(raw) or _TIMES.match(text, end))
        yield Figure(start=start, end=end, raw=raw, noun=noun, sentence=sentence, is_open=is_open)


def _found(text: str) -> list[tuple[re.Match[str], str]]:
    """Ranges, and the numbers that are in none, in order, with what they count."""
    ranges = [match for match in _RANGE.finditer(text) if _is_range(match)]
    rest = list(text)
    for match in ranges:
        rest[match.start() : match.end()] = "\ufdd0" * (match.end() - match.start())  # a noncharacter
    alone = [match for match in _FIGURE.finditer("".join(rest)) if not _is_cut(match)]
    nouns = [(match, _noun(text, match.end())) for match in (*ranges, *alone)]
    return sorted((pair for pair in nouns if _is_figure(*pair)), key=lambda pair: pair[0].start())


def _is_range(match: re.Match[str]) -> bool:
    """Whether two numbers are the ends of a range: years are not, nor what a text says to go from one to the other."""
    first = any(match[f"low_{part}"] for part in ("times", "share", "money"))
    before = match.string[max(0, match.start() - 12) : match.start()]
    said = match.group().removesuffix(match["note"] or "")[len(match["hedge"] or "") :]
    joint = match.string[match.end("low_digits") : match.start("digits")].split()
    if ("and" in joint and said[:7].lower() != "between") or _DATE.search(before):
        return False
    if "to" in joint and (moved := _MOVED.search(before)) and (first or moved.group().strip().lower() == "from"):
        return False
    bare = not first and _YEAR.fullmatch(match["low_digits"])
    value = values.parse(" ".join(said.split()))
    return not bare and value.low is not None and value.high is not None


def _is_cut(match: re.Match[str]) -> bool:
    """Whether a number is only the end of one that was not understood."""
    start = match.start("money") if match["money"] else match.start("digits")
    before = match.string[max(0, start - 40) : start]
    rest = re.match(r"\d{3}(?!\d)", match["digits"]) and _THOUSANDS.search(before)
    return bool(rest or _CUT.search(before))


def _is_figure(match: re.Match[str], noun: str) -> bool:
    """A bare number needs something that it counts, and a bare year counts nothing."""
    if any(match[part] for part in ("money", "times", "share", "coin")) or match["mark"] not in (None, " ", "\n"):
        return True
    before = match.string[max(0, match.start() - 12) : match.start()]
    return (
        bool(noun or _TIMES.match(match.string, match.end()))
        and not _YEAR.fullmatch(match["digits"])
        and not _DATE.search(before)
    )


def _noun(text: str, at: int) -> str:
    """The words right after a number, as far as they are lower-case and go on naming; empty for a new thought."""
    match = _NOUN.match(text, at)
    return " ".join(takewhile(lambda word: word not in NOT_COUNTED, match[1].split())) if match else ""
