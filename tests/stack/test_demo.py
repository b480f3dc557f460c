"""The main job, as a person starts it: `fanlight demo` in a process of its own, with the real parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from stacks import belonging_to, free_ports, variables

from fanlight.stack import processes

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(1200)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """A demo that is over: its exit code, what it printed, the sockets it listened on, what it left running."""

    code: int
    printed: str
    listened: frozenset[tuple[str, int]]
    left: frozenset[psutil.Process]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, **variables(free_ports(), folder), "TMPDIR": str(folder)}
    with (folder / "printed").open("w") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "fanlight", "demo"], env=environment, stdout=output, stderr=output
        )
        seen, listened = _watch(demo)
    left = {*processes.running(seen), *belonging_to(folder)}
    return Ran(code=demo.returncode, printed=(folder / "printed").read_text(), listened=listened, left=frozenset(left))


def _watch(demo: subprocess.Popen[bytes]) -> tuple[set[psutil.Process], frozenset[tuple[str, int]]]:
    """All processes that it ever had, and all that they listened on, as far as a look every other second shows."""
    seen, listened = set(), set()
    while demo.poll() is None:
        now = processes.tree(demo.pid)
        seen.update(now)
        listened |= processes.listening(now)
        time.sleep(2)
    return seen, frozenset(listened)


def test_exactly_what_the_site_published_was_found(ran: Ran) -> None:
    assert "wrong" not in ran.printed, ran.printed
    assert "exactly what the site published was found" in ran.printed, ran.printed
    assert ran.code == 0


def test_the_summary_tells_everything(ran: Ran) -> None:
    for word in ("10 visits", "captures", "restated", "rows", "GB of memory", "login admin / ", "/buckets/fanlight/"):
        assert word in ran.printed, ran.printed


def test_everything_listened_on_loopback_only(ran: Ran) -> None:
    assert len(ran.listened) > 10
    assert {address for address, _ in ran.listened} == {"127.0.0.1"}


def test_nothing_is_left_running(ran: Ran) -> None:
    assert ran.left == frozenset()


def test_a_demo_that_is_interrupted_at_its_start_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, **variables(free_ports(), tmp_path), "TMPDIR": str(tmp_path)}
    demo = subprocess.Popen(
        [sys.executable, "-m", "fanlight", "demo"], env=environment, stdout=subprocess.PIPE, text=True
    )
    children: list[psutil.Process] = []
    while len(children) < 2:
        children = processes.tree(demo.pid)[1:]
        time.sleep(0.1)
    demo.send_signal(signal.SIGTERM)
    printed, _ = demo.communicate(timeout=300)
    assert demo.returncode == 130
    assert "Traceback" not in printed
    assert not processes.running(children)
    assert list(belonging_to(tmp_path)) == []
