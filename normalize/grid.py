"""Tables as people lay them out in sheets: titles, headers in one or two rows, names on the left, notes below.

A sheet is cut into blocks. A row with one text is a title or a note; a row of texts is a header, unless it stands right
below data and begins like none; a row with a number (or what says that there is none) is data under the last header.
Two header rows in a row are groups above columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from normalize import periods, tabular, values
from normalize.cells import Cell, Sheet
from normalize.facts import fold

LONGEST_TITLE = 80  # characters
TIMES = frozenset(
    {"date", "dates", "day", "month", "quarter", "half", "half-year", "year", "period", "reporting period", "time",
     "time period", "month ending", "quarter ending", "period ending"}
)  # fmt: skip

COUNTED = re.compile(
    r"%|\b(?:remov(?:ed|als?)|actioned|restored|reinstated|appeal(?:s|ed)|prevalence|rates?|percent\w*|pct|ratio|"
    r"number of|total|reports|requests|complaints?|notices|orders|warned|banned|suspended|disabled|detected|views|"
    r"shares?|proportion|change|median|mean|average|counts?|volumes?|units?|fy|years?|quarters?|months?|half)\b",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"(?:(?:sub-?)?(?:policy|policies|category|categories|area|metric|indicator|measure|country|market|region|language|"
    r"type|reason|service|product|platform)s?|(?:policy|issue|content|request|report) (?:area|category|type))\Z"
)
# What stands for a number where nobody counted, or none may be told; a formula without its value.
_UNSAID = re.compile(
    r"\W*(?:not (?:yet )?(?:measured|available|reported|disclosed|counted|tracked|known|published|collected|recorded|"
    r"provided|estimated|applicable)|no (?:data|figures?|estimates?|values?|information)|n/a|tb[acd]|to be \w+|zero|"
    r"nil|un(?:available|known|disclosed|reported|measured)|withheld|suppressed|redacted|pending|confidential)(?!\w)"
    r"[^\w]*(?:\(.*|\[.*|see .*)?|=.*",
    re.IGNORECASE,
)
_ROW = re.compile(r"(\d+)(?:,column=.*)?\Z", re.DOTALL)


@dataclass(slots=True)
class Block:
    """Data rows under one header. `groups` are the rows of cells above it (forward filled), the nearest first.

    `above`: what may name the period of all of it, nearest first: its title, a title that is nothing else, the sheet.
    """

    title: str
    header: Sequence[Cell]
    groups: Sequence[Sequence[Cell]]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    above: tuple[str, ...] = ()
    left: int = 0  # the first column that has something in it: a header, or names that no header is above

    def __post_init__(self) -> None:
        self.left = next((column for column, cell in enumerate(self.header) if cell.text.strip()), 0)

    def add(self, row: Sequence[Cell]) -> None:
        self.rows.append(row)
        named = (column for column, cell in enumerate(row[: self.left]) if is_name(cell))
        self.left = next(named, self.left)

    def over(self, column: int) -> list[Cell]:
        """The cells above a header that say something, the nearest first; the last of a row goes on to the end."""
        found = [row[min(column, len(row) - 1)] for row in self.groups if row]
        return [cell for at, cell in enumerate(found) if cell.text.strip() and cell not in found[:at]]

    def group(self, column: int) -> Cell:
        """What stands above a header in one, blank without anything."""
        above = self.over(column)
        return above[0] if len(above) == 1 else Cell(text=" ".join(cell.text for cell in reversed(above)), pointer="")

    def names(self) -> int:
        """How many columns on the left name the rows: those of times, and those in which no row has a number."""
        count = 0
        for column in range(self.left, len(self.header)):
            cells = [row[column] for row in self.rows if column < len(row)]
            timed = is_time(self.header[column])
            if not cells or (not timed and any(is_value(cell) for cell in cells)):
                break
            count += 1
        return count


def is_name(cell: Cell) -> bool:
    """Whether a cell is words: no number, no mark."""
    return any(map(str.isalpha, cell.text)) and not is_value(cell)


def csv_sheet(payload: bytes) -> Sheet:
    """A CSV payload as a sheet without a name; cells are cited by number of record and column."""
    rows = (
        tuple(
            Cell(text=text, pointer=tabular.pointer(record.row, f"#{column}"))
            for column, text in enumerate(record.cells, 1)
        )
        for record in tabular.records(payload)
    )
    return Sheet(name="", rows=tuple(rows))


def is_value(cell: Cell) -> bool:
    """Whether a cell holds a number, or says that there is none; a date is a name."""
    text = cell.text.strip()
    if not text or day(cell) is not None:
        return False
    return values.is_missing(text) or values.parse(text) != values.NOTHING or _UNSAID.fullmatch(text) is not None


def is_time(header: Cell) -> bool:
    """Whether a header promises times in its column."""
    return fold(header.text).rstrip(":") in TIMES


def day(cell: Cell) -> date | None:
    """The day in a cell, as the file says or as its text does."""
    return cell.date or periods.day(cell.text)


def blocks(sheet: Sheet) -> Iterator[Block | Cell]:
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
        if lone and not over:
            yield from self.alone(_apart(lone)[0])
        if over:
            yield from self.head(lone)
        if any(is_value(cell) for cell in filled) and (self.waiting or self.block) and over != "group":
            self.begin().add(row)
        elif self.block and _goes_on(self.block, row, filled):
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
        if len(cell.text) > LONGEST_TITLE or cell.text.lstrip().lower().startswith(("note", "*")):
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


def _goes_on(block: Block, row: Sequence[Cell], filled: Sequence[Cell]) -> bool:
    """Whether a row without numbers is data: right below data, it has a name, and does not begin like a header."""
    if len(filled) < 2 or _number(row) != _number(block.rows[-1]) + 1:
        return False
    if block.left >= len(row) or filled[0] is not row[block.left]:
        return False
    heads = {fold(cell.text) for cells in (block.header, *block.groups) for cell in cells if cell.text.strip()}
    first = fold(filled[0].text).rstrip(":")
    begins = first in heads or first in TIMES or _HEADS.match(first) is not None
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
