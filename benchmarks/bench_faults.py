"""Events that cannot get lost: the loop with faults in it, and what of a known history is told in the end.

    python benchmarks/bench_faults.py [--faults N] [--seed S] [--folder] [--jobs N]

A made-up site changes from visit to visit. Each stage (visit, compare, announce, shape, two deliveries) runs in a
process of its own through the real rooms, and is killed with SIGKILL at a chosen call of the store or at any moment,
gets no answers, no space, or 412 for its own write, is started twice at once, or left out; clocks are moved; the
receiver of the webhook fails, stalls and hangs up. The bucket is that of ARCHIVE_URL, or one in a SeaweedFS of its own,
behind a proxy that fails, stalls, truncates and answers 500, 503 or 412, often again and again; with --folder it is a
folder. At the end nothing goes wrong any more, and what was missed is caught up with. Each hundred faults are the life
of a site with a seed of its own; lives go on side by side. Then it counts the requests that reading from the end of a
log of a million events takes. Prints one line per figure: `figure NAME VALUE UNIT GOAL`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from multiprocessing import Value
from pathlib import Path

from bucket import bucket
from faults import dice, long_log, proxy, receiver, world
from faults.runner import HOOK, Runner
from faults.stages import Job
from lxml import etree

from archive.layout import events_prefix, feed_key
from archive.store import Store, open_store
from events import log
from events.deliveries import dead
from events.model import Event

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


def told_in(store: Store, edition_of: dict[str, int]) -> Counter[tuple[object, ...]]:
    """What the log tells, in the words of the history."""
    events = (event for _, batch in log.read(store, world.SOURCE.id) for event in batch)
    return Counter((edition_of[event.run_id], event.type, event.subject, *_values(event)) for event in events)


def _values(event: Event) -> Iterator[str]:
    yield from event.data.get("raw_value", {}).values()


def figures(runner: Runner, store: Store, taken: Path) -> dict[str, int]:
    """What came of a life of the site."""
    told = told_in(store, runner.edition_of)
    for said, differing in (("lost", runner.expected - told), ("too much", told - runner.expected)):
        for happening in differing:  # with the editions of the visits, for whoever has to find out why
            print(f"{said}: {happening}, visits {runner.edition_of}", file=sys.stderr)
    ids = [event.id for _, batch in log.read(store, world.SOURCE.id) for event in batch]
    keys = list(store.list(events_prefix(world.SOURCE.id)))
    buried = {letter.message.event.id for letter in dead.letters(store, HOOK, world.SOURCE.id)}
    posted = [json.loads(line)["id"] for line in taken.read_text().splitlines()]
    first = list(dict.fromkeys(posted))
    entries = [one.text for one in etree.fromstring(store.get(feed_key("all"))).findall("{*}entry/{*}id")]
    return {
        "faults_injected": sum(runner.faults_at_end.values()),
        **{f"faults_{kind}": count for kind, count in sorted(runner.faults_at_end.items())},
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
    taken = folder / "taken.jsonl"
    taken.touch()
    plain = open_store(url)
    plain.exists("x")  # what a first call loads is loaded here, once, and not in the processes of the stages
    counters = {"receiver": Value("q", 0), "line": Value("q", 0)}
    servers = [receiver.start(taken, seed, counters["receiver"])]
    if url.startswith("s3://"):
        servers.append(proxy.start(os.environ["AWS_ENDPOINT_URL"], seed, counters["line"]))
        os.environ["AWS_ENDPOINT_URL"] = servers[1][1]
    site, now = world.World(dice(seed)), datetime(2026, 1, 1, 4, tzinfo=UTC)
    job = Job(
        store=open_store(url), spool=folder / "spool", receiver=servers[0][1], now=now, edition=site.edition
    )  # fmt: skip
    runner = Runner(job=job, dice=dice(f"faults {seed}"), site=site, elsewhere=counters)
    try:
        runner.run(wanted)
        runner.rest()
    finally:
        for process, _ in servers:
            process.terminate()
            process.join()
    return figures(runner, plain, taken)


def begin(wanted: int, seed: int, archive: str) -> dict[str, int]:
    """The figures of one life, in a process of its own; an empty `archive` is a folder."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        url = f"{archive.rstrip('/')}/faults-{secrets.token_hex(4)}" if archive else (Path(name) / "bucket").as_uri()
        command = [sys.executable, __file__, "--faults", str(wanted), "--seed", str(seed), "--life", url, name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, int] = json.loads(done.stdout)
    wrong = {name: found[name] for name in sorted(NEVER) if found[name]} or "nothing lost, nothing told twice"
    print(f"life {seed}: {found['faults_injected']} faults, {wrong}", file=sys.stderr, flush=True)
    return found


def all_lives(chosen: argparse.Namespace, archive: str) -> Counter[str]:
    """The sums of all figures."""
    lives = math.ceil(chosen.faults / LIFE)
    wanted = [min(LIFE, chosen.faults - LIFE * life) for life in range(lives)]
    seeds = range(chosen.seed, chosen.seed + lives)
    sums = Counter({"lives": lives, **dict.fromkeys(NEVER, 0)})
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for found in pool.map(begin, wanted, seeds, [archive] * lives):
            sums.update(found)
    return sums


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--faults", type=int, default=1_000, help="how many faults to inject (default 1000)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", action="store_true", help="in a folder, not in a bucket")
    options.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="lives side by side")
    options.add_argument("--life", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.life:
        url, folder = chosen.life
        print(json.dumps(live(chosen.faults, chosen.seed, url, Path(folder))))
        return 0
    started = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    with tempfile.TemporaryDirectory() as name, nullcontext({}) if chosen.folder else bucket(Path(name)) as found:
        os.environ.update(found)
        sums = all_lives(chosen, "" if chosen.folder else os.environ["ARCHIVE_URL"])
    for name, value in sums.items():
        goal = "==0" if name in NEVER else f">={chosen.faults}" if name == "faults_injected" else "-"
        print(f"figure {name} {value} count {goal}")
    for name, value, goal in long_log.figures():
        print(f"figure {name} {value} count {goal}")
    print(f"figure seconds {time.monotonic() - started:.0f} s -")
    return 1 if any(sums[name] for name in NEVER) else 0


if __name__ == "__main__":
    sys.exit(main())
