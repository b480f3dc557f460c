"""Cards of report pages: a period, a number and what it counts, one after the other in any order.

`Q3 2023`, `35.1 million`, `Content Actioned on Adult Nudity`. Two of them can share a line (`Q3 2023: 35.1 million`,
`35.1 million pieces of content actioned`), the policy area can be in a heading above, and a period can be above
several. A number goes with what is in the same box of the page, then with what makes the most cards of one order; where
that leaves two readings, it is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from normalize import grid, page_lines, periods, sentences, services, spoken, values
from normalize.model import Period
from normalize.page_lines import Above, Line

_SPLIT = re.compile(r" (?:on|for|of)(?= )")
_LONGEST = 120  # characters of a line of a card
WORDS = 8  # of a label that says no policy area
_THINGS = (
    r"(?:unique |individual )?(?:pieces|items|accounts|posts|videos|comments|ads|users|people|reports|views|actions|"
    r"decisions|requests|notices|appeals|messages|images|photos|listings|channels|groups|pages|profiles|products|"
    r"seconds?|minutes?|hours?|days?|weeks?|months?)"
    r"(?: of content)?"
)
_SPAN = rf"(?:{spoken.DATE}|{spoken.PERIOD})"
_AMOUNT = rf"(?:{sentences.BETWEEN}|{sentences.NUMBER})"
_TIMED_LAST = re.compile(rf"(?P<rest>.+?)(?:\s*[:,(–—|-]\s*|\s+(?:in|during|for)\s+)(?P<own>{_SPAN})\)?", re.IGNORECASE)
_TIMED_FIRST = re.compile(rf"(?:in |during )?(?P<own>{_SPAN})\s*[:,–—|-]\s*(?P<rest>.+)", re.IGNORECASE)
_VALUE_LAST = re.compile(rf"(?P<rest>.+?)\s*[:–—|=]\s*(?P<own>{_AMOUNT})", re.IGNORECASE)
_VALUE_FIRST = re.compile(rf"(?P<own>{_AMOUNT})(?:\s*[:–—|]\s*|\s+)(?P<rest>[^\W\d].+)", re.IGNORECASE)
_THINGS_COUNTED = re.compile(rf"(?P<own>{_AMOUNT})\s+{_THINGS}", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:on|for|of|about|in|by|and|or|to|from|with|per|out)\b", re.IGNORECASE)
_JOINED = re.compile(r"(?:on|for|of) (?!which|whom|those)[^\d.?!]+")  # how a label goes on in another line
_UNIT = re.compile(r"thousand|million|billion|[kmb]|[mb]n|%|per ?cent|seconds?|minutes?|hours?|days?", re.IGNORECASE)
# By how much something changed is no figure of it.
CHANGE = re.compile(r"\s*(?:[+−▲▼↑↓△▽]|-(?=.*%)|(?:up|down|increased?|decreased?|rise|drop)\b(?! to\b))", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d")
Rank = tuple[int, int]  # in how many boxes a card is, and how many cards of its order there are
_ORDERS = frozenset({"PVL", "VLP", "LVP", "LPV", "PLV", "VPL"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a card: what it is (`P` a period, `V` a number, `L` what is counted), its text, its first and last
    line. A bare year (`Y`) can be a period or a number."""

    kind: str
    text: str
    at: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card, which takes the lines from `at` to `end` (exclusive); its period can stand above."""

    period: Part
    when: Period
    value: Part
    label: Part
    order: str

    @property
    def at(self) -> int:
        return min(one.at for one in self._lines())

    @property
    def end(self) -> int:
        return max(one.last for one in self._lines()) + 1

    def _lines(self) -> tuple[Part, ...]:
        return (self.value, self.label, self.period) if len(self.order) > 2 else (self.value, self.label)

    @property
    def used(self) -> set[int]:
        """The lines that it is made of."""
        return {at for one in (self.period, self.value, self.label) for at in range(one.at, one.last + 1)}


def counted(label: str) -> tuple[str, str] | None:
    """(metric, policy area) of `Content Actioned on Spam`; None of what does not say both."""
    marks = [] if re.search(r"[.?]", label) else list(_SPLIT.finditer(label))
    pairs = [(label[: mark.start()], label[mark.end() + 1 :]) for mark in marks]
    pairs = [(metric, area) for metric, area in pairs if 3 <= len(metric) <= 60 and 3 <= len(area) <= _LONGEST]
    counts = [grid.COUNTED.search(metric) is not None for metric, _ in pairs]
    bare = [grid.COUNTED.search(area) is None for _, area in pairs]
    for wanted in ((True, True), (True, False), (False, True)):
        for pair, is_metric, is_area in zip(pairs, counts, bare, strict=True):
            if (is_metric, is_area) == wanted and ":" not in pair[0]:
                return pair
    return None


def parts(lines: Sequence[Line], known: Collection[str]) -> list[Part]:
    """The parts of cards that there may be, in order. A label can go on in the next line: `on Adult Nudity`."""
    found: list[Part] = []
    names = frozenset(known)
    for at, line in enumerate(lines):
        before = found[-1] if found and found[-1].last == at - 1 else None
        if before and before.kind == "L" and len(line.said) < _LONGEST and _JOINED.fullmatch(line.said):
            found[-1] = replace(before, text=f"{before.text} {line.said}", last=at)
            continue
        for kind, text in _kinds(line.said, names) if line.level != 1 else ():
            if kind != "L" or not line.link or counted(text):  # a link that only leads on is no label
                found.append(Part(kind=kind, text=text, at=at, last=at))
    return found


@lru_cache(4096)  # a text of many marks has few rests, and many ways to get to each
def _kinds(text: str, known: frozenset[str]) -> Sequence[tuple[str, str]]:
    """The parts that a text is made of; none when it is anything else."""
    if not text or len(text) > _LONGEST + 60:
        return []
    if CHANGE.match(text):
        return []
    if YEAR.fullmatch(text):
        return [("Y", text)]
    if values.parse(text) != values.NOTHING or values.is_missing(text):
        return [("V", text)]
    if len(text) < 40 and spoken.period_of(text):
        return [("P", text)]
    if periods.day(text):
        return []
    if things := _THINGS_COUNTED.fullmatch(text):
        return [("V", things["own"])]
    return _split(text, known) or ([("L", text)] if _is_label(text, known) else [])


def _split(text: str, known: frozenset[str]) -> Sequence[tuple[str, str]]:
    """The parts of a line that says several: `Q3 2023: 35.1 million`."""
    for form, kind in ((_TIMED_LAST, "P"), (_TIMED_FIRST, "P"), (_VALUE_LAST, "V"), (_VALUE_FIRST, "V")):
        match = form.fullmatch(text)
        rest = _kinds(match["rest"], known) if match else []
        others = {one for one, _ in rest}
        if match and others and not others & {kind, "Y"} and (form is not _VALUE_FIRST or "L" in others):
            own = (kind, match["own"])
            return [own, *rest] if match.start("own") < match.start("rest") else [*rest, own]
    return []


def _is_label(text: str, known: Collection[str]) -> bool:
    """Whether a text says what is counted: with its policy area, or in few words of which one is of counting."""
    bare = services.split(text, known)[1]
    if not bare or not bare[0].isalpha() or _GOES_ON.match(bare):
        return False
    if counted(bare):
        return True
    short = len(bare.split()) <= WORDS and not re.search(r"\d|[.?!:]\Z", bare)
    return short and grid.COUNTED.search(bare) is not None and sentences.VERB.search(bare) is None


def cards(found: Sequence[Part], lines: Sequence[Line], above: Sequence[Above], known: Collection[str]) -> list[Card]:
    """The cards of a page in order, without those that could be read in two ways."""
    possible = [*_threes(found), *_twos(found, lines, above)]
    often = Counter(card.order for card in possible)
    rank = {card: (depth(lines, card), often[card.order]) for card in possible}
    of_value: dict[int, list[Card]] = defaultdict(list)
    for card in possible:
        of_value[card.value.at].append(card)
    best = [
        [card for card in several if rank[card] == max(rank[one] for one in several)] for several in of_value.values()
    ]
    clear = [several[0] for several in best if len({(card.period.at, card.label) for card in several}) == 1]
    numbers = {part.at for part in found if part.kind == "V"}
    alone = [card for card in _apart(clear, rank, lines, known) if not _is_one_of_several(lines, card, numbers)]
    ordered = sorted(alone, key=lambda card: card.at)
    unsure = {card for card, title in _titled(ordered, found, lines) if not _says_all(card, title, known)}
    return [card for card in ordered if card not in unsure]


def _says_all(card: Card, title: str, known: Collection[str]) -> bool:
    """Whether the label of a card says its policy area, and its service where the text above is one's name."""
    service, bare = services.split(card.label.text, known)
    return counted(bare) is not None and (service != "" or not services.is_name(title, known))


def _threes(found: Sequence[Part]) -> Iterator[Card]:
    """Three parts side by side."""
    for three in zip(found, found[1:], found[2:], strict=False):
        kinds = "".join(one.kind for one in three)
        kinds = kinds.replace("Y", "P" if "P" not in kinds else "V") if kinds.count("Y") == 1 else kinds
        if kinds in _ORDERS and all(after.at - one.last < 2 for one, after in pairwise(three)):
            yield from _card(kinds, three, kinds)


def _card(kinds: str, three: Sequence[Part], order: str) -> Iterator[Card]:
    of = dict(zip(kinds, three, strict=True))
    if when := spoken.period_of(of["P"].text):
        yield Card(period=of["P"], when=when, value=of["V"], label=of["L"], order=order)


def _twos(found: Sequence[Part], lines: Sequence[Line], above: Sequence[Above]) -> Iterator[Card]:
    """A number and what it counts, below a period that holds for several."""
    timed: dict[int, Part] = {one.at: one for one in found if one.kind in "PY"}
    numbers = [one.at for one in found if one.kind == "V"]
    chain: Part | None = None  # the period that no other text is between
    for one, after in pairwise(found):
        chain = one if one.kind in "PY" else chain
        chain = chain if after.at - one.last < 2 else None
        of = {one.kind: one, after.kind: after}
        if set(of) == {"V", "L"} and after.at - one.last < 2 and values.parse(of["V"].text) != values.NOTHING:
            period = max(filter(None, (timed.get(above[one.at].period), chain)), key=lambda p: p.at, default=None)
            if period and _holds(lines, period, of["V"], numbers):
                yield from _card(f"{one.kind}{after.kind}P", (one, after, period), f"{one.kind}{after.kind}")


def _holds(lines: Sequence[Line], period: Part, value: Part, numbers: Sequence[int]) -> bool:
    """Whether a period is in no box with the first number below it (`numbers`: their lines) that this one is not in."""
    first = numbers[bisect_left(numbers, period.at)]
    both = page_lines.shared(lines, (period.at, first))
    return both <= page_lines.shared(lines, (period.at, first, value.at))


def depth(lines: Sequence[Line], card: Card) -> int:
    """How many boxes a card is in as a whole."""
    return page_lines.shared(lines, range(card.at, card.end))


def _apart(
    chosen: Sequence[Card], rank: Mapping[Card, Rank], lines: Sequence[Line], known: Collection[str]
) -> Iterator[Card]:
    """The cards without those that are worse ones of the same label, are on both sides of a period, or leave a text
    over that may say what they count."""
    labels: dict[Part, list[Rank]] = defaultdict(list)
    for card in chosen:
        labels[card.label].append(rank[card])
    alone = [card for card in chosen if [one for one in labels[card.label] if one >= rank[card]] == [rank[card]]]
    sides: dict[int, set[bool]] = defaultdict(set)
    for card in alone:
        sides[card.period.at].add(card.period.at <= card.value.at)
    used = {at for card in alone for at in card.used}
    for card in alone:
        left = [at for at in (card.at - 1, card.end) if 0 <= at < len(lines) and at not in used]
        bare = services.split(card.label.text, known)[1]
        unsure = not counted(bare) and any(_is_of(lines, at, card) for at in left)
        if len(sides[card.period.at]) == 1 and not unsure:
            yield card


def _titled(ordered: Sequence[Card], found: Sequence[Part], lines: Sequence[Line]) -> Iterator[tuple[Card, str]]:
    """The cards below a text that is no heading, and that may say what they are of; with that text."""
    begins, parts = {card.at: card for card in ordered}, {at for one in found for at in range(one.at, one.last + 1)}
    before, title, others, together = -1, -1, 0, 0
    for at, line in enumerate(lines):
        if card := begins.get(at):
            if title >= 0 and (inside := page_lines.shared(lines, (title, at))) >= together:
                together = inside
                yield card, lines[title].said
            before = at
        elif at in parts or CHANGE.match(line.said):
            continue
        elif page_lines.is_title(line):
            title, others = at, 0
            together = page_lines.shared(lines, (before, at)) if before >= 0 else 0
        else:
            others += 1
            title = -1 if line.level or others > page_lines.NEAR else title


def _is_one_of_several(lines: Sequence[Line], card: Card, numbers: Collection[int]) -> bool:
    """Whether another number stands right beside that of a card, in its box: as in a row of numbers, then of names; or
    its unit."""
    beside = [at for at in (card.value.at - 1, card.value.last + 1) if 0 <= at < len(lines) and at not in card.used]
    other = [at for at in beside if at in numbers or _UNIT.fullmatch(lines[at].said)]
    return any(page_lines.shared(lines, (card.at, at)) >= depth(lines, card) for at in other)


def _is_of(lines: Sequence[Line], at: int, card: Card) -> bool:
    """Whether a line beside a card is a short text in its box, that may be a part of what it counts."""
    line = lines[at]
    if CHANGE.match(line.said):
        return False
    if line.table is not None or line.level or line.link or not line.said[:1].isalpha() or line.said[-1:] in ".!?":
        return False
    return len(line.said.split()) <= WORDS and page_lines.shared(lines, (card.at, at)) >= depth(lines, card)
