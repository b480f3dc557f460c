"""One turn of one delivery: bounded in time, independent of all others, and safe to start twice."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from archive.errors import AlreadyExists, Conflict, NotFound
from archive.layout import delivery_start_key
from archive.store import Store
from events import log
from events.deliveries import people, targets
from events.deliveries.errors import Unavailable
from events.deliveries.lane import Lane, open_lane
from events.deliveries.model import Delivery, Place, Target
from events.deliveries.notify import Notifier

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What came of a turn: events taken and given up on, and what stopped it (empty: nothing did)."""

    delivered: int
    dead: int
    stopped: str = ""


def deliver(store: Store, delivery: Delivery, clock: Clock, environ: Mapping[str, str] = os.environ) -> Turn:
    """Deliver what is waiting, each source in order, all sources in turns, for `delivery.budget` seconds at most.

    Raises DeliveryMisconfigured before anything is sent, and ArchiveError when the store does not answer; what the
    target had taken since the place was last remembered is then sent again by the next turn.
    """
    return deliver_to(targets.open_target(store, delivery, clock, environ), store, delivery, clock)


def deliver_to(target: Target, store: Store, delivery: Delivery, clock: Clock) -> Turn:
    """The same, to a target that is open already."""
    until = clock() + timedelta(seconds=delivery.budget)
    start = _decide(store, delivery)
    if delivery.digest and not people.is_digest_due(store, delivery, clock()):
        return Turn(delivered=0, dead=0)
    chosen = [name for name in log.sources(store) if not delivery.sources or name in delivery.sources]
    lanes = [open_lane(store, delivery, name, start.get(name, Place(1))) for name in chosen]
    held = [lane for lane in lanes if lane.hold(clock())]
    delivered, dead = _sums(held)
    if isinstance(target, Notifier):
        stopped, unshaped = people.send(target, store, held, clock)
        if delivery.digest and not unshaped and not any(lane.state.failures for lane in lanes):  # else again today
            people.digest_done(store, delivery, clock())
    else:
        stopped = _send(target, held, clock, until)
    delivered_now, dead_now = _sums(held)
    return Turn(delivered=delivered_now - delivered, dead=dead_now - dead, stopped=stopped)


def _sums(lanes: list[Lane]) -> tuple[int, int]:
    return sum(lane.state.delivered for lane in lanes), sum(lane.state.dead for lane in lanes)


def _send(target: Target, held: list[Lane], clock: Clock, until: datetime) -> str:
    """Send from each lane in turn until all are done, time is up, or the target does not answer; what stopped it."""
    queue, stopped = deque(held), ""
    while queue and not stopped:
        lane = queue.popleft()
        try:
            if clock() < until and lane.step(target, clock):
                queue.append(lane)
            else:
                lane.close()
        except Unavailable as error:  # the others would wait in vain for the same target
            lane.close()
            stopped = str(error)
        except (AlreadyExists, Conflict):  # this turn took so long that another has the lane now: it is in good hands
            continue
    for lane in queue:
        lane.close()
    return stopped


def starts(store: Store, delivery: Delivery) -> dict[str, Place]:
    """Where a delivery begins, as things are now or as its first turn decided.

    A source that is not in it is new since then, and begins at its first event.
    """
    try:
        raw = json.loads(store.get(delivery_start_key(delivery.name)))
    except NotFound:
        return {source: _start(store, delivery, source) for source in log.sources(store)}
    return {source: Place.parse(place) for source, place in raw.items()}


def _decide(store: Store, delivery: Delivery) -> dict[str, Place]:
    """Where a delivery begins, for good from now on."""
    key = delivery_start_key(delivery.name)
    if not store.exists(key):
        places = {source: str(place) for source, place in starts(store, delivery).items()}
        with suppress(AlreadyExists):  # two first turns at once: the places of the first stand for both
            store.put(key, json.dumps(places).encode(), if_absent=True)
    return starts(store, delivery)


def _start(store: Store, delivery: Delivery, source: str) -> Place:
    if delivery.start == "beginning":
        return Place(1)
    if delivery.start == "end":
        return Place(log.end(store, source) + 1)
    day = date.fromisoformat(delivery.start)
    return Place(log.first_since(store, source, datetime(day.year, day.month, day.day, tzinfo=UTC)))
