"""Policy and rules pages: a version as Markdown, its sections, and the entries of its change log.

A page's own text begins at its first heading of the highest level; what stands before is the site's frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from normalize import html, htmlpath, markdown, periods
from normalize.facts import fold, number
from normalize.html import Block
from normalize.model import Fact, Family, Parsed, Period, Rejected, Release

LABELS = {
    "heading": "heading that this stands under",
    "level": "level of the heading, 1 to 6",
    "path": "the headings above and the heading itself, joined by ` > `",
    "position": "position of the section or entry in the page, from 1",
    "date": "date of a change, `YYYY-MM-DD`",
    "markdown": "the whole version as Markdown",
    "text": "what an entry of the change log says below or after its date",
}
_LOG = re.compile(
    r"change ?log|update log|(?:change|revision|version|update|edit) history|history of changes|previous versions|"
    r"recent (?:changes|updates)|policy (?:changes|updates)|what(?:'|’)s (?:new|changed)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:effective|last updated|updated|published|added|changed|revised|version)(?: (?:on|of|from|date))?:? )?"
    r"(?:(?P<m>[A-Z][a-z]{2,8})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})|"
    r"(?P<d2>\d{1,2})(?:st|nd|rd|th)? (?P<m2>[A-Z][a-z]{2,8}),? (?P<y2>\d{4})|"
    r"(?P<y3>\d{4})[-/](?P<m3>\d\d)[-/](?P<d3>\d\d)|(?P<d4>\d{1,2})\.(?P<m4>\d{1,2})\.(?P<y4>\d{4}))"
    r"(?P<rest>\s*\Z|\s*[:–—-]\s.*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_PARTS = (("y", "y2", "y3", "y4"), ("m", "m2", "m3", "m4"), ("d", "d2", "d3", "d4"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and the blocks below it, up to the next heading. `above` are the headings it stands under."""

    head: Block
    level: int
    above: tuple[str, ...]
    body: tuple[Block, ...]


def parse(release: Release) -> Parsed:
    """The version, its sections and its change log. Raises Rejected when the page has no heading or no text."""
    root = html.document(release.payload)
    blocks = [one for one in html.blocks(root, is_data=lambda _: False) if not one.chrome]
    sections = list(_sections(blocks))
    if not any(section.body for section in sections):
        raise Rejected("there is no heading with text below it: this is not a policy page")
    stated = [fact for at, section in enumerate(sections, 1) for fact in _stated(release, section, at)]
    facts, duplicates = number([_version(release, root, sections), *stated])
    return Parsed(facts=facts, problems=duplicates)


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    levels = [html.level_of(block.element) for block in blocks]
    highest = min((level for level in levels if level), default=0)
    heads = [at for at, level in enumerate(levels) if level and at >= levels.index(highest)] if highest else []
    above: list[tuple[int, str]] = []
    for at, end in zip(heads, [*heads, len(blocks)][1:], strict=True):
        above = [one for one in above if one[0] < levels[at]]
        names = tuple(name for _, name in above)
        yield Section(head=blocks[at], level=levels[at], above=names, body=tuple(blocks[at + 1 : end]))
        above.append((levels[at], blocks[at].text))


def _version(release: Release, root: html.Element, sections: Sequence[Section]) -> Fact:
    head = sections[0].head
    labels = {"markdown": markdown.of(root, head.element, release.url), "heading": head.text}
    return _fact(release, "version", ("version",), head.text, htmlpath.pointer(head.element), labels)


def _stated(release: Release, section: Section, position: int) -> Iterator[Fact]:
    path = (*section.above, section.head.text)
    labels = {
        "heading": section.head.text, "level": str(section.level), "path": " > ".join(path), "position": str(position),
    }  # fmt: skip
    if section.body:
        text = "\n".join(block.text for block in section.body)
        pointer = htmlpath.place(section.body[0], section.body[-1])
        yield _fact(release, "section", ("section", *map(fold, path)), text, pointer, labels)
    if _LOG.search(" ".join(path)):
        yield from _changes(release, (section.head, *section.body), labels)


def _changes(release: Release, blocks: Sequence[Block], labels: dict[str, str]) -> Iterator[Fact]:
    """The entries of a change log: each begins with a date, and has what follows up to the next."""
    dated = [(at, found) for at, block in enumerate(blocks) if (found := _day(block.text))]
    ends = [*(at for at, _ in dated), len(blocks)][1:]
    for (at, (day, rest)), end in zip(dated, ends, strict=False):
        text = "\n".join(filter(None, [rest, *(block.text for block in blocks[at + 1 : end])]))
        entry = {**labels, "position": str(at + 1), "date": day.isoformat(), "text": text}
        pointer = htmlpath.pointer(blocks[at].element)
        yield _fact(release, "change", ("change", day.isoformat()), blocks[at].text, pointer, entry, day)


def _day(text: str) -> tuple[date, str] | None:
    """The date that a text begins with, and the text after it; None when it begins otherwise."""
    match = _DATE.match(text.strip())
    if not match:
        return None
    year, month, day = (next(filter(None, match.group(*names))) for names in _PARTS)
    number = int(month) if month.isdigit() else periods.month(month)
    try:
        return date(int(year), number or 0, int(day)), match["rest"].strip(" :–—-")
    except ValueError:
        return None


def _fact(
    release: Release, kind: str, key: tuple[str, ...], text: str, pointer: str, labels: dict[str, str],
    day: date | None = None,
) -> Fact:  # fmt: skip
    period = Period(start=day, end=date.fromordinal(day.toordinal() + 1)) if day else None
    return Fact(
        kind=kind, key=key, raw_value=text, value=None, unit=None, period=period, labels=labels,
        citation=release.citation.at(pointer),
    )  # fmt: skip


FAMILY = Family(
    name="policy",
    version="2",
    parse=parse,
    about="Policy and rules pages, one version per release.",
    key="kind; the headings down to a section, folded; the date of a change",
    kinds={
        "version": "the page as a whole: its title, and in `markdown` its text",
        "section": "the text under a heading",
        "change": "an entry of the page's own change log",
    },
    columns=LABELS,
    compared=frozenset(),
)
