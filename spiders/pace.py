"""One shared pace per host: visits of different sources, each in its process, take turns at the same server.

The time of the last turn, and until when the server asked to be left alone, are kept in `<spool>/.hosts/<host>`, on the
clock that all processes of a machine share. A server that asks for longer, or goes on refusing, is left alone by this
visit altogether.
"""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from spiders.budget import Budget

UNSAFE = re.compile(r"[^a-z0-9.-]")
LONGEST_HOLD = 60.0  # seconds; a server that asks for more is left alone until the next visit
MOST_REFUSALS = 3  # addresses in a row that a host would not answer, each asked for again and again


@dataclass(kw_only=True, slots=True)
class Pace:
    """`delay`: the least seconds between two turns at one host; a longer Crawl-delay replaces it."""

    folder: Path
    delay: float
    budget: Budget
    _held: dict[str, float] = field(default_factory=dict)
    _left: dict[str, str] = field(default_factory=dict)  # hosts left alone, and why
    _refusals: Counter[str] = field(default_factory=Counter)

    async def turn(self, url: str) -> None:
        """Waits for a turn at the host of `url`. Raises `LimitReached` where that host is left alone."""
        host = _host(url)
        if host in self._left:
            self.budget.refuse(url, self._left[host])
        while not self.budget.stopped and (wait := self._wait(host)) > 0:
            await self.budget.pause(wait)

    def hold(self, url: str, seconds: float) -> None:
        """The server asked to wait, or could not answer: nobody on this machine asks it sooner."""
        host = _host(url)
        if seconds > LONGEST_HOLD:
            self._left[host] = f"{host} asked to be left alone for {seconds:.0f} s"
            return
        self._held[host] = monotonic() + seconds
        with _Turns(self.folder / host) as turns:
            turns.until = max(turns.until, self._held[host])

    def answered(self, url: str, *, refused: bool) -> None:
        """How the last attempt for an address ended."""
        host = _host(url)
        self._refusals[host] = self._refusals[host] + 1 if refused else 0
        if self._refusals[host] >= MOST_REFUSALS:
            self._left.setdefault(host, f"{host} was too busy for {MOST_REFUSALS} addresses in a row")

    def _wait(self, host: str) -> float:
        """Takes the turn and returns 0, or returns how long to wait before trying again."""
        if self.delay <= 0:
            return self._held.get(host, 0.0) - monotonic()
        with _Turns(self.folder / host) as turns:
            now = monotonic()
            # Times from before a restart of the machine lie ahead of ours.
            since = turns.last + self.delay - now if turns.last <= now else 0.0
            until = turns.until - now if turns.until - now <= LONGEST_HOLD else 0.0
            wait = max(since, until, 0.0)
            if not wait:
                turns.last = now
            return wait


class _Turns:
    """The times of one host, locked while they are looked at and changed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def __enter__(self) -> _Turns:
        self._file = self._path.open("a+")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.seek(0)
        self._were = self._file.read()
        last, until, *_ = [*map(float, self._were.split()), float("-inf"), float("-inf")]
        self.last, self.until = last, until
        return self

    def __exit__(self, *_: object) -> None:
        are = f"{self.last!r} {self.until!r}"
        if are != self._were:
            self._file.truncate(0)
            self._file.write(are)
        self._file.close()


def _host(url: str) -> str:
    return UNSAFE.sub("_", (urlsplit(url).hostname or "").lower())
