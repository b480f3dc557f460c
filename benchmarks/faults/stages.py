"""The stages of the loop, each in a process of its own that may be killed."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import archive.store
import archive.store_s3
import changes.run  # noqa: F401 - what the stages import when they need it: here once, not in each of their processes
import normalize.run  # noqa: F401
from archive.errors import ArchiveError
from archive.store import Store
from events.deliveries.model import Delivery
from events.deliveries.run import deliver
from fanlight import flow

from . import world
from .strike import NOTHING, Faulty, Plan

SECRETS = {"FAULTS_SECRET": "whsec_" + "Zm" * 16}
OK, FAILED, BROKEN = 0, 1, 3


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a stage works with: the store, the spool, the receiver's address and the time it believes in.

    The store has never been connected: a process of a stage has it from the process that forked it, since to make one
    takes longer than to use it.
    """

    store: Store
    spool: Path
    receiver: str
    now: datetime
    edition: world.Edition


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended: `struck` when its fault came about, `run_id` of the visit it began, `error` if it failed.

    `calls` of the store that it made, 0 when it did not come to its end.
    """

    ok: bool
    calls: int
    struck: bool
    run_id: str
    error: str


def visit(job: Job, say: Callable[..., object]) -> None:
    run_id = flow.new_run_id(job.now, source=world.SOURCE.id)
    say(run_id=run_id)
    world.visit(job.store, job.spool, run_id, job.edition, lambda: job.now)


def compare(_: Job, __: Callable[..., object]) -> None:
    for source, run_id in flow.unannounced():
        flow.compare(source, run_id)


def announce(_: Job, __: Callable[..., object]) -> None:
    for source, run_id in flow.unannounced():
        flow.announce(source, run_id)


def shape(_: Job, __: Callable[..., object]) -> None:
    for key in flow.pending():
        flow.shape(key)


def post(job: Job, _: Callable[..., object]) -> None:
    hook = Delivery(
        name="hook", kind="webhook", url=job.receiver, secrets=tuple(SECRETS), start="beginning", allow_private=True,
        timeout=0.4, budget=5.0,
    )  # fmt: skip
    deliver(job.store, hook, _ticking(job.now), SECRETS)


def feed(job: Job, _: Callable[..., object]) -> None:
    feeds = Delivery(name="feeds", kind="atom", start="beginning", budget=5.0, keep=0)
    deliver(job.store, feeds, _ticking(job.now), {})


STAGES: dict[str, Callable[[Job, Callable[..., object]], None]] = {
    "visit": visit, "compare": compare, "announce": announce, "shape": shape, "post": post, "feed": feed,
}  # fmt: skip


def start(name: str, job: Job, plan: Plan | None) -> tuple[int, int]:
    """Fork a process that does the stage; its id and the file descriptor it reports to."""
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        return child, reader
    os._exit(_child(name, job, plan, writer))


def end(child: int, reader: int, plan: Plan | None) -> Ended:
    """Wait until it ends, killing it if it is to be killed later."""
    killed = False
    if plan and plan.kind == "kill_later":
        time.sleep(plan.after)
        killed = os.waitpid(child, os.WNOHANG) == (0, 0)
        if killed:
            os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as file:
        said: dict[str, Any] = {}
        for line in file:
            said.update(json.loads(line))
    code = OK
    try:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except ChildProcessError:  # it had ended before it was to be killed
        code = BROKEN if said.get("broken") else FAILED if said.get("error") else OK
    if code == BROKEN:
        raise RuntimeError(said["error"])
    return Ended(
        ok=code == OK,
        calls=said.get("calls", 0),
        struck=killed or "struck" in said,
        run_id=said.get("run_id", ""),
        error=said.get("error", ""),
    )


def _child(name: str, job: Job, plan: Plan | None, writer: int) -> int:
    def say(**said: Any) -> None:
        os.write(writer, json.dumps(said).encode() + b"\n")

    store: Any = Faulty(job.store, plan or NOTHING, lambda: say(struck=True))
    archive.store.open_store = lambda *_: store
    os.environ.update({"ARCHIVE_URL": job.store.url, "FANLIGHT_VAR": str(job.spool.parent)})
    try:
        STAGES[name](replace(job, store=store), say)
        say(calls=store.calls)
    except ArchiveError as error:  # what a task fails with, and is tried again
        say(error=f"{name}: {type(error).__name__}: {error}")
        return FAILED
    except OSError as error:  # the tables' own client reports the network like this
        say(error=f"{name}: {type(error).__name__}: {error}")
        return FAILED
    except BaseException as error:  # noqa: BLE001 - a mistake of ours: the runner stops and says it
        say(error=f"{name}: {type(error).__name__}: {error}", broken=True)
        return BROKEN
    return OK


def _ticking(now: datetime) -> Callable[[], datetime]:
    """A clock that starts at the time the stage believes in and then goes on as usual."""
    started = time.monotonic()
    return lambda: datetime.fromtimestamp(now.timestamp() + time.monotonic() - started, UTC)
