"""The demo without Airflow: five sources, two editions, the whole loop, and the truth both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.reader import load_captures
from archive.store import open_store
from events import log
from fanlight import flow
from fanlight.origin import Origin, truth
from fanlight.origin.published import EDITIONS
from fanlight.origin.site import DemoSite
from sources.registry import load_all

FOLDER = Path(__file__).parents[2] / "fanlight" / "origin" / "sources"
DAYS = {1: datetime(2026, 4, 2, 4, 0, tzinfo=UTC), 2: datetime(2026, 5, 2, 4, 0, tzinfo=UTC)}


def visit(source, edition, environment, spool):
    command = [sys.executable, "-m", "spiders.run", source, "--now", DAYS[edition].isoformat(), "--spool", str(spool)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode in (0, 10), f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1].removeprefix("visit "))["run_id"]


def told(store, source, run):
    """The events of a visit as the check takes them."""
    for _, batch in log.read(store, source):
        for event in batch:
            if event.run_id == run:
                yield {
                    "type": event.type, "source": event.source, "document": event.subject,
                    "url": event.data.get("url", ""), "data": event.data,
                }  # fmt: skip


def qualities(store, source, run):
    for capture in load_captures(store, source, run):
        if capture.label.role in ("page", "document"):
            yield {"source": source, "url": capture.url, "quality": capture.label.quality}


@pytest.mark.browser
def test_every_change_is_told_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_URL", (tmp_path / "bucket").as_uri())
    monkeypatch.setenv("FANLIGHT_SOURCES", str(FOLDER))
    store = open_store()
    site = DemoSite()
    with Origin(site, tmp_path / "ca") as origin:
        environment = {**os.environ, **origin.environment}
        for edition in EDITIONS:
            site.edition = edition
            events, captures = [], []
            for source in load_all():
                run = visit(source, edition, environment, tmp_path / "spool")
                flow.compare(source, run)
                for key in flow.announce(source, run):
                    flow.shape(key)
                events += told(store, source, run)
                captures += qualities(store, source, run)
            assert truth.check(edition, events, captures) == []
    assert flow.pending() == []
