"""Starts components as children, sees that they are well, and leaves none behind.

Each child leads a session of its own: Ctrl-C on the terminal reaches only the supervisor, which then asks each child
to end (SIGTERM, as Airflow's components expect it: one by one, never the whole group) and kills what is left of its
family. What a killed supervisor left behind is ended at the next start, from a record in the data folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType

import psutil

from fanlight.errors import UserError
from fanlight.stack import processes

POLL = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """A program to run. `ready` asks it whether it is well; it has `within` seconds to become so.

    Asked to end, it has `patience` seconds before it is killed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    within: float = 600.0
    patience: float = 15.0


Running = tuple[Component, subprocess.Popen[bytes]]


class ComponentFailed(UserError):
    """A component ended by itself, or did not become ready."""

    def __init__(self, name: str, what: str, log: Path) -> None:
        super().__init__(f"{name} {what}", f"see {log}, which ends with: {_last_line(log)}")


class Supervisor:
    """A context: whatever happens inside, afterwards no child is left."""

    def __init__(self, *, logs: Path, var: Path) -> None:
        self._logs = logs
        self._record = var / "processes.json"
        self._lock_path = var / "supervisor.lock"
        self._lock: int | None = None
        self._waves: list[list[Running]] = []

    def __enter__(self) -> Supervisor:
        self._lock = _lock(self._lock_path)
        end_leftovers(self._record)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with _undisturbed():
            self.stop()
        if self._lock is not None:
            os.close(self._lock)

    def start(self, *components: Component) -> None:
        """Start these together; they are stopped together, after all that was started later."""
        self._waves.append([])
        for component in components:
            self._waves[-1].append((component, self._spawn(component)))
            self._keep_record()

    def await_ready(self) -> None:
        """Wait until all components are well. Raises ComponentFailed."""
        began = time.monotonic()
        waiting = [component for component, _ in self._children()]
        while waiting := [component for component in waiting if not component.ready()]:
            self.check()
            for component in waiting:
                if time.monotonic() - began > component.within:
                    what = f"was not ready within {component.within:.0f} s"
                    raise ComponentFailed(component.name, what, self._log(component))
            time.sleep(POLL)

    def check(self) -> None:
        """Raise ComponentFailed when a component has ended by itself."""
        for component, child in self._children():
            if child.poll() is not None:
                raise ComponentFailed(component.name, f"ended with code {child.returncode}", self._log(component))

    def stop(self) -> None:
        """Stop everything, last started first."""
        while self._waves:
            _end(self._waves.pop())
        self._record.unlink(missing_ok=True)

    def _children(self) -> Iterator[Running]:
        return chain.from_iterable(self._waves)

    def _log(self, component: Component) -> Path:
        return self._logs / f"{component.name}.log"

    def _spawn(self, component: Component) -> subprocess.Popen[bytes]:
        log = self._log(component)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - the stack's own programs
                component.command, env=dict(component.environment), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _keep_record(self) -> None:
        alive = [(child.pid, _born(child.pid)) for _, child in self._children()]
        self._record.write_text(json.dumps(alive))


def end_leftovers(record: Path) -> None:
    """End what a supervisor that was killed has left running, by the record that it kept."""
    if record.exists():
        known = [pid for pid, born in json.loads(record.read_text()) if born is not None and _born(pid) in (born, None)]
        processes.kill(processes.everything(known))
        record.unlink()


def _end(wave: Collection[Running]) -> None:
    children = [child for _, child in wave]
    family = processes.everything(child.pid for child in children)
    for child in children:
        child.terminate()
    began = time.monotonic()
    while any(child.poll() is None and time.monotonic() - began < component.patience for component, child in wave):
        time.sleep(POLL)
    processes.kill(family | processes.everything(child.pid for child in children))
    for child in children:
        child.wait()


def _born(pid: int) -> float | None:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        action = "use that one, stop it first, or set FANLIGHT_VAR to another folder"
        raise UserError(f"a stack with its data in {path.parent} is already running", action) from error
    return handle


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not cut short the stopping: it would leave processes behind."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
