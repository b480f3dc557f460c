"""`fanlight demo`: the whole loop on a made-up site in two editions, run through Airflow as an operator would."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.markup import escape

from fanlight import flow
from fanlight.errors import UserError
from fanlight.origin.published import EDITIONS, Edition
from fanlight.origin.server import Origin
from fanlight.origin.site import DemoSite
from fanlight.settings import Settings, load
from fanlight.stack import Stack, airflow, started
from fanlight.stack.run import stay, welcome

SOURCES = Path(__file__).parent / "origin" / "sources"
HARVEST = "harvest_"
OVER = {"success", "failed"}
SAID = {"success": "done", "failed": "failed", "up_for_retry": "failed, to be tried again"}
POLL = 1.5
WEIGHING = 3.0
WIDTH = 110
PATIENCE = 600.0
# How long a batch may wait for its bell before the reconciling DAG is asked to look.
UNRUNG = 20.0


def run_demo(settings: Settings | None = None) -> int:
    """Run it with its data under `var/demo`, emptied first. 0 when exactly what the site contains was found."""
    settings = settings or load()
    # A file or a pipe has no width: the table gets the room it needs.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    operator = Operator(console, began=time.monotonic())
    site = DemoSite(EDITIONS[0])
    with _stack(settings.var / "demo", site, operator) as stack:
        os.environ.update(stack.archive)
        for edition in EDITIONS:
            site.edition = edition
            operator.harvest(stack, edition)
        operator.drain(stack)
        problems = operator.report(stack)
        if sys.stdout.isatty():
            with contextlib.suppress(KeyboardInterrupt):
                stay(stack)
    return 1 if problems else 0


@contextlib.contextmanager
def _stack(var: Path, site: DemoSite, operator: Operator) -> Iterator[Stack]:
    own = {"FANLIGHT_SOURCES": str(SOURCES), "FANLIGHT_SCHEDULES": "off"}
    with (
        TemporaryDirectory() as folder,
        Origin(site, Path(folder)) as origin,
        # Only tasks get the proxy setting: visits reach the site by it.
        started(var, say=operator.say, settings=own, tasks=origin.environment, fresh=True) as stack,
    ):
        yield stack


class Operator:
    """Does what a person would do in Airflow's UI, and says what happens."""

    def __init__(self, console: Console, *, began: float) -> None:
        self._console = console
        self._began = began
        self._seen: dict[tuple[str, str, str], str] = {}
        self._memory = 0
        self._weighed = 0.0
        self._problems: list[str] = []
        self._given_up: set[tuple[str, str]] = set()

    def say(self, text: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._began:4.0f} s[/dim]  {escape(text)}", soft_wrap=True)

    def harvest(self, stack: Stack, edition: Edition) -> None:
        """Trigger all harvests and wait until they are over."""
        self.say(f"the site shows edition {edition}: triggering the harvests")
        dags = [dag for dag in stack.api.dags() if dag.startswith(HARVEST)]
        runs = {(dag, stack.api.trigger(dag, f"edition_{edition}")) for dag in dags}
        deadline = time.monotonic() + PATIENCE
        while unfinished := runs & self._unfinished(stack):
            self._wait(stack, deadline, f"harvests that do not end: {unfinished}")

    def drain(self, stack: Stack) -> None:
        """Wait until everything that was announced is shaped, and nothing runs any more."""
        self.say("waiting until all that was announced is shaped")
        deadline, busy, asked = time.monotonic() + PATIENCE, time.monotonic(), False
        while (unfinished := self._unfinished(stack)) or flow.pending():
            if unfinished:
                busy = time.monotonic()
            elif not asked and time.monotonic() - busy > UNRUNG:
                self.say(f"nobody rang for {', '.join(flow.pending())}: triggering reconcile")
                stack.api.trigger("reconcile")
                asked = True
            self._wait(stack, deadline, f"what was announced and is not shaped: {flow.pending()}")

    def report(self, stack: Stack) -> list[str]:
        """Print what was found; what is wrong with it."""
        from archive.store import open_store
        from fanlight import demo_report

        store = open_store()
        visits = demo_report.gather(store)
        self._problems += demo_report.differences(visits)
        self._console.print()
        self._console.print(demo_report.visit_table(visits), demo_report.verdict_table(visits))
        rows = demo_report.rows(store)
        took = time.monotonic() - self._began
        lines = (
            "rows     " + ", ".join(f"{number:,} in {name}" for name, number in rows.items()),
            f"took     {took:.0f} s; at most {self._memory / 1e9:.1f} GB of memory in use at once",
            *welcome(stack),
        )
        for line in lines:
            self._console.print(escape(line), soft_wrap=True)
        self._verdict()
        return self._problems

    def _verdict(self) -> None:
        for problem in self._problems:
            self._console.print(f"[red]wrong[/red]    {escape(problem)}", soft_wrap=True)
        if not self._problems:
            self._console.print("[green]good[/green]     exactly what the site published was found")

    def _wait(self, stack: Stack, deadline: float, what: str) -> None:
        stack.supervisor.check()
        self._weigh(stack)
        if time.monotonic() > deadline:
            raise UserError(f"gave up after {PATIENCE:.0f} s on {what}", f"see the logs below {stack.place.var}")
        time.sleep(POLL)

    def _weigh(self, stack: Stack) -> None:
        if time.monotonic() - self._weighed > WEIGHING:  # adding up the memory of 30 processes is work, too
            self._memory = max(self._memory, stack.memory())
            self._weighed = time.monotonic()

    def _unfinished(self, stack: Stack) -> set[tuple[str, str]]:
        """Runs to wait for, by DAG and run id. Says on the way what happened since the last look."""
        tasks = stack.api.task_instances()
        runs = {(run["dag_id"], run["dag_run_id"]): run for run in stack.api.runs()}
        for task in tasks:
            run = task["dag_id"], task["dag_run_id"]
            if run in runs and task["operator"] != "EmptyOperator":
                self._look_at(stack, task, runs[run]["partition_key"] or run[1])
        return {key for key, run in runs.items() if run["state"] not in OVER} - self._given_up

    def _look_at(self, stack: Stack, task: dict[str, Any], about: str) -> None:
        dag, name, state = task["dag_id"], task["task_id"], task["state"]
        if state not in SAID or self._seen.get((dag, about, name)) == state:
            return
        self._seen[(dag, about, name)] = state
        self.say(f"{dag} {about}: {name} {SAID[state]}")
        # The site is ours and on this machine: a visit that fails now will not fare better in twenty minutes.
        if state == "failed" or (state == "up_for_retry" and name == "visit"):
            self._problems.append(f"{dag} {about}: {name}: {airflow.failure(stack.place, task)}")
            self._given_up.add((dag, task["dag_run_id"]))
