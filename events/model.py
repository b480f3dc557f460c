"""An event: something that happened, in the past tense, never edited. CloudEvents 1.0, JSON format.

Events are small: ids, keys, verdict, grade and citations before and after; never page content. The id is made from
what happened, so the same happening told twice has the same id.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from archive.model import Citation

EventType = Literal[
    "page.changed",
    "page.gone",
    "document.published",
    "document.restated",
    "document.withdrawn",
    "document.reappeared",
    "document.relocated",
    "fact.restated",
    "fact.withdrawn",
    "report.overdue",
    "source.blocked",
    "source.recovered",
    "parser.upgraded",
]
TYPES: frozenset[str] = frozenset(get_args(EventType))
# Which data tells one happening from another, beside type, source and subject. The rest may be worked out differently
# by a later version of the program: a retry after an upgrade must still find the event told.
IDENTIFYING: dict[EventType, tuple[str, ...]] = {
    "fact.restated": ("run_id", "family", "key", "raw_value"),
    "fact.withdrawn": ("run_id", "family", "key", "raw_value"),
    "report.overdue": ("expected", "due"),
    "parser.upgraded": ("run_id", "parser", "version"),
}
BY_VISIT = ("run_id",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """`subject` is the document's identity (or the source's id for source events); `time` is the visit's, UTC."""

    id: str
    type: EventType
    source: str
    subject: str
    time: datetime
    data: dict[str, Any]

    @property
    def run_id(self) -> str:
        return str(self.data["run_id"])

    @property
    def occasion(self) -> str:
        """What made it be told: the visit, or the day a report was due. The same happening has the same occasion."""
        return f"due-{self.data['due']}" if self.type == "report.overdue" else self.run_id

    def to_json(self, **extensions: str) -> str:
        """One line of CloudEvents JSON, with extension attributes (lower-case letters and digits) if given."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": f"/sources/{self.source}",
                "type": self.type,
                "subject": self.subject,
                "time": stamp(self.time),
                "datacontenttype": "application/json",
                **extensions,
                "data": self.data,
            },
            separators=(",", ":"),  # and in ASCII: a published value may hold anything, even half a character
        )


def stamp(time: datetime) -> str:
    """A time as RFC 3339 in UTC, whole seconds: sorted as text is sorted by time."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_json(line: str | bytes) -> Event:
    """The event of one line; ValueError when it is not one of ours."""
    raw = json.loads(line)
    if raw.get("specversion") != "1.0" or raw.get("type") not in TYPES:
        raise ValueError(f"not an event of this log: type {raw.get('type')!r}")
    return Event(
        id=raw["id"],
        type=raw["type"],
        source=raw["source"].removeprefix("/sources/"),
        subject=raw["subject"],
        time=datetime.fromisoformat(raw["time"]),
        data=raw["data"],
    )


def cite(citation: Citation | None) -> dict[str, Any] | None:
    """A citation as JSON data."""
    return None if citation is None else asdict(citation)


def uncite(raw: dict[str, Any]) -> Citation:
    """The citation that `cite` wrote."""
    return Citation(**raw)


def event(kind: EventType, *, source: str, subject: str, time: datetime, data: dict[str, Any]) -> Event:
    """An event whose id follows from what happened: type, source, subject and the data that IDENTIFYING names."""
    identifying = {name: data[name] for name in IDENTIFYING.get(kind, BY_VISIT)}
    told = json.dumps([kind, source, subject, identifying], sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    return Event(id=digest, type=kind, source=source, subject=subject, time=time, data=data)
