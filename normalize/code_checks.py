"""What is reported of an indicator table: columns and rows nobody named, countries nobody knows, scales in headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from normalize import code_tables, countries, values
from normalize.code_model import Table, Text
from normalize.model import Problem

_SCALE = r"(?:thousands?|millions?|billions?)"
SCALED = re.compile(rf"\bin (?:[\w€$]+ )?(?:of )?{_SCALE}\b|\((?:[\w€$]+ )?{_SCALE}\)|\b[’']?000s?\b", re.IGNORECASE)


def problems(table: Table, names: int | None) -> Iterator[Problem]:
    """Of a table under one row of headers; `names` is the column that names its rows."""
    yield from _heads(table, names)
    heads, *rows = table.rows
    across = code_tables.countries_across([head.text for head in heads])
    if names is not None:
        yield from _nameless(rows, names)
        listed = [row[names] for row in rows if names < len(row)]
        if listed and max(map(len, table.rows)) == 1:
            yield Problem(pointer=listed[0].pointer, reason="a table of one column: what its rows say is in no table")
        if code_tables.lists_countries(table, names) and not across:
            yield from _unknown(listed)
        yield from _between(rows, names)
    if across:
        yield from _unknown(head for column, head in enumerate(heads) if column != names)


def _heads(table: Table, names: int | None) -> Iterator[Problem]:
    """A column without a header is kept under its number."""
    heads, *rows = table.rows
    if SCALED.search(table.title) and rows:
        yield Problem(pointer=rows[0][0].pointer if rows[0] else "", reason=_multiplied(table.title))
    for column in range(max(map(len, table.rows))):
        found = [row[column] for row in rows if column < len(row) and row[column].text.strip()]
        head = heads[column].said if column < len(heads) else ""
        if found and SCALED.search(head):
            yield Problem(pointer=heads[column].pointer, reason=_multiplied(head))
        if found and column != names and not (column < len(heads) and heads[column].text.strip()):
            yield Problem(pointer=found[0].pointer, reason=f"column {column + 1} of the table has no header")


def _multiplied(text: str) -> str:
    return f"{text[:80]!r} says that its numbers are to be multiplied: they are kept as they stand"


def _nameless(rows: Iterable[Sequence[Text]], names: int) -> Iterator[Problem]:
    for row in (row for row in rows if names < len(row) and not row[names].text.strip()):
        if any(values.parse(cell.said) != values.NOTHING for cell in row):
            yield Problem(pointer=row[names].pointer, reason="a row of the table has figures and no name")


def _between(rows: Iterable[Sequence[Text]], names: int) -> Iterator[Problem]:
    """What stands in one cell over all columns is no row, and nothing says which rows it is about."""
    for row in rows:
        if len(row) > 1 and names < len(row) and all(code_tables.is_one_cell(row[names], cell) for cell in row):
            reason = f"a line between rows, which are not told apart by it: {row[names].text[:80]!r}"
            yield Problem(pointer=row[names].pointer, reason=reason)


def _unknown(names: Iterable[Text]) -> Iterator[Problem]:
    for name in names:
        if name.text and countries.code(name.said) is None:
            yield Problem(pointer=name.pointer, reason=f"unknown country {name.text[:100]!r}")
