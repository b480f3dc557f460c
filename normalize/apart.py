"""Work on what strangers made in a process of its own, which may take so much memory and time and no more.

A parser of a large format cannot promise that: a few hundred bytes may unpack to gigabytes, or lead it in circles.
"""

from __future__ import annotations

import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from normalize.model import Rejected

Given = TypeVar("Given")
Made = TypeVar("Made")


def run(work: Callable[[Given], Made], given: Given, *, memory: int, seconds: int) -> Made:
    """What the function `work`, of a module's top level, makes of `given`.

    Raises Rejected where it does, and when it needs more than `memory` bytes (those of Python and its libraries
    included) or `seconds` of CPU.
    """
    order = pickle.dumps((work, given, memory, seconds))
    done = subprocess.run([sys.executable, "-m", "normalize.apart"], input=order, capture_output=True)
    if done.returncode == -signal.SIGXCPU:
        raise Rejected(f"reading it takes more than {seconds:,} seconds: no report does")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Rejected(f"reading it failed: {said or f'ended with {done.returncode}'}")
    made, reason = pickle.loads(done.stdout)  # noqa: S301  # from our own process
    if reason:
        raise Rejected(reason)
    return made  # type: ignore[no-any-return]


class _TimeUp(BaseException):
    """Not an Exception: parsers catch those."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _TimeUp


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """Raises Rejected when the block takes more CPU. Only in the main thread of a process."""
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
    try:
        yield
    except _TimeUp as error:
        raise Rejected(f"{what} takes more than {seconds:g} seconds: no report does") from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _work() -> None:
    """The other process: one order on standard input, one answer on standard output."""
    work, given, memory, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own process
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 10))
    made, reason = None, ""
    try:
        made = work(given)
    except Rejected as error:
        reason = str(error)
    except MemoryError:
        reason = f"reading it takes more than {memory:,} bytes of memory: no report does"
    sys.stdout.buffer.write(pickle.dumps((made, reason)))


if __name__ == "__main__":
    _work()
