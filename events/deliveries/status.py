"""How far each delivery is, for people and for the interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.store import Store
from events import cursor, log
from events.deliveries import dead, state
from events.deliveries.model import Delivery, Place
from events.deliveries.run import starts


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """One source of one delivery.

    `position` is the next place to deliver, `waiting` how many batches of the log are not delivered in full, `behind`
    when the first of them happened. `failures` in a row since `since`, for the reason `error`; not tried before `due`.
    `dead` counts dead letters that nobody has dealt with.
    """

    delivery: str
    source: str
    position: str
    waiting: int
    behind: datetime | None
    delivered: int
    failures: int
    since: datetime | None
    due: datetime | None
    error: str
    dead: int


def status(store: Store, delivery: Delivery) -> Iterator[Status]:
    """One for each source that the delivery is about."""
    start = starts(store, delivery)
    for source in log.sources(store):
        if not delivery.sources or source in delivery.sources:
            yield _status(store, delivery, source, start.get(source, Place(1)))


def _status(store: Store, delivery: Delivery, source: str, start: Place) -> Status:
    at = cursor.load(store, delivery.consumer, source)
    place = Place.parse(at.position) if at.position else start
    last = log.end(store, source, place.sequence - 1)
    kept = state.from_json(at.state)
    waiting = last - place.sequence + 1
    return Status(
        delivery=delivery.name,
        source=source,
        position=str(place),
        waiting=waiting,
        behind=log.read_batch(store, source, place.sequence)[0].time if waiting else None,
        delivered=kept.delivered,
        failures=kept.failures,
        since=kept.since,
        due=kept.due,
        error=kept.error,
        dead=sum(1 for letter in dead.letters(store, delivery, source) if letter.is_open),
    )
