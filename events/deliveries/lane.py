"""The way of one source to one target: read, send a chunk, remember the place, and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

from archive.errors import AlreadyExists, Conflict
from archive.store import Store
from events import cursor, log
from events.deliveries import dead, state
from events.deliveries.errors import Refused, TargetError, Unavailable
from events.deliveries.model import Delivery, Message, Place, Target
from events.deliveries.state import State

SPARE = timedelta(seconds=30)  # beyond budget and last request: for the store to take what is to be remembered
BATCHES = 2_000  # read in one turn at most, so that a delivery which wants next to nothing is bounded too


class Lane:
    """One source of one delivery, held by this turn until `close`. Made by `open_lane`."""

    def __init__(self, store: Store, delivery: Delivery, at: cursor.Cursor, place: Place) -> None:
        self.store = store
        self.delivery = delivery
        self.at = at
        self.place = self.reached = place
        self.state = state.from_json(at.state)
        self.messages = self._read()

    def step(self, target: Target, clock: Callable[[], datetime]) -> bool:
        """Send one chunk; whether to go on. Raises Unavailable after remembering when to try again."""
        chunk = list(islice(self.messages, target.chunk))
        if not chunk:
            self.place = self.reached
            return False
        try:
            target.send(chunk)
        except TargetError as error:
            return self.failed(chunk[:1], error, clock())
        self.took(chunk)
        return True

    def took(self, messages: Sequence[Message]) -> None:
        """The target has these; the next turn goes on behind them."""
        self._save(messages[-1].after, self.state.took(len(messages)))

    def close(self) -> None:
        """Let others have it."""
        self._save(self.place, self.state.released())

    def hold(self, now: datetime) -> bool:
        """Take it for this turn, if there is anything to send and nobody else has it."""
        if not self.state.may_go(now, longest_turn(self.delivery)):
            return False
        first = next(self.messages, None)
        try:
            if first is not None:
                self._save(self.place, self.state.held(now + longest_turn(self.delivery)))
            elif self.reached > self.place:  # nothing but events that this delivery does not want
                self._save(self.reached, self.state)
        except (AlreadyExists, Conflict):
            return False
        self.messages = chain([first] if first else [], self.messages)
        return first is not None

    def failed(self, messages: Sequence[Message], error: TargetError, now: datetime) -> bool:
        """The target did not take these: whether to go on behind them, as they are given up on; raises Unavailable."""
        refused = isinstance(error, Refused)
        wait = error.wait if isinstance(error, Unavailable) else None
        failed = self.state.failed(now, str(error), refused=refused, wait=wait)
        if self._is_hopeless(failed, now):
            for message in messages:
                dead.bury(self.store, self.delivery, message, failed, now)
            self._save(messages[-1].after, failed.gave_up(len(messages)))
            self.messages = self._read()
            return True
        self._save(self.place, failed)
        if not refused:
            raise error
        return False

    def _is_hopeless(self, failed: State, now: datetime) -> bool:
        """Refused too often, or untaken for too long (and tried often: one jump of a clock is no long time)."""
        attempts, waited = self.delivery.attempts, now - (failed.since or now)
        return failed.refusals >= attempts or (failed.failures >= attempts and waited >= self.delivery.patience)

    def _save(self, place: Place, remembered: State) -> None:
        self.at = cursor.advance(self.store, self.at, str(place), remembered.as_json())
        self.place, self.state = place, remembered

    def _read(self) -> Iterator[Message]:
        """The messages from the place on that this delivery wants."""
        types = self.delivery.types
        self.reached = self.place
        for sequence, batch in islice(log.read(self.store, self.at.source, self.place.sequence), BATCHES):
            for number, event in enumerate(batch):
                place = Place(sequence, number)
                if place >= self.place and (not types or event.type in types):
                    yield Message(event=event, place=place, after=_after(place, len(batch)))
            self.reached = Place(sequence + 1)


def open_lane(store: Store, delivery: Delivery, source: str, start: Place) -> Lane:
    """The lane of a source, where it was left, or at `start` when it is new."""
    at = cursor.load(store, delivery.consumer, source)
    return Lane(store, delivery, at, Place.parse(at.position) if at.position else start)


def longest_turn(delivery: Delivery) -> timedelta:
    """How long a turn may hold a lane."""
    return timedelta(seconds=delivery.budget + delivery.timeout) + SPARE


def _after(place: Place, size: int) -> Place:
    return Place(place.sequence, place.number + 1) if place.number + 1 < size else Place(place.sequence + 1)
