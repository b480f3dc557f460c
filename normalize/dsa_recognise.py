"""Which of the eleven tables a sheet is, and where its columns are: by what stands in them, in any language.

Names of sheets, headers and indicators are translated; the codes of categories, countries and languages and the form
of a reporting period are not. A sheet's number is believed where its cells do not say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from normalize import countries, dsa_columns, dsa_tables
from normalize.cells import Cell, Sheet
from normalize.container import Part
from normalize.dsa_periods import BLANK_DAY, DAY, PLACEHOLDER, period_of
from normalize.dsa_tables import LAYOUTS, Layout
from normalize.facts import fold, words
from normalize.model import Problem

_SPAN = re.compile(rf"{BLANK_DAY}/{BLANK_DAY}")
LANGUAGES = words("bg hr cs da nl en et fi fr de el hu ga it lv lt mt pl pt ro sk sl es sv")
Row = Sequence[Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A part that is one of the tables: its header, its rows, the place of each column that names a row (None: not
    there) and of the first with a value."""

    layout: Layout
    part: Part
    header: Row
    rows: Sequence[Row]
    places: tuple[int | None, ...]
    first_value: int


@dataclass(frozen=True, slots=True)
class _Look:
    """A sheet as its cells show it: the columns of reporting periods and category codes, None if there is none."""

    header: Row
    rows: Sequence[Row]
    period: int | None
    category: int | None

    @property
    def possible(self) -> frozenset[int]:
        """The tables that the cells can belong to; empty when they say nothing."""
        return _candidates(self)

    def column(self, place: int) -> list[str]:
        texts = (row[place].text.strip() for row in self.rows if place < len(row))
        return [text for text in texts if text and "..." not in text]


def tables(parts: Sequence[Part], problems: list[Problem]) -> Iterator[Table]:
    """The parts that are harmonised tables. Others are reported, and so is a table that is there twice."""
    looks = [(part, _look(part, problems)) for whole in parts for part in _stacked(whole)]
    sure = {number for part, look in looks if look for number in _sure(part, look)}
    seen: dict[int, str] = {}
    for part, look in looks:
        found = _number(part, look, frozenset(sure), problems) if look else None
        if look is None or found is None:
            pointer = part.sheet.rows[0][0].pointer if part.sheet.rows else ""
            problems.append(Problem(pointer=pointer, reason=f"{part.name!r} is none of the eleven tables"))
            continue
        if found in seen:
            reason = f"table {found} is there again in {part.name!r}, after {seen[found]!r}"
            problems.append(Problem(pointer=look.header[0].pointer, reason=reason))
        yield _placed(LAYOUTS[found], part, look, problems)
        seen.setdefault(found, part.name)


def _stacked(part: Part) -> Iterator[Part]:
    """The tables of a sheet in which they stand one below the other: each begins with the same first two headers.

    A title alone in the row above a header is the name of what follows.
    """
    rows = part.sheet.rows
    start = next((at for at, row in enumerate(rows) if _filled(row) >= 3), 0)
    first = _first_two(rows[start]) if rows else []
    heads = [at for at, row in enumerate(rows) if _first_two(row) == first and all(first)]
    if len(heads) < 2 or _is_data(rows, start):
        yield part
        return
    titled = [at - 1 if at and _filled(rows[at - 1]) == 1 else at for at in heads]
    for begin, head, end in zip(titled, heads, [*titled[1:], len(rows)], strict=True):
        title = " ".join(cell.text for cell in rows[begin]).strip() if begin < head else ""
        named = title if dsa_tables.number_of(title) else f"{part.name}#{heads.index(head) + 1}"
        yield Part(name=named, sheet=Sheet(name=part.sheet.name, rows=rows[head if named == title else begin : end]))


def _is_data(rows: Sequence[Row], at: int) -> bool:
    """Whether the first row of a table is no header: it has a period or a code, or begins like the row below it."""
    if any(period_of(cell.text) or cell.text.startswith("STATEMENT_CATEGORY_") for cell in rows[at]):
        return True
    first = _first_two(rows[at])
    return all(first) and first in [_first_two(row) for row in rows[at + 1 : at + 2]]


def _first_two(row: Row) -> list[str]:
    return [fold(cell.text) for cell in row[:2]]


def _filled(row: Row) -> int:
    return sum(bool(cell.text.strip()) for cell in row)


def _look(part: Part, problems: list[Problem]) -> _Look | None:
    """The header and the rows below; None without rows. What stands above names nothing that is needed: reported."""
    rows = part.sheet.rows
    start = next((at for at, row in enumerate(rows) if _filled(row) >= 3), None)
    if start is None:
        return None
    for row in rows[:start]:
        text = " ".join(cell.text for cell in row if cell.text.strip())
        problems.append(Problem(pointer=row[0].pointer, reason=f"a title above the table: {text[:120]!r}"))
    header, body = rows[start], rows[start + 1 :]
    if _is_data(rows, start):
        reason = "the table has no header: its columns are told by their place"
        problems.append(Problem(pointer=header[0].pointer, reason=reason))
        header = tuple(replace(cell, text=f"column {n}") for n, cell in enumerate(header, 1))
        body = rows[start:]
    columns = [[row[at].text.strip() for row in body if at < len(row)] for at in range(min(8, len(header)))]
    columns = [[text for text in column if text and not dsa_tables.is_total(text)] for column in columns]
    if not body:
        return None
    period = _most(columns, lambda text: period_of(text) is not None or bool(_SPAN.fullmatch(text)))
    category = _most(columns, dsa_tables.category_known)
    return _Look(header, body, period, category)


def _most(columns: Sequence[Sequence[str]], holds: Callable[[str], bool]) -> int | None:
    """The first column of which more than half holds: of its texts that are no totals."""
    return next((at for at, column in enumerate(columns) if sum(map(holds, column)) * 2 > len(column)), None)


def _sure(part: Part, look: _Look) -> frozenset[int]:
    """The table that this must be, as it is called or by its cells; empty when it may be several."""
    named, possible = dsa_tables.number_of(part.name), look.possible
    return frozenset({named}) if named in possible else possible if len(possible) == 1 else frozenset()


def _number(part: Part, look: _Look, sure: frozenset[int], problems: list[Problem]) -> int | None:
    """The table's number: as it is called, unless its cells say otherwise; without a name, if only one is left."""
    named, possible = dsa_tables.number_of(part.name), look.possible
    if named is not None and (named in possible or not possible):
        return named
    left = possible if len(possible) == 1 else possible - sure
    left = frozenset({9}) if left == {8, 9} else left
    if len(left) != 1:
        return None
    (found,) = left
    if named is not None:
        reason = f"{part.name!r} is called table {named}, but holds table {found}: read as that"
        problems.append(Problem(pointer=look.header[0].pointer, reason=reason))
    return found


def _candidates(look: _Look) -> frozenset[int]:
    """The tables that the cells can belong to; empty when they say nothing."""
    if look.category is not None:
        return _by_category(look, look.category)
    if look.period is not None:
        return _by_scope(look, look.period)
    dates = [row for row in look.rows if any(DAY.fullmatch(cell.text.strip()) for cell in row)]
    placeholders = [row for row in look.rows if any(PLACEHOLDER.fullmatch(cell.text.strip()) for cell in row)]
    return frozenset({1} if len(look.rows) < 12 and len(dates) + len(placeholders) >= 2 else {})


def _by_category(look: _Look, at: int) -> frozenset[int]:
    codes = {dsa_tables.code_of(text) for text in look.column(at)}
    if look.period is None and at >= 1 and len(look.header) <= at + 4:
        return frozenset({2})
    if "NOT_SPECIFIED_ORDER" in codes or _states(look, at) is not None:
        return frozenset({3})
    if "NOT_SPECIFIED_NOTICE" in codes:
        return frozenset({4})
    if codes & dsa_tables.ONLY_TERMS:
        return frozenset({6})
    width = max((place for place, cell in enumerate(look.header, 1) if cell.text.strip()), default=0) - at - 2
    heads = look.header[at + 2 :]
    if width in (10, 16, 20, 32):
        return frozenset({4} if width in (10, 20) and not dsa_columns.recognised(5, heads) else {5, 6})
    told = [number for number in (4, 5, 6) if dsa_columns.recognised(number, heads)]
    return frozenset(told or {4, 5, 6})


def _by_scope(look: _Look, period: int) -> frozenset[int]:
    width = max((place for place, cell in enumerate(look.header, 1) if cell.text.strip()), default=0)
    if width <= period + 3:
        return frozenset({11})
    if width > period + 8:
        return frozenset()  # a wide table whose categories are named otherwise
    scopes, indicators = look.column(period + 3), set(look.column(period + 2))
    scopes = [text for text in scopes if not dsa_tables.is_total(text)]
    states = any(_is_country(text) and text.casefold() not in LANGUAGES for text in scopes)
    if _share(scopes, _is_country) > 0.8 and not set(scopes) <= LANGUAGES:
        return frozenset({10} if states else {7, 8, 9, 10})  # BG, DE and FR are languages in other tables
    if len({text.casefold() for text in scopes} & LANGUAGES) >= 2 and not states:
        return frozenset({8, 9} if len(indicators) <= 3 else {8})
    return frozenset({7} if len(indicators) > 8 else {7, 8, 9, 10})


def _states(look: _Look, category: int) -> int | None:
    """The column of Member States beside that of categories, or beside that of what `other` stands for."""
    return next((at for at in (category + 2, category + 1) if _share(look.column(at), _is_country) > 0.5), None)


def _is_country(text: str) -> bool:
    return countries.code(text) is not None


def _share(texts: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, texts)) / len(texts) if texts else 0.0


def _placed(layout: Layout, part: Part, look: _Look, problems: list[Problem]) -> Table:
    """The table with the places of its columns: those that are told by their cells, and the others beside them."""
    places = _places(layout, look)
    first_value = 1 + max((place for place in places if place is not None), default=-1)
    for place, cell in enumerate(look.header[:first_value]):
        if place not in places:
            reason = f"column {cell.text[:80]!r} is not in the template of table {layout.number}"
            problems.append(Problem(pointer=cell.pointer, reason=reason))
    for name, there in zip(layout.keys, places, strict=True):
        if there is None:
            reason = f"table {layout.number} has no column for: {name}"
            problems.append(Problem(pointer=look.header[0].pointer, reason=reason))
    return Table(
        layout=layout, part=part, header=look.header, rows=look.rows, places=places, first_value=first_value
    )  # fmt: skip


def _places(layout: Layout, look: _Look) -> tuple[int | None, ...]:
    """Columns up to one that is told by its cells keep their distance to it; those after the last one, too."""
    told = {"period": look.period, "category": look.category}
    if layout.number == 2 and look.category is not None:
        told = {"label": look.category - 2}
    if layout.number == 3 and look.category is not None:
        told["scope"] = _states(look, look.category)
    shifts: list[int | None] = []
    for at, name in enumerate(layout.keys):
        there = told.get(name)
        shifts.append(None if there is None else there - at)
    places: list[int | None] = []
    for at in range(len(layout.keys)):
        near = next((shift for shift in shifts[at:] if shift is not None), None)
        last = next((shift for shift in reversed(shifts[:at]) if shift is not None), 0)
        place = at + (last if near is None else near)
        places.append(
            place if place >= 0 and place not in places and not _is_no_other(layout, look, at, place) else None
        )
    return tuple(places)


def _is_no_other(layout: Layout, look: _Look, at: int, place: int) -> bool:
    """Whether a header says that the column of what `other` stands for is one with values: the column is left out."""
    head = look.header[place].text if place < len(look.header) else ""
    return layout.keys[at] == "other" and dsa_columns.told(layout.number, head) is not None
