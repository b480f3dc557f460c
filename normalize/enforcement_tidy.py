"""Tidy enforcement tables: a row for each figure, or one for each series with a column for each period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from normalize import container, grid, periods, tabular, values
from normalize.cells import Cell, Sheet
from normalize.enforcement_rows import Figure, fact, service_of
from normalize.facts import fold
from normalize.model import Fact, Period, Problem, Rejected, Release
from normalize.tabular import Record

# Column, folded -> what it is. Each tidy form needs all its columns.
FORMS = (
    {"app": "service", "policy area": "area", "metric": "metric", "period": "period", "value": "raw"},
    {"metric": "metric", "period type": "", "period": "period", "policy type": "policy_type", "issue policy": "area",
     "task type": "task_type", "task": "task", "location": "location_type", "market": "market", "result": "raw"},
)  # fmt: skip
HIGHEST_HEADER = 25  # records of a tidy table down to its header


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidy:
    """Where a tidy table's header is, what its columns mean, and which hold values (their period in the header)."""

    at: int
    header: tuple[str, ...]
    form: Mapping[str, str]
    values: tuple[tuple[str, str], ...]


def form_of(records: Sequence[Record]) -> Tidy | None:
    """How a table is tidy; None when it is not. Raises Rejected when it would be but for columns that are missing."""
    rows = [tuple(fold(cell).strip(" :'\"") for cell in record.cells) for record in records]
    at, form = max(
        ((at, form) for at in range(len(rows)) for form in FORMS),
        key=lambda one: len(one[1].keys() & set(rows[one[0]])),
    )
    header = rows[at]
    missing = [name for name in form if name not in header]
    value = next(name for name, meaning in form.items() if meaning == "raw")
    spread = tuple((name, name) for name in header if periods.parse(name) and header.count(name) == 1)
    if not missing:
        return Tidy(at=at, header=header, form=form, values=((value, ""),))
    if spread and set(missing) == {"period", value}:
        return Tidy(at=at, header=header, form=form, values=spread)
    if len(missing) < len(form) - 2 and not _has_other_names(header, form, missing):
        raise Rejected(f"columns {', '.join(missing)} are missing; the file has: {', '.join(header)[:300]}")
    return None


def _has_other_names(header: Sequence[str], form: Mapping[str, str], missing: Sequence[str]) -> bool:
    """Whether what is missing is whose figures these are, and of what, and other columns may say it."""
    return {form[name] for name in missing} == {"service", "area"} and any(filter(None, {*header} - form.keys()))


def turned(sheet: Sheet) -> Sheet | None:
    """A tidy table that lies on its side, upright: a column has all its names, and the row of values only numbers."""
    wide = max(map(len, sheet.rows), default=0)
    for column in range(min(wide, 3)):
        said = [fold(row[column].text) if column < len(row) else "" for row in sheet.rows]
        numbers = {name for name, row in zip(said, sheet.rows, strict=True) if all(map(_is_number, row[column + 1 :]))}
        if any(form.keys() <= set(said) and numbers & {"value", "result"} for form in FORMS):
            return Sheet(name=sheet.name, rows=tuple(_upright(sheet.rows, at) for at in range(column, wide)))
    return None


def _is_number(cell: Cell) -> bool:
    return grid.is_value(cell) or values.is_missing(cell.text)


def _upright(rows: Sequence[tuple[Cell, ...]], column: int) -> tuple[Cell, ...]:
    return tuple(container.cell_at(row, column) for row in rows)


def figures(
    release: Release, tidy: Tidy, records: Sequence[Record], place: Callable[[int, str], str], problems: list[Problem]
) -> Iterator[Fact]:
    """The figures of a tidy table; `place` is the pointer to a record's cell in a column."""
    known = {*tidy.form, *(name for name, _ in tidy.values)}
    problems.extend(
        Problem(pointer=place(records[tidy.at].row, name), reason=f"unknown column {name!r}: its cells are in no table")
        for at, name in enumerate(tidy.header)
        if name not in known or name in tidy.header[:at]
    )
    records = [_fitting(record, tidy.header) for record in records]
    check_doubles(tidy, records)
    spans = _spans(tidy, records)
    for record in records[: tidy.at]:
        reason = f"a line above the header: {' '.join(record.cells).strip()[:120]!r}"
        problems.append(Problem(pointer=place(record.row, "#1"), reason=reason))
    service, first = service_of(release), tidy.values[0][0]
    for record in records[tidy.at + 1 :]:
        if len(record.cells) != len(tidy.header):
            reason = f"a row has {len(record.cells)} cells, the header has {len(tidy.header)}"
            problems.append(Problem(pointer=place(record.row, first), reason=reason))
            continue
        cells = _cells(tidy, record)
        if nameless := [name for name in _needed(tidy) if not cells[name].strip()]:
            reason = f"a row without {' and '.join(nameless)}: its figures are in no table"
            problems.append(Problem(pointer=place(record.row, nameless[0]), reason=reason))
            continue
        for name, label in _stated(tidy, cells):
            period = spans[_series(tidy, cells), label]
            if period is None:
                reason = f"nothing says which period {label!r} is"
                problems.append(Problem(pointer=place(record.row, name), reason=reason))
            else:
                said = {meaning: cells[column] for column, meaning in tidy.form.items() if meaning and column in cells}
                said |= {"period": label, "raw": cells[name]}
                yield fact(release, _figure({"service": service, **said}, period, place(record.row, name)))


def _fitting(record: Record, header: Sequence[str]) -> Record:
    """A record as wide as its header, where no more than blank cells, or blank headers, are missing or too many."""
    width, count = len(header), len(record.cells)
    if any(cell.strip() for cell in (*record.cells[width:], *header[count:])):
        return record
    return replace(record, cells=(*record.cells[:width], *("",) * (width - count)))


def _cells(tidy: Tidy, record: Record) -> dict[str, str]:
    """A record's cells by column; of two columns of a name the first."""
    return dict(zip(reversed(tidy.header), reversed(record.cells), strict=True))


def _stated(tidy: Tidy, cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """The columns of a record's figures, each with what names its period; several are there to be left blank."""
    filled = [(name, label) for name, label in tidy.values if len(tidy.values) == 1 or cells[name].strip()]
    return [(name, label or cells["period"]) for name, label in filled]


def _series(tidy: Tidy, cells: Mapping[str, str]) -> tuple[str, ...]:
    """The series that a record is of: the kind of its period if one is said, its service and its metric."""
    columns = [name for name, meaning in tidy.form.items() if meaning in ("service", "metric")]
    return (fold(cells.get("period type", "")), *(fold(cells[name]) for name in columns))


def _spans(tidy: Tidy, records: Sequence[Record]) -> Mapping[tuple[tuple[str, ...], str], Period | None]:
    """The periods of each series by how they are written. A label that is all a series has means what it means in the
    longest series that has it too."""
    labels: dict[tuple[str, ...], set[str]] = {}
    longest: dict[tuple[str, str], set[str]] = {}
    for cells in (_cells(tidy, record) for record in records[tidy.at + 1 :] if len(record.cells) == len(tidy.header)):
        said = labels.setdefault(_series(tidy, cells), set())
        said.update(label for _, label in _stated(tidy, cells))
    for series, said in labels.items():
        for label in said:
            longest[series[0], label] = max(longest.get((series[0], label), said), said, key=len)
    spans = {}
    for series, said in labels.items():
        among = longest[series[0], next(iter(said))] if len(said) == 1 else said
        named = periods.named(among, series[:1])
        spans.update({(series, label): named[label] for label in said})
    return spans


def check_doubles(tidy: Tidy, records: Sequence[Record]) -> None:
    """Raise Rejected for a column that is there twice and says different things: nobody knows which one is meant."""
    doubled = {name for name in tidy.form if tidy.header.count(name) > 1}
    for name in sorted(doubled):
        places = [at for at, one in enumerate(tidy.header) if one == name]
        for record in records[tidy.at + 1 :]:
            if len({record.cells[at].strip() for at in places if at < len(record.cells)}) > 1:
                raise Rejected(f"the column {name!r} is there {len(places)} times and says different things")


def _needed(tidy: Tidy) -> list[str]:
    """The columns that no row may leave blank: without a service and an area nothing says what was counted."""
    needed = {"service", "area", "metric"} if "service" in tidy.form.values() else {"metric"}
    return [name for name, meaning in tidy.form.items() if meaning in needed]


def _figure(said: dict[str, str], period: Period, pointer: str) -> Figure:
    own = {"service", "area", "metric", "period", "raw"}
    return Figure(
        service=said["service"], area=said["area"], metric=said["metric"], raw=said["raw"], pointer=pointer,
        period=period, period_label=said["period"],
        dimensions={name: text for name, text in said.items() if name not in own},
    )  # fmt: skip


def widened(records: Sequence[Record], tidy: Tidy) -> list[Record]:
    """Rows of a sheet as wide as its header: what is blank at the end of a row is not in the file."""
    width = len(tidy.header)
    return [Record(row=one.row, cells=(*one.cells, *("",) * (width - len(one.cells)))) for one in records]


def numbered(tidy: Tidy, row: int, column: str) -> str:
    """The pointer to a cell of a CSV whose first record is not its header: by the number of its column."""
    at = tidy.header.index(column) + 1 if column in tidy.header else 1
    return tabular.pointer(row, f"#{at}")


def place(sheet: Sheet, tidy: Tidy, row: int, column: str) -> str:
    at = tidy.header.index(column) if column in tidy.header else 0
    return container.cell_at(sheet.rows[row], at).pointer
