"""How many requests it takes to read from the end of a log of a million events, each in a batch of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from archive.errors import NotFound
from events import log
from events.model import Event, event

EVENTS = 1_000_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class LongLog:
    """A store with the log of one source, made as it is asked for. No segments: they are for reading from far back."""

    def __init__(self) -> None:
        self.asked = 0

    def exists(self, key: str) -> bool:
        self.asked += 1
        return key.startswith("events/") and _sequence(key) <= EVENTS

    def get(self, key: str) -> bytes:
        if not self.exists(key):
            raise NotFound(key)
        told = _event(_sequence(key))
        return told.to_json(logtime=f"{told.time:%Y-%m-%dT%H:%M:%SZ}").encode()


def _sequence(key: str) -> int:
    return int(key[-18:-6])


def _event(sequence: int) -> Event:
    data = {"run_id": "20260101T000000Z-000000", "outcome": "blocked"}
    time = FIRST + sequence * MINUTE
    return event("source.blocked", source="long", subject=str(sequence), time=time, data=data)


def figures() -> Iterator[tuple[str, int, str]]:
    """Name, requests and goal of each way to read what is new."""
    store: Any = LongLog()
    newest = [batch[0].subject for _, batch in islice(log.read_back(store, "long"), 10)]
    assert newest == [str(EVENTS - back) for back in range(10)]
    yield "requests_for_the_last_10_of_a_million", store.asked, "<=60"
    store.asked = 0
    assert len(list(log.read_since(store, "long", FIRST + (EVENTS - 4) * MINUTE))) == 5
    yield "requests_for_the_last_5_minutes_of_a_million", store.asked, "<=80"
    store.asked = 0
    assert len(list(log.read(store, "long", EVENTS))) == 1
    yield "requests_for_what_is_new_since_a_place", store.asked, "<=2"
