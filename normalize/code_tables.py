"""The tables of indicators in a report's JSON: rows, objects, several in one, with or without a wrapper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from normalize import countries, html, jsontext, periods, values
from normalize.code_model import Table, Text
from normalize.code_values import decoded, escape, is_list, items, text_of
from normalize.facts import fold
from normalize.model import Problem

HEADERS = ("headers", "header", "columns", "head", "thead")
ROWS = ("rows", "data", "body", "table", "values", "tbody", "table_value")
CELLS = ("cells", "cols", "td", "tds", "row")
ROW_NUMBERS = frozenset({"id", "_id", "uuid", "order", "created_at", "updated_at"})
TITLES = ("title", "name", "caption", "label")
CORNERS = frozenset(
    {"", "country", "member state", "language", "category", "kind", "type", "name", "age", "month", "year"}
)
Rows = Sequence[tuple[str, Any]]


def read(value: Any, pointer: str, problems: list[Problem]) -> Iterator[Table]:
    """The tables of a value: one, or several in a list. What is no table, row or text is reported."""
    value, pointer = decoded(value, pointer)
    if _is_wrapper(value):
        title = next((value[name] for name in TITLES if isinstance(value.get(name), str)), "")
        for table in _table(_unwrapped(value, pointer), problems):
            yield replace(table, title=html.fragment_text(title))
        return
    if isinstance(value, dict) and not is_list(value):
        problems.append(Problem(pointer=pointer, reason=f"a table was expected, not {_shape(value)}"))
        return
    rows = _opened(items(value, pointer))
    if any(_is_wrapper(item) for _, item in rows) or _several(rows):
        for at, table in rows:
            yield from read(table, at, problems)
    else:
        yield from _table(rows, problems)


def titled(table: Table) -> Table:
    """The table without a first row that is its title: one text alone, above a row of names only."""
    if len(table.rows) < 3:
        return table
    first, names = ([cell.said.strip() for cell in row] for row in table.rows[:2])
    alone = bool(first and first[0]) and not any(first[1:])
    if not alone or len(names) < 2 or countries.code(names[0]) is not None or not all(map(_is_name, names)):
        return table
    return Table(rows=table.rows[1:], title=table.title or first[0])


def _is_name(text: str) -> bool:
    return bool(text) and not values.is_missing(text) and values.parse(text) == values.NOTHING


def headed(table: Table) -> Table:
    """The table under one row of headers, where a second row names parts of what cells of the first one are above."""
    if len(table.rows) < 3 or not _are_heads(*table.rows[:3]):
        return table
    above, below = table.rows[:2]
    heads: list[Text] = []
    last = ""
    for column, name in enumerate(below):
        group = above[column].said.strip() if column < len(above) else ""
        last = group or (last if name.said.strip() else "")
        parts = dict.fromkeys(part for part in (last, name.said.strip()) if part)
        heads.append(replace(name, text=" ".join(parts), raised=""))
    return replace(table, rows=(tuple(heads), *table.rows[2:]))


def is_headless(table: Table) -> bool:
    """Whether the first row is one of figures: of a country in the cell that names it, of numbers alone, or of a name
    and numbers, as all rows below it are."""
    texts = [cell.said.strip() for cell in table.rows[0]]
    numbers = [values.parse(text) != values.NOTHING and periods.parse(text) is None for text in texts]
    name = name_column(Table(rows=((), *table.rows)))
    named = name is not None and name < len(texts) and countries.code(texts[name]) is not None
    return any(numbers) and (all(numbers) or named or all(_is_listed(row) for row in table.rows))


def _is_listed(row: Sequence[Text]) -> bool:
    """Whether a row is a name and its numbers: `1`, `2`, `3` and periods may be headers."""
    name, *texts = [cell.said.strip() for cell in row] or [""]
    numbers = [values.parse(text).number for text in texts if periods.parse(text) is None]
    return (
        values.parse(name) == values.NOTHING
        and fold(name) not in CORNERS
        and bool(texts)
        and len(numbers) == len(texts)
        and None not in numbers
        and (len(numbers) == 1 or numbers != list(range(1, len(numbers) + 1)))
    )


def countries_across(headers: Sequence[str]) -> bool:
    """Whether the columns are countries, and the rows what is counted."""
    known = [code for header in headers if (code := countries.code(header))]
    return len(known) * 2 > len(headers) and len({*known} - countries.TOTALS) > 1


def lists_countries(table: Table, names: int) -> bool:
    """Whether the rows are named by countries: most are, or the header promises it. Languages have codes like them."""
    listed = [row[names].said for row in table.rows[1:] if names < len(row)]
    header = fold(table.rows[0][names].text) if names < len(table.rows[0]) else ""
    if "language" in header:
        return False
    promised = any(word in header for word in ("country", "member state"))
    return promised or sum(countries.code(name) is not None for name in listed) * 2 > len(listed)


def row_country(name: Text, *, listed: bool) -> str | None:
    """The country or total that a row is about; where rows are not countries (`listed`), `NO` and `IT` are none."""
    found = countries.code(name.said)
    return found if listed or found in countries.TOTALS or len(name.said.strip()) > 2 else None


def name_column(table: Table) -> int | None:
    """The column that names the rows: that of countries, else the first, unless all of it is numbers."""
    for column in range(min(3, max(map(len, table.rows)))):
        texts = [row[column].said for row in table.rows[1:] if column < len(row)]
        if texts and sum(countries.code(text) is not None for text in texts) * 2 > len(texts):
            return column
    first = [row[0].text for row in table.rows[1:] if row]
    return 0 if not first or any(values.parse(text) == values.NOTHING for text in first) else None


def is_one_cell(name: Text, cell: Text) -> bool:
    """Whether the cell that names a row spans this column too."""
    return bool(name.text) and name == cell


def _are_heads(above: Sequence[Text], below: Sequence[Text], third: Sequence[Text]) -> bool:
    """Whether two rows are headers: the first has fewer names than columns, the second only names, and no row's.

    What stands below a blank corner is a row's name, unless numbers begin with the third row.
    """
    names, parts = ([cell.said.strip() for cell in row] for row in (above, below))
    columns = len(names) - (not names[0]) if names else 0
    if len(below) < len(above) or len({*names} - {""}) >= columns:
        return False
    corner = not names[0] and any(values.parse(cell.said) != values.NOTHING for cell in third[1:])
    first = not parts[0] or corner or parts[0] == names[0] or len({*names}) == 1
    values_in = any(values.is_missing(part) or values.parse(part) != values.NOTHING for part in parts if part)
    countries_in = any(countries.code(part) for part in parts)
    return first and not values_in and not countries_in and sum(map(bool, parts[1:])) > 1


def _is_wrapper(value: Any) -> bool:
    """Whether an object holds the rows of a table under a name, and beside them only headers and a title."""
    value, _ = decoded(value, "")
    if not isinstance(value, dict) or not value.keys() <= {*HEADERS, *ROWS, *TITLES}:
        return False
    return sum(isinstance(decoded(value.get(name), "")[0], list | dict) for name in ROWS) == 1


def _unwrapped(value: dict[str, Any], pointer: str) -> Rows:
    head = next((name for name in HEADERS if value.get(name)), None)
    body = next(name for name in ROWS if isinstance(decoded(value.get(name), "")[0], list | dict))
    rows = _opened(items(value[body], f"{pointer}/{body}"))
    lists = all(is_list(row) for _, row in rows)
    return [(f"{pointer}/{head}", value[head]), *rows] if head and lists else rows


def _opened(rows: Rows) -> Rows:
    """Rows that are objects with nothing but a list of cells as these lists."""
    return [_cells(at, row) for at, row in rows]


def _cells(at: str, row: Any) -> tuple[str, Any]:
    opened, where = decoded(row, at)
    names = list(opened.keys() - jsontext.SILENT) if isinstance(opened, dict) else []
    return (f"{where}/{names[0]}", opened[names[0]]) if len(names) == 1 and names[0] in CELLS else (at, row)


def _several(rows: Rows) -> bool:
    """Whether these are tables and not rows: told by whether the rows of the first have rows themselves."""
    inside = items(rows[0][1], rows[0][0]) if rows and is_list(rows[0][1]) else []
    return any(isinstance(decoded(item, "")[0], list) for _, item in inside) or (
        bool(inside) and all(isinstance(decoded(item, "")[0], dict) and not _is_text(item) for _, item in inside)
    )


def _is_text(value: Any) -> bool:
    try:
        return bool(text_of(value, "").pointer)
    except ValueError:
        return False


def _shape(value: Any) -> str:
    named = isinstance(value, dict)
    return f"an object with the fields {', '.join(map(str, value))}"[:200] if named else f"{value!r:.80}"


def _table(rows: Rows, problems: list[Problem]) -> Iterator[Table]:
    """Rows as lists under a row of headers, or as objects by header."""
    good: list[tuple[str, Any]] = []
    for at, row in rows:
        if isinstance(decoded(row, at)[0], list | dict):
            good.append((at, row))
        else:
            problems.append(Problem(pointer=at, reason=f"a row of a table was expected, not {row!r:.80}"))
    if any(isinstance(row, dict) and not is_list(row) for _, row in good):
        names = _columns([row for _, row in good if isinstance(row, dict)])
        headers = tuple(Text(text=name, pointer=good[0][0]) for name in names)
        yield Table(rows=(headers, *(_object(row, at, names, problems) for at, row in good if isinstance(row, dict))))
    elif good:
        made = (tuple(_cell(cell, where, problems) for where, cell in items(row, at)) for at, row in good)
        yield Table(rows=tuple(made))


def _columns(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The columns of rows given by header. Numbers of rows, and layout that all rows share, are none where others name
    the rows; else those that do are columns too."""
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    silent = {name for name in names if name in ROW_NUMBERS or (name in jsontext.SILENT and _is_same(rows, name))}
    if any(_names_rows(rows, name) for name in names if name not in silent):
        return [name for name in names if name not in silent]
    return [name for name in names if name not in silent or _names_rows(rows, name)]


def _is_same(rows: Sequence[dict[str, Any]], name: str) -> bool:
    return all(row.get(name) == rows[0].get(name) for row in rows)


def _names_rows(rows: Sequence[dict[str, Any]], name: str) -> bool:
    """Whether a column has texts that are no numbers."""
    said = (html.fragment_text(row[name]) for row in rows if isinstance(row.get(name), str))
    return any(values.parse(one) == values.NOTHING and one.strip() and not values.is_missing(one) for one in said)


def _object(row: dict[str, Any], at: str, names: Sequence[str], problems: list[Problem]) -> tuple[Text, ...]:
    """The cells of a row given by header; one that the row does not have points at the row."""
    return tuple(
        _cell(row[name], f"{at}/{escape(name)}", problems) if name in row else Text(text="", pointer=at)
        for name in names
    )


def _cell(value: Any, pointer: str, problems: list[Problem]) -> Text:
    if unread := jsontext.unread(decoded(value, pointer)[0]):
        reason = f"a cell says several things: its {', '.join(unread)} is in no table"
        problems.append(Problem(pointer=pointer, reason=reason))
    try:
        return text_of(value, pointer)
    except ValueError as error:
        problems.append(Problem(pointer=pointer, reason=f"a cell was expected, not {error}"))
        return Text(text="", pointer=pointer)
