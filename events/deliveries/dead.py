"""Dead letters, `deliveries/<name>/dead/<source>/<place>.json`: what was given up on, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.layout import dead_key, dead_prefix
from archive.store import Store
from events.deliveries.model import Delivery, Message, Place, Target
from events.deliveries.state import State
from events.model import from_json, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One event that was given up on.

    `sent` is when it was delivered after all, `dropped` when a person said that it need not be; empty if it was not.
    """

    key: str
    source: str
    message: Message
    error: str
    failures: int
    since: str
    time: str
    sent: str
    dropped: str

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to deal with it."""
        return not (self.sent or self.dropped)


def bury(store: Store, delivery: Delivery, message: Message, failed: State, now: datetime) -> None:
    """Keep what is given up on. Written before the delivery moves on; writing it twice changes nothing."""
    letter: dict[str, Any] = {
        "place": str(message.place),
        "error": failed.error,
        "failures": failed.failures,
        "since": stamp(failed.since or now),
        "time": stamp(now),
        "sent": "",
        "dropped": "",
        "event": json.loads(message.event.to_json()),
    }
    place = message.place
    key = dead_key(delivery.name, message.event.source, place.sequence, place.number)
    store.put(key, json.dumps(letter).encode())


def letters(store: Store, delivery: Delivery, source: str) -> Iterator[Letter]:
    """All dead letters of a source, oldest first."""
    for key in store.list(dead_prefix(delivery.name, source)):
        raw = json.loads(store.get(key))
        place = Place.parse(raw["place"])
        message = Message(event=from_json(json.dumps(raw["event"])), place=place, after=place, again=True)
        said = {name: raw[name] for name in ("error", "failures", "since", "time", "sent")}
        yield Letter(key=key, source=source, message=message, dropped=raw.get("dropped", ""), **said)


def send_again(
    store: Store, open_letters: Sequence[Letter], target: Target, clock: Callable[[], datetime]
) -> Iterator[Letter]:
    """Send what was given up on, of one source; yields what the target took. Out of order, by nature.

    Raises Unavailable or Refused at the first that it does not take.
    """
    for first in range(0, len(open_letters), target.chunk):
        chunk = open_letters[first : first + target.chunk]
        target.send([letter.message for letter in chunk])
        for letter in chunk:
            _mark(store, letter, "sent", clock())
            yield letter


def drop(store: Store, letter: Letter, now: datetime) -> None:
    """Nobody needs it any more. It stays, and so does its event in the log."""
    _mark(store, letter, "dropped", now)


def _mark(store: Store, letter: Letter, what: str, now: datetime) -> None:
    store.put(letter.key, json.dumps({**json.loads(store.get(letter.key)), what: stamp(now)}).encode())
