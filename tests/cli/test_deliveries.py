"""`fanlight deliveries`: what was given up on is listed, sent again or dropped."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from receiver import Answer, Receiver, receiving
from told import happened

from archive.store import open_store
from events import log

DELIVERIES = """
[[delivery]]
name = "newsroom"
kind = "webhook"
url = "{url}"
secrets = ["SECRET"]
start = "beginning"
attempts = 1
allow_private = true
"""
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def receiver() -> Any:
    with receiving() as made:
        made.answer = lambda event: (400, {}) if event["subject"] in ("a", "b") else (204, {})
        yield made


@pytest.fixture
def run(tmp_path: Path, receiver: Receiver) -> Run:
    """Run `fanlight`, after two of three events were given up on: its exit code and all that it said."""
    (tmp_path / "deliveries.toml").write_text(DELIVERIES.format(url=receiver.url))
    url = (tmp_path / "bucket").as_uri()
    log.append(open_store(url), "demo", [happened("a"), happened("b"), happened("c")])
    environment = {
        **os.environ, "ARCHIVE_URL": url, "FANLIGHT_VAR": str(tmp_path / "var"), "SECRET": "whsec_" + "Zm" * 16,
        "FANLIGHT_DELIVERIES": str(tmp_path / "deliveries.toml"),
    }  # fmt: skip

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "fanlight", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        return done.returncode, done.stdout + done.stderr

    assert run("deliver") == (0, "newsroom: 1 delivered, 2 given up on\n")
    return run


def test_a_slow_target_holds_up_no_other(run: Run, receiver: Receiver, tmp_path: Path) -> None:
    """It answers when the other one, named after it, has all it wants."""
    feed = tmp_path / "bucket" / "feeds" / "all.atom"

    def slowly(_: object) -> Answer:
        deadline = time.monotonic() + 100
        while not feed.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        return (204 if feed.exists() else 503), {}

    receiver.answer = slowly
    slow = DELIVERIES.replace("newsroom", "a_slow_one") + 'timeout = 200\n[[delivery]]\nname = "feeds"\nkind = "atom"\n'
    (tmp_path / "deliveries.toml").write_text(slow.format(url=receiver.url) + 'start = "beginning"\n')
    code, said = run("deliver")
    assert (code, sorted(said.splitlines())) == (
        0, ["a_slow_one: 3 delivered, 0 given up on", "feeds: 3 delivered, 0 given up on"],
    )  # fmt: skip


def open_letters(run: Run) -> list[str]:
    code, said = run("deliveries", "dead", "--json")
    assert code == 0
    found = map(json.loads, said.splitlines())
    return [one["letter"] for one in found if not (one["sent"] or one["dropped"])]


def test_dead_letters_are_listed_with_their_reasons(run: Run) -> None:
    code, said = run("deliveries", "dead")
    assert code == 0
    for words in ("newsroom/demo/1-0", "newsroom/demo/1-1", "it answered 400 Bad Request", "page.changed"):
        assert words in said
    assert "newsroom/demo/1-2" not in said
    first = json.loads(run("deliveries", "dead", "newsroom/demo/1-0", "--json")[1])
    assert (first["event"]["subject"], first["failures"]) == ("a", 1)


def test_they_are_sent_again_when_the_target_takes_them(run: Run, receiver: Receiver) -> None:
    code, said = run("deliveries", "again")
    assert code == 1
    assert said == "newsroom/demo: not taken: it answered 400 Bad Request\n"
    receiver.answer = lambda _: (204, {})
    assert run("deliveries", "again", "newsroom/demo/1-1") == (0, "newsroom/demo/1-1: sent\n")
    assert open_letters(run) == ["newsroom/demo/1-0"]
    assert run("deliveries", "again", "newsroom") == (0, "newsroom/demo/1-0: sent\n")
    assert receiver.subjects() == ["c", "b", "a"]
    assert open_letters(run) == []


def test_what_nobody_needs_is_dropped_by_name_alone(run: Run) -> None:
    code, said = run("deliveries", "drop")
    assert code == 2
    assert "it is not said which letters to drop" in said
    assert run("deliveries", "drop", "newsroom/demo/1-0") == (0, "newsroom/demo/1-0: dropped\n")
    assert open_letters(run) == ["newsroom/demo/1-1"]


@pytest.mark.parametrize(
    ("which", "says"), [("nobody", "there is no delivery 'nobody'"), ("newsroom/demo/9-9", "there is no dead letter")]
)
def test_what_is_not_there_is_said(run: Run, which: str, says: str) -> None:
    code, said = run("deliveries", "again", which)
    assert code == 2
    assert says in said
