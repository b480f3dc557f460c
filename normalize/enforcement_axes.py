"""What the rows, the columns, the groups above them and the title of a table name: what is counted, or of what.

Rows are what figures are of and columns what is counted, unless headers say otherwise: columns that are periods,
countries or services, names called `Metric`, or names such as `Posts removed` under no header of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from normalize import countries, grid, periods, services
from normalize.cells import Cell
from normalize.facts import fold, words
from normalize.grid import Block

SAYS_NOTHING = words("value values result results count number amount figure figures total n")
_BY_POLICY = re.compile(r"\bby (?:policy|category|area)\b", re.IGNORECASE)
_POLICY = re.compile(r"\b(?:policy|policies|category|area|violation|abuse)\b", re.IGNORECASE)
_TIMES = re.compile(
    r"(?:(?:\d+|two|three|six|twelve|calendar|reporting)[- ])?"
    r"(?:months?|monthly|quarters?|quarterly|hal(?:f|ves)(?:-years?)?|years?|yearly|periods?|dates?|monat\w*|quartal\w*)"
    r"(?: (?:and year|ending|ended|to|period))?:?",
    re.IGNORECASE,
)
_METRIC = re.compile(r"(?:metric|indicator|kpi)s?\Z", re.IGNORECASE)


def is_time(cell: Cell) -> bool:
    """Whether a cell as a whole is a day, a month or another period, or a part of a year."""
    text = cell.text.strip()
    if grid.day(cell) or periods.month(text) or periods.parse(text):
        return True
    return periods.is_part(text) or periods.is_open(text)


class Axes:
    """What the parts of one block name. `unclear`: no word says which of rows and columns are what is counted."""

    def __init__(self, block: Block, title: str) -> None:
        first, start = block.left, block.left + block.names()
        heads = [
            _head(block, column) for column in range(start, len(block.header)) if block.header[column].text.strip()
        ]
        self._block, self._title = block, title
        self._roles = [_role(block.header[at], _column(block.rows, at)) for at in range(first, start)]
        self._nothing = len(heads) == 1 and fold(heads[0].text) in SAYS_NOTHING
        self._by_rows = _by_rows(block, self._roles, [cell.text for cell in heads])
        named = [cell for cell in heads if not is_time(cell)]
        self._of = "market" if _are_countries(heads) else "service" if _are_services(named) else ""
        self.unclear = self._by_rows is None and len(named) > 1 and not self._of

    def names(self, row: Sequence[Cell], header: str, group: str) -> tuple[str, str, dict[str, str]]:
        """(policy area, metric, dimensions, of which one may be its `service`) of a figure; `header` and `group` are
        empty where they are its period."""
        areas, metric, dimensions = self._named(row)
        group = "" if calls_times(group) or fold(group) == fold(header) else group.strip()
        header, group = (header, group) if header else (group, "")
        if metric and self._nothing:
            header = ""
        if self._of and header:
            dimensions[self._of], header = header, ""
        if not header and not metric:  # rows say what is counted, or of what
            by_policy = _POLICY.search(self._block.header[self._block.left].text)
            metric = self._title if by_policy or not areas else areas.pop()
        elif header and self._by_rows:
            metric = metric or areas.pop()
            areas.append(header)
        elif header:
            areas += [metric] if metric else []
            metric = header
        if _BY_POLICY.search(self._block.title) and not areas and metric != self._title:
            areas, metric = [metric], self._title
        if areas and group:
            dimensions["column_group"] = group
        *above, area = list(filter(None, areas)) or [""]
        if above:
            dimensions["parent_policy"] = above[-1]
        if above[:-1]:
            dimensions["section"] = ": ".join(above[:-1])
        return area if areas else group, metric, dimensions

    def _named(self, row: Sequence[Cell]) -> tuple[list[str], str, dict[str, str]]:
        """What the names of a row are: areas, a metric, dimensions."""
        areas, metric, dimensions = [], "", {}
        for cell, role in zip(row[self._block.left :], self._roles, strict=False):
            if role == "market":
                dimensions["market"] = cell.text
            elif is_time(cell) or (role == "time" and cell.text.strip().isdigit()):
                continue
            elif role == "metric":
                metric = cell.text.strip().rstrip(":")
            else:
                areas.append(cell.text.strip().rstrip(":"))
        return areas, metric, dimensions


def has_metric(block: Block) -> bool:
    """Whether a header says that what is below it is what is counted."""
    return any(_METRIC.match(fold(cell.text)) for cell in block.header)


def _head(block: Block, column: int) -> Cell:
    """What a column's header says, or the one above it where it is a period."""
    header, group = block.header[column], block.group(column)
    return group if is_time(header) and group.text.strip() and not calls_times(group.text) else header


def calls_times(text: str) -> bool:
    """Whether a header only says what the periods below it are."""
    return fold(text).rstrip(":") in grid.TIMES or _TIMES.fullmatch(text.strip()) is not None


def _role(header: Cell, cells: Sequence[Cell]) -> str:
    said = fold(header.text)
    if "country" in said or "market" in said or (not said and _are_countries(cells)):
        return "market"
    if grid.is_time(header):
        return "time"
    return "metric" if _METRIC.match(said) else "area"


def _by_rows(block: Block, roles: Sequence[str], heads: Sequence[str]) -> bool | None:
    """Whether rows are what is counted and columns what of; None when nothing says it."""
    if any(map(grid.COUNTED.search, heads)):
        return False
    if "metric" in roles:
        return True
    if roles != ["area"] or block.header[block.left].text.strip():
        return False
    rows = {cell.text for cell in _column(block.rows, block.left)}
    return True if rows and all(map(grid.COUNTED.search, rows)) else None


def _column(rows: Iterable[Sequence[Cell]], column: int) -> list[Cell]:
    return [row[column] for row in rows if column < len(row) and row[column].text.strip()]


def _are_countries(cells: Sequence[Cell]) -> bool:
    known = [found for cell in cells if (found := countries.code(cell.text))]
    return len(known) * 2 > len(cells) and not set(known) <= countries.TOTALS


def _are_services(cells: Sequence[Cell]) -> bool:
    return bool(cells) and all(services.is_name(cell.text) for cell in cells)
