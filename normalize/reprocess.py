"""Shape the archive again, with today's parsers, beside the tables in use; switch when complete.

    rebuild/<name>/tables/<table>            the new tables
    rebuild/<name>/done/<source>/<run_id>    visits that are in them: what makes it resumable
    rebuild/<name>/differences.jsonl.gz      what differs from the tables in use, row by row (`normalize/technical.py`)

A rebuild in which nothing was written for a month is deleted by upkeep: the tables in use have all of it, or it was
abandoned. What a switch replaced can be read for as long, as the version before.

Several workers may shape visits of different sources at once; the visits of one source are written in their order, and
parsed by several processes. The index says what a visit has; captures that no parser is for are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from archive import reader
from archive.store import Store
from changes.model import Comparison
from changes.run import compare_visit
from normalize import families, tables
from normalize.ledger import TABLES
from normalize.model import Item
from normalize.reading import Workers
from normalize.run import shape

SHAPED = frozenset({"first", "changed", "reappeared"})
AT_ONCE = 50  # visits: what is done again at most after an interruption
CONNECTIONS = 8  # manifests that are fetched at the same time


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A committed visit whose documents have a family."""

    source: str
    run_id: str
    publisher: str
    family: str


def visits(store: Store, *, family: str | None = None, source: str | None = None, since: str = "") -> list[Visit]:
    """The visits there are, oldest first per source; `since` is a run id or the beginning of one."""
    names = [source] if source else reader.sources(store)
    runs = [(name, run_id) for name in names for run_id in reader.runs(store, name) if run_id >= since]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = list(pool.map(lambda run: _visit(store, *run), runs))
    return [one for one in found if one.family in ([family] if family else families.ALL)]


def _visit(store: Store, source: str, run_id: str) -> Visit:
    declared = reader.load_manifest(store, source, run_id).declaration
    return Visit(
        source=source, run_id=run_id, publisher=declared.get("publisher") or "", family=declared.get("family") or ""
    )


def items_of(comparison: Comparison) -> list[Item]:
    """What of a visit is shaped: documents that are new, changed or back."""
    return [
        Item(
            document=verdict.document, url=verdict.url, media_type=verdict.media_type, run_id=comparison.run_id,
            citation=verdict.after, role=verdict.role,
        )
        for verdict in comparison.verdicts
        if verdict.verdict in SHAPED and verdict.after is not None
    ]  # fmt: skip


def place(store: Store, name: str) -> str:
    """Where the tables of a rebuild are."""
    return f"{store.url.rstrip('/')}/rebuild/{name}"


def shape_visits(
    store: Store, name: str, chosen: Sequence[Visit], by: Workers | None = None
) -> Iterator[tuple[list[Visit], int]]:
    """Shape the visits into the rebuild, some at a time; gives these with their number of facts.

    Visits that were done before come first, with 0. Processes of `by` parse, this one writes in order.
    """
    for source, all_of_it in groupby(chosen, key=lambda visit: visit.source):
        marks = f"rebuild/{name}/done/{source}/"
        done = {key.removeprefix(marks) for key in store.list(marks)}
        of_source = list(all_of_it)
        if before := [visit for visit in of_source if visit.run_id in done]:
            yield before, 0
        left = (visit for visit in of_source if visit.run_id not in done)
        for (publisher, family), alike in groupby(left, key=lambda visit: (visit.publisher, visit.family)):
            while batch := list(islice(alike, AT_ONCE)):
                items = [item for visit in batch for item in items_of(compare_visit(store, source, visit.run_id))]
                into = place(store, name)
                shaped = shape(store, source=source, publisher=publisher, family=family, items=items, into=into, by=by)
                for visit in batch:
                    store.put(marks + visit.run_id, b"")
                yield batch, shaped.facts


def switch(store: Store, name: str, sources: Sequence[str]) -> None:
    """Put the rebuild in the place of what these sources have in the tables: one commit per table."""
    for table in TABLES:
        tables.switch(table, store.url, tables.opened(table, place(store, name)), sources=sources)


def forget(store: Store, before: datetime) -> list[str]:
    """Delete the rebuilds in which nothing was written since `before`, switched or abandoned; gives their names.

    What a switch replaced is not in them: it is a version of the tables in use.
    """
    old = [name for name in store.folders("rebuild/") if _is_older(tables.newest(place(store, name)), before)]
    for name in old:
        tables.remove(place(store, name))
    return old


def _is_older(written: datetime | None, before: datetime) -> bool:
    return written is not None and written < before
