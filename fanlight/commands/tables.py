"""Tables of facts: reading them, asking them, and leading a row back to the archived bytes."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from archive.model import Citation
from fanlight import show
from fanlight.commands.common import open_archive, parse_time, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    import duckdb

SHORT = ("document", "kind", "key", "raw_value", "unit", "before_raw", "after_raw", "reason", "status", "captured")


def table(arguments: Namespace) -> int:
    connection = _connect()
    known = [str(name) for (name,) in connection.execute("SHOW TABLES").fetchall()]
    require_known("table", arguments.name, known)
    wanted = arguments.name
    if arguments.as_of:
        wanted = f"{wanted}_as_of('{parse_time(arguments.as_of).isoformat()}')"
    conditions = [f"({arguments.where})"] if arguments.where else []
    if arguments.source:
        conditions.append("source = '{}'".format(arguments.source.replace("'", "''")))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    limit = f" LIMIT {arguments.limit}" if arguments.limit else ""
    return _print(connection, f"FROM {wanted}{where}{limit}", arguments, title=arguments.name)


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
        relation = connection.sql(sql)
        if relation is None:
            raise UserError("that is no question", "write a SELECT over the tables of docs/data-dictionary.md")
        if arguments.format == "parquet":
            if not arguments.output:
                raise UserError("parquet is no text", "name a file with --output")
            relation.write_parquet(arguments.output)
            return 0
        columns, rows = relation.columns, relation.fetchall()
    except duckdb.Error as error:
        raise UserError(f"DuckDB says: {error}", "see docs/data-dictionary.md for tables and columns") from error
    _write(columns, rows, arguments.format, title)
    return 0


def _write(columns: list[str], rows: list[tuple[Any, ...]], form: str, title: str) -> None:
    if form == "json":
        show.lines(dict(zip(columns, row, strict=True)) for row in rows)
    elif form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        short = [name for name in columns if name in SHORT] if title else columns
        places = [columns.index(name) for name in short]
        show.table(f"{title} ({len(rows)} rows)".strip(), short, ([row[place] for place in places] for row in rows))
