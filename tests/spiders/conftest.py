"""Real visits as child processes, and what they archived."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from archive_visits import *  # noqa: F403  # fixtures
from fidelity import Answer, Site
from visits import SiteMaker, SourceMaker, Visited, Visitor

from archive.store import open_store

DIRECT = {"HTTP_PROXY": "", "HTTPS_PROXY": "", "http_proxy": "", "https_proxy": "", "ALL_PROXY": "", "all_proxy": ""}


@pytest.fixture
def make_source(tmp_path: Path) -> SourceMaker:
    """Writes a source file; `declaration` is Python inside `Source(...)`."""

    def write(declaration: str, name: str = "trial") -> Path:
        path = tmp_path / f"{name}.py"
        path.write_text(
            "from sources.model import *\n"
            "SOURCE = Source(title='Trial', publisher='Nobody', contact='mailto:trial@site.example', "
            f"{declaration})\n"
        )
        return path

    return write


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **DIRECT, "ARCHIVE_URL": f"file://{tmp_path}/archive", "FANLIGHT_ALLOW_PRIVATE": ""}


@pytest.fixture
def visit(tmp_path: Path, environment: dict[str, str]) -> Visitor:
    """Runs `python -m spiders.run` and reads back what it archived.

    Each starts a minute after the one before: the order of visits is that of their seconds.
    """
    minutes = count()

    def run(source: Path, *further: str, env: dict[str, str] | None = None) -> Visited:
        command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(tmp_path / "spool")]
        if "--now" not in further:
            command += ["--now", (datetime.now(UTC) + timedelta(minutes=next(minutes))).isoformat()]
        command += further
        done = subprocess.run(
            command, env={**environment, **(env or {})}, capture_output=True, text=True, timeout=300, check=False
        )
        last = (done.stdout.splitlines() or [""])[-1]
        told = json.loads(last.removeprefix("visit ")) if last.startswith("visit ") else {}
        return Visited(
            code=done.returncode, output=done.stdout + done.stderr, told=told,
            store=open_store(environment["ARCHIVE_URL"]), folder=tmp_path / "archive",
        )  # fmt: skip

    return run


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SiteMaker]:
    """Starts a site with the given pages."""
    started: list[Site] = []

    def start(pages: dict[str, Answer]) -> Site:
        started.append(Site(tmp_path, pages).__enter__())
        return started[-1]

    yield start
    for each in started:
        each.__exit__()


@pytest.fixture
def browser() -> None:
    """Skips where there is no Chromium."""
    named = os.environ.get("FANLIGHT_CHROMIUM", "")
    if not any(shutil.which(name) for name in (named, "chromium", "chromium-browser", "google-chrome") if name):
        pytest.skip("no Chromium found: set FANLIGHT_CHROMIUM or install chromium")
