"""Shape the archive again, with today's parsers, beside the tables in use; switch when complete.

    rebuild/<name>/tables/<table>            the new tables
    rebuild/<name>/done/<source>/<run_id>    visits that are in them: what makes it resumable

Several workers may shape visits of different sources at once; the visits of one source go in their order. What differs
afterwards differs because a parser changed: it is reported as such and is never a restatement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow.compute as pc

from archive import reader
from archive.store import Store
from changes.model import Comparison
from changes.run import compare_visit
from normalize import families, tables
from normalize.model import Item
from normalize.run import shape

SHAPED = frozenset({"first", "changed", "reappeared"})
IDENTITY = {"releases": (), "rejected": ("pointer", "reason"), "restatements": ("change", "key", "pointer")}
TABLES = (*families.ALL, *IDENTITY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A committed visit whose documents have a family."""

    source: str
    run_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How a table of the rebuild differs from the one in use: numbers of rows."""

    table: str
    same: int
    changed: int
    added: int
    removed: int


def visits(store: Store, *, family: str | None = None, source: str | None = None, since: str = "") -> list[Visit]:
    """The visits there are, oldest first per source; `since` is a run id or the beginning of one."""
    return [
        Visit(source=name, run_id=run_id)
        for name in ([source] if source else reader.sources(store))
        for run_id in reader.runs(store, name)
        if run_id >= since and _family(store, name, run_id) in ([family] if family else families.ALL)
    ]


def _family(store: Store, source: str, run_id: str) -> str | None:
    declared: str | None = reader.load_manifest(store, source, run_id).declaration.get("family")
    return declared


def items_of(comparison: Comparison) -> list[Item]:
    """What of a visit is shaped: documents that are new, changed or back."""
    return [
        Item(
            document=verdict.document, url=verdict.url, media_type=verdict.media_type, run_id=comparison.run_id,
            citation=verdict.after,
        )
        for verdict in comparison.verdicts
        if verdict.verdict in SHAPED and verdict.after is not None
    ]  # fmt: skip


def place(store: Store, name: str) -> str:
    """Where the tables of a rebuild are."""
    return f"{store.url.rstrip('/')}/rebuild/{name}"


def shape_visits(store: Store, name: str, chosen: Sequence[Visit]) -> Iterator[tuple[Visit, int]]:
    """Shape each visit into the rebuild; gives it with its number of facts (0 when it was done before)."""
    for visit in chosen:
        done = f"rebuild/{name}/done/{visit.source}/{visit.run_id}"
        if store.exists(done):
            yield visit, 0
            continue
        declared = reader.load_manifest(store, visit.source, visit.run_id).declaration
        shaped = shape(
            store, source=visit.source, publisher=declared["publisher"], family=declared["family"],
            items=items_of(compare_visit(store, visit.source, visit.run_id)), into=place(store, name),
        )  # fmt: skip
        store.put(done, b"")
        yield visit, shaped.facts


def differences(store: Store, name: str, sources: Sequence[str]) -> list[Difference]:
    """How each table of the rebuild differs from the one in use, for these sources."""
    return [_difference(store, name, table, sources) for table in TABLES]


def _difference(store: Store, name: str, table: str, sources: Sequence[str]) -> Difference:
    found = [tables.opened(table, store.url), tables.opened(table, place(store, name))]
    old, new = (None if one is None else one.to_pyarrow_dataset() for one in found)
    if old is None or new is None:
        counts = (0, 0, _count(new, sources), _count(old, sources))
    else:
        counts = _compared(old, new, IDENTITY.get(table, ("key", "occurrence")), sources)
    return Difference(table=table, same=counts[0], changed=counts[1], added=counts[2], removed=counts[3])


def _count(rows: Any, sources: Sequence[str]) -> int:
    return 0 if rows is None else int(rows.count_rows(filter=pc.field("source").isin(list(sources))))


def _compared(old: Any, new: Any, identity: Sequence[str], sources: Sequence[str]) -> tuple[int, int, int, int]:
    """Rows that are the same, changed, only in `new`, only in `old`; the parser's version does not count."""
    names = [*("source", "document", "run_id"), *identity]
    rest = [column for column in new.schema.names if column not in names and column in old.schema.names]
    key, said = _quoted(names), _quoted([column for column in rest if column != "parser"])
    chosen = f"SELECT DISTINCT row({key}) AS i, row({said}) AS r FROM {{}} WHERE {{}}"  # noqa: S608
    where = tables.predicate({"source": sources})
    with duckdb.connect(":memory:") as connection:
        connection.register("old_rows", old)
        connection.register("new_rows", new)
        found = connection.execute(
            f"WITH o AS ({chosen.format('old_rows', where)}), n AS ({chosen.format('new_rows', where)}) "  # noqa: S608
            "SELECT count(*) FILTER (o.i IS NOT NULL AND n.i IS NOT NULL AND o.r IS NOT DISTINCT FROM n.r), "
            "count(*) FILTER (o.i IS NOT NULL AND n.i IS NOT NULL AND o.r IS DISTINCT FROM n.r), "
            "count(*) FILTER (o.i IS NULL), count(*) FILTER (n.i IS NULL) FROM o FULL JOIN n ON o.i = n.i"
        ).fetchone()
    return (0, 0, 0, 0) if found is None else (found[0], found[1], found[2], found[3])


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def switch(store: Store, name: str, sources: Sequence[str]) -> None:
    """Put the rebuild in the place of what these sources have in the tables: one commit per table."""
    for table in TABLES:
        tables.switch(table, store.url, tables.opened(table, place(store, name)), sources=sources)
