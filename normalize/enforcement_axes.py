"""What the rows, the columns, the groups above them and the title of a table name: what is counted, or of what.

Headers tell; else the numbers (a row or column of one metric has one kind of number); else words such as `removed`.
Where rows and columns may both be it, nobody knows: the table is reported, not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from normalize import countries, grid, periods, values
from normalize.cells import Cell
from normalize.facts import fold, words
from normalize.grid import Block

SAYS_NOTHING = words("value values result results count number amount figure figures total n")
_BY_POLICY = re.compile(r"\bby (?:policy|category|area)\b", re.IGNORECASE)
_AREA = re.compile(
    r"\b(?:polic(?:y|ies)|categor(?:y|ies)|areas?|violations?|abuse|types?|topics?|reasons?|issues?|themes?|kinds?|harms?)\b",
    re.IGNORECASE,
)
_METRIC = re.compile(r"\b(?:metrics?|measures?|indicators?|kpis?|statistics?)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"%|\b(?:remov(?:ed|als?)|action(?:ed|s)|restored|reinstated|appeal(?:s|ed)|proactive|prevalence|rates?|shares?|"
    r"percent\w*|pct|ratio|number|total|counts?|report(?:s|ed)|requests?|complaints?|notices?|orders?|warn(?:ed|ings?)|"
    r"banned|bans|suspen(?:ded|sions?)|disabled|detect(?:ed|ions?)|views?|median|average|prevented|blocked|escalations?|"
    r"decisions?|anzahl|anteil|quote|entfernt|gelöscht|nombre|taux|supprimée?s?|retirée?s?|número|tasa|eliminad[oa]s|"
    r"numero|tasso|rimoss[ie])\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Axes:
    """`counted`: `rows`, `columns`, `groups` or `title`, whichever names the metric; empty: nobody knows. `roles` are
    those of the columns on the left that name rows: `time`, `market`, `metric` or `area`. The columns of figures may be
    periods (`across`) or `markets`."""

    counted: str
    roles: tuple[str, ...]
    across: bool
    markets: bool


def is_time(cell: Cell) -> bool:
    """Whether a cell as a whole is a day, a month or another period."""
    text = cell.text.strip()
    return any(found is not None for found in (grid.day(cell), periods.month(text), periods.parse(text)))


def of(block: Block) -> Axes:
    """What the parts of a block name."""
    first, start = block.first(), block.first() + block.names()
    roles = tuple(_role(block.header[at], _column(block.rows, at)) for at in range(first, start))
    heads = [cell for cell in block.header[start:] if cell.text.strip()]
    across = sum(map(is_time, heads)) * 2 > len(heads)
    markets = not across and _are_countries(heads)
    counted = _counted(block, roles, [] if across or markets else [cell.text for cell in heads])
    return Axes(counted=counted, roles=roles, across=across, markets=markets)


def names(
    axes: Axes, rows: Sequence[Cell], header: str, group: str, title: str
) -> tuple[str, str, dict[str, str]]:  # fmt: skip
    """(policy area, metric, dimensions) of a figure; `header` and `group` are empty where they are periods."""
    said: dict[str, list[str]] = {"area": [group] if group and axes.counted != "groups" else [], "metric": []}
    dimensions: dict[str, str] = {}
    for cell, role in zip(rows, axes.roles, strict=False):
        if role == "market":
            dimensions["market"] = cell.text
        elif not is_time(cell):
            said["metric" if role == "metric" else "area"].append(cell.text.strip().rstrip(":"))
    if axes.counted == "rows" and not said["metric"]:
        said["metric"] = said["area"][-1:]
        del said["area"][-1:]
    if axes.markets:
        dimensions["market"] = header
    elif axes.counted != "columns" and header and fold(header) not in SAYS_NOTHING:
        said["area"].append(header)
    metric = {"columns": header, "groups": group, "title": title}.get(axes.counted) or " ".join(said["metric"])
    if len(said["area"]) > 1:
        dimensions["parent_policy"] = said["area"][-2]
    return (said["area"] or [""])[-1], metric, dimensions


def _role(header: Cell, cells: Sequence[Cell]) -> str:
    said = fold(header.text)
    if any(map(is_time, cells)) if grid.is_time(header) else cells and all(map(is_time, cells)):
        return "time"
    if "country" in said or "market" in said or _are_countries(cells):
        return "market"
    return "metric" if _METRIC.search(said) else "area"


def _counted(block: Block, roles: Sequence[str], heads: Sequence[str]) -> str:
    """Which part names the metric."""
    areas = [at for at, role in enumerate(roles, block.first()) if role == "area"]
    rows = [cell.text for at in areas for cell in _column(block.rows, at)]
    groups = [cell.text for cell in block.groups[block.first() + len(roles) :] if not is_time(cell)]
    if "metric" in roles:
        return "rows"
    if not rows:
        return _of_columns(block.title, heads, groups)
    policy = any(_AREA.search(block.header[at].text) for at in areas)
    if not heads:
        return _of_rows(block.title, rows, groups, policy=policy)
    found = "columns" if policy else _by_numbers(block) or _by_words(rows, heads)
    return found or ("columns" if len(heads) < 2 else "")


def _of_columns(title: str, heads: Sequence[str], groups: Sequence[str]) -> str:
    """Where rows have no names of their own."""
    if _BY_POLICY.search(title) or not heads:
        return "title"
    if _count(heads) or not (groups or len(heads) > 1):
        return "columns"
    return "groups" if _count(groups) else "title" if not groups and _count([title]) else "columns"


def _of_rows(title: str, rows: Sequence[str], groups: Sequence[str], *, policy: bool) -> str:
    """Where the columns are periods or markets."""
    if not policy and _count(rows):
        return "rows"
    if any(groups) and (policy or _count(groups)):
        return "groups"
    return "title" if policy or _BY_POLICY.search(title) or _count([title]) else "rows"


def _column(rows: Iterable[Sequence[Cell]], column: int) -> list[Cell]:
    return [row[column] for row in rows if column < len(row) and row[column].text.strip()]


def _are_countries(cells: Sequence[Cell]) -> bool:
    known = [found for cell in cells if (found := countries.code(cell.text))]
    return len(known) * 2 > len(cells) and not set(known) <= countries.TOTALS


def _by_numbers(block: Block) -> str:
    """Columns where each of them has one kind of number and some rows have two; rows where it is the other way."""
    rows = [[_kind(cell) for cell in row[block.first() + block.names() :]] for row in block.rows]
    columns = [[row[at] for row in rows if at < len(row)] for at in range(max(map(len, rows), default=0))]
    mixed = [any({"share", "count"} <= set(one) for one in part) for part in (rows, columns)]
    return "" if mixed[0] == mixed[1] else "columns" if mixed[0] else "rows"


def _kind(cell: Cell) -> str:
    """`share` or `count`, empty for a number that may be either."""
    number = values.parse(cell.text).number
    if cell.share or "%" in cell.text or (number is not None and 0 < abs(number) < 1):
        return "share"
    return "count" if number is not None and number > 1 and values.is_whole(number) else ""


def _by_words(rows: Sequence[str], heads: Sequence[str]) -> str:
    count = _count(rows), _count(heads)
    return "" if count[0] == count[1] else "rows" if count[0] else "columns"


def _count(texts: Iterable[str]) -> bool:
    """Whether half of some names say that something is counted."""
    different = set(texts)
    return bool(different) and 2 * sum(_COUNTED.search(text) is not None for text in different) >= len(different)
