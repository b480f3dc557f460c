"""The loop with faults in it: stages that are killed, repeated, left out and lied to, until so many faults struck."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from archive.store import open_store
from events.deliveries.model import Delivery
from events.deliveries.status import status

from . import stages, world
from .stages import Job
from .strike import KINDS, Plan

IN_A_ROW = 6  # faulty attempts at a stage before one that is left alone
SHARE = 0.85  # of attempts that something goes wrong with
LEFT_OUT = 0.25  # of stages, as by a paused consumer
MOVED = 0.1  # of visits before which the clock is moved
TWICE = 0.15  # of attempts that are started twice
HOOK = Delivery(name="hook", kind="webhook")
FEEDS = Delivery(name="feeds", kind="atom")
BESIDE = {"announce": "shape", "shape": "announce"}  # both append to the log
FIRST_GUESS = 12  # calls of the store that a stage makes
TURNS = 200  # of the deliveries at the end, at most


@dataclass
class Runner:
    """Runs the loop until so many faults have struck, then lets it come to rest."""

    job: Job
    dice: Random
    site: world.World
    elsewhere: dict[str, Any]  # shared counters of the faults that proxy and receiver made
    injected: Counter[str] = field(default_factory=Counter)
    edition_of: dict[str, int] = field(default_factory=dict)
    expected: Counter[tuple[object, ...]] = field(default_factory=Counter)
    unstruck: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)  # of the store, at the last attempt at each stage that ended
    faults_at_end: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> int:
        return self.injected.total() + sum(counter.value for counter in self.elsewhere.values())

    def run(self, wanted: int) -> None:
        edition = self.site.edition
        while self.faults < wanted:
            self.expected.update((edition.number, *told) for told in edition.told)
            self._move_clock(edition)
            self._stage("visit")
            for name in ("compare", "announce", "shape", "post", "feed"):
                if self.dice.random() >= LEFT_OUT:
                    self._stage(name)
            edition = self.site.next()

    def rest(self) -> None:
        """Nothing goes wrong any more: do all that is left."""
        self.faults_at_end = self.injected + Counter({name: one.value for name, one in self.elsewhere.items()})
        for counter in self.elsewhere.values():
            with counter.get_lock():
                counter.value = -1
        for name in ("announce", "shape", *["post", "feed"] * TURNS):
            self.job = replace(self.job, now=self.job.now + timedelta(hours=2))
            self._attempt(name, None)
            if name == "feed" and not self._waiting():
                return

    def _waiting(self) -> int:
        """Batches that are not delivered yet."""
        store = open_store(self.job.store.url)
        return sum(one.waiting for delivery in (HOOK, FEEDS) for one in status(store, delivery))

    def _move_clock(self, edition: world.Edition) -> None:
        moved = timedelta(days=1)
        if self.dice.random() < MOVED:
            moved += timedelta(hours=self.dice.choice((-400, -30, -1, 1, 30, 400)))
            self.injected["clock"] += 1
        self.job = replace(self.job, now=self.job.now + moved, edition=edition)

    def _stage(self, name: str) -> None:
        """Try until it is done: some attempts with a fault in them, the last one without."""
        for _ in range(IN_A_ROW):
            if self._attempt(name, self._plan(name)):
                return
        for _ in range(20):  # receiver and proxy may still be in the way
            if self._attempt(name, None):
                return
        raise RuntimeError(f"{name} was never done: {dict(self.unstruck.most_common(3))}")

    def _plan(self, name: str) -> Plan | None:
        if self.dice.random() >= SHARE:
            return None
        call = self.dice.randint(1, self.calls[name] or FIRST_GUESS)
        return Plan(kind=self.dice.choice(KINDS), call=call, after=self.dice.expovariate(1 / 0.1))

    def _attempt(self, name: str, plan: Plan | None) -> bool:
        """One attempt, or two at once (not of visits: there a lock lets only one begin), of it or of its neighbour."""
        twice = plan is not None and name != "visit" and (plan.kind == "late" or self.dice.random() < TWICE)
        started = [(stages.start(name, self.job, plan), plan)]
        if twice:
            twin = BESIDE.get(name, name) if plan and plan.kind == "late" else name
            started.append((stages.start(twin, self.job, None), None))
        ended = [stages.end(*child, each) for child, each in started]
        for each in ended:
            if each.run_id:
                self.edition_of[each.run_id] = self.job.edition.number
            self.calls[name] = each.calls or self.calls[name]
        self.injected["twice"] += twice
        if plan:
            self.injected["killed" if plan.kind.startswith("kill") else "store"] += ended[0].struck
        self.unstruck.update(each.error for each in ended if not plan and each.error)
        return ended[0].ok
