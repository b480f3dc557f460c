"""The facts of narrative reports, however they were published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from normalize import editions, figures, periods, values
from normalize.model import Fact, Rejected, Release

MOST_TEXT = 5_000_000  # characters, of which a report of 1,000 pages has three million
LABELS = {
    "title": "title of the report: its first heading, if no other is as large",
    "series": "the title without the words that say when: the same for all editions of a report",
    "series_by_address": "host and path without the words that say when: the same too, where addresses go on",
    "edition": "the period that the title, else the address, names",
    "page": "page number from 1 (PDF)",
    "page_label": "what the PDF itself calls the page, if that is not its number: `iv`",
    "level": "level of the heading from 1",
    "heading": "the heading that this stands under",
    "position": "position among its kind in the document, the page (PDF) or the block (HTML), from 1",
    "text": "the text as one line, words that lines broke put together",
    "mark": "the mark of a footnote",
    "table": "number of the table in the document (HTML) or the page (PDF), from 1",
    "row": "number of the table's row, from 1, and its first cell",
    "column": "what the first row says above the cell",
    "continues": "page and number of the table that this one goes on with (PDF), as `3/1`",
    "counted": "the words after a figure: what it counts",
    "sentence": "the sentence a figure stands in",
}


def check_length(characters: int) -> None:
    """Raises Rejected when the texts of a report are that long together."""
    if characters > MOST_TEXT:
        raise Rejected(f"{characters:,} characters are too long for a report: at most {MOST_TEXT:,} are read")


def fact(release: Release, kind: str, key: tuple[str, ...], text: str, pointer: str, /, **labels: str) -> Fact:
    """A fact without a number."""
    return Fact(
        kind=kind, key=(kind, *key), raw_value=text, value=None, unit=None, period=None, labels=labels,
        citation=release.citation.at(pointer),
    )  # fmt: skip


def report(release: Release, headings: Sequence[Fact], first: Fact) -> Fact:
    """The document as an edition of a report, cited by its title, else by `first`.

    The title is the first heading, if it is the only one of its level: chapters are no titles.
    """
    level = headings[0].labels["level"] if headings else ""
    titled = headings and sum(one.labels["level"] <= level for one in headings) == 1
    cited = headings[0] if titled else first
    title = " ".join(headings[0].raw_value.split()) if titled else ""
    named, addressed = editions.of_title(title), editions.of_address(release.url)
    period = editions.period_of(named, addressed)
    made = fact(
        release, "report", (), cited.raw_value, cited.citation.pointer, title=title, series=named.series,
        series_by_address=addressed.series, edition=periods.name(period) if period else "",
    )  # fmt: skip
    return replace(made, period=period)


def figures_in(
    release: Release, text: str, key: tuple[str, ...], pointer: str, /, *, bare: str = "", **labels: str
) -> Iterator[Fact]:
    """The figures of a text that is at `pointer`. With `bare`, the text as long as it is without raised marks, the
    pointers say where in the text they are."""
    for position, found in enumerate(figures.find(bare or text), 1):
        at = (*key, str(position))
        where = f"{pointer},chars={found.start}-{found.end}" if bare else pointer
        stated = fact(
            release, "figure", at, text[found.start : found.end], where, counted=found.noun, sentence=found.sentence,
            position=at[-1], **labels,
        )  # fmt: skip
        made = stated if found.is_open else valued(stated, " ".join(found.raw.split()))
        yield replace(made, unit=None) if found.noun.startswith("percentage point") else made


def cell(release: Release, key: tuple[str, ...], raw: str, pointer: str, /, *, bare: str, **labels: str) -> Fact:
    """A cell of a table with the number that it is, if it is one; `bare` is its text without raised marks."""
    return valued(fact(release, "cell", key, raw, pointer, **labels), " ".join(bare.split()))


def valued(stated: Fact, text: str) -> Fact:
    """The fact with the number that `text` is."""
    value = values.parse(text)
    unit = None if value == values.NOTHING else value.unit or "count"
    return replace(
        stated, value=value.number, unit=unit, low=value.low, high=value.high, approximate=value.approximate, said=text
    )
