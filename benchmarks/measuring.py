"""Running what is measured, each in a process of its own: seconds, CPU, memory, and what the site's server saw of it.

A child that fails, or that did not fetch what it should, ends the benchmark with its output: it has no figures.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from fanlight.stack import processes

CAPTURE_SITE = Path(__file__).with_name("capture_site.py")
TAIL = 3000  # characters of a failed child's output that are shown
EVERY = 0.5  # seconds between two looks at the memory of a tree of processes


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A child that ended well: seconds from the first request the server saw to its end, CPU seconds, peak MB, output.

    `peak` is that of its own process, or of the whole tree when that was asked for (a browser is many processes).
    """

    seconds: float
    cpu: float
    peak: float
    output: str


class Failed(SystemExit):
    """Something measured did not do its work. The benchmark ends with this message."""

    def __init__(self, command: Sequence[str], what: str, output: str) -> None:
        super().__init__(f"{' '.join(map(str, command))}\n{output[-TAIL:]}\n{what}")


class Site:
    """The measured site, in a process of its own."""

    def __init__(self, latency_ms: int) -> None:
        command = [sys.executable, str(CAPTURE_SITE), str(latency_ms)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.origin = f"http://127.0.0.1:{self._line().strip()}"

    def measure(
        self, command: Sequence[str], *, wanted: AbstractSet[str], env: Mapping[str, str] | None = None,
        tree: bool = False,
    ) -> Measured:  # fmt: skip
        """Run the child; it has to end with code 0 and to have fetched just the paths `wanted` of the site."""
        self._report()
        with tempfile.TemporaryFile("w+") as output:
            code, end, usage, peak = _run(command, {**os.environ, **(env or {})}, output, tree=tree)
            server = self._report()
            output.seek(0)
            said = output.read()
        if code != 0:
            raise Failed(command, f"ended with code {code}", said)
        if set(server["paths"]) != wanted:
            differ = sorted(wanted ^ set(server["paths"]))
            raise Failed(command, f"fetched {len(server['paths'])} of {len(wanted)} URLs; not the same: {differ}", said)
        return Measured(seconds=end - server["first"], cpu=usage.ru_utime + usage.ru_stime, peak=peak, output=said)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _report(self) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def _run(
    command: Sequence[str], env: Mapping[str, str], output: IO[str], *, tree: bool
) -> tuple[int, float, Any, float]:
    """Exit code, the moment of its end, the child's own resource usage, and its peak memory in MB."""
    child = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    with _watched(child.pid) if tree else contextlib.nullcontext([0]) as seen:
        _, status, usage = os.wait4(child.pid, 0)
        end = time.monotonic()
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, end, usage, max(usage.ru_maxrss * 1024, *seen, 0) / 1e6


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The bytes of memory that the process and all below it took, seen now and then."""
    seen, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            seen.append(processes.memory(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
