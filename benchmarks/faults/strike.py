"""Faults inside a process: the store that kills it, fails, or lies, at one chosen call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.errors import AlreadyExists, Conflict, NoSpace, StoreUnreachable
from archive.store import Store

KINDS = ("kill_before", "kill_after", "fail", "deaf", "full", "repeated", "denied_twice", "kill_later")
WRITES = ("put", "put_file")
CALLS = (*WRITES, "get", "get_with_tag", "exists", "list", "folders")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What goes wrong at the `call`-th call of the store (from 1).

    kill_before, kill_after: kill -9. fail: no answer, nothing done. deaf: done, but no answer. full: no space.
    repeated: a client repeats a write whose answer was lost, and gets 412 for its own. denied_twice: 412 for what
    nobody wrote, on two calls. kill_later: killed by the parent `after` so many seconds, wherever it is then.
    """

    kind: str
    call: int
    after: float


class Faulty:
    """A store in which one call goes wrong. `struck` is told before it does."""

    def __init__(self, inner: Store, plan: Plan, struck: Callable[[], object]) -> None:
        self.inner = inner
        self.url = inner.url
        self.plan = plan
        self.struck = struck
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name not in CALLS:
            return method

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            later = self.calls - self.plan.call
            if later == 0 or (later == 1 and self.plan.kind == "denied_twice"):
                return self._strike(name, method, arguments, named)
            return method(*arguments, **named)

        return call

    def _strike(self, name: str, method: Any, arguments: Any, named: Any) -> Any:
        kind, writes = self.plan.kind, name in WRITES
        denied = Conflict("412") if named.get("if_match") else AlreadyExists("412")
        conditional = writes and bool(named.get("if_absent") or named.get("if_match"))
        if kind == "kill_later" or (kind in ("full", "deaf") and not writes):
            return method(*arguments, **named)
        if kind in ("repeated", "denied_twice") and not conditional:
            return method(*arguments, **named)
        self.struck()
        if kind in ("fail", "full"):
            raise NoSpace("full") if kind == "full" else StoreUnreachable("no answer")
        if kind == "kill_before":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "denied_twice":
            raise denied
        result = method(*arguments, **named)
        if kind == "kill_after":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "deaf":
            raise StoreUnreachable("no answer")
        if kind == "repeated":
            return method(*arguments, **named)
        return result
