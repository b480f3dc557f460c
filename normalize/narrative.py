"""Narrative reports: PDFs by pages and headings, long web pages by headings and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pypdf

from normalize import figures, html, htmlpath, pdf, tabular, values
from normalize.facts import number
from normalize.model import Fact, Family, Parsed, Problem, Rejected, Release

LABELS = {
    "page": "page number from 1 (PDF)",
    "level": "level of the heading from 1",
    "heading": "the heading that this stands under",
    "position": "position among its kind in the document, the page (PDF) or the block (HTML), from 1",
    "counted": "the words after a figure: what it counts",
    "sentence": "the sentence a figure stands in",
}
MOST_PAGES = 3_000


def parse(release: Release) -> Parsed:
    """Pages and headings of a PDF, headings and paragraphs of a web page. Raises Rejected when there is no text."""
    if release.payload.lstrip()[:5] == b"%PDF-" or release.media_type == "application/pdf":
        return _pdf(release)
    if "html" in release.media_type or release.payload.lstrip()[:1] == b"<":
        return _html(release)
    return _plain(release)


def _fact(release: Release, kind: str, key: tuple[str, ...], text: str, pointer: str, **labels: str) -> Fact:
    return Fact(
        kind=kind, key=(kind, *key), raw_value=text, value=None, unit=None, period=None, labels=labels,
        citation=release.citation.at(pointer),
    )  # fmt: skip


def _pdf(release: Release) -> Parsed:
    reader = pdf.open_reader(release.payload)
    if len(reader.pages) > MOST_PAGES:
        raise Rejected(f"{len(reader.pages):,} pages are too many for a report: at most {MOST_PAGES:,} are read")
    read = [pdf.read_page(reader, page) for page in range(1, len(reader.pages) + 1)]
    texts = [text for text, _ in read]
    if not any(texts):
        raise Rejected(f"none of the {len(texts)} pages has text: the PDF is scanned")
    problems = tuple(
        Problem(pointer=f"pdf:page={page}", reason="this page has no text: an image, or blank")
        for page, text in enumerate(texts, 1)
        if not text
    )
    pages = [_fact(release, "page", (str(n),), text, f"pdf:page={n}", page=str(n)) for n, text in enumerate(texts, 1)]
    titles = pdf.outline(reader) or pdf.headings_by_look([lines for _, lines in read])
    stated = [fact for n, text in enumerate(texts, 1) for fact in _figures(release, text, n)]
    links = [fact for n in range(1, len(texts) + 1) for fact in _links(release, reader, n)]
    facts, duplicates = number(
        [*pages, *stated, *links, *(_heading(release, at, title) for at, title in enumerate(titles, 1))]
    )
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def _heading(release: Release, position: int, heading: pdf.Heading) -> Fact:
    pointer = f"pdf:page={heading.page}" + (f",outline={heading.number}" if heading.number else "")
    return _fact(
        release, "heading", (str(position),), heading.title, pointer,
        page=str(heading.page), level=str(heading.level), position=str(position), heading=heading.title,
    )  # fmt: skip


def _figures(release: Release, text: str, page: int) -> Iterator[Fact]:
    for position, found in enumerate(figures.find(text), 1):
        pointer = f"pdf:page={page},chars={found.start}-{found.end}"
        yield _figure(release, found, (str(page), str(position)), pointer, page=str(page))


def _figure(release: Release, found: figures.Figure, key: tuple[str, ...], pointer: str, **labels: str) -> Fact:
    value = values.parse(" ".join(found.raw.split()))
    unit = None if value == values.NOTHING else value.unit or "count"
    stated = _fact(
        release, "figure", key, found.raw, pointer, counted=found.noun, sentence=found.sentence, position=key[-1],
        **labels,
    )  # fmt: skip
    return replace(stated, value=value.number, unit=unit, low=value.low, high=value.high, approximate=value.approximate)


def _links(release: Release, reader: pypdf.PdfReader, page: int) -> Iterator[Fact]:
    for position, address in enumerate(pdf.links(reader, page), 1):
        pointer = f"pdf:page={page},link={position}"
        key = (str(page), str(position))
        yield _fact(release, "link", key, address, pointer, page=str(page), position=str(position))


def _html(release: Release) -> Parsed:
    facts, duplicates = number(_blocks(release))
    if not facts:
        raise Rejected("the page has no text")
    return Parsed(facts=facts, problems=duplicates)


def _blocks(release: Release) -> Iterator[Fact]:
    heading = ""
    for position, block in enumerate(_text_blocks(release), 1):
        level = re.fullmatch(r"h([1-6])", block.element.tag)
        heading = block.text if level else heading
        yield _fact(
            release, "heading" if level else "paragraph", (str(position),), block.text, htmlpath.pointer(block.element),
            level=level[1] if level else "", heading=heading, position=str(position),
        )  # fmt: skip


def _in_block(release: Release, block: html.Block, position: int, heading: str) -> Iterator[Fact]:
    """The figures of a block, and its links."""
    pointer = htmlpath.pointer(block.element)
    for n, found in enumerate(figures.find(block.text), 1):
        yield _figure(release, found, (str(position), str(n)), pointer, heading=heading)
    anchors = [] if block.element.tag in ("body", "html") else block.element.iter("a")
    for n, anchor in enumerate((a for a in anchors if a.get("href")), 1):
        at = htmlpath.pointer(anchor) + "@href"
        yield _fact(release, "link", (str(position), str(n)), anchor.get("href"), at, heading=heading, position=str(n))


def _plain(release: Release) -> Parsed:
    """Plain text by paragraphs: what blank lines part."""
    facts, duplicates = number(_paragraphs(release))
    if not facts:
        raise Rejected("the file has no text")
    return Parsed(facts=facts, problems=duplicates)


def _paragraphs(release: Release) -> Iterator[Fact]:
    lines = tabular.text(release.payload).splitlines()
    if b"\x00" in release.payload:
        raise Rejected(f"a narrative report is PDF, HTML or text, not {release.media_type or 'this'}")
    for position, (first, last) in enumerate(_runs(lines), 1):
        text, pointer = "\n".join(lines[first:last]), f"text:line={first + 1}-{last}"
        for n, found in enumerate(figures.find(text), 1):
            yield _figure(release, found, (str(position), str(n)), pointer)
        yield _fact(release, "paragraph", (str(position),), text, pointer, position=str(position))


def _runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where each run of lines that are not blank begins, and where it ends (exclusive)."""
    first: int | None = None
    for at, line in enumerate([*lines, ""]):
        if line.strip():
            first = at if first is None else first
        elif first is not None:
            yield first, at
            first = None


def _text_blocks(release: Release) -> list[html.Block]:
    found = html.blocks(html.document(release.payload), is_data=lambda _: False)
    return [block for block in found if not block.chrome]


FAMILY = Family(
    name="narrative",
    version="1",
    parse=parse,
    about="Reports in prose: the pages and headings of PDFs, the headings and paragraphs of long web pages.",
    key="kind, position in the document",
    kinds={
        "page": "the text of a PDF page",
        "heading": "a title of the outline, a line set large or bold, or an HTML heading",
        "paragraph": "a block of text of a web page",
        "figure": "a number in running text",
        "link": "the address that a link leads to",
    },
    columns=LABELS,
    compared=frozenset(),
)
