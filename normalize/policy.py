"""Policy and rules pages: a version as Markdown, its sections, and the entries of its change log.

A page's own text begins at its first heading of the highest level that most of its text follows; what stands before is
the site's frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate

from normalize import html, htmlpath, markdown, policy_log
from normalize.facts import fold, number
from normalize.html import Block
from normalize.model import Fact, Family, Parsed, Period, Problem, Rejected, Release

LABELS = {
    "heading": "heading that this stands under",
    "level": "level of the heading, 1 to 6",
    "path": "the headings above and the heading itself, joined by ` > `",
    "position": "position of the section or entry in the page, from 1",
    "date": "date of a change, `YYYY-MM-DD`; `YYYY-MM` where no day is named; empty where it may be several days",
    "markdown": "the whole version as Markdown",
    "text": "what an entry of the change log says below or after its date; of `since`: the words before the date",
}
SEVERAL = 3  # lines that are nothing but a date: a change log, whatever it is called
LONGEST = 100  # characters of a line that says since when


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
    blocks = _whole_headings(one for one in html.blocks(root, is_data=lambda _: False) if not one.chrome)
    sections = list(_sections(blocks))
    if not any(section.body for section in sections):
        raise Rejected("there is no heading with text below it: this is not a policy page")
    dated = sum(_is_date(section.head) for section in sections) >= SEVERAL
    order = policy_log.is_day_first(block.text for block in blocks)
    stated = [
        fact
        for at, section in enumerate(sections, 1)
        for fact in _stated(release, section, at, dated=dated, day_first=order)
    ]
    since = _since(release, blocks, order)
    facts, duplicates = number([_version(release, root, sections), *stated, *since])
    return Parsed(facts=facts, problems=(*_unclear(facts), *_unlisted(facts, sections), *duplicates))


def _unclear(facts: Sequence[Fact]) -> Iterator[Problem]:
    """A problem for each fact whose date says no day."""
    for one in facts:
        if one.kind in ("change", "since") and one.period is None:
            reason = f"nothing says which day is meant: {one.raw_value[:80]!r}"
            yield Problem(pointer=one.citation.pointer, reason=reason)


def _unlisted(facts: Sequence[Fact], sections: Sequence[Section]) -> Iterator[Problem]:
    """A problem for each title of a change log with dates below it of which none was read as an entry."""
    read = {one.citation.pointer for one in facts if one.kind == "change"}
    for section in sections:
        titles = [at for at, block in enumerate(section.body) if policy_log.is_title(block.text)]
        below = section.body[titles[0] :] if titles else ()
        dated = [block for block in below if policy_log.read(block.text)]
        if dated and not any(htmlpath.pointer(block.element) in read for block in dated):
            reason = f"this may be a change log, and its dates were not read: {below[0].text!r}"
            yield Problem(pointer=htmlpath.pointer(below[0].element), reason=reason)


def _is_date(block: Block) -> bool:
    found = policy_log.read(block.text)
    return found is not None and found.alone


def _whole_headings(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, with the lines of one heading as one block."""
    found: list[Block] = []
    for block in blocks:
        if found and block.element is found[-1].element and html.level_of(block.element):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {block.text}")
        else:
            found.append(block)
    return found


def _start(blocks: Sequence[Block], levels: Sequence[int]) -> int:
    """Where the page's own text begins: at the first heading of the highest level that most of its text follows.
    Headings and links do not count: a menu may be longer than the page."""
    counted = zip(blocks, levels, strict=True)
    ends = list(accumulate(0 if level or html.is_link(block) else len(block.text) for block, level in counted))
    firsts = [levels.index(level) for level in sorted({*levels} - {0})]
    return next((at for at in firsts if 2 * (ends[at - 1] if at else 0) <= ends[-1]), firsts[0])


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    levels = [html.level_of(block.element) for block in blocks]
    start = _start(blocks, levels) if any(levels) else 0
    heads = [at for at, level in enumerate(levels) if level and at >= start]
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


def _stated(
    release: Release, section: Section, position: int, *, dated: bool, day_first: Mapping[str, bool]
) -> Iterator[Fact]:
    """The section, and its entries of a change log; `dated` says that headings of the page are such entries."""
    path = (*section.above, section.head.text)
    labels = {
        "heading": section.head.text, "level": str(section.level), "path": " > ".join(path), "position": str(position),
    }  # fmt: skip
    if section.body:
        text = "\n".join(block.text for block in section.body)
        pointer = htmlpath.place(section.body[0], section.body[-1])
        yield _fact(release, "section", ("section", *map(fold, path)), text, pointer, labels)
    entry = dated and _is_date(section.head)
    if entry or policy_log.TITLE.search(" ".join(path)) or sum(map(_is_date, section.body)) >= SEVERAL:
        yield from _changes(release, (section.head, *section.body), labels, day_first)
    elif (start := policy_log.begins([block.text for block in section.body])) is not None:
        yield from _changes(release, section.body[start:], labels, day_first)


def _changes(
    release: Release, blocks: Sequence[Block], labels: dict[str, str], day_first: Mapping[str, bool]
) -> Iterator[Fact]:
    """The entries of a change log: each begins with a date, and has what follows up to the next."""
    read = partial(policy_log.read, day_first=day_first)
    dated = [(at, found) for at, block in enumerate(blocks) if (found := read(block.text))]
    ends = [*(at for at, _ in dated), len(blocks)][1:]
    for (at, day), end in zip(dated, ends, strict=False):
        text = "\n".join(filter(None, [day.after, *(block.text for block in blocks[at + 1 : end])]))
        entry = {**labels, "position": str(at + 1), "date": day.name, "text": text}
        pointer = htmlpath.pointer(blocks[at].element)
        yield _fact(release, "change", ("change", day.name or day.written), blocks[at].text, pointer, entry, day.period)


def _since(release: Release, blocks: Sequence[Block], day_first: Mapping[str, bool]) -> Iterator[Fact]:
    """The first line that says since when the page is as it is: words and a date, nothing else. One of which it is not
    clear which day it means is only taken where no other does."""
    short = (block for block in blocks if len(block.text) <= LONGEST)
    read = ((block, policy_log.read(block.text, day_first=day_first)) for block in short)
    stated = [(block, found) for block, found in read if found and found.before and not found.after]
    for block, found in sorted(stated, key=lambda one: one[1].period is None)[:1]:
        key = ("since", fold(found.before))
        labels = {"date": found.name, "text": found.before}
        yield _fact(release, "since", key, block.text, htmlpath.pointer(block.element), labels, found.period)


def _fact(
    release: Release, kind: str, key: tuple[str, ...], text: str, pointer: str, labels: dict[str, str],
    period: Period | None = None,
) -> Fact:  # fmt: skip
    return Fact(
        kind=kind, key=key, raw_value=text, value=None, unit=None, period=period, labels=labels,
        citation=release.citation.at(pointer),
    )  # fmt: skip


FAMILY = Family(
    name="policy",
    version="5",
    parse=parse,
    about="Policy and rules pages, one version per release.",
    key="kind; the headings down to a section, folded; the date of a change (unclear: as written); the words before "
    "another date",
    kinds={
        "version": "the page as a whole: its title, and in `markdown` its text",
        "section": "the text under a heading",
        "change": "an entry of the page's own change log",
        "since": "the first line that says since when the page is as it is: `Last updated: 4 March 2026`",
    },
    columns=LABELS,
    compared=frozenset(),
)
