"""Looking at and ending trees of processes."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Collection, Iterable, Iterator

import psutil

GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def tree(pid: int) -> list[psutil.Process]:
    """A process and all below it, as far as they still run."""
    with contextlib.suppress(*GONE):
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    return []


def session(leader: int) -> Iterator[psutil.Process]:
    """Processes of a session, also those whose parents are gone."""
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, *GONE):
            if process.pid != os.getpid() and os.getsid(process.pid) == leader:
                yield process


def everything(leaders: Iterable[int]) -> set[psutil.Process]:
    """All that came out of these session leaders. Browsers make sessions of their own, hence the tree as well."""
    return {process for leader in leaders for process in (*tree(leader), *session(leader))}


def running(processes: Collection[psutil.Process]) -> list[psutil.Process]:
    """Those of them that have not ended (a zombie has)."""
    return [process for process in processes if _runs(process)]


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except GONE:
        return False


def kill(processes: Collection[psutil.Process], *, within: float = 5.0) -> None:
    """SIGKILL what still runs, and see it gone."""
    deadline = time.monotonic() + within
    while (left := running(processes)) and time.monotonic() < deadline:
        for process in left:
            with contextlib.suppress(*GONE):
                process.send_signal(signal.SIGKILL)
        time.sleep(0.05)


def listening(processes: Iterable[psutil.Process]) -> set[tuple[str, int]]:
    """Addresses and ports on which these processes accept connections or datagrams."""
    found = set()
    for process in processes:
        with contextlib.suppress(*GONE):
            for connection in process.net_connections(kind="inet"):
                if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE) and connection.laddr:
                    found.add((connection.laddr.ip, connection.laddr.port))
    return found


def memory(pid: int) -> int:
    """Bytes of memory of a process and all below it; pages they share count once (PSS) where the system tells."""
    return sum(_memory(process) for process in tree(pid))


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except (*GONE, psutil.AccessDenied):
        return 0
