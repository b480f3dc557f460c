"""The releases of a document before and after one, and what changed between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from archive import reader
from archive.store import Store
from normalize import facts, families, schema, tables
from normalize.model import Fact, Family, Release, Restatement, Result, Withdrawal

Entry = dict[str, Any]  # a row of `releases`
Place = tuple[str, str]  # document and run id of a release
Order = Mapping[str, list[list[Entry]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """What one release states: the release (its payload may be left out) and its facts."""

    release: Release
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two releases of a document that follow each other: the later one, and what it changed."""

    after: Release
    family: Family
    changes: tuple[Restatement | Withdrawal, ...]


def order(url: str, results: Sequence[Result]) -> Order:
    """The entries of all releases there are of the documents that were shaped, oldest first, by family and document.

    The order of releases is that of the visits: their ids go on when a clock is put back. The tables are below `url`.
    """
    documents: dict[str, set[str]] = defaultdict(set)
    for result in results:
        if result.family and result.parsed:
            documents[result.family.name].add(result.release.document)
    return {name: _entries(url, results[0].release.source, name, several) for name, several in documents.items()}


def pairs(store: Store, results: Sequence[Result], url: str, releases: Order) -> list[Pair]:
    """Each release of one source that was just shaped against the one before, and the one after against it.

    The one after is there when releases are shaped out of order, or again. `releases` is their `order`.
    """
    here = {
        (result.release.document, result.release.run_id): Stated(release=result.release, facts=result.parsed.facts)
        for result in results
        if result.parsed
    }
    return [pair for name, several in releases.items() for pair in _of_family(store, url, name, here, several)]


def _of_family(
    store: Store, url: str, name: str, here: dict[Place, Stated], several: Sequence[Sequence[Entry]]
) -> Iterator[Pair]:
    following = [
        (before, after)
        for entries in several
        for before, after in pairwise(entries)
        if _place(before) in here or _place(after) in here
    ]
    absent = {_place(entry): entry for both in following for entry in both if _place(entry) not in here}
    stated = {**here, **_stated(store, url, families.ALL[name], absent)}
    for before, after in following:
        yield _pair(stated[_place(before)], stated[_place(after)], families.ALL[name])


def _pair(before: Stated, after: Stated, family: Family) -> Pair:
    return Pair(after=after.release, family=family, changes=tuple(between(before, after, family)))


def between(before: Stated, after: Stated, family: Family) -> Iterator[Restatement | Withdrawal]:
    """The restatements, then the withdrawals, that `after` makes of `before`."""
    yield from facts.restatements(after.release, before.facts, after.facts, family.compared)
    yield from facts.withdrawals(after.release, before.facts, after.facts, family.compared)


def _place(entry: Entry) -> Place:
    return entry["document"], entry["run_id"]


def _entries(url: str, source: str, family: str, documents: Iterable[str]) -> list[list[Entry]]:
    where = {"source": source, "document": list(documents), "family": family, "status": "shaped"}
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in tables.read("releases", url, where=where).to_pylist():
        found[entry["document"]].append(entry)
    return [sorted(entries, key=lambda one: (one["run_id"], one["captured"])) for _, entries in sorted(found.items())]


def _stated(store: Store, url: str, family: Family, entries: dict[Place, Entry]) -> dict[Place, Stated]:
    """What releases state by today's parser: rows that an older parser made are not compared, their payloads are."""
    ours = schema.parser_name(family)
    kept = {place: entry for place, entry in entries.items() if entry["parser"] == ours}
    rows: dict[Place, list[Fact]] = {place: [] for place in kept}
    if kept:
        documents, runs = zip(*kept, strict=True)
        where = {"source": next(iter(kept.values()))["source"], "document": documents, "run_id": runs}
        for batch in tables.read(family.name, url, where=where).to_batches():
            for row in batch.to_pylist():
                if _place(row) in rows:
                    rows[_place(row)].append(schema.fact_of(row, family))
    for those in rows.values():
        those.sort(key=lambda fact: fact.occurrence)  # as they stand in the document, under each key
    found = {place: Stated(release=schema.release_of(kept[place]), facts=tuple(those)) for place, those in rows.items()}
    anew = {place: _parsed(store, family, entry) for place, entry in entries.items() if place not in kept}
    return {**found, **anew}


def _parsed(store: Store, family: Family, entry: Entry) -> Stated:
    release = schema.release_of(entry)
    payload = reader.read_payload(store, release.citation).body
    parsed = families.shaped(family.name, replace(release, payload=payload)).parsed
    return Stated(release=release, facts=parsed.facts if parsed else ())
