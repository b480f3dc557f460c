"""Sentences that state figures for periods: `Content actioned fell from 51.2 million in Q2 2023 to 35.1 million in Q3`.

A figure belongs to the period that stands next to it; what is then left on both sides belongs together in order, so
that `In Q3 2023 it fell to 35.1 million, from 51.2 million in Q2` is understood too. By how much something changed is
no figure of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from normalize import services, subjects, values
from normalize.figures import END
from normalize.model import Period
from normalize.spoken import DATE, DAY, MONTH, PERIOD, YEAR, period_of

# A day without its year and a year alone: no figures, and no periods that figures are of.
_BARE = (
    rf"(?:{DAY} (?:of )?{MONTH}|{MONTH} {DAY}|(?:in|during|since|until|by|for|of|from|to|and) {YEAR})\b"
    r"(?![,.]?\d| ?%)"
)
_DIGITS = r"(?:[1-9]\d{0,2}(?:[ ’']\d{3})+(?!\d)|\d[\d,.]*(?<![.,]))"
_ONE = (
    rf"(?:[€$]{_DIGITS}[mb]\b|"
    rf"[€$]?{_DIGITS}(?:\s?%|\s?(?:thousand|million|billion|[mb]n|per ?cent|k|(?-i:[MB]))\b)?(?!\s?[mb]\b))"
)
NUMBER = rf"(?:{values.ABOVE}|{values.BELOW}|{values.HEDGES})?{_ONE}(?:\s?[-–]\s?{_ONE})?"
BETWEEN = rf"between {_ONE} (?:and|to|-|–) {_ONE}"
RANGE = rf"(?<!from )(?<![\w.,/-])[€$]?\d[\d,.]* to {_ONE}"
_END = r"(?![\w/+]|[.,]\d)"
# Numbers that nobody can tell from others: in words, or with an `m` that may be metres or minutes.
_ODD = (
    r"\b(?:half )?(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?:thousand|million|billion)\b|(?<![\w.,/-])\d[\d.,]*\s?(?-i:[mb])\b"
)
# Articles of laws, numbers of versions, and the first of several days count nothing.
_NUMBERED = (
    rf"\b\d{{1,2}}\s?[-–]\s?(?={DATE})|"
    r"\b(?:Articles?|Art\.?|Recital|Section|Annex|Chapter|Version|Regulation|Directive|Commitment) \d[\d.]*(?:\(\w+\))*"
)
_TOKEN = re.compile(
    rf"(?P<period>\b(?:{DATE}|{PERIOD}))|\b{_BARE}|{_NUMBERED}|(?P<odd>{_ODD})|"
    rf"(?P<value>\b{BETWEEN}|{RANGE}{_END}|(?<![\w.,/-]){NUMBER}{_END})",
    re.IGNORECASE,
)
# Years as periods, where a sentence names no other; and what is a period, but not said which.
_IN_YEAR = re.compile(rf"\b(?:in|during|for|from|to|and|between) (?P<year>{YEAR})\b(?![,.]?\d| ?%)", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:last|past|previous|prior|preceding|current|this|same) (?:quarter|half|year|month|six months|twelve months|"
    r"period)\b|\breporting period\b",
    re.IGNORECASE,
)
LARGE = re.compile(
    r"\d[\d.,]*\s?(?:%|(?:per ?cent|thousand|million|billion|[mb]n)\b|(?-i:[KMB])\b)|\d{1,3}(?:[,.’' ]\d{3})+\b|\d{5,}",
    re.IGNORECASE,
)
# What begins another thought: a figure behind it is not one of the subject's.
_CLAUSE = re.compile(
    r"\b(?:of (?:which|whom|those)|that|which|who|whose|because|after|before|while|when|where|although|due to|"
    r"following)\b|, as\b(?! of)",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\b(?:(?:has |have |had )?(?:increased|decreased|rose|risen|fell|fallen|dropped|declined|grew|grown|jumped|"
    r"climbed|went|doubled|tripled|halved|remained|stayed|stood|reached|totall?ed|changed|moved|"
    r"was|were|is|are|represented|amounted))\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"[\s,]*(?:(?:in|during|for|of|over|as of|at the end of|the)\b\s*)*(?:the )?\(?\s*", re.IGNORECASE)
_CHANGE = re.compile(
    r"(?:\bby|\bup|\bdown|\ba (?:further )?|increased|decreased|rose|fell|dropped|declined|grew|jumped|"
    r"(?:increase|decrease|drop|rise) of)\s*\Z",
    re.IGNORECASE,
)
# What can be by how much something changed, or where it got to: `fell below 5 million`.
_TURN = re.compile(r"\b(?:increased|decreased|rose|fell|dropped|declined|grew|jumped)\s*\Z", re.IGNORECASE)
_LIMIT = re.compile(rf"{values.ABOVE}|{values.BELOW}", re.IGNORECASE)
_RATIO = re.compile(r"(?:out of every|out of|per|every)\s*\Z|\A\s*(?:out of|of those|of every|in every)", re.IGNORECASE)
# What is no figure by itself, and stands where one is looked for: `3 views per 10,000`, `0.5 percentage points`.
_PART = re.compile(r"\s*(?:percentage points?\b|(?:\w+\s+){1,2}(?:per|out of|in|of)\s+(?:every\s+)?\d)", re.IGNORECASE)
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009", " "))
SHORTEST = 7  # words of a sentence
NEAR = 40  # characters: how far from a figure the words stand that say what it is


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a sentence says: its subject, and figures (as published) each with its period (and how it is written).

    `stated` is empty when it is not clear which figure is of which period, or of what; `whole` says that no figure is
    missing. `service` is the one that it names before another thought begins, if any.
    """

    subject: str
    service: str
    text: str
    stated: tuple[tuple[str, Period, str], ...]
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    period: Period | None = None
    whole: bool = True


def find(text: str) -> Iterator[Said]:
    """The sentences of a text that state figures for periods, in order."""
    for sentence, published in _sentences(text):
        if found := _said(sentence, published):
            yield found


def undated(text: str) -> Iterator[str]:
    """The sentences of a text that state a large figure and no period."""
    for sentence, published in _sentences(text):
        figures = [one.text for one in _tokens(sentence, published)]
        if VERB.search(sentence) and any(map(LARGE.search, figures)) and not _said(sentence, published):
            yield sentence


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """The sentences of a text with plain spaces, and as published."""
    plain = text.translate(_SPACES)
    ends = [0, *(match.end() for match in END.finditer(plain)), len(plain)]
    for start, end in pairwise(ends):
        yield plain[start:end].strip(), text[start:end].strip()


def _said(sentence: str, published: str) -> Said | None:
    tokens, verb = _tokens(sentence, published), VERB.search(sentence)
    figures = [one for one in tokens if one.period is None]
    dated = len(figures) < len(tokens) or (_RELATIVE.search(sentence) and LARGE.search(sentence))
    if not figures or not dated:
        return None
    if not verb:  # a label or a line of a table is no sentence
        said = len(sentence.split()) >= SHORTEST
        return Said(subject="", service="", text=sentence, stated=(), whole=False) if said else None
    other = _CLAUSE.search(sentence, verb.end())
    end = other.start() if other else len(sentence)
    own = [one for one in tokens if one.start < end]
    service = services.of_sentence(sentence[:end])
    subject = _subject(sentence[:end], verb, own) if service is not None else ""
    stated = _paired(sentence, own) if subject and not _is_said_of_two(sentence[:end], own) else []
    return Said(
        subject=subject, service=service or "", text=sentence, stated=tuple(stated),
        whole=len(stated) == len(figures) and all(one.whole for one in figures),
    )  # fmt: skip


def _subject(thought: str, verb: re.Match[str], own: Sequence[_Token]) -> str:
    """What a thought says its figures are of; empty when that is not all clear."""
    first = next((one.start for one in own if one.start >= verb.end()), len(thought))
    tail = thought[verb.end() : first]
    figures = [one for one in own if one.period is None]
    if any(one.start < verb.start() for one in figures):
        rest = subjects.OF_SERVICE.sub("", thought[max(own[-1].end, first) :])
        figure = thought[figures[0].start : figures[0].end]
        clear = len(figures) == 1 and not re.search(r"\w", rest)
        return subjects.acted_on(thought[: verb.start()], verb.group(), tail, figure) if clear else ""
    edges = [
        verb.end(),
        *(edge for one in own if one.start >= verb.end() for edge in (one.start, one.end)),
        len(thought),
    ]
    behind = " ".join(thought[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return subjects.of(thought[: verb.start()], verb.group(), tail, behind)


def _is_said_of_two(sentence: str, tokens: Sequence[_Token]) -> bool:
    """Whether another verb stands between two figures: what comes after it may be of something else."""
    figures = [one for one in tokens if one.period is None]
    return bool(figures) and VERB.search(sentence, figures[0].end, figures[-1].start) is not None


def _tokens(sentence: str, published: str) -> list[_Token]:
    """Periods and figures in order; years are periods where there are no others, and large figures."""
    found = list(_named(sentence, published))
    if any(one.period for one in found) or not LARGE.search(sentence):
        return found
    years = (
        _Token(start=match.start("year"), end=match.end("year"), text=match["year"], period=period_of(match["year"]))
        for match in _IN_YEAR.finditer(sentence)
    )
    return sorted((*found, *years), key=lambda one: one.start)


def _named(sentence: str, published: str) -> Iterator[_Token]:
    """Periods and figures. A quarter without its year has that of the next period, else of the one before."""
    found = list(_TOKEN.finditer(sentence))
    years = [re.search(YEAR, one.group()) if one["period"] else None for one in found]
    for at, one in enumerate(found):
        before, after = sentence[max(0, one.start() - NEAR) : one.start()], sentence[one.end() : one.end() + NEAR]
        if one["period"]:
            year = next((match for match in (*years[at:], *reversed(years[:at])) if match), None)
            label = one.group() if years[at] or not year else f"{one.group()} {year.group()}"
            if period := period_of(label):
                yield _Token(start=one.start(), end=one.end(), text=one.group(), period=period)
        elif one["odd"] or (one["value"] and _TURN.search(before) and _LIMIT.match(one["value"])):
            yield _Token(start=one.start(), end=one.end(), text=one.group(), whole=False)
        elif one["value"] and not _CHANGE.search(before) and not _RATIO.search(before) and not _RATIO.match(after):
            whole = _PART.match(after) is None
            yield _Token(start=one.start(), end=one.end(), text=published[one.start() : one.end()], whole=whole)


def _paired(sentence: str, tokens: list[_Token]) -> list[tuple[str, Period, str]]:
    """Each figure with its period; nothing when a figure or a period is left over: it may be that of another."""
    spans, values = [one for one in tokens if one.period], [one for one in tokens if not one.period]
    if not all(one.whole for one in values):
        return []
    pairs = list(_neighbours(sentence, values, spans))
    paired = {one for pair in pairs for one in pair}
    rest = [one for one in values if one not in paired]
    said = {span.period for _, span in pairs}
    free = [one for one in spans if one not in paired]
    if len(rest) != len(free):
        free = [one for one in free if one.period not in said]  # `In Q3 2023, it rose to 5 million in Q3 2023`
    if len(rest) != len(free):
        return []
    pairs += list(zip(rest, free, strict=True))
    ordered = sorted(pairs, key=lambda pair: pair[0].start)
    return [(value.text, span.period, span.text) for value, span in ordered if span.period]


def _neighbours(sentence: str, values: Sequence[_Token], spans: Sequence[_Token]) -> Iterator[tuple[_Token, _Token]]:
    """A figure and the period right after it, or a period and the figure in brackets after it."""
    for value in values:
        after = next((span for span in spans if span.start >= value.end), None)
        if after and _NEAR.fullmatch(sentence[value.end : after.start]) and not _goes_on(sentence, after, spans):
            yield value, after
            continue
        before = next((span for span in reversed(spans) if span.end <= value.start), None)
        if before and re.fullmatch(r"\s*[(:]\s*", sentence[before.end : value.start]):
            yield value, before


def _goes_on(sentence: str, span: _Token, spans: Sequence[_Token]) -> bool:
    """Whether a period is the first of several, whose figures came before: `from 5 to 7 in Q2 and Q3 2023`."""
    after = next((one for one in spans if one.start >= span.end), None)
    return (
        after is not None
        and re.fullmatch(r"\s*,?\s*(?:and|to|through|,)\s*", sentence[span.end : after.start]) is not None
    )
