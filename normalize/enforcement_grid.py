"""Enforcement figures laid out in sheets: who, when and what are told from headers, names and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from normalize import grid, periods, values
from normalize.enforcement_rows import Figure, context_period, service_of
from normalize.facts import fold, words
from normalize.grid import Block
from normalize.model import Period, Problem, Release
from normalize.workbook import Cell, Sheet

_T = TypeVar("_T")
_BY_POLICY = re.compile(r"\bby (?:policy|category|area)\b", re.IGNORECASE)
_POLICY = re.compile(r"\b(?:policy|policies|category|area|violation|abuse)\b", re.IGNORECASE)
_NUMBERING = re.compile(r"\A\s*\d{1,2}(?:[.)_]\s*|\s-\s)")
SUMS = words("total totals sum all overall")
SAYS_NOTHING = words("value values result results count number amount figure figures total n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What holds for a whole document: whose it is, and its period (of its address, else its newest date)."""

    service: str
    period: Period | None


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """The period of a figure (None: nothing says it), as it is written, and whether its column's header says it."""

    period: Period | None
    label: str
    across: bool = False


def figures(release: Release, sheets: Sequence[Sheet], problems: list[Problem]) -> Iterator[Figure | Cell]:
    """All figures of all sheets, and their notes as cells. What has no period is reported: it says nothing."""
    parts = [list(grid.blocks(sheet)) for sheet in sheets]
    newest = max(filter(None, map(_newest, _blocks(parts))), default=None, key=lambda period: period.end)
    context = Context(service=service_of(release), period=context_period(release) or newest)
    for part in (part for sheet in parts for part in sheet):
        if not isinstance(part, Block):
            yield part
        elif unclear := _unclear(part):
            problems.append(Problem(pointer=part.header[part.first()].pointer, reason=unclear))
        else:
            yield from _figures(part, context, problems)


def _blocks(parts: Sequence[Sequence[Block | Cell]]) -> Iterator[Block]:
    return (part for sheet in parts for part in sheet if isinstance(part, Block))


def _newest(block: Block) -> Period | None:
    """The period that ends on a block's last date."""
    days = _days(block)
    return periods.ending(days[-1], days) if days else None


def _days(block: Block) -> list[date]:
    cells = (cell for row in block.rows for cell in row[: block.first() + max(1, block.names())])
    return sorted({day for cell in cells if (day := grid.day(cell))})


def _unclear(block: Block) -> str:
    """Why a block is not read: its one column of figures does not say what it counts, as in a tidy table."""
    names, first = block.names(), block.first()
    headers = [cell.text.strip() for cell in block.header[first:] if cell.text.strip()]
    if names < 3 or len(headers) != names + 1 or fold(headers[-1]).strip(" :'\"") not in SAYS_NOTHING:
        return ""
    return f"nobody knows what the columns {', '.join(headers)[:300]} mean: nothing of this table is read"


def _figures(block: Block, context: Context, problems: list[Problem]) -> Iterator[Figure]:
    names, first = block.names(), block.first()
    problems.extend(
        Problem(pointer=cell.pointer, reason=f"a number heads the names of rows: {cell.text[:80]!r}")
        for cell in block.header[: first + names]
        if grid.is_value(cell) and not values.is_missing(cell.text)
    )
    across = dict(_settled(list(_across(block, context))))
    days = _days(block)
    owned = [(row, _period(block, row[first : first + names], context, days)) for row in block.rows]
    timed = next((fold(cell.text) for cell in block.header if grid.is_time(cell)), "")
    for row, own in _settled(owned, timed):
        named = row[first : first + names]
        for column in range(first + names, len(row)):
            if not row[column].text.strip():
                continue
            when = across.get(column, own)
            if reason := _unreadable(block, column, when):
                problems.append(Problem(pointer=row[column].pointer, reason=reason))
            else:
                yield _figure(block, named, column, context, when, row[column])


def _settled(found: Sequence[tuple[_T, When]], said: str = "") -> Iterator[tuple[_T, When]]:
    """Rows or columns with their periods: what single months mean shows in the others."""
    meant = periods.quarters((when.period for _, when in found if when.period), said)
    for one, when in found:
        yield one, replace(when, period=meant.get(when.period, when.period)) if when.period else when


def _unreadable(block: Block, column: int, when: When) -> str:
    """Why a figure says nothing; empty when it does."""
    if column >= len(block.header) or not block.header[column].text.strip():
        return "no header is above this cell"
    header = block.header[column]
    if not when.across and grid.is_value(header) and not values.is_missing(header.text):
        return f"a number heads this cell: {header.text[:80]!r}"
    return "" if when.period else f"nothing says which period {when.label[:80]!r} is"


def _figure(block: Block, named: Sequence[Cell], column: int, context: Context, when: When, cell: Cell) -> Figure:
    header = block.header[column].text
    group = block.groups[min(column, len(block.groups) - 1)].text if block.groups else ""
    area, dimensions = _place(block, named)
    title = _section(block.title)
    if when.across and when.label == header:  # periods side by side: rows say what is counted, or of what
        header, area = (title, area) if _POLICY.search(block.header[block.first()].text) else (area, "")
    elif when.across:
        group = ""
    if _BY_POLICY.search(block.title) and not area and header != title:
        header, area = title, header
    if block.title and title != header:
        dimensions["section"] = title
    period = when.period or Period(start=date.min, end=date.min)
    return Figure(
        service=context.service, area=area or group, metric=header, period=period, period_label=when.label,
        raw=cell.text, pointer=cell.pointer, share=cell.share, typed=cell.typed, dimensions=dimensions,
    )  # fmt: skip


def _section(title: str) -> str:
    """A title as a dimension: without the period in it, its numbering, and the number of a `top 30`, which change."""
    bare = _NUMBERING.sub("", periods.SPAN.sub("", title))
    return " ".join(re.sub(r"\btop \d+\b", "top", bare, flags=re.IGNORECASE).split())


def _place(block: Block, named: Sequence[Cell]) -> tuple[str, dict[str, str]]:
    """(policy area, dimensions) of a row: by what the headers over its names call them."""
    area, dimensions = "", {}
    for cell, header in zip(named, block.header[block.first() :], strict=False):
        said = fold(header.text)
        if "country" in said or "market" in said:
            dimensions["market"] = cell.text
        elif not _is_time(cell):
            if area:
                dimensions["parent_policy"] = area
            area = cell.text.strip().rstrip(":")
    return area, dimensions


def _is_time(cell: Cell) -> bool:
    text = cell.text.strip()
    return any(found is not None for found in (grid.day(cell), periods.month(text), periods.parse(text)))


def _across(block: Block, context: Context) -> Iterator[tuple[int, When]]:
    """The columns whose header, or the group above it, is a period."""
    days = [day for cell in block.header if (day := grid.day(cell))]
    for column in range(block.first() + block.names(), len(block.header)):
        for cells in (block.header, block.groups):
            cell = cells[min(column, len(cells) - 1)] if cells else None  # the last group goes on to the end
            if cell and (period := _stated(cell, days, context)):
                yield column, When(period=period, label=cell.text, across=True)
                break


def _stated(cell: Cell, days: Sequence[date], context: Context) -> Period | None:
    """The period that a cell as a whole is: by its last day, its name, or as a month of the document's year."""
    if day := grid.day(cell):
        return periods.ending(day, days)
    month = periods.month(cell.text.strip())
    if month is None:
        return periods.parse(cell.text)
    whole = context.period
    found = periods.months(whole.start.year, month, 1) if whole else None
    return found if whole and found and whole.start <= found.start and found.end <= whole.end else None


def _period(block: Block, named: Sequence[Cell], context: Context, days: Sequence[date]) -> When:
    """The period of a row: its date or month, a header above, or that of the document."""
    for cell, header in zip(named, block.header[block.first() :], strict=False):
        if _is_time(cell):
            return When(period=_stated(cell, days, context), label=cell.text)
        if grid.is_time(header):
            return When(period=_sum(block, cell, context), label=cell.text)
    for cell in (*block.groups[:1], *block.header[:1], *_firsts(block)):
        if match := periods.SPAN.search(cell.text):
            return When(period=periods.parse(match.group()), label=match.group())
    return When(period=context.period, label=block.title)


def _sum(block: Block, cell: Cell, context: Context) -> Period | None:
    """The document's period for a row of sums below its months, which are all in it; else None: nobody knows."""
    if cell.text.strip() and fold(cell.text).strip(": ") not in SUMS:
        return None
    column = next(at for at, header in enumerate(block.header) if grid.is_time(header))
    timed = [row[column] for row in block.rows if column < len(row) and _is_time(row[column])]
    return context.period if all(_is_month(one, context) for one in timed) else None


def _is_month(cell: Cell, context: Context) -> bool:
    return periods.month(cell.text.strip()) is not None and _stated(cell, (), context) is not None


def _firsts(block: Block) -> list[Cell]:
    return [cell for cells in (block.groups, block.header) for cell in cells if cell.text.strip()][:2]
