"""Events for people: one incident for what happened at once, or for as long as it goes on, and a digest of incidents.

Pure functions. Programs take events; a person wants to hear once that nine pages have a new menu, that 27 values of a
report were restated, or that a site refuses us, however many visits or turns of the site that took.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from events.model import Event, EventType

Theme = Literal["changed", "gone", "published", "restated", "relocated", "overdue", "refused", "upgraded"]
THEMES: dict[EventType, Theme] = {
    "page.changed": "changed",
    "page.gone": "gone",
    "document.withdrawn": "gone",
    "document.published": "published",
    "document.reappeared": "published",
    "document.restated": "restated",
    "fact.restated": "restated",
    "fact.withdrawn": "restated",
    "document.relocated": "relocated",
    "report.overdue": "overdue",
    "source.blocked": "refused",
    "source.recovered": "refused",
    "parser.upgraded": "upgraded",
}
QUIET = timedelta(days=1)  # a site that refuses us again within this time is still the same incident
SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """What belongs together. `key` stays the same when more of it is told later; `sources` and `subjects` are sorted.

    `events` are in the order they were told. `over` is False while it goes on: a site that still refuses us.
    """

    key: str
    theme: Theme
    sources: tuple[str, ...]
    subjects: tuple[str, ...]
    events: tuple[Event, ...]
    first: datetime
    last: datetime
    over: bool = True


def incidents(events: Iterable[Event], *, quiet: timedelta = QUIET) -> list[Incident]:
    """The incidents that events are about, oldest first. The same event twice counts once."""
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for event in {event.id: event for event in events}.values():
        groups[_belongs(event)].append(event)
    found: list[Incident] = []
    for group, members in groups.items():
        if group[0] == "refused":
            found += (_incident((*group, span[0].id), span) for span in _spans(members, quiet))
        else:
            found.append(_incident(group, members))
    return sorted(found, key=lambda incident: (incident.first, incident.sources, incident.theme, incident.key))


def sentence(incident: Incident) -> str:
    """The incident in a sentence, without its source and without a full stop."""
    return _SENTENCES[incident.theme](incident)


def digest(found: Sequence[Incident]) -> str:
    """A text about incidents, by source; empty when there are none."""
    lines: list[str] = []
    by_source = sorted(found, key=lambda incident: (incident.sources, incident.first))
    for sources, own in groupby(by_source, key=lambda incident: incident.sources):
        lines += [", ".join(sources), *(f"  {_day(one.first)}  {sentence(one)}" for one in own), ""]
    return "\n".join(lines)


def _belongs(event: Event) -> tuple[str, ...]:
    """What an event has in common with all of its incident."""
    theme = THEMES[event.type]
    if theme == "upgraded":  # one program, however many sources it reads
        return theme, event.data["parser"], event.data["version"]["after"]
    if theme == "refused":
        return theme, event.source
    if theme == "overdue":
        return theme, event.source, event.data["due"]
    return theme, event.source, event.run_id


def _spans(members: list[Event], quiet: timedelta) -> Iterator[list[Event]]:
    """Refusals of one source, cut where the site had let us in for longer than `quiet`."""
    span: list[Event] = []
    for event in sorted(members, key=lambda event: event.time):
        pause = bool(span) and span[-1].type == "source.recovered" and event.time - span[-1].time > quiet
        if pause:
            yield span
            span = []
        span.append(event)
    yield span


def _incident(group: tuple[str, ...], members: Sequence[Event]) -> Incident:
    times = [event.time for event in members]
    return Incident(
        key=hashlib.sha256("\n".join(group).encode()).hexdigest()[:32],
        theme=THEMES[members[0].type],
        sources=tuple(sorted({event.source for event in members})),
        subjects=tuple(sorted({event.subject for event in members})),
        events=tuple(members),
        first=min(times),
        last=max(times),
        over=members[-1].type != "source.blocked",
    )


def _several(incident: Incident, one: str, many: str) -> str:
    """`One page changed: a` or `9 pages changed: a, b, c and 6 more`."""
    count = len(incident.subjects)
    more = f" and {count - SHOWN} more" if count > SHOWN else ""
    names = ", ".join(incident.subjects[:SHOWN]) + more
    return f"{one}: {names}" if count == 1 else f"{count} {many}: {names}"


def _restated(incident: Incident) -> str:
    values = sum(event.type in ("fact.restated", "fact.withdrawn") for event in incident.events)
    said = _several(incident, "One document restated", "documents restated")
    return f"{said} ({values} value{'s' * (values != 1)})" if values else said


def _refused(incident: Incident) -> str:
    times = sum(event.type == "source.blocked" for event in incident.events)
    often = f", {times} times" if times > 1 else ""
    if not incident.over:
        return f"The site refuses us since {_day(incident.first)}{often}"
    return f"The site refused us until {_day(incident.last)}{often}"


def _overdue(incident: Incident) -> str:
    what = sorted({event.data["expected"] for event in incident.events})
    return f"Overdue since {incident.events[0].data['due']}: {', '.join(what)}"


def _upgraded(incident: Incident) -> str:
    event = incident.events[0]
    return f"We read {len(incident.sources)} of our sources in a new way ({event.data['parser']})"


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


_SENTENCES = {
    "changed": lambda incident: _several(incident, "One page changed", "pages changed"),
    "gone": lambda incident: _several(incident, "Gone", "gone"),
    "published": lambda incident: _several(incident, "Published", "published"),
    "restated": _restated,
    "relocated": lambda incident: _several(incident, "One document lies elsewhere", "documents lie elsewhere"),
    "overdue": _overdue,
    "refused": _refused,
    "upgraded": _upgraded,
}
