"""Harmonised transparency reports under the Digital Services Act: eleven tables, cell by cell.

The verbatim cell is the raw value, its headers and names are labels; the long form is one row per cell. Blank names
are carried down from the row above, as merged cells mean; blank values say that nothing was reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from normalize import container, countries, dsa_tables, dsa_totals, periods, values
from normalize.container import Part
from normalize.dsa_tables import LAYOUTS, Layout
from normalize.facts import fold, number
from normalize.model import Fact, Family, Parsed, Period, Problem, Rejected, Release
from normalize.workbook import Cell

LABELS = {
    "table": "number of the harmonised table, 1 to 11",
    "part": "file or sheet the cell stands in",
    "applicability": "which providers the row is for, as published",
    "service": "service, as published",
    "period_label": "reporting period, as published",
    "parent": "category above a keyword",
    "category": "category or keyword code",
    "other": "what the keyword `other` stands for, as published",
    "section": "section, as published",
    "indicator": "indicator, as published",
    "scope": "Member State, language or kind of decision, as published",
    "country": "ISO 3166 code of the scope, where it is one",
    "metric": "what the column states, by our name",
    "header": "header of the column, as published",
}
CARRIED = ("applicability", "service", "period", "category", "section", "indicator")
PLACEHOLDER = "yyyy-mm-dd/yyyy-mm-dd"


def parse(release: Release) -> Parsed:
    """Every cell of every table. Raises Rejected when nothing in it is one of the tables."""
    problems: list[Problem] = []
    name = release.url.rpartition("/")[2]
    if dsa_tables.number_of(name) is None and not release.run_id:
        name = release.citation.warc  # a file outside an archive says it itself
    tables = list(recognised(list(container.parts(release.payload, name, problems)), problems))
    if not tables:
        raise Rejected(f"none of the harmonised tables is in it{': ' + problems[0].reason if problems else ''}")
    _check_missing([table.layout.number for table in tables], problems)
    facts, duplicates = number(fact for table in tables for fact in _Rows(release, table, problems).facts())
    problems.extend(dsa_totals.differences(facts))
    return Parsed(facts=facts, problems=(*problems, *duplicates))


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A part that is one of the tables; `again` counts the parts before it that are the same table."""

    layout: Layout
    part: Part
    again: int = 0


def recognised(parts: Sequence[Part], problems: list[Problem]) -> Iterator[Table]:
    """The parts that are harmonised tables, by number. Others are reported, and so is a table that is there twice."""
    seen: dict[int, list[Part]] = {}
    for part in parts:
        found = dsa_tables.number_of(part.name) or (_by_width(part) if len(parts) == 1 else None)
        if found is None or not part.sheet.rows:
            pointer = part.sheet.rows[0][0].pointer if part.sheet.rows else ""
            problems.append(Problem(pointer=pointer, reason=f"{part.name!r} is none of the eleven tables"))
            continue
        earlier = seen.setdefault(found, [])
        if earlier:
            reason = f"table {found} is there again in {part.name!r}, after {earlier[0].name!r}"
            problems.append(Problem(pointer=part.sheet.rows[0][0].pointer, reason=reason))
        yield Table(layout=LAYOUTS[found], part=part, again=len(earlier))
        earlier.append(part)


def _by_width(part: Part) -> int | None:
    """The table that a lone sheet without a number must be, where its width leaves no choice."""
    width = len(_trimmed(part.sheet.rows[0])) if part.sheet.rows else 0
    fitting = [
        layout.number for layout in LAYOUTS.values() if layout.width == width and layout.number in (3, 4, 10, 11)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    last = max((place for place, cell in enumerate(row, 1) if cell.text.strip()), default=0)
    return row[:last]


def _check_missing(numbers: Sequence[int], problems: list[Problem]) -> None:
    if len(set(numbers)) > 1 and (missing := sorted(LAYOUTS.keys() - set(numbers))):
        listed = ", ".join(str(one) for one in missing)
        problems.append(Problem(pointer="", reason=f"tables {listed} are not in the report"))


@dataclass(slots=True)
class _Rows:
    """Reads one table row by row; `carried` holds the names that blank cells repeat."""

    release: Release
    table: Table
    problems: list[Problem]
    carried: dict[str, str] = field(default_factory=dict)
    parent: str = ""
    reported: set[str] = field(default_factory=set)

    def facts(self) -> Iterator[Fact]:
        layout, (header, *rows) = self.table.layout, self.below_title()
        columns = self.columns(header)
        for row in rows:
            named = self.named(row[: len(layout.keys)])
            for place, metric in columns:
                cell = container.cell_at(row, place)
                if cell.text.strip() or metric in layout.values:
                    yield self.fact(cell, named, metric, header[place].text if place < len(header) else "")

    def below_title(self) -> Sequence[Sequence[Cell]]:
        """The rows from the header on. What stands above it names nothing that is needed, and is reported."""
        rows = self.table.part.sheet.rows
        start = next((at for at, row in enumerate(rows) if sum(bool(cell.text.strip()) for cell in row) >= 3), 0)
        for row in rows[:start]:
            text = " ".join(cell.text for cell in row if cell.text.strip())
            self.problems.append(Problem(pointer=row[0].pointer, reason=f"a title above the table: {text[:120]!r}"))
        return rows[start:]

    def columns(self, header: Sequence[Cell]) -> list[tuple[int, str]]:
        """(place, metric) of the columns with values. Columns beyond the template keep their published name."""
        layout = self.table.layout
        first, names = len(layout.keys), list(layout.values)
        if layout.contexts:
            names += [f"{name}_context" for name in layout.values[-layout.contexts :]]
        width = len(_trimmed(header))
        if width < first + len(layout.values):
            reason = f"table {layout.number} has {width} columns, the template {layout.width}"
            self.problems.append(Problem(pointer=header[0].pointer, reason=reason))
        for place in range(first + len(names), width):
            names.append(fold(header[place].text))
            reason = f"column {header[place].text[:80]!r} is not in the template of table {layout.number}"
            self.problems.append(Problem(pointer=header[place].pointer, reason=reason))
        return list(enumerate(names[: max(0, width - first)], first))

    def named(self, cells: Sequence[Cell]) -> dict[str, str]:
        """The names of a row; blank ones are those of the row above."""
        named = {}
        for name, cell in zip(self.table.layout.keys, cells, strict=False):
            text = cell.text.strip() or (self.carried.get(name, "") if name in CARRIED else "")
            self.carried[name] = named[name] = text
        if "category" in named:
            self.check_category(named["category"], cells[3].pointer)
            named["parent"] = self.parent if fold(named["category"]).startswith("keyword") else ""
        return named

    def check_category(self, code: str, pointer: str) -> None:
        if not fold(code).startswith("keyword"):
            self.parent = code
        if not dsa_tables.category_known(code):
            self.report(pointer, f"unknown category {code[:80]!r}")

    def report(self, pointer: str, reason: str) -> None:
        """Report something once per table: a wrong name stands in a hundred rows."""
        if reason not in self.reported:
            self.reported.add(reason)
            self.problems.append(Problem(pointer=pointer, reason=reason))

    def fact(self, cell: Cell, named: dict[str, str], metric: str, header: str) -> Fact:
        layout = self.table.layout
        period = self.period(named.get("period", ""), cell.pointer)
        stated = periods.name(period) if period else named.get("period", "")
        value = values.NOTHING if metric.endswith("_context") or layout.number in (2, 11) else values.parse(cell.text)
        scope = named.get("scope", "")
        country = countries.code(scope) if layout.number in (3, 10) else None
        names = [fold(named.get(name, "")) for name in ("parent", "category", "other", "section", "indicator", "label")]
        again = (f"part={self.table.again + 1}",) if self.table.again else ()
        where = (country or fold(scope),) if scope else ()
        labels = {name: named[name] for name in named if name in LABELS}
        return Fact(
            kind="cell",
            key=(
                fold(named.get("service", "")), stated, str(layout.number),
                *(name for name in names if name), *where, metric, *again,
            ),
            raw_value=cell.text,
            value=value.number,
            unit=_unit(value, metric, cell),
            period=period,
            labels={
                **labels, "table": str(layout.number), "part": self.table.part.name, "metric": metric,
                "header": header, "country": country or "", "period_label": named.get("period", ""),
                **({"category": named["label"]} if "label" in named else {}),
            },
            citation=self.release.citation.at(cell.pointer),
            low=value.low,
            high=value.high,
            approximate=value.approximate,
        )  # fmt: skip

    def period(self, text: str, pointer: str) -> Period | None:
        found = _period(text)
        if found is None and text and fold(text) != PLACEHOLDER:
            self.report(pointer, f"no reporting period is called {text[:80]!r}")
        return found


def _period(text: str) -> Period | None:
    """`2025-07-01/2025-12-31` (the last day belongs to it), or the same days in the order of half of Europe."""
    days = [_day(match) for match in re.finditer(r"(\d{4})-(\d{2})-(\d{2})|(\d{2})[./](\d{2})[./](\d{4})", text)]
    if len(days) != 2 or days[0] is None or days[1] is None or days[0] > days[1]:
        return None
    return Period(start=days[0], end=days[1] + timedelta(days=1))


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _unit(value: values.Value, metric: str, cell: Cell) -> str | None:
    if value == values.NOTHING or "median" in metric:
        return value.unit
    return value.unit or ("ratio" if cell.share or (value.number or 0) % 1 else "count")


FAMILY = Family(
    name="dsa_report",
    version="1",
    parse=parse,
    about="Harmonised transparency reports under the Digital Services Act, tables 1 to 11, one row per cell.",
    key=(
        "service, reporting period, table, then what the row is named by (category above, category, sub-category, "
        "section, indicator), scope (country code), column; `part=2` for a table that is there twice"
    ),
    kinds={"cell": "one cell of one of the tables"},
    columns=LABELS,
    compared=frozenset({"cell"}),
)
