"""Policy and rules pages: a version as Markdown, its sections, and the entries of its change log.

A page's own text begins at its first heading of the highest level; what stands before is the site's frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from normalize import html, htmlpath, periods
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
}
_LEVEL = re.compile(r"h([1-6])")
_LOG = re.compile(r"change ?log|change history|revision history|version history|previous versions", re.IGNORECASE)
_DATE = re.compile(
    r"(?:(?P<m>[A-Z][a-z]{2,8})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})|(?P<d2>\d{1,2}) (?P<m2>[A-Z][a-z]{2,8}) (?P<y2>\d{4})|"
    r"(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d))\Z"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and the blocks below it, up to the next heading. `above` are the headings it stands under."""

    head: Block
    level: int
    above: tuple[str, ...]
    body: tuple[Block, ...]


def parse(release: Release) -> Parsed:
    """The version, its sections and its change log. Raises Rejected when the page has no heading or no text."""
    blocks = [one for one in html.blocks(html.document(release.payload), is_data=lambda _: False) if not one.chrome]
    sections = list(_sections(blocks))
    if not any(section.body for section in sections):
        raise Rejected("there is no heading with text below it: this is not a policy page")
    stated = [fact for at, section in enumerate(sections, 1) for fact in _stated(release, section, at)]
    facts, duplicates = number([_version(release, sections), *stated])
    return Parsed(facts=facts, problems=duplicates)


def _level(block: Block) -> int:
    match = _LEVEL.fullmatch(block.element.tag)
    return int(match[1]) if match else 0


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    levels = [_level(block) for block in blocks]
    highest = min((level for level in levels if level), default=0)
    heads = [at for at, level in enumerate(levels) if level and at >= levels.index(highest)] if highest else []
    above: list[tuple[int, str]] = []
    for at, end in zip(heads, [*heads, len(blocks)][1:], strict=True):
        above = [one for one in above if one[0] < levels[at]]
        names = tuple(name for _, name in above)
        yield Section(head=blocks[at], level=levels[at], above=names, body=tuple(blocks[at + 1 : end]))
        above.append((levels[at], blocks[at].text))


def _version(release: Release, sections: Sequence[Section]) -> Fact:
    labels = {"markdown": markdown(sections), "heading": sections[0].head.text}
    return _fact(
        release, "version", ("version",), sections[0].head.text, htmlpath.pointer(sections[0].head.element), labels
    )


def markdown(sections: Sequence[Section]) -> str:
    """The sections as Markdown: headings, paragraphs, list items."""
    lines: list[str] = []
    for section in sections:
        lines.append(f"{'#' * section.level} {section.head.text}")
        lines.extend(_markdown_of(block) for block in section.body)
    return "\n\n".join(lines) + "\n"


def _markdown_of(block: Block) -> str:
    depth = sum(1 for _ in block.element.iterancestors("ul", "ol"))
    listed = block.element.tag == "li" or next(block.element.iterancestors("li"), None) is not None
    return f"{'  ' * (depth - 1)}- {block.text}" if listed and depth else block.text


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
        for at, block in enumerate((section.head, *section.body), 1):
            if day := _day(block.text):
                entry = {**labels, "position": str(at), "date": day.isoformat()}
                pointer = htmlpath.pointer(block.element)
                yield _fact(release, "change", ("change", day.isoformat()), block.text, pointer, entry, day)


def _day(text: str) -> date | None:
    match = _DATE.match(text.strip())
    if not match:
        return None
    name = match["m"] or match["m2"]
    month = periods.month(name) if name else int(match["m3"])
    try:
        return date(
            int(match["y"] or match["y2"] or match["y3"]), month or 0, int(match["d"] or match["d2"] or match["d3"])
        )
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
    version="1",
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
