"""What the numbers of a document leave open: reported, never guessed.

`1.234` is a thousand in half of Europe and a bit more than one elsewhere. Where the file stores a number, or most other
numbers of the document show that the point is no mark of thousands, it is that; where all others that show anything
show the opposite, and it is counted, it is a thousand; else it has no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from normalize import values
from normalize.model import Fact, Problem

_POINT_OR_THOUSAND = re.compile(r"[^\d]*[1-9]\d{0,2}\.\d{3}(?!\d|[.,]\d)")
_COMMA_OR_THOUSAND = re.compile(r"[^\d]*[1-9]\d{0,2},\d{3}(?!\d|[.,]\d)")
# `1.234 million` has a fraction, but where a comma is the point.
_MULTIPLIED = re.compile(rf"\d\s?(?:{'|'.join(filter(None, map(re.escape, values.MULTIPLIERS)))})\b", re.IGNORECASE)
_COMMA_IS_POINT = re.compile(
    r"[^\d]*(?:0,\d|\d+,(?:\d{1,2}|\d{4,})(?![\d,.])|\d{1,3}(?:\.\d{3}){2,}(?!\d)|.*\d\.\d{3},\d)"
)
_POINT_IS_POINT = re.compile(
    r"[^\d]*(?:0\.\d|\d+\.(?:\d{1,2}|\d{4,})(?![\d,.])|\d{4,}\.\d|\d{1,3}(?:,\d{3}){2,}(?!\d)|.*\d,\d{3}\.\d)"
)


def settled(facts: Iterable[Fact], problems: list[Problem], is_figure: Callable[[Fact], bool]) -> Iterator[Fact]:
    """The facts of a document, without the values that its way of writing numbers leaves open: these are reported, and
    so is what `is_figure` says to be a figure and is none."""
    found = list(facts)
    texts = [_said(fact) for fact in found if not fact.typed and not _is_text(fact)]
    commas = sum(_COMMA_IS_POINT.match(text) is not None for text in texts)
    signs = (_POINT_IS_POINT.match(text) is not None for text in texts)
    points = sum(signs) if commas else any(signs)
    odd = None if not commas or not points else _POINT_IS_POINT if commas > points else _COMMA_IS_POINT
    for fact in found:
        if _is_text(fact):
            if is_figure(fact) and not values.is_missing(fact.raw_value):
                reason = f"{fact.raw_value[:80]!r} stands where a number should, and is none"
                problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
            yield fact
        elif commas and not points and _is_thousand(fact):
            yield replace(fact, value=fact.value.scaleb(3) if fact.value is not None else None)
        elif not fact.typed and _is_open(fact, european=commas > points, points=points > commas):
            reason = f"{fact.raw_value} may be a thousand or a fraction, as numbers are written here: it has no value"
            problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
            yield replace(fact, value=None, low=None, high=None, unit=None)
        else:
            if odd and not fact.typed and odd.match(_said(fact)):
                reason = f"{fact.raw_value} is written otherwise than most numbers here: it is read by itself"
                problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
            yield fact


def _is_text(fact: Fact) -> bool:
    return fact.value is None and fact.low is None and fact.high is None


def _said(fact: Fact) -> str:
    """What was read as a number."""
    return fact.said or fact.raw_value


def has_point_or_thousand(fact: Fact) -> bool:
    """Whether a number is written as `1.234` in a text."""
    return not fact.typed and _POINT_OR_THOUSAND.match(_said(fact)) is not None


def _is_thousand(fact: Fact) -> bool:
    """Whether a number that is counted is written as `1.234`, and nothing more than that."""
    exact = fact.value is not None and fact.value.as_tuple().exponent == -3
    return exact and fact.unit not in (None, "percent", "ratio") and has_point_or_thousand(fact)


def _is_open(fact: Fact, *, european: bool, points: bool) -> bool:
    if has_point_or_thousand(fact):
        return european if _MULTIPLIED.search(_said(fact)) else not points or fact.unit == "count"
    return (european or fact.unit == "percent") and _COMMA_OR_THOUSAND.match(_said(fact)) is not None
