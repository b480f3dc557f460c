"""One visit per source at a time on one machine. The lock goes when its process does, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spiders.errors import VisitError


@contextmanager
def only_visit(source: str, spool: Path) -> Iterator[None]:
    """Raises `VisitError` while another process visits this source."""
    spool.mkdir(parents=True, exist_ok=True)
    with (spool / f"{source}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            other = file.read().strip() or "unknown"
            raise VisitError(
                f"another visit of {source} is running here (process {other}): wait until it ends, or stop it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
