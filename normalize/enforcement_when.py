"""When: the periods of the rows and columns of a sheet, from headers, names, titles and the document as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise, permutations, product
from typing import TypeVar

from normalize import grid, periods
from normalize.cells import Cell
from normalize.enforcement_axes import calls_times, is_time
from normalize.enforcement_said import days_in, is_stated, part_of, spoken, without, year_of
from normalize.facts import fold, words
from normalize.grid import Block
from normalize.model import Period

SUMS = words("total totals sum all overall")
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What holds for a whole document: whose it is, and its period (of its address, else its newest date).

    `label`: how the period of a table is written above it, if it is. `year`: that of parts of a year, where there is no
    period. `part`: that part of years which is said above them.
    """

    service: str
    period: Period | None
    label: str = ""
    year: Period | None = None
    part: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """The period of a figure (None: nothing says it), as it is written, and whether its column's header says it.

    `header`, `group`: what else the column's header, and the group above it, say.
    """

    period: Period | None
    label: str
    across: bool = False
    header: str = ""
    group: str = ""


def within(block: Block, context: Context) -> Context:
    """What holds for one table: the period that is written above it, else that of the document.

    A year around the document's period leaves open which of them is meant, but where it is one word of several.
    """
    part = ""
    for text in filter(None, block.above):
        said = spoken(text)
        if said and said[0] and part:
            return replace(context, period=_of_year(part, said[1]), label=f"{part} {said[1]}", part=part)
        if said:
            period, label = said
            around = label.isdigit() and period and context.period and _is_in(context.period, period)
            if around and label != text.strip():
                continue
            return replace(context, period=None if around and period != context.period else period, label=label)
        if _is_of_another(text, context):
            return replace(context, period=None, label=text)
        part = part or part_of(text)
    return replace(context, period=_part_of(part, context), label=part, part=part) if part else context


def _is_of_another(text: str, context: Context) -> bool:
    """Whether a text has a year in it that is not the document's."""
    year = periods.parse(year_of(text))
    return bool(year and context.period and (context.period.end <= year.start or year.end <= context.period.start))


def _part_of(text: str, context: Context) -> Period | None:
    """The part of a year that is in the document's period, or of its year."""
    whole = context.period or context.year
    month = periods.month(text)
    if whole is None or not text:
        return None
    year = whole.start.year
    found = periods.months(year, month, 1) if month else periods.parse(f"{text} {year}")
    return found if found and _is_in(found, whole) else None


def settled(found: Sequence[tuple[_T, When]], said: Iterable[str]) -> Iterator[tuple[_T, When]]:
    """Rows or columns with their periods: what single months mean is said above them, or shows in the others."""
    meant = periods.quarters((when.period for _, when in found if when.period), said)
    for one, when in found:
        yield one, replace(when, period=meant.get(when.period, when.period)) if when.period else when


def across_of(block: Block, context: Context) -> dict[int, When]:
    """The columns whose header, or the group above it, is or names a period, and their sums."""
    days = closest(day for row in (block.header, *block.groups) for cell in row if (day := grid.day(cell)))
    start = block.left + block.names()
    heads = {column: [block.header[column], *block.over(column)] for column in range(start, len(block.header))}
    found = {column: when for column, cells in heads.items() if (when := _over(cells, days, context))}
    whole = context.period if _cover((when.period for when in found.values()), context.period) else None
    for column, (header, *_) in heads.items() if found else ():
        if column not in found and fold(header.text).strip(": ") in SUMS:
            found[column] = When(period=whole, label=header.text, across=True, group=block.group(column).text)
    return found


def _over(cells: Sequence[Cell], days: Sequence[date], context: Context) -> When | None:
    """The period over a column: two of its header and what is above that say it together, else the first that does."""
    texts = ["" if is_time(cell) or calls_times(cell.text) else cell.text for cell in cells]
    for one, other in combinations(range(len(cells)), 2):
        if period := _of_year(cells[one].text, cells[other].text):
            texts[one], texts[other] = without(cells[one].text), without(cells[other].text)
            return _across(period, f"{cells[one].text} {cells[other].text}", texts)
    for at, cell in enumerate(cells):
        around = next((period for other in cells if other is not cell and (period := periods.parse(other.text))), None)
        inside = replace(context, period=around or context.period)
        if is_time(cell):
            return _across(_stated(cell, days, inside), cell.text, texts)
        part = part_of(cell.text)
        if said := spoken(cell.text) or _unsure(cell.text, context) or (part and (_part_of(part, inside), part)):
            texts[at] = without(cell.text)
            return _across(*said, texts)
    return None


def _across(period: Period | None, label: str, texts: Sequence[str]) -> When:
    """The period of a column, with what else stands over it: the nearest first."""
    header, *above = [*filter(None, texts), ""]
    return When(period=period, label=label, across=True, header=header, group=" ".join(reversed(above)).strip())


def _unsure(text: str, context: Context) -> tuple[None, str] | None:
    """A header with a year at its end, or with days in it that are not all the document's: nobody knows what it says
    of them."""
    days = [periods.day(day) for day in days_in(text)]
    whole = context.period
    if days and whole and all(day and whole.start <= day < whole.end for day in days):
        return None
    return (None, text) if days or year_of(text) or is_stated(text) else None


def _of_year(one: str, other: str) -> Period | None:
    """The part of a year that two texts name, one of which is the year: `Q3` below `2022`."""
    for text, year in ((one, other), (other, one)):
        if year.strip().isdigit() and periods.parse(year) and (part := part_of(text)):
            return periods.parse(f"{part} {year}")
    return None


def _cover(found: Iterable[Period | None], whole: Period | None) -> bool:
    """Whether periods are all parts of another one, one after the other."""
    parts = sorted({period for period in found if period}, key=lambda one: one.start)
    joined = all(one.end == later.start for one, later in pairwise(parts))
    return bool(whole and parts and joined and parts[0].start == whole.start and parts[-1].end == whole.end)


def _stated(cell: Cell, days: Sequence[date], context: Context, header: str = "") -> Period | None:
    """The period that a cell as a whole is: by its last day, its name, or as a month of the document's year."""
    whole = context.period
    if day := grid.day(cell):
        ends_all = whole and whole.end - timedelta(days=1) == day
        return periods.ending(day, days, header) or (whole if ends_all else None)
    text = cell.text.strip()
    if periods.month(text) or periods.is_part(text):
        return _part_of(text, context)
    return periods.parse(f"{context.part} {text}" if context.part and text.isdigit() else text)


def beside(across: Mapping[int, When], context: Context) -> Context:
    """What holds for columns beside others that name periods: the document's period, as long as it is the last one."""
    last = max(
        (when.period for when in across.values() if when.period), key=lambda one: one.end, default=context.period
    )
    return context if last == context.period else replace(context, period=None)


def period_of(block: Block, named: Sequence[Cell], context: Context, days: Sequence[date], sums: Period | None) -> When:
    """The period of a row: its date or month, that of sums, what its names say or their headers, or the document's."""
    timed = _timed(block, named)
    if len(timed) > 1:
        return _together(timed)
    for cell, header in timed:
        if is_time(cell):
            return When(period=_stated(cell, days, context, header.text), label=cell.text)
        is_sum = not cell.text.strip() or fold(cell.text).strip(": ") in SUMS
        return When(period=sums if is_sum else None, label=cell.text)
    first = block.left + len(named)
    for cell in (*named, *(cell for row in (*block.groups, block.header) for cell in row[:first])):
        if said := spoken(cell.text):
            return When(period=said[0], label=said[1])
    return When(period=context.period, label=context.label or block.title)


def _timed(block: Block, named: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Those names of a row that are times, or stand where times are, with their headers."""
    pairs = zip(named, block.header[block.left :], strict=False)
    return [(cell, header) for cell, header in pairs if is_time(cell) or grid.is_time(header)]


def crossed(
    block: Block, owned: Sequence[tuple[Sequence[Cell], When]], across: Mapping[int, When]
) -> Iterator[tuple[tuple[int, int], When]]:
    """By row and column the periods of figures whose row says one too, as `owned` has it."""
    start = block.left + block.names()
    for at, (row, own) in enumerate(owned if across else ()):
        said = ((cell, f"{header.text} {cell.text}") for cell, header in _timed(block, row[block.left : start]))
        times = [cell.text if is_time(cell) else text for cell, text in said if is_time(cell) or periods.is_part(text)]
        for column, over in across.items() if times else ():
            yield (at, column), _both(times, own, over)


def _both(times: Sequence[str], own: When, over: When) -> When:
    """When a row and a column say together: `Q1` of `2022`, or the one that is in the other; else nobody knows."""
    period = next(filter(None, (_of_year(text, over.label) for text in times)), None)
    return replace(over, period=period or _inner(own.period, over.period), label=" ".join([*times, over.label]))


def _inner(one: Period | None, other: Period | None) -> Period | None:
    """Which of two periods is in the other."""
    if one is None or other is None:
        return None
    return one if _is_in(one, other) else other if _is_in(other, one) else None


def _together(timed: Sequence[tuple[Cell, Cell]]) -> When:
    """The period that cells side by side name, given with their headers: a part of a year, one from day to day, or what
    is in all others and ends on their days."""
    label = " ".join(cell.text.strip() for cell, _ in timed)
    texts = {form: [form.format(header.text, cell.text) for cell, header in timed] for form in ("{1}", "{0} {1}")}
    for form, (part, year) in product(texts, permutations(range(len(timed)), 2) if len(timed) == 2 else ()):
        if period := _of_year(texts[form][part], timed[year][0].text):
            return When(period=period, label=label)
    days = [day for cell, _ in timed if (day := grid.day(cell))]
    if len(days) == len(timed) == 2:
        return When(period=periods.parse(f"{days[0]}/{days[1]}"), label=label)
    found = [periods.parse(cell.text) for cell, _ in timed if not (grid.day(cell) or (days and cell.text.isdigit()))]
    inner = (one for one in found if one and all(other and _is_in(one, other) for other in found))
    period = next(inner, None)
    ends = period and all(day + timedelta(days=1) == period.end for day in days)
    return When(period=period if ends else None, label=label)


def _is_in(part: Period, whole: Period) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def of_sums(block: Block, context: Context) -> Period | None:
    """The document's period for rows of sums below all its parts; else None: nobody knows."""
    column = next((at for at, header in enumerate(block.header) if grid.is_time(header)), len(block.header))
    timed = [row[column] for row in block.rows if column < len(row) and is_time(row[column])]
    parts = [_stated(cell, (), context) for cell in timed]
    return context.period if not timed or _cover(parts, context.period) else None


def closest(days: Iterable[date]) -> Sequence[date]:
    """The two days with the fewest months between them, which say how far apart all are; no more than there are."""
    ordered = sorted(set(days))
    return min(
        pairwise(ordered),
        key=lambda two: (two[1].year - two[0].year) * 12 + two[1].month - two[0].month,
        default=ordered,
    )
