"""Enforcement report pages: figures on cards, in trend sentences and in statements of limits.

A card is a quarter, a number, and what it counts, one after the other: `Q3 2023`, `35.1 million`, `Content Actioned on
Adult Nudity`. Pages show a selection of the newest quarter, so cards that go are not withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from normalize import html, htmlpath, sentences, tabular, values
from normalize.enforcement_rows import Figure, fact
from normalize.facts import fold
from normalize.html import Block
from normalize.model import Fact, Period, Problem, Release
from normalize.sentences import Said

_COUNTED = re.compile(r"(?P<metric>[^.:?]{3,60}?) (?:on|for|of) (?P<area>[^.?]{3,120})\Z")
_VIOLATIONS = re.compile(
    r"for violations? of our polic(?:y|ies) (?:for|on|against) (?P<area>[^.,]+?) on (?P<app>\w+)", re.IGNORECASE
)
_SHARE = re.compile(r"\brepresent(?:ed|s)?\b.{0,200}?\d\S{0,30} of (?P<of>[^.]{1,200}?) on (?P<app>\w+)", re.IGNORECASE)
_ABLE = r"(?:estimate|measure|provide an estimate of)"
_CANNOT = re.compile(
    rf"We (?:can(?:no|['’])t|are (?:unable|not able) to) (?:currently )?{_ABLE} (?P<what>[^.]+?)"
    r"(?: for (?P<area>[^.]+?))?(?: right now| at this time| currently| yet)?(?=[.,;]|\Z)",
    re.IGNORECASE,
)
_SERVICE = re.compile(rf"(?<!\s)\s*\b[Oo]n {sentences.SERVICE}")
_PRONOUN = frozenset({"", "it", "this", "this metric", "the metric", "this number", "that"})
# The order of a card's lines: period, value, label.
_ORDERS = ((0, 1, 2), (1, 2, 0), (2, 1, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2))
_APP = re.compile(r"community-standards-enforcement/[^/]+/(?P<app>[a-z]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A text of the page, the same without marks of notes, its place, the link beside it, whether it is a heading."""

    text: str
    said: str
    pointer: str
    link: str = ""
    heading: bool = False


def facts(release: Release, problems: list[Problem]) -> Iterator[Fact]:
    """The figures of a page or of its text; none when it shows none. A sentence that is not understood is reported."""
    lines = _page(release) if release.payload.lstrip()[:1] == b"<" else _text(release)
    cards = {card.at: card for card in _cards(lines)}
    page_app, section, above = _app_in(release.url), "", None
    for at, line in enumerate(lines):
        on_card = above is not None and at < above.at + 3
        section = line.said if line.heading and not on_card and at not in cards else section
        near = above is not None and at < above.at + 6
        above = cards.get(at) or (above if on_card or (near and not line.heading) else None)
        app = _app_beside(lines, at) or page_app
        if card := cards.get(at):
            names, raw = (app, card.area, card.metric), card.line.text
            made = _fact(release, "card", names, card.period, card.label, card.said, card.line)
            yield replace(made, raw_value=raw, said="" if card.said == raw else card.said)
        context = Context(app=app, page_app=page_app, section=section, card=above)
        for said in sentences.find(line.said):
            yield from _sentence(release, said, line, context)
            if not (said.whole and all(raw in line.text for raw, _, _ in said.stated)):
                which = "not every figure" if said.stated else "no figure"
                reason = f"{which} of this sentence could be given its period: {said.text[:200]!r}"
                problems.append(Problem(pointer=line.pointer, reason=reason))
        yield from _cannot(release, line, section, page_app, problems)


def is_text_of_page(payload: bytes) -> bool:
    """Whether plain text is the text of such a page: a quarter or half stands on a line of its own."""
    return re.search(rb"^(?:[QH][1-4] 20\d\d|20\d\d[ -]?[QH][1-4])\s*$", payload[:200_000], re.MULTILINE) is not None


def _page(release: Release) -> list[Line]:
    blocks = [block for block in html.blocks(html.document(release.payload)) if not block.chrome and block.text]
    return [_line(block) for block in blocks]


def _line(block: Block) -> Line:
    heading = re.fullmatch(r"h[1-3]", block.element.tag) is not None
    links = [a.get("href", "") for a in (*block.element.iterancestors("a"), *block.element.iter("a"))]
    return Line(
        text=block.text,
        said=_bare(block.said),
        pointer=htmlpath.pointer(block.element),
        link=" ".join(links),
        heading=heading,
    )


def _bare(text: str) -> str:
    """A text without the raised marks of notes."""
    return re.sub(values.RAISED, "", text)


def _text(release: Release) -> list[Line]:
    found: list[Line] = []
    for number, text in enumerate(tabular.text(release.payload).splitlines(), 1):
        bare = text.strip()
        if re.fullmatch(r"[=-]{3,}", bare):
            if found and bare[0] == "=":
                found[-1] = replace(found[-1], heading=True)
        elif bare:
            links = " ".join(re.findall(r"\]\((\S+?)\)", bare))
            found.append(Line(text=bare, said=_bare(bare), pointer=f"text:line={number}", link=links))
    return found


def _app_in(address: str) -> str:
    match = _APP.search(address)
    return match["app"].capitalize() if match else ""


def _app_beside(lines: Sequence[Line], at: int) -> str:
    """The service that the card's link leads to: the first link from here on, before the next card begins."""
    for offset, line in enumerate(lines[at : at + 6]):
        if offset and sentences.period_of(line.said):
            break
        if app := _app_in(line.link):
            return app
    return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card that begins at line `at`."""

    at: int
    label: str
    period: Period
    said: str
    metric: str
    area: str
    line: Line


def _cards(lines: Sequence[Line]) -> list[Card]:
    """The cards of a page, whose lines come in one order on all of it: the one that makes the most of them."""
    found = [[card for at in range(len(lines) - 2) if (card := _card(lines, at, order))] for order in _ORDERS]
    return max(found, key=len)


def _card(lines: Sequence[Line], at: int, order: tuple[int, int, int]) -> Card | None:
    period, value, label = (lines[at + place] for place in order)
    counted = _COUNTED.match(label.said)
    is_value = values.parse(value.said) != values.NOTHING or values.is_missing(value.said)
    when = sentences.period_of(period.said) if len(period.said) < 40 else None
    if not counted or not is_value or when is None:
        return None
    return Card(
        at=at, label=period.text, period=when, said=value.said, metric=counted["metric"], area=counted["area"],
        line=value,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a sentence stands beside: the service of its card and of the page, the heading above, the card it is on."""

    app: str
    page_app: str
    section: str
    card: Card | None


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
        limit = kind == "limit" and made.value is not None
        yield replace(made, value=None, high=made.value) if limit else made


def _subject(said: Said, context: Context) -> tuple[str, str, str]:
    """(metric, policy area, service) of a sentence: its own words, else those of its card or heading."""
    app = said.service.capitalize() or context.app or context.page_app
    subject = _SERVICE.sub("", said.subject).strip(" ,")
    card = context.card
    if card and fold(subject) in (*_PRONOUN, fold(card.metric)):
        return card.metric, card.area, app
    if not card and (counted := _COUNTED.match(subject)):
        return counted["metric"], counted["area"], app
    return subject, card.area if card else context.section, app


def _cannot(release: Release, line: Line, section: str, app: str, problems: list[Problem]) -> Iterator[Fact]:
    for said in _CANNOT.finditer(line.text):
        services = {*re.findall(sentences.SERVICE, said.group())}
        if len(services) > 1:
            reason = f"several services are named, of which one may be meant: {said.group()[:200]!r}"
            problems.append(Problem(pointer=line.pointer, reason=reason))
            continue
        of, (area, what) = next(iter(services), app), (_SERVICE.sub("", said[part] or "") for part in ("area", "what"))
        area = area or section
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
