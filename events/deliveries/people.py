"""A turn of a delivery to people: one message about all that is new, however many events and sources it is.

An incident is told once (`deliveries/<name>/told/`), and once more when it is over. A document that was restated waits
until shaping has said which of its values were, so that both are one incident; but not for long. With a digest, nothing
is told before the day or the week is over, at 06:00 UTC, and the digest is not done before what waits is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from archive.errors import AlreadyExists, Conflict, NotFound
from archive.layout import delivery_digest_key, delivery_told_key
from archive.store import Store
from events import cursor
from events.deliveries.errors import TargetError
from events.deliveries.lane import Lane
from events.deliveries.model import Delivery, Message
from events.deliveries.notify import Notifier
from events.incidents import Incident, incidents
from events.model import stamp

HOUR = timedelta(hours=6)
SHAPING = timedelta(hours=2)  # how long after the start of a visit its values are waited for
Waiting = tuple[Lane, list[Message]]


def send(
    notifier: Notifier, store: Store, held: Sequence[Lane], clock: Callable[[], datetime]
) -> tuple[str, Sequence[Lane]]:
    """Tell what the lanes hold, then close them; what stopped it (empty: nothing did), and which lanes had to wait."""
    waiting = [(lane, list(lane.messages)) for lane in held]
    ready = [(lane, messages) for lane, messages in waiting if _is_shaped(store, lane, messages, clock())]
    told = [lane for lane, _ in ready]
    try:
        return _tell(notifier, store, ready, clock), [lane for lane in held if lane not in told]
    finally:
        for lane in held:
            with suppress(AlreadyExists, Conflict):  # another turn has it now
                lane.close()


def _tell(notifier: Notifier, store: Store, ready: Sequence[Waiting], clock: Callable[[], datetime]) -> str:
    found = incidents(message.event for _, messages in ready for message in messages)
    untold = {key: one for one in found if not store.exists(key := _told_key(notifier.delivery, one))}
    try:
        if untold:
            notifier.tell(list(untold.values()))
    except TargetError as error:
        for lane, messages in ready:
            with suppress(TargetError, AlreadyExists, Conflict):
                lane.failed(messages, error, clock())
        return str(error)
    for key in untold:
        store.put(key, b"{}")
    for lane, messages in ready:
        with suppress(AlreadyExists, Conflict):
            lane.took(messages)
    return ""


def is_digest_due(store: Store, delivery: Delivery, now: datetime) -> bool:
    """Whether a day or a week ended since the last digest. A new delivery begins with what is left of this one."""
    end = _period_end(delivery, now)
    try:
        last = datetime.fromisoformat(json.loads(store.get(delivery_digest_key(delivery.name)))["until"])
    except NotFound:
        digest_done(store, delivery, now)
        return False
    return last < end or last > now  # after now: a clock was moved


def digest_done(store: Store, delivery: Delivery, now: datetime) -> None:
    """Remember that the digest of the last day or week was sent."""
    until = json.dumps({"until": stamp(_period_end(delivery, now))})
    store.put(delivery_digest_key(delivery.name), until.encode())


def _period_end(delivery: Delivery, now: datetime) -> datetime:
    """The last 06:00, on Monday if the digest is weekly."""
    day = (now - HOUR).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday() if delivery.digest == "weekly" else 0) + HOUR


def _told_key(delivery: Delivery, incident: Incident) -> str:
    return delivery_told_key(delivery.name, f"{incident.key}-{'over' if incident.over else 'open'}")


def _is_shaped(store: Store, lane: Lane, messages: Sequence[Message], now: datetime) -> bool:
    """Whether the values of every restated document here are told, or are late."""
    shaped = int(cursor.load(store, cursor.SHAPING, lane.at.source).position or 0)
    return not any(
        message.event.type == "document.restated"
        and message.place.sequence > shaped
        and timedelta() <= now - message.event.time < SHAPING
        for message in messages
    )
