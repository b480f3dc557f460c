"""Crawls killed at random moments, and on disks that fill up: what was kept is in the archive after the next visit."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import killed_crawl
import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from archive.layout import run_id
from archive.reader import load_captures, load_manifest, runs
from archive.verify import verify_bucket

ORIGIN = "http://site.example"
HELPER = killed_crawl.__file__
ROUNDS = 8  # `--kills` asks for more
COUNT = 12
LIST = page("Reports", "".join(f'<a href="/{n}.csv">Report {n}</a>' for n in range(COUNT)))
TABLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 20000\r\n\r\n"
SLOW: dict[str, Answer] = {
    f"/{n}.csv": Reply((TABLE, b"1,2\n" * 2500, b"3,4\n" * 2500), pause=0.005) for n in range(COUNT)
}
PIPES: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
KEPT = re.compile(r"^\S+ +\d+  \w+ .*? (http\S+)", re.MULTILINE)
DECLARATION = (
    f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
    "follow=(Follow(match='csv$'),), politeness=Politeness(delay=0.0, concurrency=2)"
)


def said(helper: subprocess.Popen[str]) -> str:
    """The next line; that there will be none, or that the crawl broke, is a failure."""
    assert helper.stdout
    line = helper.stdout.readline()
    assert line, "the helper ended"
    assert not line.startswith("broke"), line
    return line


def killed(helper: subprocess.Popen[str], arguments: list[str], after: int, delay: float) -> list[str]:
    """The URLs that the crawl said were kept before it was killed, `delay` seconds after the `after`-th of them."""
    assert helper.stdin
    print(json.dumps(arguments), file=helper.stdin, flush=True)
    kept: list[str] = []
    crawl = int(said(helper).removeprefix("pid "))
    while len(kept) < after and (line := said(helper)) != "over\n":
        kept += KEPT.findall(line)
    time.sleep(delay)
    os.kill(crawl, signal.SIGKILL)  # the helper has not waited for it: nobody else has its id
    print(file=helper.stdin, flush=True)
    return kept + KEPT.findall("".join(iter(partial(said, helper), "dead\n")))


def test_what_a_killed_crawl_said_it_kept_is_kept(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:  # fmt: skip
    chance, promised = random.Random(3), {}  # noqa: S311  # not for secrets
    rounds = pytestconfig.getoption("kills") or ROUNDS
    served, source = site({"/": reply(LIST), **SLOW}), make_source(DECLARATION)
    with subprocess.Popen([sys.executable, HELPER], env={**environment, **served.env()}, **PIPES) as helper:
        for number in range(rounds):
            begun = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
            run = run_id(begun, "00000a")
            arguments = [str(source), "--spool", str(tmp_path / "spool"), "--run-id", run, "--now", begun.isoformat()]
            promised[run] = killed(helper, arguments, chance.randrange(COUNT + 2), chance.random() / 10)
        helper.stdin.close()

    last = visit(source, "--now", "2026-12-01T00:00:00Z", env=served.env())

    assert last.code == 0, last.output
    found = {run: load_captures(last.store, "trial", run) for run in runs(last.store, "trial")}
    lost = [url for run, urls in promised.items() for url in set(urls) - {one.url for one in found.get(run, ())}]
    outcomes = Counter(load_manifest(last.store, "trial", run).outcome for run in promised.keys() & found.keys())
    said = sum(map(len, promised.values()))
    print(f"{rounds} crawls killed, {said} captures promised, {len(lost)} lost, {dict(outcomes)}")
    assert not lost and outcomes["failed"] > rounds / 2 and said > 3 * rounds
    assert list(verify_bucket(last.store)) == []


ENDS = "import sys; sys.stdin.readline(); print('pid 1000000000')"


@pytest.mark.parametrize(("program", "why"), [([HELPER], "broke: SystemExit"), (["-c", ENDS], "the helper ended")])
def test_a_crawl_that_breaks_and_a_helper_that_ends_are_not_waited_for(program: list[str], why: str) -> None:
    with subprocess.Popen([sys.executable, *program], **PIPES) as helper, pytest.raises(AssertionError, match=why):
        killed(helper, ["--no-such-option"], 1, 0)


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
