"""Enforcement figures laid out in sheets: who, when and what are told from headers, names and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from normalize import grid, periods, values
from normalize.enforcement_rows import Figure, context_period, service_of
from normalize.facts import fold
from normalize.grid import Block
from normalize.model import Period, Problem, Release
from normalize.workbook import Cell, Sheet

_SPAN = re.compile(r"[A-Za-z]{3,9}\s*[-–]\s*[A-Za-z]{3,9}\s+\d{4}|\d{4}[ -]?[QH][1-4]|[QH][1-4][ -]?\d{4}")
_BY_POLICY = re.compile(r"\bby (?:policy|category|area)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What holds for a whole document: whose it is, and its period (of its address, else its newest date)."""

    release: Release
    service: str
    period: Period | None


def figures(release: Release, sheets: Sequence[Sheet], problems: list[Problem]) -> Iterator[Figure | Cell]:
    """All figures of all sheets, and their notes as cells. What has no period is reported: it says nothing."""
    context = Context(release=release, service=service_of(release), period=None)
    parts = [list(grid.blocks(sheet)) for sheet in sheets]
    newest = max((_ending(part, None) for part in _blocks(parts) if _ending(part, None)), default=None, key=_end)
    context = replace(context, period=context_period(release) or newest)
    for part in (part for sheet in parts for part in sheet):
        if isinstance(part, Block):
            yield from _figures(part, context, problems)
        else:
            yield part


def _blocks(parts: Sequence[Sequence[Block | Cell]]) -> Iterator[Block]:
    return (part for sheet in parts for part in sheet if isinstance(part, Block))


def _end(period: Period | None) -> date:
    return period.end if period else date.min


def _figures(block: Block, context: Context, problems: list[Problem]) -> Iterator[Figure]:
    names, first = block.names(), block.first()
    problems.extend(
        Problem(pointer=cell.pointer, reason=f"a number heads the names of rows: {cell.text[:80]!r}")
        for cell in block.header[: first + names]
        if grid.is_value(cell) and not values.is_missing(cell.text)
    )
    for row in block.rows:
        named = row[first : first + names]
        period, label = _period(block, named, context)
        for column in range(first + names, len(row)):
            if not row[column].text.strip():
                continue
            if period is None or column >= len(block.header) or not block.header[column].text.strip():
                reason = "no header is above this cell" if period else f"nothing says which period {label!r} is"
                problems.append(Problem(pointer=row[column].pointer, reason=reason))
                continue
            figure = _figure(block, named, column, context, period, label)
            yield replace(figure, raw=row[column].text, pointer=row[column].pointer, share=row[column].share)


def _figure(block: Block, named: Sequence[Cell], column: int, context: Context, period: Period, label: str) -> Figure:
    header = block.header[column].text
    group = block.groups[min(column, len(block.groups) - 1)].text if block.groups else ""
    area, dimensions = _place(block, named)
    if _BY_POLICY.search(block.title) and not area:
        header, area = block.title, header
    if block.title and block.title != header:
        dimensions["section"] = _section(block.title)
    return Figure(
        service=context.service, area=area or group, metric=header, period=period, period_label=label, raw="",
        pointer="", dimensions=dimensions,
    )  # fmt: skip


def _section(title: str) -> str:
    """A title as a dimension: without the period in it, and without the number of a `top 30`, which both change."""
    return " ".join(re.sub(r"\btop \d+\b", "top", _SPAN.sub("", title), flags=re.IGNORECASE).split())


def _place(block: Block, named: Sequence[Cell]) -> tuple[str, dict[str, str]]:
    """(policy area, dimensions) of a row: by what the headers over its names call them."""
    area, dimensions = "", {}
    for cell, header in zip(named, block.header[block.first() :], strict=False):
        words = fold(header.text)
        if "country" in words or "market" in words:
            dimensions["market"] = cell.text
        elif not _is_time(cell.text) and cell.date is None:
            if area:
                dimensions["parent_policy"] = area
            area = cell.text.strip().rstrip(":")
    return area, dimensions


def _is_time(text: str) -> bool:
    return periods.month(text.strip()) is not None or periods.parse(text) is not None


def _period(block: Block, named: Sequence[Cell], context: Context) -> tuple[Period | None, str]:
    """The period of a row and how it is written: its date or month, a header above, or that of the document."""
    for cell in named:
        if cell.date is not None:
            return _ending(block, cell.date), cell.text
        if (month := periods.month(cell.text.strip())) is not None:
            return (periods.months(context.period.start.year, month, 1) if context.period else None), cell.text
        if period := periods.parse(cell.text):
            return period, cell.text
    for cell in (*block.groups[:1], *block.header[:1], *_firsts(block)):
        if match := _SPAN.search(cell.text):
            return periods.parse(match.group()), match.group()
    return context.period, block.title


def _firsts(block: Block) -> list[Cell]:
    return [cell for cells in (block.groups, block.header) for cell in cells if cell.text.strip()][:2]


def _ending(block: Block, day: date | None) -> Period | None:
    """The period that ends on `day` (None: the block's last date), as long as the block's dates are apart."""
    days = sorted({cell.date for row in block.rows for cell in row[: block.first() + 1] if cell.date})
    day = day or (days[-1] if days else None)
    if day is None or (day + timedelta(days=1)).day != 1:
        return None
    gaps = [(later.year - earlier.year) * 12 + later.month - earlier.month for earlier, later in pairwise(days)]
    length = min(gaps, default=3)
    after = day + timedelta(days=1)
    first = after.year * 12 + after.month - 1 - length
    return periods.months(first // 12, first % 12 + 1, length)
