"""Compare history anew from the archive: after the rules of comparison, or a source file, have changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.errors import NotFound
from archive.reader import load_manifest, runs
from archive.store import Store
from changes.model import Comparison
from changes.run import compare_captures, compare_visit, keep, load, load_comparison

DATE = re.compile(r"^(\d{4})-(\d\d)-?(\d\d)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Recompared:
    """A visit compared anew: what was said before (None: it had not been compared) and what is said now."""

    run_id: str
    before: Comparison | None
    after: Comparison

    @property
    def upgraded(self) -> Comparison | None:
        """The comparison with what had been said as its past, where other rules of comparison were used then."""
        if self.before is None or self.before.fingerprint_version == self.after.fingerprint_version:
            return None
        return replace(
            self.after,
            previous_fingerprint_version=self.before.fingerprint_version,
            previous_watched=self.after.watched,
        )

    @property
    def differing(self) -> tuple[str, ...]:
        """Documents with another verdict than before, sorted."""
        said = {one.document: one.verdict for one in self.before.verdicts} if self.before else {}
        says = {one.document: one.verdict for one in self.after.verdicts}
        return tuple(sorted(name for name in said.keys() | says.keys() if said.get(name) != says.get(name)))


def recompare(store: Store, source: str, since: str | None = None) -> Iterator[Recompared]:
    """Compare every visit from `since` (a run id or its beginning, as in `2026-03` or `20260301`) on, oldest first.

    Replaces what was kept. Visits are compared with the predecessor that they are pinned to. Raises ArchiveError.
    """
    start = DATE.sub(r"\1\2\3", since or "", count=1)
    for run in runs(store, source):
        if run >= start:
            yield compare_anew(store, source, run)


def compare_anew(store: Store, source: str, run: str) -> Recompared:
    manifest = load_manifest(store, source, run)
    if manifest.previous:
        compare_visit(store, source, manifest.previous)
    compared = compare_captures(store, manifest, load(store, source, manifest.previous) if manifest.previous else None)
    try:
        before = load_comparison(store, source, run)
    except NotFound:
        before = None
    keep(store, compared, anew=True)
    return Recompared(run_id=run, before=before, after=compared.comparison)
