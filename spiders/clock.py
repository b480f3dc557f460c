"""The clock of a visit: a given start, and the time that really passed since."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Clock:
    """Call it for the time (UTC). `start` may lie in the past or future: replays run in simulated time."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._begun = time.monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._begun)
