"""Events that cannot get lost: the loop with faults in it, and what of a known history is told in the end.

    python benchmarks/bench_faults.py [--faults N] [--seed S] [--s3]

A made-up site changes from visit to visit. Each stage (visit, compare, announce, shape, two deliveries) runs in a
process of its own through the real rooms, and is killed with SIGKILL at a chosen call of the store or at any moment,
gets no answers, no space, or 412 for its own write, is started twice at once, or left out; clocks are moved; the
receiver of the webhook fails, stalls and hangs up. With --s3 the bucket is the one of ARCHIVE_URL and AWS_*, behind a
proxy that fails, stalls, truncates and answers 500, 503 or 412; otherwise a folder. At the end nothing goes wrong any
more, and what was missed is caught up with. After each hundred faults another site begins, with the next seed. Prints
one line per figure: `figure NAME VALUE UNIT GOAL`.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import Value
from pathlib import Path
from random import Random
from typing import Any

from faults import dice, proxy, receiver, stages, world
from faults.stages import Job
from faults.strike import KINDS, Plan
from lxml import etree

from archive.layout import events_prefix, feed_key
from archive.store import Store, open_store
from events import log
from events.deliveries import dead
from events.deliveries.model import Delivery
from events.deliveries.status import status
from events.model import Event

IN_A_ROW = 6  # faulty attempts at a stage before one that is left alone
SHARE = 0.7  # of attempts that something goes wrong with
LEFT_OUT = 0.15  # of stages, as by a paused consumer
MOVED = 0.1  # of visits before which the clock is moved
TWICE = 0.15  # of attempts that are started twice
LIFE = 100  # faults in the life of one site; then another begins with an empty bucket
NEVER = {
    "events_lost",
    "events_duplicated",
    "log_gaps",
    "webhook_lost",
    "webhook_out_of_order",
    "feed_lost",
    "feed_duplicated",
}
HOOK = Delivery(name="hook", kind="webhook")
FEEDS = Delivery(name="feeds", kind="atom")
TURNS = 200  # of the deliveries at the end, at most
CALLS = {"visit": 12, "compare": 40, "announce": 30, "shape": 30, "post": 25, "feed": 25}  # about how many there are


@dataclass
class Runner:
    """Runs the loop until so many faults have struck, then lets it come to rest."""

    job: Job
    dice: Random
    site: world.World
    elsewhere: tuple[Any, ...]  # shared counters of the faults that proxy and receiver made
    injected: Counter[str] = field(default_factory=Counter)
    edition_of: dict[str, int] = field(default_factory=dict)
    expected: Counter[tuple[object, ...]] = field(default_factory=Counter)
    unstruck: Counter[str] = field(default_factory=Counter)
    faults_at_end: int = 0

    @property
    def faults(self) -> int:
        return self.injected.total() + sum(counter.value for counter in self.elsewhere)

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
        self.faults_at_end = self.faults
        for counter in self.elsewhere:
            with counter.get_lock():
                counter.value = -1
        for name in ("announce", "shape", *["post", "feed"] * TURNS):
            self.job = replace(self.job, now=self.job.now + timedelta(hours=2))
            self._attempt(name, None)
            if name == "feed" and not self._waiting():
                return

    def _waiting(self) -> int:
        """Batches that are not delivered yet."""
        store = open_store(self.job.archive_url)
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
        raise RuntimeError(f"{name} was never done")

    def _plan(self, name: str) -> Plan | None:
        if self.dice.random() >= SHARE:
            return None
        call = self.dice.randint(1, CALLS[name])
        return Plan(kind=self.dice.choice(KINDS), call=call, after=self.dice.expovariate(1 / 0.15))

    def _attempt(self, name: str, plan: Plan | None) -> bool:
        """One attempt, or two at once (not of visits: there a lock lets only one begin)."""
        twice = plan is not None and name != "visit" and self.dice.random() < TWICE
        started = [(stages.start(name, self.job, each), each) for each in ([plan, None] if twice else [plan])]
        ended = [stages.end(*child, each) for child, each in started]
        for each in ended:
            if each.run_id:
                self.edition_of[each.run_id] = self.job.edition.number
        self.injected["twice"] += twice
        if plan:
            self.injected[plan.kind] += ended[0].struck
        self.unstruck.update(each.error for each in ended if not plan and each.error)
        return any(each.ok for each in ended)


def told_in(store: Store, edition_of: dict[str, int]) -> Counter[tuple[object, ...]]:
    """What the log tells, in the words of the history."""
    events = (event for _, batch in log.read(store, world.SOURCE.id) for event in batch)
    return Counter((edition_of[event.run_id], event.type, event.subject, *_values(event)) for event in events)


def _values(event: Event) -> Iterator[str]:
    yield from event.data.get("raw_value", {}).values()


def figures(runner: Runner, store: Store, taken: Path) -> dict[str, int]:
    """What came of a life of the site."""
    told = told_in(store, runner.edition_of)
    ids = [event.id for _, batch in log.read(store, world.SOURCE.id) for event in batch]
    keys = list(store.list(events_prefix(world.SOURCE.id)))
    buried = {letter.message.event.id for letter in dead.letters(store, HOOK, world.SOURCE.id)}
    posted = [json.loads(line)["id"] for line in taken.read_text().splitlines()]
    first = list(dict.fromkeys(posted))
    entries = [one.text for one in etree.fromstring(store.get(feed_key("all"))).findall("{*}entry/{*}id")]
    return {
        "faults_injected": runner.faults_at_end,
        "visits": len(runner.edition_of),
        "events_expected": runner.expected.total(),
        "events_lost": (runner.expected - told).total(),
        "events_duplicated": (told - runner.expected).total(),
        "log_gaps": log.end(store, world.SOURCE.id) - len(keys),
        "webhook_lost": len(set(ids) - set(posted) - buried),
        "webhook_out_of_order": int([each for each in ids if each in set(first)] != first),
        "webhook_repeated": len(posted) - len(first),
        "webhook_dead_letters": len(buried),
        "feed_lost": len(set(ids)) - len(set(entries)),
        "feed_duplicated": len(entries) - len(set(entries)),
    }


def live(wanted: int, seed: int, url: str, folder: Path) -> dict[str, int]:
    """One life of the site, from its first visit; its figures. An archive in S3 is reached through the proxy."""
    counters = (Value("q", 0), Value("q", 0))
    taken = folder / "taken.jsonl"
    taken.touch()
    upstream = os.environ["AWS_ENDPOINT_URL"] if url.startswith("s3://") else None
    servers = [receiver.start(taken, seed, counters[0])]
    if upstream:
        servers.append(proxy.start(upstream, seed, counters[1]))
        os.environ["AWS_ENDPOINT_URL"] = servers[1][1]
    runner = make_runner(seed, url, folder, servers[0][1], counters)
    try:
        runner.run(wanted)
        runner.rest()
    finally:
        for process, _ in servers:
            process.terminate()
            process.join()
        if upstream:
            os.environ["AWS_ENDPOINT_URL"] = upstream
    return figures(runner, open_store(url), taken)


def make_runner(seed: int, url: str, folder: Path, hook: str, counters: tuple[Any, ...]) -> Runner:
    site = world.World(dice(seed))
    start = datetime(2026, 1, 1, 4, tzinfo=UTC)
    job = Job(archive_url=url, spool=folder / "spool", receiver=hook, now=start, edition=site.edition)
    return Runner(job=job, dice=dice(f"faults {seed}"), site=site, elsewhere=counters)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--faults", type=int, default=1_000, help="how many faults to inject (default 1000)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--s3", action="store_true", help="in the bucket of ARCHIVE_URL, below a new prefix")
    chosen = options.parse_args()
    bucket = os.environ.get("ARCHIVE_URL", "").rstrip("/")
    if chosen.s3 and not (bucket.startswith("s3://") and "AWS_ENDPOINT_URL" in os.environ):
        print("with --s3, set ARCHIVE_URL to s3://bucket, AWS_ENDPOINT_URL and the AWS keys", file=sys.stderr)
        return 2
    started, sums = time.monotonic(), Counter[str]()
    while sums["faults_injected"] < chosen.faults:
        wanted, seed = min(LIFE, chosen.faults - sums["faults_injected"]), chosen.seed + sums["lives"]
        with tempfile.TemporaryDirectory(prefix="faults-") as name:
            folder = Path(name)
            url = f"{bucket}/faults-{secrets.token_hex(4)}" if chosen.s3 else (folder / "bucket").as_uri()
            sums.update({"lives": 1, **live(wanted, seed, url, folder)})
        print(f"life {sums['lives']}: {sums['faults_injected']} faults so far", file=sys.stderr)
    for name, value in sums.items():
        print(f"figure {name} {value} count {'==0' if name in NEVER else '-'}")
    print(f"figure seconds {time.monotonic() - started:.0f} s -")
    return 1 if any(sums[name] for name in NEVER) else 0


if __name__ == "__main__":
    sys.exit(main())
