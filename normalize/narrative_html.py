"""A long web page as facts: headings, paragraphs, footnotes, tables, figures, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from normalize import html, htmlpath
from normalize.html import Block, Element
from normalize.model import Fact, Problem, Release
from normalize.narrative_facts import cell, check_length, fact, figures_in, report

_MARK = re.compile(r"[\[(]?(\d{1,3}|[a-z]|[*†‡§])[\])]?")


def facts(release: Release, _: list[Problem]) -> Iterator[Fact]:
    """All facts of a page, without the frame of its site."""
    found = list(_facts(release))
    texts = [one for one in found if one.kind != "link"]
    if texts:
        yield report(release, [one for one in texts if one.kind == "heading"], texts[0])
        yield from found


def _facts(release: Release) -> Iterator[Fact]:
    root = html.document(release.payload)
    notes, heading, tables = _notes(root), "", 0
    for position, block in enumerate(_blocks(root), 1):
        if block.table is not None:
            tables += 1
            yield from _cells(release, block.table, str(tables), heading)
        elif block.text:
            level = re.fullmatch(r"h([1-6])", block.element.tag)
            heading = block.text if level else heading
            mark = _mark(block, notes)
            kind, pointer = "heading" if level else "footnote" if mark else "paragraph", htmlpath.pointer(block.element)
            yield fact(
                release, kind, (str(position),), block.text, pointer, level=level[1] if level else "", heading=heading,
                mark=mark, position=str(position),
            )  # fmt: skip
            yield from figures_in(release, block.said, (str(position),), pointer, heading=heading)
        yield from _links(release, block, str(position), heading)


def _blocks(root: Element) -> list[Block]:
    """All of them at once: a page that has too many is known before anything is made of them."""
    found = [block for block in html.linked(root, _is_data) if not block.chrome]
    check_length(sum(map(_length, found)))
    return found


def _length(block: Block) -> int:
    """The characters of a block; a cell counts for as many as a short sentence, as it is as much work."""
    if block.table is None:
        return len(block.text)
    return len(str(block.table.text_content())) + 25 * sum(1 for _ in block.table.iter("td", "th"))


def _is_data(table: Element) -> bool:
    """Whether a table holds data: at least two rows and columns, and no table inside. Others lay the page out."""
    rows = html.grid(table)
    nested = next(iter(table.iterdescendants("table")), None)
    return nested is None and len(rows) > 1 and max(map(len, rows)) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Notes:
    """The elements that marks in the text lead to, with their marks; what elements have the first of these inside, and
    which have one that is raised: the place of a mark."""

    marks: dict[Element, str]
    inside: dict[Element, str]
    leads: set[Element]


def _notes(root: Element) -> _Notes:
    targets = {one.get("id") or one.get("name"): one for one in root.iter() if isinstance(one.tag, str)}
    found = _Notes(marks={}, inside={}, leads=set())
    for anchor in root.iter("a"):
        mark = _MARK.fullmatch(html.collapse(anchor.text_content()))
        target = targets.get((anchor.get("href") or "").removeprefix("#")) if mark else None
        if mark and target is not None and (anchor.get("href") or "").startswith("#"):
            found.marks[target] = mark[1]
    for target in (one for one in root.iter("a", "li", "p", "span", "sup") if one in found.marks):
        around = (target, *target.iterancestors())
        if target.tag == "sup":
            found.leads.update(around)
        else:
            found.inside.update((one, found.marks[target]) for one in around if one not in found.inside)
    return found


def _mark(block: Block, notes: _Notes) -> str:
    """The mark of the footnote that a block is (part of), else empty. A mark's own place is no footnote."""
    lineage = (block.element, *block.element.iterancestors())
    mark = next((notes.marks[one] for one in lineage if one in notes.marks), "")
    inside = notes.inside.get(block.element, "")
    leads = block.element in notes.leads
    return mark or (inside if inside and not leads and block.text.startswith(inside) else "")


def _links(release: Release, block: Block, place: str, heading: str) -> Iterator[Fact]:
    anchors = [one for one in block.links if one.get("href") and not one.get("href").startswith("#")]
    for n, anchor in enumerate(anchors, 1):
        at = htmlpath.pointer(anchor) + "@href"
        yield fact(release, "link", (place, str(n)), anchor.get("href"), at, heading=heading, position=str(n))


def _cells(release: Release, table: Element, number: str, heading: str) -> Iterator[Fact]:
    rows = html.grid(table)
    heads = [html.text_of(one) for one in rows[0]]
    seen: set[Element] = set()
    for line, row in enumerate(rows, 1):
        name = html.text_of(row[0]) if row else ""
        for column, one in enumerate(row, 1):
            if one not in seen and (text := html.text_of(one)):
                yield cell(
                    release, (number, str(line), str(column)), text, htmlpath.pointer(one), bare=html.said(one),
                    table=number, row=f"{line} {name}".strip(), heading=heading,
                    column=heads[column - 1] if column <= len(heads) else "",
                )  # fmt: skip
            seen.add(one)
