"""What the editions of the demo site really contain, and a two-way check: nothing missing, nothing invented.

Everything is derived from the data that the site itself is made of; noise is not part of that data. An event is
`{type, source, document, url, data}`: `document` its subject, `data` the event's own. Visit one meets edition one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from changes.identity import document_id
from fanlight.origin import code_data, code_reports, code_site, social_data, social_site
from fanlight.origin.published import Edition, Published
from fanlight.origin.site import WALLED, everything

Event = Mapping[str, Any]
FACT = "fact.restated"
RENDERED = "urn:dom:"  # before the URL of a page that a browser drew
TYPES = {
    ("published", "page"): "document.published",
    ("published", "document"): "document.published",
    ("changed", "page"): "page.changed",
    ("changed", "document"): "document.restated",
    ("removed", "page"): "page.gone",
    ("removed", "document"): "document.withdrawn",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """An event about a document that a visit must bring exactly once."""

    type: str
    source: str
    url: str

    @property
    def document(self) -> str:
        return document_id(self.url)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedFact:
    """A restated value. `parts` must all be among the parts of the event's key, each in one of its spellings (letter
    case aside). Each of `urls` publishes it: it may be told once for each of them, and must be told for one.
    """

    source: str
    parts: tuple[tuple[str, ...], ...]
    before: str
    after: str
    urls: tuple[str, ...]

    @property
    def name(self) -> str:
        return " | ".join(part[0] for part in self.parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class BadCapture:
    """A capture that must be labelled with this quality and change nothing."""

    source: str
    url: str
    quality: str


def expected_events(edition: Edition) -> tuple[Expected, ...]:
    """The events about documents that the visit of this edition must bring, apart from restated facts."""
    now = _kept(edition)
    if edition == 1:
        return tuple(_expected("published", thing) for thing in now.values())
    before = _kept(1)
    published = [_expected("published", thing) for url, thing in now.items() if url not in before]
    removed = [_expected("removed", thing) for url, thing in before.items() if url not in now]
    changed = [_expected("changed", now[url]) for url in _changed(before, now) if url != WALLED]
    return (*published, *changed, *removed)


def bad_captures(edition: Edition) -> tuple[BadCapture, ...]:
    """The captures of that visit that must not count."""
    walled = everything(edition)[WALLED]
    return (BadCapture(source=walled.source, url=WALLED, quality="blocked"),) if edition == 2 else ()


def restated_facts(edition: Edition) -> tuple[ExpectedFact, ...]:
    """The published values that this edition states anew."""
    return (*_code_facts(), *_enforcement_facts()) if edition == 2 else ()


def check(edition: Edition, events: Iterable[Event], captures: Collection[Mapping[str, Any]] = ()) -> list[str]:
    """How the events (and captures: `{source, url, quality}`, when given) of one visit differ from the truth."""
    told = list(events)
    facts = [event for event in told if event["type"] == FACT]
    others = [event for event in told if event["type"] != FACT]
    captured = _capture_differences(edition, captures) if captures else ()
    return [*_event_differences(edition, others), *_fact_differences(edition, facts), *captured]


def _kept(edition: Edition) -> dict[str, Published]:
    return {url: thing for url, thing in everything(edition).items() if thing.role != "asset"}


def _changed(before: Mapping[str, Published], now: Mapping[str, Published]) -> list[str]:
    return [url for url in now if url in before and now[url].substance != before[url].substance]


def _expected(what: str, thing: Published) -> Expected:
    return Expected(type=TYPES[(what, thing.role)], source=thing.source, url=thing.url)


def _code_facts() -> Iterator[ExpectedFact]:
    first = {report.path: dict(code_data.cells(report)) for report in code_reports.reports(1)}
    for report in code_reports.reports(2):
        earlier = first.get(report.path, {})
        for place, after in code_data.cells(report):
            before = earlier.get(place, after)
            if before != after:
                urls = code_site.urls_of(report, place.commitment)
                parts = _code_parts(report, place)
                yield ExpectedFact(source=code_site.SOURCE, parts=parts, before=before, after=after, urls=urls)


def _code_parts(report: code_data.Report, place: code_data.Place) -> tuple[tuple[str, ...], ...]:
    fixed = ((report.slug,), (str(report.wave),), (place.kind,), (place.code,))
    if not place.row:
        return fixed
    return (*fixed, (place.row, code_data.CODES.get(place.row, place.row)), (place.column,))


def _enforcement_facts() -> Iterator[ExpectedFact]:
    for fact in social_data.restated():
        yield ExpectedFact(
            source=social_site.SOURCE,
            parts=tuple((part,) for part in fact.key),
            before=fact.before,
            after=fact.after,
            urls=(social_site.CSV_LINK,),
        )


def _event_differences(edition: Edition, events: Sequence[Event]) -> Iterator[str]:
    wanted = Counter((one.source, one.type, one.document) for one in expected_events(edition))
    told = Counter((event["source"], event["type"], event["document"]) for event in events)
    for source, kind, document in (wanted - told).elements():
        yield f"edition {edition}, {source}: {kind} of {document} was not told"
    for source, kind, document in (told - wanted).elements():
        yield f"edition {edition}, {source}: {kind} of {document} was told, but nothing of the kind happened"


def _fact_differences(edition: Edition, events: Sequence[Event]) -> Iterator[str]:
    facts = restated_facts(edition)
    found: Counter[tuple[ExpectedFact, str]] = Counter()
    for event in events:
        fact = next((fact for fact in facts if _tells(event, fact)), None)
        if fact is None:
            values = event["data"]["raw_value"]
            key = " | ".join(event["data"]["key"])
            yield f"edition {edition}, {event['source']}: {key} was told as restated from {values}, but it was not"
        else:
            found[(fact, event["document"])] += 1
    for (fact, document), times in found.items():
        if times > 1:
            yield f"edition {edition}, {fact.source}: {fact.name} was told {times} times for {document}"
    for fact in set(facts) - {fact for fact, _ in found}:
        change = f"{fact.before!r} to {fact.after!r}"
        yield f"edition {edition}, {fact.source}: {fact.name} was restated from {change}, which was not told"


def _tells(event: Event, fact: ExpectedFact) -> bool:
    key = {part.casefold() for part in event["data"]["key"]}
    values = event["data"]["raw_value"]
    return (
        event["source"] == fact.source
        and event["document"] in {document_id(url) for url in fact.urls}
        and all(key & {spelling.casefold() for spelling in part} for part in fact.parts)
        and (_plain(values["before"]), _plain(values["after"])) == (_plain(fact.before), _plain(fact.after))
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _capture_differences(edition: Edition, captures: Collection[Mapping[str, Any]]) -> Iterator[str]:
    bad = {(one.source, document_id(one.url)): one for one in bad_captures(edition)}
    seen = {(one["source"], document_id(one["url"].removeprefix(RENDERED))): one["quality"] for one in captures}
    for place, one in bad.items():
        found = seen.get(place, "missing")
        if found != one.quality:
            yield f"edition {edition}, {one.source}: {one.url} should be {one.quality}, it is {found}"
    for (source, document), quality in seen.items():
        if quality not in ("ok", "not_modified", "gone") and (source, document) not in bad:
            yield f"edition {edition}, {source}: {document} is {quality}, but the site answered well"
