"""Enforcement report pages: figures on cards, in trend sentences and in statements of limits.

Pages show a selection of the newest quarter, so cards that go are not withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from normalize import card_shapes, notation, page_lines, page_rest, pages, sentences, services, subjects, values
from normalize.card_shapes import Card
from normalize.enforcement_rows import Figure, fact
from normalize.facts import fold
from normalize.model import Fact, Period, Problem, Release
from normalize.page_lines import Line
from normalize.pages import Page
from normalize.sentences import Said

_VIOLATIONS = re.compile(
    r"for violations? of our polic(?:y|ies) (?:for|on|against) (?P<area>[^.,]+?) on (?P<app>(?-i:[A-Z])\w+)",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\brepresent(?:ed|s)?\b.{0,200}?\d\S{0,30} of (?P<of>[^.]{1,200}?) on (?P<app>(?-i:[A-Z])\w+)", re.IGNORECASE
)
_ABLE = r"(?:estimate|measure|provide an estimate of)"
_CANNOT = re.compile(
    rf"We (?:can(?:no|['’])t|are (?:unable|not able) to) (?:currently )?{_ABLE} (?P<what>[^.]+?)"
    r"(?: for (?P<area>[^.]+?))?(?: right now| at this time| currently| yet)?(?=[.,;]|\Z)",
    re.IGNORECASE,
)
_PRONOUN = frozenset(
    {"", "it", "this", "that", "they", "these", "this metric", "the metric", "metric", "this number", "the number",
     "number", "this figure", "figure"}
)  # fmt: skip
_LASTED = r"\s?(?P<unit>second|minute|hour|day|week|month)s?\b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What a card counts."""

    app: str
    area: str
    metric: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a sentence stands beside: the service of its card and of the page, the heading above, the card it is on."""

    app: str
    page_app: str
    section: str
    card: Names | None


def facts(release: Release, problems: list[Problem], page: Page | None = None) -> Iterator[Fact]:
    """The figures of a page or of its text; none when it shows none. What is not understood is reported."""
    page = page or pages.read(release)
    begins, used = {card.at: card for card in page.cards}, {at for card in page.cards for at in card.used}
    last, names = None, None
    for at, line in enumerate(page.lines):
        if card := begins.get(at):
            last, names = card, _names(card, page, problems)
            yield _on_card(release, page, card, names)
        elif last and at >= last.end and (at > last.end + 2 or line.level):
            last = None
        if at not in used:
            context = _context(page, at, names if last else None)
            yield from _said(release, line, context, problems)
            yield from _cannot(release, line, context, problems)


def _context(page: Page, at: int, names: Names | None) -> Context:
    heads, beside = page.above[at], len(page.lines[at].boxes) - 1
    app = names.app if names else page_lines.app_beside(page.lines, at, beside)
    return Context(app=app, page_app=heads.service or page.app, section=heads.section, card=names)


def unread(page: Page) -> Iterator[Problem]:
    """A problem for each number beside a period that is on no card."""
    used = {at for card in page.cards for at in card.used}
    return page_rest.unread(page.lines, page.above, page.parts, used)


def settled(facts: Sequence[Fact], problems: list[Problem]) -> Iterator[Fact]:
    """The facts without the values that the way of writing numbers leaves open; those with words say it themselves."""
    bare = [not re.search(r"[^\W\d_]", one.said or one.raw_value) for one in facts]
    left = notation.settled(
        [one for one, is_bare in zip(facts, bare, strict=True) if is_bare], problems, lambda _: False
    )
    for one, is_bare in zip(facts, bare, strict=True):
        yield next(left) if is_bare else one


def contradictions(facts: Iterable[Fact]) -> Iterator[Problem]:
    """A problem for each figure on cards or in sentences that is under the same names another one elsewhere."""
    stated: dict[tuple[str, ...], Fact] = {}
    for one in facts:
        first = stated.setdefault(one.key, one)
        if one.kind == "metric" or None is one.unit is first.unit or _is_same(one, first):
            continue
        reason = f"{' | '.join(one.key)} is {one.raw_value[:80]!r} here, and {first.raw_value[:80]!r} before"
        yield Problem(pointer=one.citation.pointer, reason=reason)


def _is_same(one: Fact, other: Fact) -> bool:
    """Whether two figures say the same, or one of them says it in fewer digits."""
    return values.same(one.raw_value, other.raw_value) or values.same(other.raw_value, one.raw_value)


def _names(card: Card, page: Page, problems: list[Problem]) -> Names:
    """What a card counts, of which policy area and service: its label says it, else its link or the headings above."""
    service, bare = services.split(card.label.text, page.known)
    metric, area = card_shapes.counted(bare) or (bare, page.above[card.at].section)
    link = page_lines.app_beside(page.lines, card.at, card_shapes.depth(page.lines, card))
    head = page.above[card.at].service
    if not service and link and head and fold(link) != fold(head):
        reason = f"this card is below a heading of {head} and leads to {link}: it is read as one of {link}"
        problems.append(Problem(pointer=page.lines[card.at].pointer, reason=reason))
    return Names(app=service or link or head or page.app, area=area, metric=metric)


def _on_card(release: Release, page: Page, card: Card, names: Names) -> Fact:
    line, said = page.lines[card.value.at], card.value.text
    raw = line.text if line.said == said or said not in line.text else said
    of = (names.app, names.area, names.metric)
    made = _fact(release, "card", of, card.when, card.period.text, said, line)
    return _lasted(replace(made, raw_value=raw, said="" if said == raw else said), line.text)


def _lasted(made: Fact, text: str) -> Fact:
    """A figure that is a time (`12 hours`), in its unit."""
    found = re.search(rf"(?<![\w.,]){re.escape(made.raw_value)}{_LASTED}", text, re.IGNORECASE)
    if not found or made.unit not in (None, "count"):
        return made
    return replace(made, raw_value=found.group(), said=made.raw_value, unit=f"{found['unit'].lower()}s")


def _said(release: Release, line: Line, context: Context, problems: list[Problem]) -> Iterator[Fact]:
    for said in sentences.find(line.said):
        if not context.card and fold(subjects.OF_SERVICE.sub("", said.subject)) in _PRONOUN:
            said = replace(said, stated=())
        yield from _sentence(release, said, line, context)
        if not (said.stated and said.whole and all(raw in line.text for raw, _, _ in said.stated)):
            which = "not every figure" if said.stated else "no figure"
            reason = f"{which} of this sentence could be given its period and what it is of: {said.text[:200]!r}"
            problems.append(Problem(pointer=line.pointer, reason=reason))


def _sentence(release: Release, said: Said, line: Line, context: Context) -> Iterator[Fact]:
    """The figures of a sentence: an upper limit, a share, a trend of two or more, or one level."""
    kind = "trend" if len(said.stated) > 1 else "level"
    metric, area, app = _subject(said, context)
    if "upper limit" in said.subject.lower():
        found = _VIOLATIONS.search(said.text)
        kind, metric = "limit", "upper limit"
        area, app = (found["area"], found["app"]) if found else (context.section, app)
    elif share := _SHARE.search(said.text):
        kind, metric, area, app = "share", f"share of {share['of']}", said.subject, share["app"]
    for raw, period, label in (one for one in said.stated if one[0] in line.text):
        made = _fact(release, kind, (app, area, metric), period, label, raw, line)
        made = _lasted(made, line.text)
        limit = kind == "limit" and made.value is not None
        yield replace(made, value=None, high=made.value) if limit else made


def _subject(said: Said, context: Context) -> tuple[str, str, str]:
    """(metric, policy area, service) of a sentence: its own words, else those of its card or heading."""
    app = said.service or context.app or context.page_app
    subject = subjects.OF_SERVICE.sub("", said.subject).strip(" ,")
    card = context.card
    if card and fold(subject) in (*_PRONOUN, fold(card.metric)):
        return card.metric, card.area, app
    if not card and (counted := card_shapes.counted(subject)):
        return *counted, app
    return subject, card.area if card else context.section, app


def _cannot(release: Release, line: Line, context: Context, problems: list[Problem]) -> Iterator[Fact]:
    for said in _CANNOT.finditer(line.text):
        named = {*re.findall(services.SERVICE, said.group())}
        if len(named) > 1:
            reason = f"several services are named, of which one may be meant: {said.group()[:200]!r}"
            problems.append(Problem(pointer=line.pointer, reason=reason))
            continue
        of = next(iter(named), context.page_app)
        area, what = (subjects.OF_SERVICE.sub("", said[part] or "") for part in ("area", "what"))
        area = area or context.section
        yield Fact(
            kind="no_estimate", key=(of.lower(), area.lower(), what.lower()), raw_value=said.group(),
            value=None, unit=None, period=None, citation=release.citation.at(line.pointer),
            labels={"app": of, "policy_area": area, "metric": what},
        )  # fmt: skip


def _fact(
    release: Release, kind: str, names: tuple[str, str, str], period: Period, label: str, raw: str, line: Line
) -> Fact:
    """A fact of these names: service, policy area, metric."""
    figure = Figure(
        service=names[0], area=names[1], metric=names[2], period=period, period_label=label, raw=raw,
        pointer=line.pointer,
    )  # fmt: skip
    made = fact(release, figure)
    return replace(made, kind=kind, key=(*made.key, kind))
