"""`fanlight events`: the digest, and how following ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from told import happened, restated

from archive.store import open_store
from events import log

FANLIGHT = [sys.executable, "-m", "fanlight", "events"]


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """The environment of an archive in which two things happened."""
    url = (tmp_path / "bucket").as_uri()
    log.append(open_store(url), "demo", [happened(f"page {number}") for number in range(9)])
    log.append(open_store(url), "demo", [happened("other page", 2, "page.gone")])
    return {**os.environ, "ARCHIVE_URL": url, "FANLIGHT_VAR": str(tmp_path / "var")}


def run(told: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FANLIGHT, *arguments], env=told, capture_output=True, text=True, check=False, timeout=300)


def test_a_withdrawn_value_is_shown(told: dict[str, str]) -> None:
    log.append(open_store(told["ARCHIVE_URL"]), "demo", [restated("Spam", 3, values=("77", None))])
    assert "Spam: 77 → no longer there" in run(told).stdout


def test_the_newest_come_in_whole_batches(told: dict[str, str]) -> None:
    found = {number: run(told, "--json", "--last", str(number)).stdout.count("\n") for number in (1, 2, 99)}
    assert found == {1: 1, 2: 10, 99: 10}


def test_the_digest_says_what_belongs_together_once(told: dict[str, str]) -> None:
    assert run(told, "--digest").stdout.split("\n") == [
        "demo",
        "  2026-03-01 04:00  9 pages changed: page 0, page 1, page 2 and 6 more",
        "  2026-03-02 04:00  Gone: other page",
        "",
    ]
    assert "9 pages" not in run(told, "--digest", "--from", "2026-03-02").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--source", "nosuch"), "fanlight: there is no source 'nosuch': choose one of apple_dsa, "),
        (("--type", "page.vanished"), "fanlight: there is no type of event 'page.vanished': choose one of"),
        (("--digest", "--follow"), "never ends"),
        (("--last", "0"), "--last counts events from the end"),
        (("--last", "3", "--from", "2"), "--last counts events from the end"),
    ],
)
def test_what_cannot_be_is_said(told: dict[str, str], arguments: tuple[str, ...], said: str) -> None:
    done = run(told, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_declared_source_that_told_nothing_yet_is_known(told: dict[str, str]) -> None:
    done = run(told, "--source", "meta_cser", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def following(told: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*FANLIGHT, "--follow"], env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests run in the background are deaf to it
    ) as child:  # fmt: skip
        assert child.stdout
        assert "page.changed" in child.stdout.readline()
        yield child
        child.kill()


def test_following_ends_at_ctrl_c(following: subprocess.Popen[str]) -> None:
    following.send_signal(signal.SIGINT)
    assert following.wait(300) == 130
    assert following.stderr
    assert following.stderr.read() == ""


def test_following_ends_when_nobody_reads_it_any_more(following: subprocess.Popen[str]) -> None:
    assert following.stdout
    following.stdout.close()
    assert following.wait(300) == 0
    assert following.stderr
    assert following.stderr.read() == ""
