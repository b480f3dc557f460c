"""When: the periods of the rows and columns of a sheet, from headers, names, titles and the document as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from normalize import grid, periods
from normalize.cells import Cell
from normalize.enforcement_axes import is_time
from normalize.facts import fold, words
from normalize.grid import Block
from normalize.model import Period

SUMS = words("total totals sum all overall")
_OTHER = re.compile(
    r"\b(?:since|until|till|before|after|vs|versus|compar\w+|against|than|updated?|revised|published)\b",
    re.IGNORECASE,
)  # what a period is called that figures are not of
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What holds for a whole document: whose it is, and its period (of its address, else its newest date).

    `label`: how the period of a table is written above it, if it is.
    """

    service: str
    period: Period | None
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """The period of a figure (None: nothing says it), as it is written, and whether its column's header says it."""

    period: Period | None
    label: str
    across: bool = False


def within(block: Block, context: Context) -> Context:
    """What holds for one table: the period that is written above it, else that of the document.

    A year around the document's period leaves open which of them is meant.
    """
    for period, label in filter(None, map(spoken, block.above)):
        around = label.isdigit() and period and context.period and period.start <= context.period.start < period.end
        return replace(context, period=None if around and period != context.period else period, label=label)
    return context


def spoken(text: str) -> tuple[Period | None, str] | None:
    """The period that a text speaks of, and how it is written; None as the period of several, and of another one."""
    text = text.replace("_", " ")
    if whole := periods.parse(text):
        return whole, text
    found = [match.group() for match in periods.SPAN.finditer(text)]
    if len(found) != 1 or _OTHER.search(text):
        return (None, text) if found else None
    return periods.parse(found[0]), found[0]


def without(text: str) -> str:
    """A text without the periods in it."""
    spaced = text.replace("_", " ")
    bare = "" if periods.parse(spaced) else periods.SPAN.sub("", spaced)
    return text if bare == spaced else bare.strip(" ,:;|-–—")


def settled(found: Sequence[tuple[_T, When]], said: Iterable[str]) -> Iterator[tuple[_T, When]]:
    """Rows or columns with their periods: what single months mean is said above them, or shows in the others."""
    meant = periods.quarters((when.period for _, when in found if when.period), said)
    for one, when in found:
        yield one, replace(when, period=meant.get(when.period, when.period)) if when.period else when


def across_of(block: Block, context: Context) -> Iterator[tuple[int, When]]:
    """The columns whose header, or the group above it, is a period."""
    days = [day for cell in block.header if (day := grid.day(cell))]
    for column in range(block.left + block.names(), len(block.header)):
        for cells in (block.header, block.groups):
            cell = cells[min(column, len(cells) - 1)] if cells else None  # the last group goes on to the end
            if cell and (period := _stated(cell, days, context)):
                yield column, When(period=period, label=cell.text, across=True)
                break
        else:
            if _is_sum_of_months(block, column, context):
                yield column, When(period=context.period, label=block.header[column].text, across=True)


def _stated(cell: Cell, days: Sequence[date], context: Context, header: str = "") -> Period | None:
    """The period that a cell as a whole is: by its last day, its name, or as a month of the document's year."""
    whole = context.period
    if day := grid.day(cell):
        ends_all = whole and whole.end - timedelta(days=1) == day
        return periods.ending(day, days, header) or (whole if ends_all else None)
    month = periods.month(cell.text.strip())
    if month is None:
        return periods.parse(cell.text)
    found = periods.months(whole.start.year, month, 1) if whole else None
    return found if whole and found and whole.start <= found.start and found.end <= whole.end else None


def period_of(block: Block, named: Sequence[Cell], context: Context, days: Sequence[date]) -> When:
    """The period of a row: its date or month, a header above, or that of the document."""
    for cell, header in zip(named, block.header[block.left :], strict=False):
        if is_time(cell):
            return When(period=_stated(cell, days, context, header.text), label=cell.text)
        if grid.is_time(header):
            return When(period=_sum(block, cell, context), label=cell.text)
    for cell in (*block.groups[:1], *block.header[:1], *_firsts(block)):
        if match := periods.SPAN.search(cell.text):
            return When(period=periods.parse(match.group()), label=match.group())
    return When(period=context.period, label=context.label or block.title)


def _sum(block: Block, cell: Cell, context: Context) -> Period | None:
    """The document's period for a row of sums below its months, which are all in it; else None: nobody knows."""
    if cell.text.strip() and fold(cell.text).strip(": ") not in SUMS:
        return None
    column = next(at for at, header in enumerate(block.header) if grid.is_time(header))
    timed = [row[column] for row in block.rows if column < len(row) and is_time(row[column])]
    return context.period if all(_is_month(one, context) for one in timed) else None


def _is_sum_of_months(block: Block, column: int, context: Context) -> bool:
    """Whether a column sums up those beside it, which are all the months of the document's period."""
    whole, timed = context.period, [cell for cell in block.header if is_time(cell)]
    if whole is None or fold(block.header[column].text).strip(": ") not in SUMS:
        return False
    named = {_stated(cell, (), context) for cell in timed if _is_month(cell, context)}
    covered = periods.months(whole.start.year, whole.start.month, len(named)) if named else None
    return len(named) == len(timed) and covered == whole


def _is_month(cell: Cell, context: Context) -> bool:
    return periods.month(cell.text.strip()) is not None and _stated(cell, (), context) is not None


def _firsts(block: Block) -> list[Cell]:
    return [cell for cells in (block.groups, block.header) for cell in cells if cell.text.strip()][:2]
