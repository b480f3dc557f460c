"""Tables as people lay them out in sheets: what their cells are, and blocks of rows under one header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from normalize import periods, tabular, values
from normalize.bounds import Budget
from normalize.cells import Cell, Sheet
from normalize.facts import fold

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
HEADS = re.compile(
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
    sheet: str = ""  # its sheet's name, where the table of another sheet is called the same
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

    def beside(self) -> list[Block]:
        """This block, or those side by side in it: another begins where a header is that of the first names again, and
        below it are names again, too."""
        first = fold(self.header[self.left].text) if self.left < len(self.header) else ""
        starts = [
            column
            for column in range(self.left + 1, len(self.header))
            if first and fold(self.header[column].text) == first and self._are_names(column)
        ]
        ends = zip([0, *starts], [*starts, None], strict=True)
        return [self._cut(start, end) for start, end in ends] if starts else [self]

    def _are_names(self, column: int) -> bool:
        cells = [row[column] for row in self.rows if column < len(row) and row[column].text.strip()]
        return bool(cells) and all(map(is_name, cells))

    def _cut(self, start: int, end: int | None) -> Block:
        """The block of some columns; those before them are blank."""

        def part(row: Sequence[Cell]) -> Sequence[Cell]:
            return [*(replace(cell, text="", date=None) for cell in row[:start]), *row[start:end]]

        made = replace(self, header=part(self.header), groups=[part(row) for row in self.groups], rows=[])
        for row in map(part, self.rows):
            made.rows += [row] if any(cell.text.strip() for cell in row) else []
        return made

    def named_first(self) -> Block:
        """This block with the columns that name its rows before those of figures, also where they come after them."""
        start = self.left + self.names()
        moved = [column for column in range(start, len(self.header)) if self._names_rows(column)]
        if not moved:
            return self

        def turned(row: Sequence[Cell]) -> Sequence[Cell]:
            ordered = [*range(start), *moved, *(at for at in range(start, len(row)) if at not in moved)]
            return [row[at] if at < len(row) else Cell(text="", pointer=row[-1].pointer) for at in ordered]

        groups = [turned(row) for row in self.groups]
        return replace(self, header=turned(self.header), groups=groups, rows=list(map(turned, self.rows)))

    def _names_rows(self, column: int) -> bool:
        """Whether a column is called a time or what policies, countries and the like are called, and holds such."""
        said = fold(self.header[column].text).rstrip(":")
        cells = [row[column] for row in self.rows if column < len(row) and row[column].text.strip()]
        if said in TIMES:
            return bool(cells) and all(day(cell) or periods.parse(cell.text) for cell in cells)
        return HEADS.match(said) is not None and self._are_names(column)

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


def csv_sheet(payload: bytes, budget: Budget | None = None) -> Sheet:
    """A CSV payload as a sheet without a name; cells are cited by number of record and column."""
    rows = (
        tuple(
            Cell(text=text, pointer=tabular.pointer(record.row, f"#{column}"))
            for column, text in enumerate(record.cells, 1)
        )
        for record in _within(budget or Budget(), tabular.records(payload))
    )
    return Sheet(name="", rows=tuple(rows))


def _within(budget: Budget, records: Iterable[tabular.Record]) -> Iterator[tabular.Record]:
    for record in records:
        budget.add(len(record.cells))
        yield record


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
