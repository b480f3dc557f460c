"""Starting, watching and ending children: none is ever left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from fanlight.errors import UserError
from fanlight.stack import processes
from fanlight.stack.supervisor import Component, ComponentFailed, Supervisor

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
# A child with a grandchild in its session and another in a session of its own, as a browser has.
FAMILY = f"""
import subprocess, sys, time
for new in (False, True):
    subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=new)
print("born", flush=True)
time.sleep(600)
"""
OTHERS: set[int] = set()


def program(name: str, code: str, log: Path) -> Component:
    """A component that is ready once it has said so."""
    return Component(
        name=name,
        command=(sys.executable, "-c", code),
        environment=dict(os.environ),
        ready=lambda: (log / f"{name}.log").read_text().startswith("born"),
        within=10,
    )


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(logs=tmp_path, var=tmp_path)


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """What other tests of this run started and still need does not count."""
    OTHERS.update(process.pid for process in psutil.Process().children(recursive=True))
    yield
    OTHERS.clear()


def below() -> list[psutil.Process]:
    running = processes.running(psutil.Process().children(recursive=True))
    return [process for process in running if process.pid not in OTHERS]


def gone(pids: list[int], within: float = 60.0) -> bool:
    deadline = time.monotonic() + within
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_family_with_stubborn_grandchildren_is_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    with supervisor:
        supervisor.start(program("family", FAMILY, tmp_path))
        supervisor.await_ready()
        pids = [process.pid for process in below()]
        assert len(pids) == 3
    assert gone(pids)
    assert not (tmp_path / "processes.json").exists()


def test_children_are_asked_first_and_get_time_to_finish(supervisor: Supervisor, tmp_path: Path) -> None:
    tidy = f"""
import pathlib, signal, sys, time
def leave(*_):
    time.sleep(0.5)
    pathlib.Path({str(tmp_path / "tidied")!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, leave)
print("born", flush=True)
time.sleep(600)
"""
    with supervisor:
        supervisor.start(program("tidy", tidy, tmp_path))
        supervisor.await_ready()
    assert (tmp_path / "tidied").exists()


def test_what_was_started_later_is_stopped_first(supervisor: Supervisor, tmp_path: Path) -> None:
    code = """
import pathlib, signal, sys, time
def leave(*_):
    with open({order!r}, "a") as file: file.write({name!r} + " ")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
print("born", flush=True)
time.sleep(600)
"""
    order = tmp_path / "order"
    with supervisor:
        for name in ("store", "scheduler"):
            supervisor.start(program(name, code.format(order=str(order), name=name), tmp_path))
            supervisor.await_ready()
    assert order.read_text().split() == ["scheduler", "store"]


def test_nothing_is_left_when_the_start_fails(supervisor: Supervisor, tmp_path: Path) -> None:
    pids: list[int] = []

    def start() -> None:
        with supervisor:
            supervisor.start(program("family", FAMILY, tmp_path))
            supervisor.await_ready()
            pids.extend(process.pid for process in below())
            supervisor.start(program("broken", "raise SystemExit('no such table')", tmp_path))
            supervisor.await_ready()

    with pytest.raises(ComponentFailed, match=r"broken ended with code 1: see .*broken.log.* no such table"):
        start()
    assert len(pids) >= 3
    assert gone(pids)


def test_a_component_that_never_gets_well_is_named(supervisor: Supervisor) -> None:
    sick = Component(
        name="sick",
        command=(sys.executable, "-c", "import time; print('still thinking', flush=True); time.sleep(600)"),
        environment=dict(os.environ),
        ready=lambda: False,
        within=1,
    )
    with supervisor:
        supervisor.start(sick)
        with pytest.raises(ComponentFailed, match=r"sick was not ready within 1 s.*still thinking"):
            supervisor.await_ready()
    assert not below()


def test_a_component_that_dies_later_is_noticed(supervisor: Supervisor, tmp_path: Path) -> None:
    with supervisor:
        supervisor.start(program("brief", "print('born', flush=True)", tmp_path))
        supervisor.await_ready()
        assert gone([process.pid for process in below()])
        with pytest.raises(ComponentFailed, match="brief ended with code 0"):
            supervisor.check()


def test_two_supervisors_do_not_share_a_folder(supervisor: Supervisor, tmp_path: Path) -> None:
    with supervisor, pytest.raises(UserError, match="already running"), Supervisor(logs=tmp_path, var=tmp_path):
        pass


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(supervisor: Supervisor, tmp_path: Path) -> None:
    script = f"""
import os, sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from fanlight.stack.supervisor import Supervisor
from test_supervisor import FAMILY, program
folder = Path({str(tmp_path)!r})
with Supervisor(logs=folder, var=folder) as supervisor:
    supervisor.start(program("family", FAMILY, folder))
    supervisor.await_ready()
    print("started", flush=True)
    time.sleep(600)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    left = [process.pid for process in psutil.Process(child.pid).children(recursive=True)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(left) == 3
    assert not gone(left, within=0.3)
    with supervisor:
        assert gone(left)


def test_a_reused_process_id_is_not_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        (tmp_path / "processes.json").write_text(f"[[{bystander.pid}, 12345.0]]")
        with supervisor:
            assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
