"""Ports and processes for tests of the embedded stack."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import psutil

from fanlight.errors import UserError
from fanlight.stack.ports import Ports, require_free


def free_ports() -> Ports:
    """Ports that nobody has at the moment, away from the defaults and from those the system hands out."""
    while True:
        base = random.randrange(20_000, 22_000)  # noqa: S311 - no secret
        ports = Ports(s3=base, airflow=base + 9)
        with contextlib.suppress(UserError):
            require_free(ports)
            return ports


def variables(ports: Ports, var: Path) -> dict[str, str]:
    """The environment that chooses them."""
    chosen = {"FANLIGHT_PORT_S3": str(ports.s3), "FANLIGHT_PORT_AIRFLOW": str(ports.airflow)}
    return {**chosen, "FANLIGHT_VAR": str(var)}


def belonging_to(var: Path) -> Iterator[psutil.Process]:
    """Processes that carry this data folder in their environment or command line.

    Some of Airflow's cannot be found so: they overwrite both with a title.
    """
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = [*process.cmdline(), *process.environ().values()]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(var) in word for word in words):
                yield process
