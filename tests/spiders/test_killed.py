"""Crawls killed at random moments, and on disks that fill up: what was kept is in the archive after the next visit."""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from archive.layout import run_id
from archive.reader import load_captures, load_manifest, runs
from archive.verify import verify_bucket

ORIGIN = "http://site.example"
ROUNDS = 8  # `--kills` asks for more
COUNT = 12
LIST = page("Reports", "".join(f'<a href="/{n}.csv">Report {n}</a>' for n in range(COUNT)))
TABLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 20000\r\n\r\n"
SLOW: dict[str, Answer] = {
    f"/{n}.csv": Reply((TABLE, b"1,2\n" * 2500, b"3,4\n" * 2500), pause=0.02) for n in range(COUNT)
}
KEPT = re.compile(r"^\S+ +\d+  \w+ .*? (http\S+)", re.MULTILINE)
DECLARATION = (
    f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
    "follow=(Follow(match='csv$'),), politeness=Politeness(delay=0.0, concurrency=2)"
)


def killed(command: list[str], env: dict[str, str], after: int, delay: float) -> list[str]:
    """The URLs that the crawl said were kept before it was killed, `delay` seconds after the `after`-th of them."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as crawl:
        assert crawl.stdout
        said: list[str] = []
        for line in crawl.stdout:
            said += KEPT.findall(line)
            if len(said) == after:
                threading.Timer(delay, crawl.kill).start()
    return said


def test_what_a_killed_crawl_said_it_kept_is_kept(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:  # fmt: skip
    chance, promised = random.Random(3), {}  # noqa: S311  # not for secrets
    rounds = pytestconfig.getoption("kills") or ROUNDS
    served, source = site({"/": reply(LIST), **SLOW}), make_source(DECLARATION)
    for number in range(rounds):
        begun = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
        run = run_id(begun, "00000a")
        command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(tmp_path / "spool"),
                   "--run-id", run, "--now", begun.isoformat()]  # fmt: skip
        after, delay = chance.randrange(1, COUNT + 2), chance.random() / 10
        promised[run] = killed(command, {**environment, **served.env()}, after, delay)

    last = visit(source, env=served.env())

    assert last.code == 0, last.output
    assert len(runs(last.store, "trial")) == rounds + 1
    for run, urls in promised.items():
        assert set(urls) <= {capture.url for capture in load_captures(last.store, "trial", run)}
    outcomes = Counter(load_manifest(last.store, "trial", run).outcome for run in promised)
    print(f"{rounds} crawls killed, {sum(map(len, promised.values()))} captures promised, {dict(outcomes)}")
    assert outcomes["failed"] > rounds / 2 and sum(map(len, promised.values())) > 3 * rounds
    assert list(verify_bucket(last.store)) == []


@pytest.mark.parametrize("room", [30_000, 3_000_000], ids=["for the WARC", "for what comes in"])
def test_a_disk_that_fills_up_stops_the_visit_and_the_next_one_keeps_what_was_whole(
    room: int, site: SiteMaker, visit: Visitor, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path
) -> None:
    noise = random.Random(1).randbytes(5_000_000)  # noqa: S311  # not for secrets
    pages = {"/": reply(LIST), "/0.csv": reply(b"a,b\n1,2\n", kind="text/csv"), "/1.csv": reply(noise, kind="text/csv")}
    served, source = site(pages), make_source(DECLARATION)
    command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(tmp_path / "spool")]

    full = subprocess.run(
        command, env={**environment, **served.env()}, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    after = visit(source, env=served.env())

    assert full.returncode == 40 and "Free space" in full.stderr and "Traceback" not in full.stderr, full.stderr
    first, _ = runs(after.store, "trial")
    kept = load_captures(after.store, "trial", first)
    assert {one.url for one in kept} == set(KEPT.findall(full.stdout)) > {f"{ORIGIN}/0.csv"}
    assert {one.label.quality for one in kept} == {"ok", "gone"}  # the rest is 404
    assert after.one(f"{ORIGIN}/1.csv").size == len(noise)
    assert list(verify_bucket(after.store)) == []
