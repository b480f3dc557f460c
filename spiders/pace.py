"""One shared pace per host: visits of different sources, each in its process, take turns at the same server.

The time of the last turn is kept in `<spool>/.hosts/<host>`, on the clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import fcntl
import re
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

UNSAFE = re.compile(r"[^a-z0-9.-]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """`delay`: the least seconds between two turns at one host."""

    folder: Path
    delay: float

    async def turn(self, url: str) -> None:
        """Waits for a turn at the host of `url`."""
        if self.delay <= 0:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / UNSAFE.sub("_", (urlsplit(url).hostname or "").lower())
        while (wait := self._claim(path)) > 0:
            await asyncio.sleep(wait)

    def _claim(self, path: Path) -> float:
        """Takes the turn and returns 0, or returns how long to wait before trying again."""
        with path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            now, last = monotonic(), float(file.read() or "-inf")
            if last <= now < last + self.delay:  # a time ahead of ours is from before a restart of the machine
                return last + self.delay - now
            file.truncate(0)
            file.write(repr(now))
            return 0.0
