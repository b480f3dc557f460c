"""What the demo found: counted from the bucket, compared with the truth, and printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from archive import reader
from archive.model import Manifest
from archive.store import Store
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


def table(visits: Sequence[Visited]) -> Table:
    """One line per visit, and a last one with the sums."""
    shown = Table(title="What was found", title_justify="left", show_footer=True)
    shown.add_column("source", f"{len(visits)} visits")
    shown.add_column("edition")
    shown.add_column("outcome")
    shown.add_column("captures", str(sum(visit.captures for visit in visits)), justify="right")
    shown.add_column("kB kept", _kilobytes(sum(visit.bytes for visit in visits)), justify="right")
    shown.add_column("verdicts", _counts(sum((visit.verdicts for visit in visits), Counter())))
    shown.add_column("events", str(sum(len(visit.events) for visit in visits)), justify="right")
    shown.add_column("restated figures", str(sum(visit.restated for visit in visits)), justify="right")
    for visit in visits:
        shown.add_row(
            visit.manifest.source, str(visit.edition), visit.manifest.outcome, str(visit.captures),
            _kilobytes(visit.bytes), _counts(visit.verdicts), str(len(visit.events)), str(visit.restated),
        )  # fmt: skip
    return shown


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f}"


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
