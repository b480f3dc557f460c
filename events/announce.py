"""From verdicts and restatements to events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

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
    if kind := _turn(comparison.previous_outcome, comparison.outcome):
        yield _about_source(kind, comparison.source, comparison.run_id, outcome=comparison.outcome)
    yield from upgrades(comparison)


def upgrades(comparison: Comparison) -> Iterator[Event]:
    """That pages are read otherwise than at the visit before: by other rules, or another part of them."""
    for parser, before, after in comparison.upgrades:
        yield parser_upgraded(
            source=comparison.source, run_id=comparison.run_id, parser=parser, before=before, after=after
        )


def _turn(previous: str | None, outcome: str) -> EventType | None:
    """Blocked or no longer blocked. A visit that failed says neither: the site may well still refuse us."""
    if outcome == "blocked":
        return None if previous == "blocked" else "source.blocked"
    return "source.recovered" if previous == "blocked" and outcome != "failed" else None


def _about_source(kind: EventType, source: str, run_id: str, **data: object) -> Event:
    return event(kind, source=source, subject=source, time=run_time(run_id), data={"run_id": run_id, **data})


def _document_events(comparison: Comparison) -> Iterator[Event]:
    for verdict in sorted(comparison.verdicts, key=lambda verdict: verdict.document):
        kind = BY_VERDICT.get((verdict.verdict, verdict.role))
        if verdict.relocated_from is not None:
            yield _document_event("document.relocated", comparison, verdict, {"url_before": verdict.relocated_from})
        if kind is not None:
            yield _document_event(kind, comparison, verdict)


def _document_event(
    kind: EventType, comparison: Comparison, verdict: DocumentVerdict, more: Mapping[str, Any] = MappingProxyType({})
) -> Event:
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
            **({"diff": verdict.diff} if verdict.diff else {}),
            **more,
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
    values: tuple[str, str | None],
    before: Citation,
    after: Citation,
) -> Event:
    """A published value that now says something else; `values` are the raw ones, before and after.

    With None after, it is `fact.withdrawn`: no longer in the document, which stays; `after` cites the document then.
    """
    old, new = values
    return event(
        "fact.withdrawn" if new is None else "fact.restated",
        source=source,
        subject=document,
        time=run_time(run_id),
        data={
            "run_id": run_id,
            "url": url,
            "family": family,
            "key": list(key),
            "raw_value": {"before": old} if new is None else {"before": old, "after": new},
            "before": cite(before),
            "after": cite(after),
        },
    )


def report_overdue(*, source: str, run_id: str, expected: str, due: date) -> Event:
    """A report that had not been seen by the day it was due; `run_id` is a visit that looked for it in vain."""
    return _about_source("report.overdue", source, run_id, expected=expected, due=due.isoformat())


def parser_upgraded(*, source: str, run_id: str, parser: str, before: str, after: str) -> Event:
    """What a source publishes is read by another version of a parser; `run_id` is the newest visit read that way."""
    version = {"before": before, "after": after}
    return _about_source("parser.upgraded", source, run_id, parser=parser, version=version)
