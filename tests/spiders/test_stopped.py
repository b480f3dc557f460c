"""Visits that are told to stop, by whom and when they like: they keep what they have, and leave nothing running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker

from archive.reader import load_captures, load_manifest, runs
from archive.recover import recover
from archive.store import Store, open_store
from archive.verify import verify_bucket
from events import log

ORIGIN = "http://site.example"
RUN = "20261101T100000Z-00000a"
GRACE = 5  # seconds that Airflow gives a task's process group between SIGTERM and SIGKILL
KEPT = re.compile(r"^\S+ +\d+  \w+ .*? (\S+:\S+)", re.MULTILINE)
SCRIPT = "<script>fetch('/endless').then(answer => answer.text())</script>"


def pages(asked: threading.Event) -> dict[str, Answer]:
    """A page, and one that goes on for a minute; `asked` is set when somebody waits for it."""
    endless = Reply(
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n", *[b"1,2\n" * 256] * 600), close=True, pause=0.1
    )

    def begun(_: bytes) -> Reply:
        asked.set()
        return endless

    return {"/": reply(page("Start")), "/slow": reply(page("Slow", SCRIPT)), "/endless": begun}


Begin = Callable[[str, list[str]], tuple[subprocess.Popen[bytes], Path]]


@pytest.fixture
def begin(
    request: pytest.FixtureRequest,
    site: SiteMaker,
    make_source: SourceMaker,
    environment: dict[str, str],
    tmp_path: Path,
) -> Begin:
    """Starts a visit of this shape, in a process group of its own, and returns when it waits for what does not end."""

    def start(shape: str, command: list[str]) -> tuple[subprocess.Popen[bytes], Path]:
        if shape == "rendered_list":
            request.getfixturevalue("browser")
        asked = threading.Event()
        served = site(pages(asked))
        starts = f"('{ORIGIN}/', '{ORIGIN}/{'slow' if shape == 'rendered_list' else 'endless'}')"
        source = make_source(
            f"start_urls={starts}, spider='{shape}', allowed_hosts=('site.example',), "
            "politeness=Politeness(delay=0.0, concurrency=1)"
        )
        env = {**environment, **served.env(), "FANLIGHT_VAR": str(tmp_path), "TRIAL": str(source)}
        said = tmp_path / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(command or [sys.executable, "-m", "spiders.run", str(source), "--run-id", RUN],
                                       env=env, stdout=out, stderr=out, start_new_session=True)  # fmt: skip
        assert asked.wait(60), said.read_text()
        return process, said

    return start


def check(store: Store, said: Path) -> None:
    """All that it said was kept is in the archive, which is sound."""
    urls = set(KEPT.findall(said.read_text()))
    assert {f"{ORIGIN}/robots.txt", f"{ORIGIN}/"} <= urls
    assert urls <= {one.url for one in load_captures(store, "trial", RUN)}, said.read_text()
    assert list(verify_bucket(store)) == []


STOPS = [
    ("single_file", "SIGTERM"),
    ("single_file", "SIGINT"),
    pytest.param("rendered_list", "SIGTERM", marks=pytest.mark.browser),
]


@pytest.mark.parametrize(("shape", "name"), STOPS)
def test_a_visit_that_is_told_to_stop_keeps_what_it_has(
    shape: str, name: str, begin: Begin, environment: dict[str, str], tmp_path: Path
) -> None:
    process, said = begin(shape, [])
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.Signals[name])
    try:
        code = process.wait(GRACE)
    except subprocess.TimeoutExpired:  # on a slow machine: then it is recovered
        os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()

    store = open_store(environment["ARCHIVE_URL"])
    left = [one.how for one in recover(store, tmp_path / "spool")]

    check(store, said)
    ends = ((10, []), (-9, ["closed"]), (-9, ["finished"]), (-9, []))  # the last: all was committed when it was killed
    assert (code, left) in ends, said.read_text()
    kept = load_manifest(store, "trial", RUN)
    assert f"stopped by {name}" in kept.reason or code == -9
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_a_reader_that_goes_away_does_not_stop_a_visit(
    site: SiteMaker, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path
) -> None:
    gone = threading.Event()

    def table(_: bytes) -> Reply:
        assert gone.wait(60)
        return reply(b"a,b\n1,2\n", kind="text/csv")

    served = site({"/a.csv": table})
    source = make_source(
        f"start_urls=('{ORIGIN}/a.csv',), spider='single_file', allowed_hosts=('site.example',), "
        "politeness=Politeness(delay=0.0)"
    )
    env = {**environment, **served.env(), "FANLIGHT_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "fanlight", "crawl", str(source)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout and process.stdout.readline()
        process.stdout.close()
        gone.set()
        assert process.wait(120) == 0

    store = open_store(environment["ARCHIVE_URL"])
    (run,) = runs(store, "trial")
    assert load_manifest(store, "trial", run).outcome == "complete"
    assert len(list(log.read(store, "trial"))) == 1


BEHIND = f"import os\nfrom fanlight import flow\nflow.visit(os.environ['TRIAL'], '{RUN}')"


@pytest.mark.parametrize("shape", ["single_file", pytest.param("rendered_list", marks=pytest.mark.browser)])
def test_a_visit_whose_task_was_killed_ends_by_itself(shape: str, begin: Begin, environment: dict[str, str]) -> None:
    process, said = begin(shape, [sys.executable, "-c", BEHIND])
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()

    assert psutil.wait_procs(family, timeout=60)[1] == []

    store = open_store(environment["ARCHIVE_URL"])
    check(store, said)
    kept = load_manifest(store, "trial", RUN)
    assert (kept.outcome, "whoever started it is gone" in kept.reason) == ("partial", True)
