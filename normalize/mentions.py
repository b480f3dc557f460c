"""In which releases of a document something is stated: what the release before does not have may be in an older one.

Only names are read, batch by batch: a document may have thousands of releases.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from normalize import tables
from normalize.facts import Key
from normalize.model import Family

Place = tuple[str, str]  # document and run id of a release
_JOINT = "\x1f"  # between the parts of a key


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentions:
    """The visits, oldest first, in which a document states something, by document and key."""

    runs: Mapping[tuple[str, Key], list[str]]

    def before(self, place: Place, key: Key) -> Place | None:
        """The last release before this one that states `key`."""
        runs = self.runs.get((place[0], key), [])
        at = bisect_left(runs, place[1])
        return (place[0], runs[at - 1]) if at else None

    def after(self, place: Place, key: Key) -> Place | None:
        """The first release after this one that states `key`."""
        runs = self.runs.get((place[0], key), [])
        at = bisect_right(runs, place[1])
        return (place[0], runs[at]) if at < len(runs) else None


def find(url: str, source: str, family: Family, wanted: Mapping[Place, AbstractSet[Key]]) -> Mentions:
    """All releases of a source's documents that state the keys `wanted` of any release of the same document.

    A row counts whichever version of the parser made it.
    """
    by_document: dict[str, set[Key]] = defaultdict(set)
    for (document, _), keys in wanted.items():
        by_document[document] |= keys
    joined = sorted({_JOINT.join(key) for keys in by_document.values() for key in keys})
    found: dict[tuple[str, Key], set[str]] = defaultdict(set)
    where = {"source": source, "document": list(by_document), "kind": list(family.compared)}
    for batch in tables.scan(family.name, url, where=where, columns=["document", "run_id", "key"]) if joined else ():
        is_wanted = pc.is_in(pc.binary_join(batch["key"], _JOINT), value_set=pa.array(joined, pa.string()))
        for row in batch.filter(is_wanted).to_pylist():
            if (key := tuple(row["key"])) in by_document[row["document"]]:
                found[row["document"], key].add(row["run_id"])
    return Mentions(runs={one: sorted(runs) for one, runs in found.items()})
