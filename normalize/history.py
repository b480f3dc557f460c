"""The releases of a document before and after one, and what changed between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from archive import reader
from archive.store import Store
from normalize import facts, families, mentions, schema, tables
from normalize.facts import Key
from normalize.mentions import Mentions, Place
from normalize.model import Fact, Family, Release, Restatement, Result, Withdrawal

Entry = dict[str, Any]  # a row of `releases`
Order = Mapping[str, list[list[Entry]]]
AT_ONCE = 20  # older releases in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """What one release states: the release (its payload may be left out) and its facts.

    `gone` is what older releases stated last under keys that it does not have, as far as it matters.
    """

    release: Release
    facts: tuple[Fact, ...]
    gone: tuple[Fact, ...] = ()


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
    """Each release of one source that was just shaped against those before, and those after against it.

    Those after are there when releases are shaped out of order, or again: the next one, and those that are the first to
    state again what is gone in that. `releases` is their `order`.
    """
    here = {
        (result.release.document, result.release.run_id): Stated(release=result.release, facts=result.parsed.facts)
        for result in results
        if result.parsed
    }
    return [
        pair
        for name, several in releases.items()
        for pair in _Shaped(store, url, families.ALL[name], several, here).pairs()
    ]


def between(before: Stated, after: Stated, family: Family) -> Iterator[Restatement | Withdrawal]:
    """The restatements, then the withdrawals, that `after` makes of what was stated last under each key."""
    yield from facts.restatements(after.release, (*before.facts, *before.gone), after.facts, family.compared)
    yield from facts.withdrawals(after.release, before.facts, after.facts, family.compared)


def gone(before: Stated, after: Stated) -> tuple[Fact, ...]:
    """What was stated last under keys that `after` does not have, if `before.gone` is all there was of that."""
    there = {fact.key for fact in after.facts}
    return tuple(fact for fact in (*before.gone, *before.facts) if fact.key not in there)


class _Shaped:
    """Releases of one family that were just shaped (`here`), among all that there are of their documents."""

    def __init__(
        self, store: Store, url: str, family: Family, several: Sequence[Sequence[Entry]], here: dict[Place, Stated]
    ) -> None:
        self.store, self.url, self.family, self.here = store, url, family, here
        self.entries = {_place(entry): entry for entries in several for entry in entries}
        self.before = {_place(after): _place(before) for entries in several for before, after in pairwise(entries)}
        self.stated = dict(here)

    def pairs(self) -> Iterator[Pair]:
        near = [after for after, before in self.before.items() if after in self.here or before in self.here]
        self.load(near)
        again = self.again(near)
        self.load(again)
        last = self.last([*near, *again])
        for place in [*near, *again]:
            before, after = replace(self.stated[self.before[place]], gone=tuple(last[place])), self.stated[place]
            yield Pair(after=after.release, family=self.family, changes=tuple(between(before, after, self.family)))

    def load(self, places: Iterable[Place]) -> None:
        """What these releases state, and those before them."""
        absent = {one for place in places for one in (self.before[place], place)} - self.stated.keys()
        self.stated.update(self.read(absent))

    def read(self, places: Iterable[Place]) -> dict[Place, Stated]:
        return _stated(self.store, self.url, self.family, {place: self.entries[place] for place in sorted(places)})

    def again(self, near: Sequence[Place]) -> list[Place]:
        """The releases further on that are the first to state again what ends with one of `here`.

        There are none where releases are shaped in their order.
        """
        last_of = dict(sorted(self.before.keys() - set(near)))
        ended = {
            place: self.keys(self.before[place]) - self.keys(place)
            for place in near
            if self.before[place] in self.here and place[1] < last_of.get(place[0], "")
        }
        told = self.mentions(ended)
        first = {told.after(place, key) for place, keys in ended.items() for key in keys}
        return sorted(place for place in self.before.keys() & first if place not in near)

    def last(self, places: Iterable[Place]) -> dict[Place, list[Fact]]:
        """By release, what was stated last under the keys that it has and the one before it has not."""
        new = {
            place: self.keys(place) - self.keys(self.before[place])
            for place in places
            if self.before[place] in self.before  # else nothing is older
        }
        told = self.mentions(new)
        asked: dict[Place, list[tuple[Place, Key]]] = defaultdict(list)  # where it was stated, and who asks for what
        for place, keys in new.items():
            for key in keys:
                if (there := told.before(self.before[place], key)) in self.entries:
                    asked[there].append((place, key))
        found: dict[Place, list[Fact]] = defaultdict(list)
        for there, stated in self.some_at_a_time(asked):
            by_key = facts.by_key(stated.facts, self.family.compared)
            for place, key in asked[there]:
                found[place] += by_key.get(key, [])
        return found

    def some_at_a_time(self, places: Iterable[Place]) -> Iterator[tuple[Place, Stated]]:
        """What these releases state: all of them may not fit into memory, and to read each alone takes long."""
        ordered = sorted(places)
        for first in range(0, len(ordered), AT_ONCE):
            several = ordered[first : first + AT_ONCE]
            yield from self.read(place for place in several if place not in self.stated).items()
            yield from ((place, self.stated[place]) for place in several if place in self.stated)

    def keys(self, place: Place) -> set[Key]:
        return {fact.key for fact in self.stated[place].facts if fact.kind in self.family.compared}

    def mentions(self, wanted: Mapping[Place, set[Key]]) -> Mentions:
        source = next(iter(self.here.values())).release.source
        return mentions.find(self.url, source, self.family, wanted)


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
