"""Enforcement figures laid out in sheets: who, when and what are told from headers, names and titles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from normalize import about, blocks, enforcement_axes, enforcement_said, enforcement_when, grid, periods, prose, values
from normalize.cells import Cell, Sheet, merged
from normalize.enforcement_axes import Axes
from normalize.enforcement_rows import Figure, context_period, context_year, service_of
from normalize.enforcement_when import Context, When
from normalize.facts import fold
from normalize.grid import Block
from normalize.model import Period, Problem, Rejected, Release

UNCLEAR = "no word says whether rows or columns are what is counted: columns are taken for it, rows for what it is of"
_SCALE = re.compile(r"\bin (?:thousand|million|billion)s?\b|\((?:thousand|million|billion)s\)|(?<!\d)'?000'?s\b", re.I)
_NUMBERING = re.compile(r"\A\s*\d{1,2}(?:[.)_]\s*|\s-\s)")


def figures(release: Release, sheets: Sequence[Sheet], problems: list[Problem]) -> Iterator[Figure | Cell]:
    """All figures of all sheets, and their notes as cells. What has no period is reported: it says nothing.

    Raises Rejected when it is text and no sheet.
    """
    if not any(sheet.name for sheet in sheets) and prose.is_text([row for sheet in sheets for row in sheet.rows]):
        raise Rejected("most of it is sentences: this is text, and no table of figures")
    sheets, told = about.apart(sheets)
    for row in told:
        problems.extend(
            Problem(pointer=cell.pointer, reason=f"{cell.text[:80]!r} tells about the file and is no figure")
            for cell in about.figures(row)
        )
        yield from (cell for cell in row if cell.text.strip() and not grid.is_value(cell))
    parts = [[part for one in blocks.cut(sheet) for part in _side_by_side(one)] for sheet in sheets]
    _tell_apart(list(_blocks(parts)))
    newest = max(filter(None, map(_newest, _blocks(parts))), default=None, key=lambda period: period.end)
    context = Context(service=service_of(release), period=context_period(release) or newest, year=context_year(release))
    for part in (part for sheet in parts for part in sheet):
        if not isinstance(part, Block):
            if grid.is_value(part) and not values.is_missing(part.text):
                reason = f"no header is above this number: {part.text[:80]!r}"
                problems.append(Problem(pointer=part.pointer, reason=reason))
            yield part
        elif unclear := _unclear(part):
            problems.append(Problem(pointer=part.header[part.left].pointer, reason=unclear))
        else:
            yield from _figures(part, enforcement_when.within(part, context), problems)


def _side_by_side(part: Block | Cell) -> Sequence[Block | Cell]:
    return [one.named_first() for one in part.beside()] if isinstance(part, Block) else [part]


def _blocks(parts: Sequence[Sequence[Block | Cell]]) -> Iterator[Block]:
    return (part for sheet in parts for part in sheet if isinstance(part, Block))


def _tell_apart(tables: Sequence[Block]) -> None:
    """Tables that are called the same and have the same headers, but for their sheets, are called by these too."""
    named: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for block in tables:
        named[_called(block)].add(block.above[-1])
    for block in tables:
        block.sheet = _section(block.above[-1]) if len(named[_called(block)]) > 1 else ""


def _called(block: Block) -> tuple[str, ...]:
    return fold(block.title), *(fold(cell.text) for cell in block.header)


def _newest(block: Block) -> Period | None:
    """The period that ends on a block's last date."""
    days = _days(block)
    return periods.ending(days[-1], days) if days else None


def _days(block: Block) -> list[date]:
    named = block.left + max(1, block.names())
    cells = (cell for row in block.rows for cell in row[:named])
    return sorted({day for cell in cells if (day := grid.day(cell))})


def _unclear(block: Block) -> str:
    """Why a block is not read: its one column of figures does not say what it counts, as in a tidy table."""
    names, first = block.names(), block.left
    headers = [cell.text.strip() for cell in block.header[first:] if cell.text.strip()]
    last = fold(headers[-1]).strip(" :'\"") if headers else ""
    if names < 3 or len(headers) != names + 1 or last not in enforcement_axes.SAYS_NOTHING:
        return ""
    if enforcement_axes.has_metric(block):
        return ""
    return f"nobody knows what the columns {', '.join(headers)[:300]} mean: nothing of this table is read"


def _figures(block: Block, context: Context, problems: list[Problem]) -> Iterator[Figure]:
    names, first = block.names(), block.left
    axes = Axes(block, _section(block.title))
    if axes.unclear:
        problems.append(Problem(pointer=block.header[first].pointer, reason=UNCLEAR))
    problems.extend(
        Problem(pointer=cell.pointer, reason=f"a number heads the names of rows: {cell.text[:80]!r}")
        for cell in block.header[: first + names]
        if grid.is_value(cell) and not values.is_missing(cell.text)
    )
    problems.extend(merged((cell.pointer, cell.text) for row in block.rows for cell in row[first + names :]))
    problems.extend(_half_over(block))
    problems.extend(_scaled(block))
    problems.extend(_nameless(block, names))
    above = [cell.text for cells in (block.header, *block.groups) for cell in cells[: first + names]]
    titled = fold(block.title).rstrip(":") in grid.TIMES or periods.what_is_called(block.title) == "month"
    above += [block.title] if titled else []
    columns = list(enforcement_when.across_of(block, context).items())
    across = dict(enforcement_when.settled(columns, [*above, *(cell.text for row in block.groups for cell in row)]))
    context = enforcement_when.beside(across, context)
    days, sums = enforcement_when.closest(_days(block)), enforcement_when.of_sums(block, context)
    named = ((row, row[first : first + names]) for row in block.rows)
    owned = [(row, enforcement_when.period_of(block, cells, context, days, sums)) for row, cells in named]
    owned = list(enforcement_when.settled(owned, above))
    both = dict(enforcement_when.settled(list(enforcement_when.crossed(block, owned, across)), above))
    for at, (row, own) in enumerate(owned):
        for column in range(first + names, len(row)):
            if not row[column].text.strip():
                continue
            when = both.get((at, column)) or across.get(column, own)
            if reason := _unreadable(block, column, when):
                problems.append(Problem(pointer=row[column].pointer, reason=reason))
            else:
                yield _figure(block, axes, column, context, when, row)


def _half_over(block: Block) -> Iterator[Problem]:
    """A text that stands alone above the headers, and not from the first figure on: it may be the title of all."""
    for row in block.groups:
        said = [cell for cell in row if cell.text.strip()]
        at = row.index(said[0]) if said else 0
        if len(set(said)) == 1 and said[0].across == 1 and at > block.left + block.names():
            reason = f"{said[0].text[:80]!r} stands above some columns only: read as said of these and all after them"
            yield Problem(pointer=said[0].pointer, reason=reason)


def _scaled(block: Block) -> Iterator[Problem]:
    """What says above the figures that they are so many thousands: they are as they are written."""
    said = {
        cell.text: cell.pointer for row in (block.header, *block.groups) for cell in row if _SCALE.search(cell.text)
    }
    if _SCALE.search(block.title):
        said[block.title] = block.header[block.left].pointer
    for text, pointer in said.items():
        yield Problem(pointer=pointer, reason=f"{text[:80]!r} says how many each of these is: they are read as written")


def _nameless(block: Block, names: int) -> Iterator[Problem]:
    """Rows without their first name: it may be that of the row above, or they are sums."""
    for row in block.rows if names and not grid.is_time(block.header[block.left]) else ():
        figures = [cell for cell in row[block.left + names :] if cell.text.strip()]
        if figures and not (block.left < len(row) and row[block.left].text.strip()):
            reason = f"a row without a name below {block.header[block.left].text[:80]!r}: it is read without it"
            yield Problem(pointer=figures[0].pointer, reason=reason)


def _unreadable(block: Block, column: int, when: When) -> str:
    """Why a figure says nothing; empty when it does."""
    if column >= len(block.header) or not block.header[column].text.strip():
        return "no header is above this cell"
    header = block.header[column]
    if not when.across and grid.is_value(header) and not values.is_missing(header.text):
        return f"a number heads this cell: {header.text[:80]!r}"
    return "" if when.period else f"nothing says which period {when.label[:80]!r} is"


def _figure(block: Block, axes: Axes, column: int, context: Context, when: When, row: Sequence[Cell]) -> Figure:
    cell, title = row[column], _section(block.title)
    header, group = block.header[column].text, block.group(column).text
    area, metric, dimensions = axes.names(row, *((when.header, when.group) if when.across else (header, group)))
    titled = title if block.title and title != metric else ""
    section = ": ".join(filter(None, (block.sheet, titled, dimensions.get("section"))))
    if section:
        dimensions["section"] = section
    period = when.period or Period(start=date.min, end=date.min)
    service = dimensions.pop("service", context.service)
    return Figure(
        service=service, area=area, metric=metric, period=period, period_label=when.label,
        raw=cell.text, pointer=cell.pointer, share=cell.share, typed=cell.typed, stored=cell.stored,
        dimensions=dimensions,
    )  # fmt: skip


def _section(title: str) -> str:
    """A title as a dimension: without the period in it, its numbering, and the number of a `top 30`, which change."""
    bare = _NUMBERING.sub("", enforcement_said.without(title))
    return " ".join(re.sub(r"\btop \d+\b", "top", bare, flags=re.IGNORECASE).split())
