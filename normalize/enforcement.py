"""Enforcement reports: how much a publisher acted on, by policy area, metric and period.

Tidy CSVs are read by their columns, sheets and other CSVs by their layout (`enforcement_grid`). A new period is a new
key; names are compared folded and through reviewed aliases, and kept as published in the labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from normalize import (
    cards,
    container,
    enforcement_grid,
    enforcement_tidy,
    grid,
    notation,
    ods,
    page_lines,
    page_tables,
    page_text,
    pages,
    sentences,
    tabular,
    workbook,
    xls,
)  # fmt: skip
from normalize.bounds import Budget
from normalize.cells import Cell, Sheet
from normalize.enforcement_rows import fact, with_units
from normalize.facts import number
from normalize.model import Fact, Family, Parsed, Problem, Rejected, Release
from normalize.tabular import Record

LABELS = {
    "app": "service, as published",
    "policy_area": "policy area, as published",
    "policy_area_canonical": "policy area under the name in use, folded (`normalize/aliases.py`)",
    "metric": "what was counted, as published",
    "metric_canonical": "metric under the name in use, folded",
    "period_label": "period, as published",
    "section": "title of the table the figure stands in, and the names above its `parent_policy`",
    "policy_type": "what kind of policy the area is",
    "parent_policy": "policy above the area",
    "task_type": "kind of the task",
    "task": "who or what acted, how fast",
    "location_type": "what the market is: a market or a language",
    "market": "country, market or language",
    "column_group": "header above that of the column, where the row has a policy area of its own",
}
SAID = "a sentence in a table is not read: {!r}"
MOST_DOUBLE = 4  # figures that may have the names of others, however few there are


def parse(release: Release) -> Parsed:
    """All figures of a CSV, a workbook or a page. Raises Rejected when a file has none, or a tidy one lost a column."""
    problems: list[Problem] = []
    is_markup = page_lines.is_markup(release.payload)
    if is_markup and "html" not in release.media_type:
        raise Rejected(f"this is a web page, not {release.media_type or 'a file of figures'}")
    if is_markup or page_text.is_page(release.payload):
        return _of_page(release, problems)
    found = with_units(list(_figures(release, problems, Budget())), problems)
    facts, duplicates = number(notation.settled(found, problems, lambda one: one.kind == "metric"))
    if not any(fact.kind == "metric" for fact in facts):
        raise Rejected(f"there is no usable figure in it{': ' + problems[0].reason if problems else ''}")
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def _of_page(release: Release, problems: list[Problem]) -> Parsed:
    """The figures of a page. Raises Rejected when it shows some and nothing is made of them; text has to show some."""
    page = pages.read(release)
    shown = list(cards.settled(list(with_units(list(cards.facts(release, problems, page)), problems)), problems))
    left = list(cards.unread(page))
    shown += _of_tables(release, page, left)
    facts, duplicates = number(shown)
    if left and not facts:
        others = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
        raise Rejected(f"figures are shown, and nothing could be made of them: {left[0].reason}{others}")
    if not facts and not page_lines.is_markup(release.payload):
        raise Rejected(f"there is no usable figure in it{': ' + problems[0].reason if problems else ''}")
    tabled = {fact.citation.pointer for fact in facts if fact.kind == "metric"}
    repeated = [one for one in duplicates if one.pointer in tabled]  # pages repeat their cards
    found = (*problems, *left, *repeated, *cards.contradictions(facts))
    return Parsed(facts=facts, problems=tuple(dict.fromkeys(found)))


def _of_tables(release: Release, page: pages.Page, problems: list[Problem]) -> Iterator[Fact]:
    """The figures of the tables of a page, each by itself. One that has none is reported."""
    for table in page_tables.of(page):
        inside: list[Problem] = []
        try:
            of = replace(release, publisher=table.service or release.publisher)
            found = with_units(list(_from_sheets(of, [table.sheet], inside)), inside)
            figures = list(notation.settled(found, inside, lambda one: one.kind == "metric"))
        except Rejected as error:
            figures, inside = [], [Problem(pointer="", reason=str(error))]
        said = [one for one in figures if one.kind != "metric" and any(sentences.find(one.raw_value))]
        inside += [Problem(pointer=one.citation.pointer, reason=SAID.format(one.raw_value[:200])) for one in said]
        figures = [one for one in figures if one.kind == "metric"]
        if any(one.labels["metric"] == page_tables.NAMELESS for one in figures):
            inside.append(Problem(pointer="", reason="nothing above this table says what it counts"))
        if not figures and not inside:
            inside = [Problem(pointer="", reason="there is no usable figure in this table")]
        problems.extend(replace(one, pointer=table.places.get(one.pointer, table.pointer)) for one in inside)
        yield from (replace(one, citation=release.citation.at(table.places[one.citation.pointer])) for one in figures)


def _figures(release: Release, problems: list[Problem], budget: Budget) -> Iterator[Fact]:
    if ods.is_ods(release.payload):
        yield from _from_sheets(release, ods.read(release.payload, budget), problems)
    elif release.payload.startswith(b"PK\x03\x04") and not container.is_workbook(release.payload):
        yield from _from_zip(release, problems, budget)
    elif release.payload.startswith(workbook.OLE):
        yield from _from_sheets(release, xls.read(release.payload, budget), problems)
    elif release.payload.startswith(b"PK\x03\x04"):
        sheets, seen = workbook.read(release.payload, budget)
        problems.extend(seen)
        yield from _from_sheets(release, sheets, problems)
    else:
        yield from _from_csv(release, problems, budget)


def _from_zip(release: Release, problems: list[Problem], budget: Budget) -> Iterator[Fact]:
    """The figures of the files in a ZIP; a file that has none is reported."""
    for name, data in container.members(release.payload, budget):
        before, inside = container.prefix(name), list[Problem]()
        try:
            if isinstance(data, Rejected):
                raise data
            found = list(_figures(replace(release, payload=data), inside, budget))
        except Rejected as error:
            found, inside = [], [Problem(pointer="", reason=f"{name}: {error}")]
        problems.extend(replace(problem, pointer=before + problem.pointer) for problem in inside)
        yield from (replace(one, citation=one.citation.at(before + one.citation.pointer)) for one in found)


def _from_csv(release: Release, problems: list[Problem], budget: Budget) -> Iterator[Fact]:
    if reason := tabular.note(release.payload):
        problems.append(Problem(pointer="", reason=reason))
    records = list(tabular.records(release.payload))
    if not records:
        raise Rejected("the file is empty")
    if tidy := enforcement_tidy.form_of(records[: enforcement_tidy.HIGHEST_HEADER]):
        place = partial(enforcement_tidy.numbered, tidy) if tidy.at else tabular.pointer
        return enforcement_tidy.figures(release, tidy, records, place, problems)
    return _from_sheets(release, [grid.csv_sheet(release.payload, budget)], problems)


def _from_sheets(release: Release, sheets: Sequence[Sheet], problems: list[Problem]) -> Iterator[Fact]:
    laid_out = []
    for sheet in sheets:
        upright = enforcement_tidy.turned(sheet)
        sheet = upright or sheet
        records = [Record(row=at, cells=tuple(cell.text for cell in row)) for at, row in enumerate(sheet.rows)]
        if (
            records
            and (sheet.name or upright)
            and (tidy := enforcement_tidy.form_of(records[: enforcement_tidy.HIGHEST_HEADER]))
        ):
            yield from enforcement_tidy.figures(
                release,
                tidy,
                enforcement_tidy.widened(records, tidy),
                partial(enforcement_tidy.place, sheet, tidy),
                problems,
            )
        else:
            laid_out.append(sheet)
    yield from _laid_out(release, laid_out, problems)


def _laid_out(release: Release, sheets: Sequence[Sheet], problems: list[Problem]) -> list[Fact]:
    """The figures of sheets that are told by their layout. Raises Rejected where that does not tell them apart."""
    found = [
        _note(release, one, position) if isinstance(one, Cell) else fact(release, one)
        for position, one in enumerate(enforcement_grid.figures(release, sheets, problems), 1)
    ]
    figures = [one.key for one in found if one.kind == "metric"]
    doubled = len(figures) - len(set(figures))
    if doubled > max(MOST_DOUBLE, len(figures) // 10):
        raise Rejected(f"{doubled} of {len(figures)} figures have the names of others: the layout is not understood")
    return found


def _note(release: Release, cell: Cell, position: int) -> Fact:
    """A text of a sheet that heads no figures: footnotes, conditions, definitions."""
    return Fact(
        kind="note", key=("note", str(position)), raw_value=cell.text, value=None, unit=None, period=None, labels={},
        citation=release.citation.at(cell.pointer),
    )  # fmt: skip


FAMILY = Family(
    name="enforcement",
    version="6",
    parse=parse,
    about="How much a publisher acted on, by service, policy area, metric and period.",
    key=(
        "service, policy area, metric (folded: letter case, runs of spaces and underscores do not count; renamed ones "
        "under the name in use), period, then `name=value` of each further column that narrows it down"
    ),
    kinds={
        "metric": "one published value",
        "note": "a text beside the figures",
        "card": "a figure on a card of a page",
        "trend": "one of the figures of a sentence on how something changed",
        "level": "the figure of a sentence that states one for a period",
        "limit": "an upper limit",
        "share": "a share, mostly approximate",
        "no_estimate": "the statement that something cannot be estimated",
    },
    columns=LABELS,
    compared=frozenset({"metric"}),
)
