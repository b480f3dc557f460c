"""What is delivered, where, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from events.model import Event

Kind = Literal["webhook", "redis", "atom", "notify"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One delivery. Empty `types` or `sources`: all of them.

    `secrets` are names of environment variables: signing secrets of a webhook, newest first, a Redis password, or the
    address for Apprise that people are notified at; `digest` (`daily`, `weekly`, empty: at once) says how often, and
    `failures` whether they hear of tasks that fail as well.
    `start` is where a new delivery begins: `end`, `beginning`, or a day as `2026-03-01`. `timeout` bounds one request
    and `budget` one turn, in seconds. An event that is refused `attempts` times, or that nobody has taken for
    `patience_hours`, is given up on. `keep` is how many entries a feed or a stream holds (0: a stream holds all).
    """

    name: str
    kind: Kind
    url: str = ""
    secrets: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    start: str = "end"
    allow_private: bool = False
    timeout: float = 10.0
    budget: float = 30.0
    attempts: int = 10
    patience_hours: float = 72.0
    keep: int = 100
    stream: str = "fanlight:"
    digest: str = ""
    failures: bool = True

    @property
    def consumer(self) -> str:
        return f"delivery-{self.name}"

    @property
    def patience(self) -> timedelta:
        return timedelta(hours=self.patience_hours)


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A place in the log of a source: the batch, and the number of the event in it, from 0."""

    sequence: int
    number: int = 0

    def __str__(self) -> str:
        return f"{self.sequence}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Place:
        sequence, _, number = text.partition("-")
        return cls(int(sequence), int(number))


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """An event on its way; `after` is the place to go on from once it was taken.

    `again`: it had been given up on, so the target may have events from behind it.
    """

    event: Event
    place: Place
    after: Place
    again: bool = False

    @property
    def body(self) -> str:
        """The event as CloudEvents JSON with its place as the extension `sequence`, which sorts as text."""
        return self.event.to_json(sequence=f"{self.place.sequence:012d}-{self.place.number:04d}")


class Target(Protocol):
    """Where a delivery goes. `send` takes up to `chunk` messages of one source, in order, all of them or none.

    It raises Unavailable or Refused, and it must not mind getting again what it had taken before.
    """

    chunk: int

    def send(self, messages: Sequence[Message]) -> None: ...
