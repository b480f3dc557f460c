"""From verdicts and restatements to events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archive.layout import changes_key, run_time
from archive.model import Citation
from changes.model import Comparison, DocumentVerdict
from events.model import Event, EventType, cite, event

BY_VERDICT: dict[tuple[str, str], EventType] = {
    ("first", "page"): "document.published",
    ("first", "document"): "document.published",
    ("changed", "page"): "page.changed",
    ("changed", "document"): "document.restated",
    ("gone", "page"): "page.gone",
    ("gone", "document"): "document.withdrawn",
    ("reappeared", "page"): "document.reappeared",
    ("reappeared", "document"): "document.reappeared",
}


def events_of(comparison: Comparison) -> list[Event]:
    """What a comparison tells the world, in a fixed order: the source first, then documents by identity."""
    return [*_source_events(comparison), *_document_events(comparison)]


def _source_events(comparison: Comparison) -> Iterator[Event]:
    was, now = comparison.previous_outcome == "blocked", comparison.outcome == "blocked"
    if was != now:
        yield event(
            "source.blocked" if now else "source.recovered",
            source=comparison.source,
            subject=comparison.source,
            time=run_time(comparison.run_id),
            data={"run_id": comparison.run_id, "outcome": comparison.outcome},
        )


def _document_events(comparison: Comparison) -> Iterator[Event]:
    for verdict in sorted(comparison.verdicts, key=lambda verdict: verdict.document):
        kind = BY_VERDICT.get((verdict.verdict, verdict.role))
        if kind is not None:
            yield _document_event(kind, comparison, verdict)


def _document_event(kind: EventType, comparison: Comparison, verdict: DocumentVerdict) -> Event:
    return event(
        kind,
        source=comparison.source,
        subject=verdict.document,
        time=run_time(comparison.run_id),
        data={
            "run_id": comparison.run_id,
            "url": verdict.url,
            "role": verdict.role,
            "media_type": verdict.media_type,
            "verdict": verdict.verdict,
            "grade": verdict.grade,
            "before": cite(verdict.before),
            "after": cite(verdict.after),
            "changes": changes_key(comparison.source, comparison.run_id),
        },
    )


def fact_restated(
    *,
    source: str,
    run_id: str,
    family: str,
    document: str,
    url: str,
    key: tuple[str, ...],
    values: tuple[str, str],
    before: Citation,
    after: Citation,
    time: datetime | None = None,
) -> Event:
    """A published value that now says something else; `values` are the raw ones, before and after."""
    return event(
        "fact.restated",
        source=source,
        subject=document,
        time=time or run_time(run_id),
        data={
            "run_id": run_id,
            "url": url,
            "family": family,
            "key": list(key),
            "raw_value": {"before": values[0], "after": values[1]},
            "before": cite(before),
            "after": cite(after),
        },
    )
