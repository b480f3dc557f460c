"""Figures in running text: `over 19,100 group posts`, `4.5%`, `€2 million`, with the sentence they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from normalize import periods, values
from normalize.facts import words

HEDGES = (
    r"(?:(?:more|less|fewer) than|over|under|about|around|approximately|roughly|nearly|almost|at least|up to|some)\s+"
)
_FIGURE = re.compile(
    rf"(?P<hedge>\b{HEDGES})?(?P<money>[€$£]\s?)?(?<![\w.,/-])(?P<digits>\d{{1,3}}(?:[,\u00a0\u202f]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<times>\s?(?:thousand|million|billion|trillion)(?![^\W¹²³⁰⁴-⁹])|[KMB]\b)?(?P<share>\s?%|\s+per\s?cent(?![^\W¹²³⁰⁴-⁹]))?"
    rf"(?P<note>{values.RAISED})?(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s+((?:[a-z][\w’'-]*\s?){1,4})")
END = re.compile(r"[.!?][”\"’)]?\s+(?=[A-Z“\"(•])|\n\s*\n|\n\s*[•–-]\s")
_DATE = re.compile(rf"\b(?:{'|'.join(periods.MONTHS)})\s+\Z", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-ÿα-ωа-я])")
NOT_COUNTED = words(
    "of in and or to the a an for by on at from with as is are was were be been we our us their its this that these "
    "which who whom while when where than then per over across under during about into had has have will would"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number in a text: where (characters from `start` to `end`), as published, what it counts, its sentence."""

    start: int
    end: int
    raw: str
    noun: str
    sentence: str


def running(text: str) -> str:
    """Lines as running text: words that were broken at the end of a line are whole again."""
    return " ".join(_BROKEN.sub("", text).split())


def find(text: str) -> Iterator[Figure]:
    """The figures of a text in order. Years, dates, numbering and page numbers are none."""
    ends = [0, *(match.end() for match in END.finditer(text)), len(text)]
    place, sentence = -1, ""
    for match in _FIGURE.finditer(text):
        noun = _noun(text, match.end())
        if not _is_figure(match, noun):
            continue
        while place < 0 or ends[place + 1] < match.end():
            place, sentence = place + 1, ""
        sentence = sentence or running(text[ends[place] : ends[place + 1]])
        start, end = match.start(), match.end() - len(match["note"] or "")
        yield Figure(start=start, end=end, raw=text[start:end], noun=noun, sentence=sentence)


def _is_figure(match: re.Match[str], noun: str) -> bool:
    """A bare number needs something that it counts, and a bare year counts nothing."""
    if any(match[part] for part in ("money", "times", "share")) or "," in match["digits"]:
        return True
    is_year = re.fullmatch(r"(?:19|20)\d\d", match["digits"]) is not None
    before = match.string[max(0, match.start() - 12) : match.start()]
    return bool(noun) and not is_year and not _DATE.search(before)


def _noun(text: str, at: int) -> str:
    """The words right after a number, as far as they are lower-case and go on naming; empty for a new thought."""
    match = _NOUN.match(text, at)
    return " ".join(takewhile(lambda word: word not in NOT_COUNTED, match[1].split())) if match else ""
