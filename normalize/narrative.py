"""Narrative reports: PDFs, long web pages and plain text, by headings and paragraphs, with the figures in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from normalize import narrative_facts, narrative_html, narrative_pdf, notation, pdf, tabular
from normalize.facts import number
from normalize.model import Fact, Family, Parsed, Problem, Rejected, Release
from normalize.narrative_facts import fact


def parse(release: Release) -> Parsed:
    """Everything that a report says, in order. Raises Rejected when there is no text."""
    problems: list[Problem] = []
    stated = _reader(release)(release, problems)
    found = list(notation.settled(stated, problems, lambda one: one.kind == "figure"))
    if not found:
        raise Rejected("there is no text in it")
    facts, duplicates = number(found)
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def _reader(release: Release) -> Callable[[Release, list[Problem]], Iterator[Fact]]:
    start = release.payload[:1024].lstrip()
    if pdf.is_pdf(release.payload) or release.media_type == "application/pdf":
        return narrative_pdf.facts
    return narrative_html.facts if "html" in release.media_type or start[:1] == b"<" else _plain


def _plain(release: Release, _: list[Problem]) -> Iterator[Fact]:
    """Plain text by paragraphs: what blank lines part."""
    if b"\x00" in release.payload:
        raise Rejected(f"a narrative report is PDF, HTML or text, not {release.media_type or 'this'}")
    whole = tabular.text(release.payload)
    narrative_facts.check_length(len(whole))
    lines = whole.splitlines()
    for position, (first, last) in enumerate(_runs(lines), 1):
        text, pointer = "\n".join(lines[first:last]), f"text:line={first + 1}-{last}"
        yield from narrative_facts.figures_in(release, text, (str(position),), pointer)
        paragraph = fact(release, "paragraph", (str(position),), text, pointer, position=str(position))
        if position == 1:
            yield narrative_facts.report(release, [], paragraph)
        yield paragraph


def _runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where each run of lines that are not blank begins, and where it ends (exclusive)."""
    first: int | None = None
    for at, line in enumerate([*lines, ""]):
        if line.strip():
            first = at if first is None else first
        elif first is not None:
            yield first, at
            first = None


FAMILY = Family(
    name="narrative",
    version="6",
    parse=parse,
    about="Reports in prose: PDFs, long web pages and plain text, with the figures, tables, notes and links in them.",
    key="kind, page (PDF), position; for a cell table, row and column",
    kinds={
        "report": "the document: its title, and of which report it is which edition",
        "page": "the text of a PDF page, running heads and feet included",
        "heading": "a title of the outline, a line set large or bold, or an HTML heading",
        "paragraph": "a block of text",
        "footnote": "a note at the foot of a page, or one that a mark in the text leads to",
        "cell": "a cell of a table",
        "figure": "a number in running text",
        "link": "the address that a link leads to",
    },
    columns=narrative_facts.LABELS,
    compared=frozenset(),
)
