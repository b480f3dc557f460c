"""The releases of a document before and after one, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive import reader
from archive.store import Store
from normalize import facts, families, schema, tables
from normalize.model import Fact, Family, Release, Restatement, Result, Withdrawal


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


def pairs(store: Store, result: Result, url: str) -> Iterator[Pair]:
    """A release that was just shaped against the one before, and the one after against it.

    The one after is there when releases are shaped out of order, or again. `url` is where the tables are.
    """
    if result.parsed is None or result.family is None:
        return
    now = Stated(release=result.release, facts=result.parsed.facts)
    entries = _entries(url, result.release, result.family)
    place = _moment(result.release.captured, result.release.run_id)
    earlier = [entry for entry in entries if _moment(entry["captured"], entry["run_id"]) < place]
    later = [entry for entry in entries if _moment(entry["captured"], entry["run_id"]) > place]
    if earlier:
        yield _pair(_stated(store, url, earlier[-1], result.family), now, result.family)
    if later:
        yield _pair(now, _stated(store, url, later[0], result.family), result.family)


def _pair(before: Stated, after: Stated, family: Family) -> Pair:
    return Pair(after=after.release, family=family, changes=tuple(between(before, after, family)))


def between(before: Stated, after: Stated, family: Family) -> Iterator[Restatement | Withdrawal]:
    """The restatements, then the withdrawals, that `after` makes of `before`."""
    yield from facts.restatements(after.release, before.facts, after.facts, family.compared)
    yield from facts.withdrawals(after.release, before.facts, after.facts, family.compared)


def _moment(captured: datetime, run_id: str) -> tuple[str, datetime]:
    """The order of releases is that of the visits: their ids go on when a clock is put back."""
    return run_id, captured


def _entries(url: str, release: Release, family: Family) -> list[dict[str, Any]]:
    """The entries of a document's shaped releases, oldest first."""
    where = {"source": release.source, "document": release.document, "family": family.name, "status": "shaped"}
    found: list[dict[str, Any]] = tables.read("releases", url, where=where).to_pylist()
    return sorted(found, key=lambda entry: _moment(entry["captured"], entry["run_id"]))


def _stated(store: Store, url: str, entry: dict[str, Any], family: Family) -> Stated:
    """What a release states by today's parser: rows that an older parser made are not compared, its payload is."""
    release = schema.release_of(entry)
    if entry["parser"] != schema.parser_name(family):
        payload = reader.read_payload(store, release.citation).body
        parsed = families.shaped(family.name, replace(release, payload=payload)).parsed
        return Stated(release=release, facts=parsed.facts if parsed else ())
    where = {"source": release.source, "document": release.document, "run_id": release.run_id}
    rows = tables.read(family.name, url, where=where).to_pylist()
    return Stated(release=release, facts=tuple(schema.fact_of(row, family) for row in rows))
