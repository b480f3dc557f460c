"""The example for DAGs of others, as docs/events.md shows it, against the assets that the real DAGs ring."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dag_parts import EVENTS, events_of
from told import happened

from archive.store import open_store
from events import log

DOC = (Path(__file__).parents[2] / "docs" / "events.md").read_text()


@pytest.fixture
def example() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(from airflow.*?)```", DOC, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/events.md", "exec"), names)  # noqa: S102 - our own page
    return names


def test_the_assets_are_those_that_ring(example: dict[str, Any]) -> None:
    assert (example["EVENTS"].name, example["EVENTS"].uri) == (EVENTS.name, EVENTS.uri)
    for asset in (EVENTS, events_of("<source>")):
        assert f"`{asset.name}`" in DOC
        assert f"`{asset.uri}`" in DOC or f"`{asset.uri.replace('<source>', '&lt;source&gt;')}`" in DOC


def test_the_task_reads_its_batch(
    example: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARCHIVE_URL", (tmp_path / "bucket").as_uri())
    log.append(open_store(), "demo", [happened("a")])
    log.append(open_store(), "demo", [happened("b", 2)])
    example["read"].function(dag_run=SimpleNamespace(partition_key="demo/2"))
    assert capsys.readouterr().out == "page.changed b\n"
