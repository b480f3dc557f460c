"""What a delivery remembers of one source beside its place, and when it tries again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from events.model import stamp

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """`refusals` and `failures` count answers about the event that is next, `since` is when the first of them came.

    `held_until`: a turn is under way until then at the longest, so that two never send at once. `due`: not before.
    """

    delivered: int = 0
    dead: int = 0
    failures: int = 0
    refusals: int = 0
    since: datetime | None = None
    due: datetime | None = None
    held_until: datetime | None = None
    error: str = ""

    def may_go(self, now: datetime, longest_turn: timedelta) -> bool:
        """Nobody else holds it, and it need not wait. A time further off than any we set means a clock was moved."""
        return not (_ahead(self.held_until, now, longest_turn) or _ahead(self.due, now, LONGEST_WAIT))

    def held(self, until: datetime) -> State:
        return replace(self, held_until=until)

    def released(self) -> State:
        return replace(self, held_until=None)

    def took(self, count: int) -> State:
        """A target took so many messages: what had gone wrong before is over."""
        return State(delivered=self.delivered + count, dead=self.dead, held_until=self.held_until)

    def failed(self, now: datetime, error: str, *, refused: bool, wait: float | None) -> State:
        """The target did not take the next message; each time it waits twice as long, or as long as it was asked to."""
        doubled = FIRST_WAIT * 2 ** min(self.failures, 20)
        asked = timedelta(seconds=min(wait or 0.0, LONGEST_WAIT.total_seconds()))
        return replace(
            self,
            failures=self.failures + 1,
            refusals=self.refusals + int(refused),
            since=self.since or now,
            due=now + min(max(doubled, asked), LONGEST_WAIT),
            error=error[:300],
        )

    def gave_up(self, count: int) -> State:
        return State(delivered=self.delivered, dead=self.dead + count, held_until=self.held_until)

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("delivered", "dead", "failures", "refusals", "error")}
        return {**plain, **{name: _text(getattr(self, name)) for name in TIMES}}


TIMES = ("since", "due", "held_until")


def from_json(raw: Mapping[str, Any]) -> State:
    """The state that `as_json` wrote; an empty mapping is a delivery that has not done anything."""
    times = {name: datetime.fromisoformat(raw[name]) if raw[name] else None for name in TIMES if name in raw}
    return State(**{**raw, **times})


def _ahead(time: datetime | None, now: datetime, longest: timedelta) -> bool:
    return time is not None and now < time <= now + longest


def _text(time: datetime | None) -> str | None:
    return stamp(time) if time else None
