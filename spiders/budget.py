"""What one visit may spend, and its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from sources.model import Politeness
from spiders.errors import LimitReached


@dataclass(kw_only=True, slots=True)
class Budget:
    """Counts requests, seconds and received bytes against the source's politeness. `limits` says what ended it."""

    polite: Politeness
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    started: datetime = field(init=False)
    requests: int = 0
    received: int = 0
    limits: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def spend(self, url: str) -> None:
        """Before each request. Raises `LimitReached` when there is nothing left."""
        self.check(url)
        self.requests += 1

    def check(self, url: str) -> None:
        """Raises `LimitReached` when there is nothing left."""
        why = self.stopped or self._spent()
        if why:
            self.refuse(url, why)

    def refuse(self, url: str, why: str) -> NoReturn:
        """This is not fetched for a limit's sake; told once."""
        if not self.limits[why]:
            self.say(f"stopping: {why}")
        self.limits[why] += 1
        raise LimitReached(url, why)

    def end(self, why: str) -> None:
        """Fetch nothing more; what is kept stays."""
        self.stopped = self.stopped or why
        self.stopping.set()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the visit."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    def _spent(self) -> str | None:
        if self.requests >= self.polite.max_requests:
            return f"the limit of {self.polite.max_requests} requests is reached"
        if self.clock() - self.started >= timedelta(seconds=self.polite.max_seconds):
            return f"the limit of {self.polite.max_seconds} s is reached"
        if self.received >= self.polite.max_bytes:
            return f"the limit of {self.polite.max_bytes} bytes is reached"
        return None
