"""What the demo found: counted from the bucket, compared with the truth, and printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rich import box
from rich.table import Table

from archive import reader
from archive.model import Manifest
from archive.store import Store
from changes.model import VerdictName
from changes.run import load_comparison
from events import log
from events.model import Event
from fanlight.origin import truth
from fanlight.origin.published import EDITIONS, Edition
from normalize import tables

COMPARED = {"page", "document"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Visited:
    """One visit and what came of it. `qualities` has one `{source, url, quality}` per page or document."""

    edition: Edition
    manifest: Manifest
    captures: int
    qualities: tuple[dict[str, str], ...]
    verdicts: Counter[str]
    events: tuple[Event, ...]

    @property
    def bytes(self) -> int:
        return sum(kept.size for kept in self.manifest.objects)

    @property
    def restated(self) -> int:
        return sum(event.type == truth.FACT for event in self.events)


def gather(store: Store) -> list[Visited]:
    """All visits in the bucket by source; a source's n-th visit met edition n."""
    return [
        _visited(store, source, run, edition)
        for source in reader.sources(store)
        for edition, run in zip(EDITIONS, reader.runs(store, source), strict=False)
    ]


def _visited(store: Store, source: str, run: str, edition: Edition) -> Visited:
    captures = reader.load_captures(store, source, run)
    batches = (batch for _, batch in log.read(store, source))
    return Visited(
        edition=edition,
        manifest=reader.load_manifest(store, source, run),
        captures=len(captures),
        qualities=tuple(
            {"source": source, "url": capture.url, "quality": capture.label.quality}
            for capture in captures
            if capture.label.role in COMPARED
        ),
        verdicts=Counter(one.verdict for one in load_comparison(store, source, run).verdicts),
        events=tuple(event for batch in batches for event in batch if event.run_id == run),
    )


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    return {name: tables.read(name).num_rows for name in store.folders("tables/")}


def differences(visits: Sequence[Visited]) -> list[str]:
    """What was not found though the site published it, and what was found though it did not."""
    return [problem for edition in EDITIONS for problem in _differences(edition, visits)]


def _differences(edition: Edition, visits: Sequence[Visited]) -> list[str]:
    of_edition = [visit for visit in visits if visit.edition == edition]
    events = [_as_told(event) for visit in of_edition for event in visit.events]
    return truth.check(edition, events, [one for visit in of_edition for one in visit.qualities])


def _as_told(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "source": event.source,
        "document": event.subject,
        "url": event.data.get("url", ""),
        "data": event.data,
    }


def visit_table(visits: Sequence[Visited]) -> Table:
    """One line per visit, and the sums below."""
    rows = [(one.captures, round(one.bytes / 1000), len(one.events), one.restated) for one in visits]
    return _table("Visits", visits, ("captures", "kB kept", "events", "restated"), rows, outcome=True)


def verdict_table(visits: Sequence[Visited]) -> Table:
    """How many documents got which verdict. Verdicts that nobody gave have no column."""
    given = [name for name in get_args(VerdictName) if any(visit.verdicts[name] for visit in visits)]
    rows = [tuple(visit.verdicts[name] for name in given) for visit in visits]
    return _table("Verdicts on pages and documents", visits, given, rows, outcome=False)


def _table(
    title: str, visits: Sequence[Visited], names: Sequence[str], rows: Sequence[tuple[int, ...]], *, outcome: bool
) -> Table:
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    shown.add_column("source", f"{len(visits)} visits", no_wrap=True)
    shown.add_column("edition", justify="right")
    if outcome:
        shown.add_column("outcome")
    for name, numbers in zip(names, zip(*rows, strict=True), strict=True):
        shown.add_column(name, f"{sum(numbers):,}", justify="right")
    for visit, row in zip(visits, rows, strict=True):
        kept = visit.manifest
        ended = (kept.outcome,) if outcome else ()
        shown.add_row(kept.source, str(visit.edition), *ended, *(f"{number:,}" for number in row))
    return shown
