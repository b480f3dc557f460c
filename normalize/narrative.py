"""Narrative reports: PDFs by pages and headings, long web pages by headings and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from normalize import html, pdf
from normalize.facts import number
from normalize.model import Fact, Family, Parsed, Problem, Rejected, Release

LABELS = {
    "page": "page number from 1 (PDF)",
    "level": "level of the heading from 1",
    "heading": "the heading that this stands under",
    "position": "position among the headings (PDF) or blocks (HTML) of the document, from 1",
}


def parse(release: Release) -> Parsed:
    """Pages and headings of a PDF, headings and paragraphs of a web page. Raises Rejected when there is no text."""
    if release.payload.lstrip()[:5] == b"%PDF-" or release.media_type == "application/pdf":
        return _pdf(release)
    if "html" in release.media_type or release.payload.lstrip()[:1] == b"<":
        return _html(release)
    raise Rejected(f"a narrative report is PDF or HTML, not {release.media_type or 'this'}")


def _fact(release: Release, kind: str, key: tuple[str, ...], text: str, pointer: str, **labels: str) -> Fact:
    return Fact(
        kind=kind, key=(kind, *key), raw_value=text, value=None, unit=None, period=None, labels=labels,
        citation=release.citation.at(pointer),
    )  # fmt: skip


def _pdf(release: Release) -> Parsed:
    reader = pdf.open_reader(release.payload)
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
    facts, duplicates = number([*pages, *(_heading(release, at, title) for at, title in enumerate(titles, 1))])
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def _heading(release: Release, position: int, heading: pdf.Heading) -> Fact:
    pointer = f"pdf:page={heading.page}" + (f",outline={heading.number}" if heading.number else "")
    return _fact(
        release, "heading", (str(position),), heading.title, pointer,
        page=str(heading.page), level=str(heading.level), position=str(position), heading=heading.title,
    )  # fmt: skip


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
            release, "heading" if level else "paragraph", (str(position),), block.text, html.pointer(block.element),
            level=level[1] if level else "", heading=heading, position=str(position),
        )  # fmt: skip


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
    },
    columns=LABELS,
    compared=frozenset(),
)
