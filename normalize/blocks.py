"""Sheets cut into the tables that people lay out in them: titles, headers in up to three rows, data, notes.

A row with one text is a title or a note, or a group above some columns; a row of texts is a header, unless it stands
right below data and begins like none; a row with a number (or what says that there is none) is data under the last
header. Header rows in a row are groups above columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from normalize import periods
from normalize.cells import Cell, Sheet
from normalize.facts import fold
from normalize.grid import COUNTED, HEADS, TIMES, Block, day, is_value

LONGEST_TITLE = 80  # characters
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROW = re.compile(r"(\d+)(?:,column=.*)?\Z", re.DOTALL)


def cut(sheet: Sheet) -> Iterator[Block | Cell]:
    """The blocks of a sheet, and as cells its notes and whatever heads nothing, in order."""
    cutter = _Cutter(sheet.name)
    for row in sheet.rows:
        yield from cutter.take(row)
    yield from cutter.finish()


class _Cutter:
    """Reads a sheet row by row. Yields what is complete: a block when something else begins, a heading without data."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.title: Cell | None = None
        self.period = ""  # the last title that is a period, and nothing else
        self.lone: Sequence[Cell] = ()  # a row of one text, as long as what is below it is not known
        self.waiting: list[Sequence[Cell]] = []  # header rows that have no data yet, at most three
        self.block: Block | None = None
        self.titled = False  # whether a block stands under the title

    def take(self, row: Sequence[Cell]) -> Iterator[Block | Cell]:
        filled = _apart(row)
        lone, self.lone = self.lone, ()
        over = _stands_over(lone, row)
        if over == "header" and self.block:  # what stands between data is a note as well as a header
            over = ""
        if lone and not over:
            yield from self.alone(_apart(lone)[0])
        if over:
            yield from self.head(lone)
        is_head = over == "group" or _are_years(row, filled, bool(self.waiting and not self.block))
        if any(is_value(cell) for cell in filled) and (self.waiting or self.block) and not is_head:
            self.begin().add(row)
        elif self.block and not is_head and _goes_on(self.block, row, filled):
            self.block.add(row)
        elif len(filled) == 1 and day(filled[0]) is None:
            self.lone = row
        else:
            yield from self.head(row)

    def head(self, row: Sequence[Cell]) -> Iterator[Block | Cell]:
        """A row of texts that may be a header. Of those that no data follows yet, one more than heads a table goes."""
        yield from self.end_block()
        if len(self.waiting) > 1 and not (len(self.waiting) == 2 and _is_above(self.waiting[0], row)):
            yield from self.waiting.pop(0)
        if self.waiting and (period := _period_said(self.waiting[-1])):
            self.period = period
            yield from self.waiting.pop()
        self.waiting.append(row)

    def begin(self) -> Block:
        if self.block is None:
            groups = [_filled(row) for row in reversed(self.waiting[:-1])]
            title = self.title.text if self.title else self.name
            above = (title, self.period, self.name)
            self.block = Block(title=title, header=self.waiting[-1], groups=groups, above=above)
            self.waiting, self.titled = [], True
        return self.block

    def alone(self, cell: Cell) -> Iterator[Block | Cell]:
        """A row of one text: a note when it is long or says so, else the title of what follows."""
        if _is_note(cell):
            yield cell
        else:
            yield from self.finish()
            self.title, self.titled = cell, False
            self.period = cell.text if periods.parse(cell.text) else self.period

    def end_block(self) -> Iterator[Block | Cell]:
        if self.block is not None:
            yield self.block
            self.block = None

    def finish(self) -> Iterator[Block | Cell]:
        lone, self.lone = self.lone, ()
        if lone:
            yield from self.alone(_apart(lone)[0])
        yield from self.end_block()
        for row in self.waiting:
            yield from (cell for cell in row if cell.text.strip())
        self.waiting = []
        if self.title is not None and not self.titled:
            yield self.title


def _is_note(cell: Cell) -> bool:
    return len(cell.text) > LONGEST_TITLE or cell.text.lstrip().lower().startswith(("note", "*"))


def _goes_on(block: Block, row: Sequence[Cell], filled: Sequence[Cell]) -> bool:
    """Whether a row without numbers is data: right below data, it has a name, and does not begin like a header."""
    if len(filled) < 2 or _number(row) != _number(block.rows[-1]) + 1:
        return False
    if block.left >= len(row) or filled[0] is not row[block.left]:
        return False
    heads = {fold(cell.text) for cells in (block.header, *block.groups) for cell in cells if cell.text.strip()}
    first = fold(filled[0].text).rstrip(":")
    begins = first in heads or first in TIMES or HEADS.match(first) is not None
    begins = begins or all(periods.parse(cell.text) for cell in filled[1:])
    return not begins and not all(COUNTED.search(one.text) and not one.text.strip()[0].isdigit() for one in filled[1:])


def _number(row: Sequence[Cell]) -> int:
    """The number of a row in its file; what is merged downwards is cited where it stands, further up."""
    return max((int(match[1]) for cell in row if (match := _ROW.search(cell.pointer))), default=0)


def _apart(row: Sequence[Cell]) -> list[Cell]:
    """The cells that say something; one that stands in several columns once."""
    filled = [cell for cell in row if cell.text.strip()]
    return [cell for at, cell in enumerate(filled) if at == 0 or cell is not filled[at - 1]]


def _first(row: Sequence[Cell]) -> int:
    """The first column that says something."""
    return next((at for at, cell in enumerate(row) if cell.text.strip()), len(row))


def _stands_over(lone: Sequence[Cell], row: Sequence[Cell]) -> str:
    """What a row of one text is to the one right below it that begins further left: `header`, `group`; else empty."""
    at = _first(lone)
    if (
        not lone
        or _number(row) != _number(lone) + 1
        or _first(row) >= at
        or not any(one.text.strip() for one in row[at:])
    ):
        return ""
    return "header" if any(is_value(cell) and not periods.parse(cell.text) for cell in row) else "group"


def _period_said(row: Sequence[Cell]) -> str:
    """The period of a row such as `Reporting period | Q3 2023`, which is no header when another one follows."""
    said = [cell.text for cell in _apart(row)]
    return said[1] if len(said) == 2 and fold(said[0]).rstrip(":") in TIMES and periods.parse(said[1]) else ""


def _are_years(row: Sequence[Cell], filled: Sequence[Cell], below_head: bool) -> bool:
    """Whether all numbers of a row are years that head columns: it begins like a header, or with nothing below one, or
    they are one after the other."""
    years = [cell.text.strip() for cell in filled if is_value(cell)]
    if not years or not all(map(_YEAR.fullmatch, years)):
        return False
    first, numbers = fold(filled[0].text).rstrip(":"), sorted({int(year) for year in years})
    follow = len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1
    return first in TIMES or HEADS.match(first) is not None or (below_head and _first(row) > 0) or follow


def _is_above(top: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a row is of groups above headers: it does not begin where these do, unless both are one cell."""
    at = _first(row)
    return at >= len(top) or not top[at].text.strip() or top[at] is row[at]


def _filled(cells: Sequence[Cell]) -> list[Cell]:
    """Group cells carried to the right, as merged cells show; where some are, so far as they are."""
    found: list[Cell] = []
    if not any(cell.across > 1 for cell in cells):
        for cell in cells:
            found.append(cell if cell.text.strip() or not found else found[-1])
        return found
    for at, cell in enumerate(cells):
        found += [cell] * (cell.across if at == len(found) else 0)
    return [*found, Cell(text="", pointer="")]
