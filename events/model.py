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
    "fact.restated",
    "source.blocked",
    "source.recovered",
]
TYPES: frozenset[str] = frozenset(get_args(EventType))


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

    def to_json(self) -> str:
        """One line of CloudEvents JSON."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": f"/sources/{self.source}",
                "type": self.type,
                "subject": self.subject,
                "time": self.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "datacontenttype": "application/json",
                "data": self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def from_json(line: str) -> Event:
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
    """An event whose id follows from what happened: type, source, subject and all of its data."""
    told = json.dumps([kind, source, subject, data], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    return Event(id=digest, type=kind, source=source, subject=subject, time=time, data=data)
