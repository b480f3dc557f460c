"""Tables of facts: reading them, asking them, and leading a row back to the archived bytes."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from archive.model import Citation
from fanlight import show
from fanlight.commands.common import open_archive, parse_time, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SHORT = ("document", "kind", "key", "raw_value", "unit", "before_raw", "after_raw", "reason", "status", "captured")
SHOWN = 40  # rows of a table for people, where nothing else is said
AT_ONCE = 10_000  # rows


def table(arguments: Namespace) -> int:
    connection = _connect()
    known = [str(name) for (name,) in connection.execute("SHOW TABLES").fetchall()]
    require_known("table", arguments.name, known)
    conditions = [f"({arguments.where})"] if arguments.where else []
    if arguments.source:
        conditions.append("source = '{}'".format(arguments.source.replace("'", "''")))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    most = arguments.limit if arguments.limit is not None else SHOWN if arguments.format == "text" else 0
    limit = f" LIMIT {most}" if most else ""
    return _print(connection, f"FROM {_from(arguments)}{where}{limit}", arguments, title=arguments.name)


def _from(arguments: Namespace) -> str:
    from normalize.families import ALL

    if not arguments.as_of:
        return str(arguments.name)
    if arguments.name not in ALL:
        raise UserError(f"{arguments.name} has no --as-of", f"the tables of facts have: {', '.join(ALL)}")
    return f"{arguments.name}_as_of('{parse_time(arguments.as_of).isoformat()}')"


def query(arguments: Namespace) -> int:
    return _print(_connect(), arguments.sql, arguments, title="")


def cite(arguments: Namespace) -> int:
    """Print what the archived bytes say where each row or event points."""
    from normalize.cite import Unresolved, cited

    store = open_archive()
    for line in sys.stdin if arguments.fact == "-" else [arguments.fact]:
        try:
            print(show.printable(cited(store, _citation(line))))
        except Unresolved as error:
            raise UserError(f"the citation leads nowhere ({error})", "check that the row is unchanged") from error
    return 0


def _citation(line: str) -> Citation:
    """Of a row of a table, or of an event (the side after it)."""
    try:
        row: dict[str, Any] = json.loads(line)
        row = row.get("data", row).get("after") or row
        return Citation(**{part.name: row[part.name] for part in fields(Citation)})
    except (ValueError, KeyError, AttributeError, TypeError):
        action = "give a line of `fanlight table --format json` or `fanlight events --json`"
        raise UserError("that is no row with a citation", action) from None


def _connect() -> duckdb.DuckDBPyConnection:
    from normalize.views import connect

    return connect(open_archive().url)


def _print(connection: duckdb.DuckDBPyConnection, sql: str, arguments: Namespace, *, title: str) -> int:
    import duckdb

    try:
        _require_question(connection.extract_statements(sql))
        if arguments.format == "parquet":
            _write_parquet(connection.sql(sql).to_arrow_reader(AT_ONCE), arguments.output)
            return 0
        answer = connection.execute(sql)
        columns = _distinct([column[0] for column in answer.description])
        if arguments.format == "text":
            _write_text(columns, answer.fetchall(), title)
        else:
            {"json": _write_json, "csv": _write_csv}[arguments.format](columns, _rows(answer))
    except duckdb.Error as error:
        raise UserError(f"DuckDB says: {error}", "see docs/data-dictionary.md for tables and columns") from error
    return 0


def _require_question(statements: list[duckdb.Statement]) -> None:
    if [statement.type.name for statement in statements] not in (
        ["SELECT"],
        ["EXPLAIN"],
        ["MULTI"],
    ):  # a PIVOT is MULTI
        raise UserError("that is no question", "write one SELECT over the tables of docs/data-dictionary.md")


def _distinct(names: list[str]) -> list[str]:
    """Names of columns, each once: a second `app` is `app_1`, as DuckDB calls it in a subquery."""
    found: list[str] = []
    for name in names:
        others = (f"{name}_{number}" for number in count(1))
        found.append(name if name not in found else next(other for other in others if other not in [*names, *found]))
    return found


def _rows(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(AT_ONCE):
        yield from rows


def _write_parquet(batches: pa.RecordBatchReader, path: str | None) -> None:
    """By Arrow: DuckDB itself may not write files here."""
    import pyarrow as pa
    from pyarrow import parquet

    if not path:
        raise UserError("parquet is no text", "name a file with --output")
    names = _distinct(batches.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(batches.schema, names, strict=True)])
    try:
        with parquet.ParquetWriter(path, schema) as file:
            for batch in batches:
                file.write_batch(batch.rename_columns(names))
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error})", "name a file in a folder of yours") from error


def _write_json(columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    show.lines(dict(zip(columns, row, strict=True)) for row in rows)


def _write_csv(columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Values stand as they were published, also those that a spreadsheet would take for a formula."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return show.as_json(value) if isinstance(value, list | dict) else value


def _write_text(columns: list[str], rows: list[tuple[Any, ...]], title: str) -> None:
    short = [name for name in columns if name in SHORT] if title else []
    places = [columns.index(name) for name in short or columns]
    chosen = [columns[place] for place in places]
    show.table(f"{title} ({len(rows)} rows)".strip(), chosen, ([row[place] for place in places] for row in rows))
