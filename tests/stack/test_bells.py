"""Bells that ring, and bells that do not: with the real scheduler, whatever was announced ends up shaped.

The tests share one stack and its history, and run in the order of this file.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from fidelity import page
from receiver import Receiver, receiving
from stacks import belonging_to, free_ports, variables

from archive import reader
from archive.store import open_store
from events import log, told
from events.deliveries import config, dead
from fanlight import flow, upkeep
from fanlight.demo import OVER, SOURCES
from fanlight.origin import Origin, Reply, Request
from fanlight.origin.site import DemoSite
from fanlight.stack import Stack, processes, run, started
from fanlight.stack.place import find_root
from fanlight.stack.supervisor import ComponentFailed
from normalize import tables

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]
SLOW = """
from sources.model import Source
SOURCE = Source(title="Slow", publisher="Slow", start_urls=("https://slow.example/",), spider="single_file",
    allowed_hosts=("slow.example",), contact="mailto:slow@slow.example")
"""
DOC = Path(__file__).parents[2] / "docs" / "events.md"
SUPPORT = Path(__file__).parents[1] / "support"


class Stalling(DemoSite):
    """The demo site, and a host that takes its time as long as it `stalls`."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked, self.over = threading.Event(), threading.Event()
        self.stalls = True

    def plays(self, host: str) -> bool:
        return host == "slow.example" or super().plays(host)

    def __call__(self, request: Request) -> Reply:
        if request.parts.hostname != "slow.example" or request.parts.path.endswith("robots.txt"):
            return super().__call__(request)
        self.asked.set()
        if self.stalls:
            self.over.wait(600)
        return Reply(headers=(("Content-Type", "text/html"),), body=page("Slow"))


class Bench:
    """A stack that can be started again over the same data."""

    def __init__(self, var: Path, settings: dict[str, str], origin: Origin, site: Stalling) -> None:
        self.var, self.site = var, site
        self._settings, self._origin = settings, origin
        self._running = contextlib.ExitStack()
        self._others: set[int] = set()
        self.stack: Stack

    def start(self) -> None:
        self._others = {process.pid for process in processes.tree(os.getpid())}  # servers that other tests still need
        ready = started(self.var, settings=self._settings, tasks=self._origin.environment)
        self.stack = self._running.enter_context(ready)
        os.environ.update(self.stack.archive)

    def stop(self) -> None:
        family = [process for process in processes.tree(os.getpid()) if process.pid not in self._others]
        self._running.close()
        assert processes.running(family) == []

    def restart(self, **settings: str) -> None:
        self._settings |= settings
        self.stop()
        self.start()

    def ask(self, method: str, path: str, **body: object) -> None:
        self.stack.api.ask(method, path, body)

    def finish(self, dag: str) -> str:
        """Trigger a run and wait for its end; the state it ended in."""
        run_id = self.stack.api.trigger(dag)
        wait(lambda: self.state(dag, run_id) in OVER, f"a run of {dag}")
        return self.state(dag, run_id)

    def state(self, dag: str, run_id: str) -> str:
        return next(str(one["state"]) for one in self.stack.api.runs(dag) if one["dag_run_id"] == run_id)

    def tasks(self, dag: str) -> set[tuple[str, str]]:
        """The tasks of the newest run, with their states."""
        newest = self.stack.api.runs(dag)[-1]["dag_run_id"]
        found = self.stack.api.task_instances(dag, newest)
        return {(str(one["task_id"]), str(one["state"])) for one in found}

    def shaped(self) -> list[str]:
        """The keys that a run of normalize dealt with."""
        return sorted(one["partition_key"] for one in self.stack.api.runs("normalize") if one["state"] == "success")

    def processes(self, word: str) -> list[psutil.Process]:
        """Processes of this stack with this word in their command lines."""
        return [process for process in belonging_to(self.var) if word in process.cmdline()]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bells")
    shutil.copytree(find_root() / "dags", folder / "clone" / "dags")
    shutil.copy(find_root() / "airflow.cfg", folder / "clone")
    shutil.copy(SUPPORT / "bells_dag.py", folder / "clone" / "dags")
    (example,) = re.findall(r"```python\n(from airflow.*?)```", DOC.read_text(), re.DOTALL)
    (folder / "clone" / "dags" / "newsroom_dag.py").write_text(example)
    (folder / "sources").mkdir()
    (folder / "sources" / "slow_place.py").write_text(SLOW)
    site, before = Stalling(), dict(os.environ)
    settings = {"FANLIGHT_SOURCES": f"{SOURCES}{os.pathsep}{folder / 'sources'}", "FANLIGHT_SCHEDULES": "off"}
    with pytest.MonkeyPatch.context() as patch, Origin(site, folder) as origin:
        patch.setattr(run, "find_root", lambda: folder / "clone")
        os.environ.update(variables(free_ports(), folder / "var"))
        bench = Bench(folder / "var", settings, origin, site)
        try:
            bench.start()
            yield bench
        finally:
            site.over.set()
            bench.stop()
            os.environ.clear()
            os.environ.update(before)


def wait(until: Callable[[], object], what: str, within: float = 600.0) -> None:
    deadline = time.monotonic() + within
    while not until():
        assert time.monotonic() < deadline, f"waited {within:.0f} s for {what}"
        time.sleep(0.3)


def test_many_may_ask_at_once(bench: Bench) -> None:
    """Each request writes; none may find the database locked."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bench.ask("POST", "/dags/nothing/dagRuns", logical_date=None), range(32)))
    wait(lambda: [one["state"] for one in bench.stack.api.runs("nothing")] == ["success"] * 32, "the runs to end")


def test_a_burst_starts_a_run_for_every_key(bench: Bench) -> None:
    keys = [f"nowhere/{number}" for number in range(1, 13)]
    for first in range(0, 12, 3):
        bench.ask("POST", "/dags/ring/dagRuns", logical_date=None, conf={"keys": keys[first : first + 3]})
    wait(lambda: len(bench.shaped()) >= len(keys), "a run of normalize for every key")
    assert bench.shaped() == sorted(keys)
    rung = "a run for every key of the DAG that the documentation shows"
    wait(lambda: {one["partition_key"] for one in bench.stack.api.runs("newsroom")} == set(keys), rung)


def test_a_visit_whose_task_is_killed_leaves_no_crawl(bench: Bench) -> None:
    run_id = bench.stack.api.trigger("harvest_slow_place")
    assert bench.site.asked.wait(300)
    assert bench.processes("spiders.run")
    path = f"/dags/harvest_slow_place/dagRuns/{run_id}/taskInstances/visit"
    bench.ask("PATCH", path, new_state="failed")
    wait(lambda: not bench.processes("spiders.run"), "the crawl to end", within=300)
    wait(lambda: bench.state("harvest_slow_place", run_id) == "failed", "the run to fail")


def test_a_visit_whose_task_is_killed_with_9_is_made_again(bench: Bench) -> None:
    """The task's retry is not in its own way: what the first try began ends by itself, and is kept."""
    bench.site.asked.clear()
    run_id = bench.stack.api.trigger("harvest_slow_place")
    assert bench.site.asked.wait(300)
    bench.site.stalls = False
    (crawl,) = bench.processes("spiders.run")
    task = crawl.parent()
    assert task
    task.kill()
    wait(lambda: ("visit", "up_for_retry") in bench.tasks("harvest_slow_place"), "the scheduler to notice")
    bench.ask("POST", "/dags/harvest_slow_place/clearTaskInstances", dag_run_id=run_id, task_ids=["visit"],
              only_failed=False, dry_run=False)  # else it would wait for a minute  # fmt: skip
    wait(lambda: bench.state("harvest_slow_place", run_id) in OVER, "the second try")
    assert bench.state("harvest_slow_place", run_id) == "success"
    kept = [reader.load_manifest(open_store(), "slow_place", run) for run in reader.runs(open_store(), "slow_place")]
    assert [one.outcome for one in kept][-1] == "complete" and "whoever started it is gone" in kept[-2].reason
    assert bench.finish("reconcile") == "success"
    assert flow.pending() == []


def test_what_a_paused_consumer_missed_is_shaped(bench: Bench) -> None:
    bench.ask("PATCH", "/dags/normalize", is_paused=True)
    assert bench.finish("harvest_demo_human_rights") == "success"
    assert flow.pending() == ["demo_human_rights/1"]
    bench.ask("PATCH", "/dags/normalize", is_paused=False)
    assert bench.finish("reconcile") == "success"
    assert flow.pending() == []
    assert tables.read("narrative").num_rows > 0


@pytest.mark.parametrize(("source", "logged"), [("demo_dsa", True), ("demo_code", False)])
def test_what_a_killed_task_did_not_ring_for_is_shaped(bench: Bench, source: str, logged: bool) -> None:
    assert bench.finish(f"dies_{source}") == "failed"
    assert bool(flow.pending()) == logged
    assert bool(flow.unannounced()) != logged
    assert bench.finish("reconcile") == "success"
    assert flow.pending() == []
    assert flow.unannounced() == []
    told_of = {event.run_id for _, batch in log.read(open_store(), source) for event in batch}
    assert told_of == set(reader.runs(open_store(), source))


def test_what_a_killed_scheduler_left_undone_is_shaped(bench: Bench) -> None:
    bench.site.edition = 2
    bench.stack.api.trigger("harvest_demo_human_rights")
    wait(flow.pending, "the announcement")
    for process in bench.processes("scheduler"):
        processes.kill(processes.tree(process.pid))
    assert flow.pending()
    with pytest.raises(ComponentFailed, match="scheduler ended with code -9"):
        bench.stack.supervisor.check()
    bench.stop()
    bench.start()
    assert bench.finish("reconcile") == "success"
    assert flow.pending() == []
    assert flow.unannounced() == []
    assert len(reader.runs(open_store(), "demo_human_rights")) == 2


DELIVERIES = """
[[delivery]]
name = "hook"
kind = "webhook"
url = "{url}"
secrets = ["HOOK_SECRET"]
sources = ["demo_dsa"]
start = "beginning"
attempts = 1
allow_private = true

[[delivery]]
name = "desk"
kind = "notify"
secrets = ["DESK_ADDRESS"]
allow_private = true
"""


@pytest.fixture(scope="module")
def receivers(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Receiver, Receiver]]:
    """A receiver of webhooks that refuses the first event, and one of notifications; the stack delivers to both."""
    file = tmp_path_factory.mktemp("deliveries") / "deliveries.toml"
    with receiving() as hook, receiving() as desk, pytest.MonkeyPatch.context() as patch:
        hook.answer = lambda _: (400 if len(hook.asked) == 1 else 204, {})
        file.write_text(DELIVERIES.format(url=hook.url))
        patch.setenv("FANLIGHT_DELIVERIES", str(file))
        bench.restart(
            FANLIGHT_DELIVERIES=str(file), HOOK_SECRET="whsec_" + "Zm" * 16,
            DESK_ADDRESS=desk.url.replace("http", "json"), FANLIGHT_RECONCILE_SECONDS="5",
        )  # fmt: skip
        yield hook, desk


@pytest.mark.usefixtures("receivers")
def test_reconcile_does_by_itself_what_nobody_rang_for(bench: Bench) -> None:
    assert bench.finish("dies_demo_code") == "failed"
    store = open_store()
    wait(lambda: set(reader.runs(store, "demo_code")) == told.runs(store, "demo_code"), "reconcile")
    assert {one["run_type"] for one in bench.stack.api.runs("reconcile")} == {"manual", "scheduled"}


def test_a_dead_letter_is_red_and_people_are_told(bench: Bench, receivers: tuple[Receiver, Receiver]) -> None:
    _, desk = receivers
    assert bench.finish("deliver") == "failed"
    assert bench.tasks("deliver") == {("dead_letters", "failed"), ("deliver", "success"), ("names", "success"),
                                      ("outcome", "upstream_failed")}  # fmt: skip
    (letter,) = upkeep.dead_letters()
    assert letter == "hook/demo_dsa/1-0"
    wait(lambda: any(one["title"] == "deliver.dead_letters failed" for one in desk.taken), "the bad news")
    (hook, _) = config.load()
    for one in dead.letters(open_store(), hook, "demo_dsa"):
        dead.drop(open_store(), one, upkeep.now())
    assert bench.finish("deliver") == "success"
    wait(lambda: "deliver.dead_letters works again" in [one["title"] for one in desk.taken], "the good news")
