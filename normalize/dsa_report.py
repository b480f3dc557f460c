"""Harmonised transparency reports under the Digital Services Act: eleven tables, cell by cell.

The verbatim cell is the raw value, its headers and names are labels; the long form is one row per cell. Blank names
are carried down from the row above, as merged cells mean; blank values say that nothing was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache

from normalize import (
    container,
    countries,
    dsa_columns,
    dsa_recognise,
    dsa_tables,
    dsa_totals,
    dsa_values,
    notation,
    periods,
)
from normalize.cells import Cell, merged
from normalize.dsa_periods import PLACEHOLDER, day_of, period_of
from normalize.dsa_recognise import Table
from normalize.dsa_tables import LAYOUTS
from normalize.facts import fold, number
from normalize.model import Fact, Family, Parsed, Period, Problem, Rejected, Release

LABELS = {
    "table": "number of the harmonised table, 1 to 11",
    "part": "file or sheet the cell stands in",
    "applicability": "which providers the row is for, as published",
    "service": "service, as published",
    "period_label": "reporting period, as published",
    "parent": "category above a keyword",
    "category": "category or keyword code",
    "category_label": "the same as published, where it is not the code",
    "other": "what the keyword `other` stands for, as published",
    "section": "section, as published",
    "indicator": "indicator, as published",
    "scope": "Member State, language or kind of decision, as published",
    "country": "ISO 3166 code of the scope, where it is one",
    "metric": "what the column states, by our name",
    "header": "header of the column, as published",
}
_folded = lru_cache(maxsize=4096)(fold)  # the names of a row are those of all its cells
CARRIED = ("applicability", "service", "period", "category", "section", "indicator")
MOST_FACTS = 500_000  # of a document; a report of one service has some thousands
FEW = 100  # duplicates that are reported one by one


def parse(release: Release) -> Parsed:
    """Every cell of every table. Raises Rejected when nothing in it is one of the tables."""
    problems: list[Problem] = []
    name = release.url.rpartition("/")[2]
    if dsa_tables.number_of(name) is None and not release.run_id:
        name = release.citation.warc  # a file outside an archive says it itself
    tables = list(dsa_recognise.tables(list(container.parts(release.payload, name, problems)), problems))
    if not tables:
        raise Rejected(f"none of the harmonised tables is in it{': ' + problems[0].reason if problems else ''}")
    _check_missing([table.layout.number for table in tables], problems)
    shared = Shared(names=_category_names(tables), period=_reported_period(tables))
    found = _bounded(fact for table in tables for fact in _Rows(release, table, problems, shared).facts())
    facts, duplicates = number(notation.settled(found, problems, _is_figure))
    if not facts:
        raise Rejected(f"there is no cell with a value in it{': ' + problems[-1].reason if problems else ''}")
    problems.extend(merged((fact.citation.pointer, fact.raw_value) for fact in facts if _is_figure(fact)))
    problems.extend(dsa_totals.differences(facts))
    return Parsed(facts=facts, problems=(*problems, *_few(duplicates)))


def _bounded(facts: Iterable[Fact]) -> Iterator[Fact]:
    for count, fact in enumerate(facts):
        if count >= MOST_FACTS:
            raise Rejected(f"its tables have more than {MOST_FACTS:,} cells with values: no report has")
        yield fact


def _few(duplicates: Sequence[Problem]) -> Iterator[Problem]:
    """The first duplicates, and how many more: a table that is there twice has thousands."""
    yield from duplicates[:FEW]
    if len(duplicates) > FEW:
        reason = f"{len(duplicates) - FEW:,} more cells from here on have the key of another: each is a row of its own"
        yield replace(duplicates[FEW], reason=reason)


def _check_missing(numbers: Sequence[int], problems: list[Problem]) -> None:
    if len(set(numbers)) > 1 and (missing := sorted(LAYOUTS.keys() - set(numbers))):
        listed = ", ".join(str(one) for one in missing)
        problems.append(Problem(pointer="", reason=f"tables {listed} are not in the report"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What one table of a report says for the others: names of categories (table 2), the period (table 1)."""

    names: dict[str, str]
    period: Period | None


def _category_names(tables: Sequence[Table]) -> dict[str, str]:
    """Code by the label and the description that table 2 gives it; what stands for several codes is left out."""
    found: dict[str, set[str]] = {}
    for row in (row for table in tables if table.layout.number == 2 for row in table.rows):
        texts = [cell.text.strip() for cell in row]
        code = next((text for text in texts if dsa_tables.category_known(text)), "")
        for text in texts[: texts.index(code)] if code else ():
            found.setdefault(fold(text), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if name and len(codes) == 1}


def _reported_period(tables: Sequence[Table]) -> Period | None:
    """The first and last day that table 1 names: its last two rows with a day."""
    rows = [row for table in tables if table.layout.number == 1 for row in table.rows]
    days = [day for row in rows if (day := next((found for cell in row if (found := day_of(cell.text))), None))]
    return Period(start=days[-2], end=days[-1] + timedelta(days=1)) if len(days) > 1 and days[-2] < days[-1] else None


@dataclass(slots=True)
class _Rows:
    """Reads one table row by row; `carried` holds the names that blank cells repeat."""

    release: Release
    table: Table
    problems: list[Problem]
    shared: Shared
    carried: dict[str, str] = field(default_factory=dict)
    parent: str = ""
    unsure: bool = False
    reported: set[str] = field(default_factory=set)

    def facts(self) -> Iterator[Fact]:
        header, columns = self.table.header, self.columns()
        base = {
            place
            for name, place in zip(self.table.layout.keys, self.table.places, strict=True)
            if name in dsa_tables.BASE
        }
        for row in self.table.rows if columns else ():
            alone = not any(cell.text.strip() for at, cell in enumerate(row) if at not in base)
            for cell in row if alone else ():
                if cell.text.strip() not in ("", *self.carried.values()):
                    self.report(cell.pointer, f"nothing stands beside {cell.text[:80]!r}")
            named = self.named(row)
            if alone:
                continue  # the service and the period may be filled down to the end of the sheet
            for place, metric in columns:
                cell = container.cell_at(row, place)
                if cell.text.strip() or metric in self.table.layout.values:
                    yield self.fact(cell, named, metric, header[place].text if place < len(header) else "")
            for cell in row[max(columns, default=(0, ""))[0] + 1 :]:
                if cell.text.strip():
                    self.problems.append(Problem(pointer=cell.pointer, reason="no header is above this cell"))

    def columns(self) -> list[tuple[int, str]]:
        """(place, metric) of the columns with values; none when nothing tells which is which."""
        table = self.table
        try:
            found, problems = dsa_columns.columns(table.layout, table.header, table.rows, table.first_value)
        except dsa_columns.Unclear as error:
            self.problems.append(Problem(pointer=table.header[0].pointer, reason=f"{error}: nothing of it is read"))
            return []
        self.problems.extend(problems)
        return found

    def named(self, row: Sequence[Cell]) -> dict[str, str]:
        """The names of a row; blank ones are those of the row above. A category that is named has its code."""
        named = {}
        for name, place in zip(self.table.layout.keys, self.table.places, strict=True):
            cell = container.cell_at(row, place) if place is not None else None
            text = (cell.text.strip() if cell else "") or (self.carried.get(name, "") if name in CARRIED else "")
            self.carried[name] = named[name] = text
            if name == "category" and cell:
                named[name] = self.category(text, cell.pointer)
                named["category_label"] = "" if named[name] == text else text
            elif name == "scope" and cell:
                self.check_scope(text, cell.pointer)
        if "category" in named:
            named["parent"] = self.parent_of(named["category"], container.cell_at(row, 0).pointer)
        return named

    def category(self, text: str, pointer: str) -> str:
        """The code of a category: as published, else as table 2 names it."""
        code = text if dsa_tables.category_known(text) else self.shared.names.get(fold(text), text)
        if not fold(code).startswith("keyword"):
            self.parent, self.unsure = code, False
        if not dsa_tables.category_known(code):
            self.report(pointer, f"unknown category {code[:80]!r}")
        return code

    def parent_of(self, keyword: str, pointer: str) -> str:
        """The category of a keyword: the one above it, unless the template says that it belongs to another one."""
        if not fold(keyword).startswith("keyword"):
            return ""
        own = dsa_tables.PARENTS.get(dsa_tables.code_of(keyword))
        if own is not None and own != dsa_tables.code_of(self.parent):
            self.unsure = True
            below = f"below {self.parent!r}" if self.parent else "below no category"
            self.report(pointer, f"{keyword!r} stands {below} and belongs to {own}: read as that")
            return f"STATEMENT_CATEGORY_{own}"
        if own is None and self.unsure:
            self.report(pointer, f"{keyword!r} below {self.parent!r} may belong to another category: it has none")
            return ""
        return self.parent

    def check_scope(self, text: str, pointer: str) -> None:
        """A name that is no country is reported where Member States stand; `[...]` is in templates for the others."""
        if self.table.layout.number in (3, 10) and countries.code(text) is None and text and "[" not in text:
            self.report(pointer, f"unknown Member State {text[:80]!r}")

    def report(self, pointer: str, reason: str) -> None:
        """Report something once per table: a wrong name stands in a hundred rows."""
        if reason not in self.reported:
            self.reported.add(reason)
            self.problems.append(Problem(pointer=pointer, reason=reason))

    def fact(self, cell: Cell, named: dict[str, str], metric: str, header: str) -> Fact:
        layout = self.table.layout
        period = self.period(named.get("period", ""), cell.pointer)
        stated = periods.name(period) if period else _folded(named.get("period", ""))
        value = dsa_values.value(cell, metric, layout.number)
        scope = named.get("scope", "")
        country = countries.code(scope) if layout.number in (3, 10) else None
        names = [
            _folded(named.get(name, "")) for name in ("parent", "category", "other", "section", "indicator", "label")
        ]
        where = (country or _folded(scope),) if scope else ()
        labels = {name: named[name] for name in named if name in LABELS}
        return Fact(
            kind="cell",
            key=(
                _folded(named.get("service", "")), stated, str(layout.number),
                *(name for name in names if name), *where, metric,
            ),
            raw_value=cell.text,
            value=value.number,
            unit=dsa_values.unit(value, metric, cell, names, layout.number),
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
            typed=cell.typed,
        )  # fmt: skip

    def period(self, text: str, pointer: str) -> Period | None:
        found = period_of(text)
        if found is None and text and not PLACEHOLDER.fullmatch(text):
            self.report(pointer, f"no reporting period is called {text[:80]!r}")
        return self.shared.period if found is None and not text else found


def _is_figure(fact: Fact) -> bool:
    """Whether a number belongs here: in the figures of tables 3 to 10, unless a template's placeholder stands there."""
    table = int(fact.labels["table"])
    return 3 <= table <= 10 and fact.labels["metric"] in LAYOUTS[table].values and "[" not in fact.raw_value


FAMILY = Family(
    name="dsa_report",
    version="6",
    parse=parse,
    about="Harmonised transparency reports under the Digital Services Act, tables 1 to 11, one row per cell.",
    key=(
        "service, reporting period, table, then what the row is named by (category above, category, sub-category, "
        "section, indicator), scope (country code), column"
    ),
    kinds={"cell": "one cell of one of the tables"},
    columns=LABELS,
    compared=frozenset({"cell"}),
)
