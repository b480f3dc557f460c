"""Faults inside a process: the store that kills it, fails, or lies, at one chosen call."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.errors import AlreadyExists, Conflict, NoSpace, StoreUnreachable
from archive.store import Store

KINDS = ("kill_before", "kill_after", "fail", "deaf", "full", "repeated", "denied_twice", "late", "late", "kill_later")
HELD_UP = 0.4  # seconds
WRITES = ("put", "put_file")
CALLS = (*WRITES, "get", "get_with_tag", "exists", "list", "folders")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What goes wrong at the `call`-th call of the store (from 1), or at the next one that it can happen to.

    kill_before, kill_after: kill -9. fail: no answer, nothing done. deaf: done, but no answer. full: no space.
    repeated: a client repeats a write whose answer was lost, and gets 412 for its own. denied_twice: 412 for what
    nobody wrote, on two calls. late: a write is held up, and others overtake it. kill_later: killed by the parent
    `after` so many seconds, wherever it is then.
    """

    kind: str
    call: int
    after: float


NOTHING = Plan(kind="", call=0, after=0)


class Faulty:
    """A store in which one call goes wrong. `struck` is told before it does."""

    def __init__(self, inner: Store, plan: Plan, struck: Callable[[], object]) -> None:
        self.inner = inner
        self.url = inner.url
        self.plan = plan
        self.struck = struck
        self.calls = 0
        self.left = {"": 0, "kill_later": 0, "denied_twice": 2}.get(plan.kind, 1)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name not in CALLS:
            return method

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if not self.left or self.calls < self.plan.call or not self._fits(name, str(arguments[0]), named):
                return method(*arguments, **named)
            self.left -= 1
            self.struck()
            return self._strike(lambda: method(*arguments, **named), named)

        return call

    def _fits(self, name: str, key: str, named: Any) -> bool:
        """Whether the fault can happen to this call; else it waits for one that it can happen to."""
        if self.plan.kind == "late":  # where others may be faster: the log, and how far a delivery got
            return name in WRITES and key.startswith(("events/", "cursors/delivery"))
        if self.plan.kind in ("repeated", "denied_twice"):
            return bool(named.get("if_absent") or named.get("if_match"))
        return name in WRITES or self.plan.kind not in ("full", "deaf")

    def _strike(self, act: Callable[[], Any], named: Any) -> Any:
        kind = self.plan.kind
        if kind in ("fail", "full"):
            raise NoSpace("full") if kind == "full" else StoreUnreachable("no answer")
        if kind == "denied_twice":
            raise Conflict("412") if named.get("if_match") else AlreadyExists("412")
        if kind == "late":
            time.sleep(HELD_UP)
        if kind == "kill_before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = act()
        if kind == "kill_after":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "deaf":
            raise StoreUnreachable("no answer")
        return act() if kind == "repeated" else result
