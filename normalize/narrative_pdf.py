"""A PDF report as facts: pages, outline or headings, paragraphs, footnotes, tables, figures, links."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import pypdf
from pdfplumber.pdf import PDF

from normalize import apart, figures, pdf, pdf_outline, pdf_page, pdf_tables, pdf_text
from normalize.model import Fact, Problem, Rejected, Release
from normalize.narrative_facts import cell, fact, figures_in, report
from normalize.pdf_outline import Title
from normalize.pdf_page import Page
from normalize.pdf_tables import Table
from normalize.pdf_text import Piece, Tags

MOST_PAGES = 3_000
MOST_MEMORY = 1_500_000_000  # bytes
# Seconds of CPU. A page of a real report takes less than one.
MOST_SECONDS = 1_200
SECONDS_TO_OPEN = 60
SECONDS_OF_PAGE = 20


def facts(release: Release, problems: list[Problem]) -> Iterator[Fact]:
    """All facts of a PDF. Raises Rejected when it is encrypted, scanned or broken."""
    found, said = apart.run(read, release, memory=MOST_MEMORY, seconds=MOST_SECONDS)
    problems += said
    yield from found


def read(release: Release) -> tuple[list[Fact], list[Problem]]:
    """What `facts` gives, and what could not be read."""
    problems: list[Problem] = []
    return list(_facts(release, problems)), problems


def _facts(release: Release, problems: list[Problem]) -> Iterator[Fact]:
    with apart.at_most(SECONDS_TO_OPEN, "opening the PDF"):
        reader = pdf.open_reader(release.payload)
        titles, tags = pdf_outline.outline(reader), pdf_outline.tagged(reader)
        document = pdf_page.opened(release.payload)
    if len(reader.pages) > MOST_PAGES:
        raise Rejected(f"{len(reader.pages):,} pages are too many for a report: at most {MOST_PAGES:,} are read")
    pages = list(_pages(document, len(reader.pages), problems))
    if not pages:
        raise Rejected(problems[0].reason if problems else "the PDF has no pages")
    if not any(page.words for page in pages):
        turned = any(page.turned for page in pages)
        why = "has text that is not set sideways" if turned else "has text: the PDF is scanned"
        raise Rejected(f"none of the {len(reader.pages)} pages {why}")
    yield from _page_facts(release, pages, pdf_outline.labels(reader))
    pieces = pdf_text.pieces(pages, tags)
    headings = list(_headings(release, pieces, tags))
    yield report(release, headings, fact(release, "page", (), pages[0].text(), f"pdf:page={pages[0].number}"))
    yield from _outline(release, titles) if titles else headings
    yield from _texts(release, pieces, titles)
    yield from (one for table in pdf_tables.find(pages, pieces) for one in _cells(release, table))
    yield from (one for page in pages for one in _links(release, reader, page.number))


def _page_facts(release: Release, pages: Sequence[Page], names: Sequence[str]) -> Iterator[Fact]:
    for page in pages:
        number = str(page.number)
        yield fact(
            release, "page", (number,), page.text(), f"pdf:page={number}", page=number,
            page_label=names[page.number - 1],
        )  # fmt: skip


def _pages(document: PDF, count: int, problems: list[Problem]) -> Iterator[Page]:
    """The pages that can be read; the others, and those without text, are reported."""
    left = 30 + 3.0 * count  # seconds of CPU
    for number in range(1, count + 1):
        started = time.process_time()
        try:
            with apart.at_most(min(left, SECONDS_OF_PAGE), f"page {number}"):
                page = pdf_page.read(document, number)
        except Rejected as error:
            problems.append(Problem(pointer=f"pdf:page={number}", reason=str(error)))
        else:
            if reason := _lacks(page):
                problems.append(Problem(pointer=f"pdf:page={number}", reason=reason))
            yield page
        left -= time.process_time() - started
        if left <= 0:
            raise Rejected(f"the first {number:,} of {count:,} pages take too long: no report does")


def _lacks(page: Page) -> str:
    """What of a page was not read, if anything."""
    if page.turned:
        return f"{page.turned:,} characters of this page are not set from left to right: they are left out"
    return "" if page.words else "this page has no text: an image, or blank"


def _at(piece: Piece) -> str:
    return f"pdf:page={piece.page},box={piece.box}"


def _outline(release: Release, titles: Sequence[Title]) -> Iterator[Fact]:
    for position, title in enumerate(titles, 1):
        yield fact(
            release, "heading", (str(position),), title.text, f"pdf:page={title.page},outline={position}",
            page=str(title.page), level=str(title.level), position=str(position), heading=title.text,
        )  # fmt: skip


def _headings(release: Release, pieces: Sequence[Piece], tags: Tags) -> Iterator[Fact]:
    """Headings by what tags say, else by their look: the larger, the higher."""
    found = [piece for piece in pieces if piece.kind == "heading"]
    looks = sorted({piece.look for piece in found})
    for position, piece in enumerate(found, 1):
        text = figures.running(piece.text)
        level = pdf_text.level_of(piece.lines[0], piece.page, tags) or looks.index(piece.look) + 1
        yield fact(
            release, "heading", (str(position),), piece.text, _at(piece), page=str(piece.page), text=text,
            level=str(level), position=str(position), heading=text,
        )  # fmt: skip


def _texts(release: Release, pieces: Sequence[Piece], titles: Sequence[Title]) -> Iterator[Fact]:
    """Paragraphs and footnotes page by page, each followed by its figures."""
    heading = ""
    for page, group in groupby(pieces, key=lambda piece: piece.page):
        counts: Counter[str] = Counter()
        named = list(group)
        heading, own = _titles_of(page, named, titles) if titles else (heading, {})
        for piece in named:
            counts[piece.kind] += 1
            heading = own.get(_letters(piece.text), heading)
            if piece.kind == "heading" and not titles:
                heading = figures.running(piece.text)
            elif piece.kind in ("paragraph", "footnote"):
                yield from _said(release, piece, str(counts[piece.kind]), heading)


def _titles_of(page: int, pieces: Sequence[Piece], titles: Sequence[Title]) -> tuple[str, dict[str, str]]:
    """The title that a page begins under, and those that are on it; if they are not found there, its last one."""
    own = {_letters(title.text): title.text for title in titles if title.page == page}
    there = any(_letters(piece.text) in own for piece in pieces)
    above = [title.text for title in titles if title.page < page + (not there)]
    return (above[-1] if above else ""), own


def _letters(text: str) -> str:
    """A title apart from its numbering and how it is set."""
    return re.sub(r"[\W\d_]+", "", text).casefold()


def _said(release: Release, piece: Piece, number: str, heading: str) -> Iterator[Fact]:
    labels = {"page": str(piece.page), "heading": heading}
    yield _text(release, piece, number, labels)
    place = (str(piece.page), f"note {number}" if piece.kind == "footnote" else number)
    yield from figures_in(release, piece.text, place, _at(piece), bare=piece.bare, **labels)


def _text(release: Release, piece: Piece, number: str, labels: dict[str, str]) -> Fact:
    mark = pdf_text.mark_of(piece) if piece.kind == "footnote" else ""
    text = figures.running(piece.text)
    return fact(
        release,
        piece.kind,
        (str(piece.page), number),
        piece.text,
        _at(piece),
        position=number,
        text=text,
        mark=mark,
        **labels,
    )


def _cells(release: Release, table: Table) -> Iterator[Fact]:
    page, number = table.page, str(table.number)
    labels = {"page": str(page.number), "table": number, "continues": table.continues}
    for line, row in enumerate(table.rows, 1):
        name = page.text(row[0]) if row[0] else ""
        for column, box in enumerate(row, 1):
            if box and (text := page.text(box)):
                yield cell(
                    release, (str(page.number), number, str(line), str(column)), text,
                    f"pdf:page={page.number},box={box}", bare=page.text(box, raised=False),
                    row=f"{line} {name}".strip(), column=table.heads[column - 1] if column <= len(table.heads) else "",
                    **labels,
                )  # fmt: skip


def _links(release: Release, reader: pypdf.PdfReader, page: int) -> Iterator[Fact]:
    for position, address in enumerate(pdf.links(reader, page), 1):
        pointer, key = f"pdf:page={page},link={position}", (str(page), str(position))
        yield fact(release, "link", key, address, pointer, page=str(page), position=str(position))
