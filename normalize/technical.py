"""How a rebuild differs from the tables in use: what a parser that changed makes of the same bytes.

None of it is a restatement, because nothing was published anew. Every row that differs is written to
`rebuild/<name>/differences.jsonl.gz`, one JSON object a line: `table`, `difference` (`changed`, `added`, `removed`),
`source`, `document`, `run_id`, what tells the row from others (of a fact: `key`, `occurrence`), `columns` (name to
[before, after]), `parser` ([before, after] of the release) and the row's `citation`.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from archive.store import Store
from normalize import tables
from normalize.ledger import TABLES, Row, schema_of
from normalize.reprocess import place
from normalize.schema import CITATION

RELEASE = ("source", "document", "run_id")
FACT = ("key", "occurrence")
IDENTITY = {"releases": (), "rejected": ("pointer", "reason"), "restatements": ("change", "key", "pointer")}
AT_ONCE = 1000  # rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How a table of the rebuild differs from the one in use: numbers of rows.

    `unexplained` of those that differ are of releases that had the same version of the parser before: either it
    changed without saying so, or what it was given did.
    """

    table: str
    same: int
    changed: int
    added: int
    removed: int
    unexplained: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """A source's documents were shaped by other versions of a parser before; `run_id` is the newest visit of them."""

    source: str
    run_id: str
    parser: str
    before: tuple[str, ...]
    after: str


def report(store: Store, name: str, sources: Sequence[str], since: str = "") -> list[Difference]:
    """How each table of the rebuild differs from the one in use, for these sources' visits from `since` (a run id or
    the beginning of one) on; writes the report."""
    with _connected(store, name) as connection, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "differences.jsonl.gz"
        where = f"{tables.predicate({'source': sources})} AND run_id >= {tables.quoted(since)}"
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            found = [_difference(connection, table, where, lines) for table in TABLES]
        store.put_file(report_key(name), path, if_absent=False)
    return found


def report_key(name: str) -> str:
    return f"rebuild/{name}/differences.jsonl.gz"


def upgrades(store: Store, name: str, sources: Sequence[str]) -> list[Upgrade]:
    """The parsers of which these sources' rows in use are of other versions than in the rebuild."""
    with _connected(store, name) as connection:
        found = connection.execute(
            "SELECT n.source, max(n.run_id), n.family, split_part(n.parser, '/', 2) AS after, "  # noqa: S608
            "list(DISTINCT split_part(o.parser, '/', 2)) AS before "
            f"FROM new_releases n JOIN old_releases o USING ({', '.join(RELEASE)}, family) "
            f"WHERE n.parser <> o.parser AND {tables.predicate({'n.source': sources})} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return [
        Upgrade(source=source, run_id=run_id, parser=parser, before=tuple(sorted(before)), after=after)
        for source, run_id, parser, after, before in found
    ]


def _connected(store: Store, name: str) -> duckdb.DuckDBPyConnection:
    """Each table in use as `old_<table>`, and that of the rebuild as `new_<table>`."""
    connection = duckdb.connect(":memory:")
    for age, url in (("old", store.url), ("new", place(store, name))):
        for table in TABLES:
            connection.register(f"{age}_{table}", tables.dataset(table, schema_of(table), url))
    return connection


def _difference(connection: duckdb.DuckDBPyConnection, table: str, where: str, file: IO[str]) -> Difference:
    counts: Counter[str] = Counter()
    for line in _lines(connection, table, where):
        counts[line["difference"]] += 1
        counts["unexplained"] += line["parser"][0] == line["parser"][1]
        file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    identity = ", ".join(map(_name, _identity(table)))
    count = f"SELECT count(*) FROM (SELECT DISTINCT {identity} FROM old_{table} WHERE {where})"  # noqa: S608
    (before,) = connection.execute(count).fetchone() or (0,)
    changes = {name: counts[name] for name in ("changed", "added", "removed", "unexplained")}
    return Difference(table=table, same=before - counts["changed"] - counts["removed"], **changes)


def _lines(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> Iterator[Row]:
    """The rows that differ, as lines of the report."""
    identity = _identity(table)
    old, new = _side("old", table, where), _side("new", table, where)
    names, release = ", ".join(map(_name, identity)), " AND ".join(f"r.{name} = d.{name}" for name in RELEASE)
    was, now = (f"(SELECT any_value(parser) FROM {age}_releases r WHERE {release})" for age in ("old", "new"))  # noqa: S608
    found = connection.execute(
        f"WITH d AS (SELECT {names}, o.said AS before, n.said AS after FROM ({old}) o FULL JOIN ({new}) n "  # noqa: S608
        f"USING ({names}) WHERE o.said IS DISTINCT FROM n.said) "
        f"SELECT {names}, before, after, {was}, {now} FROM d ORDER BY {names}"
    )
    while rows := found.fetchmany(AT_ONCE):
        for *told, before, after, old_parser, new_parser in rows:
            yield _line(table, dict(zip(identity, told, strict=True)), before, after, [old_parser, new_parser])


def _line(table: str, identity: Row, before: Row | None, after: Row | None, parser: list[str | None]) -> Row:
    there = after or before or {}
    old, new = before or {}, after or {}
    return {
        "table": table,
        "difference": "changed" if before and after else "added" if after else "removed",
        **identity,
        "columns": {name: [old.get(name), new.get(name)] for name in there if old.get(name) != new.get(name)},
        "parser": parser,
        "citation": {name: there.get(name, identity.get(name)) for name in CITATION},
    }


def _identity(table: str) -> tuple[str, ...]:
    return (*RELEASE, *IDENTITY.get(table, FACT))


def _side(age: str, table: str, where: str) -> str:
    """SQL for the rows of one side: what tells them apart, and a struct `said` of all else but the parser."""
    identity = _identity(table)
    rest = [name for name in schema_of(table).names if name not in (*identity, "parser")]
    said = ", ".join(f"{_name(name)} := {_name(name)}" for name in rest)
    names = ", ".join(map(_name, identity))
    return f"SELECT DISTINCT {names}, struct_pack({said}) AS said FROM {age}_{table} WHERE {where}"  # noqa: S608


def _name(column: str) -> str:
    return f'"{column}"'
