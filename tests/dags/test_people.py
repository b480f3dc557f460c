"""Failures of tasks reach people: every task has the callbacks, and they tell it once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from dag_parts import DEFAULTS, OUTCOME, SourceBlocked
from receiver import Receiver, receiving

from fanlight.errors import VisitBlocked

DELIVERIES = """
[[delivery]]
name = "quiet"
kind = "notify"
secrets = ["ADDRESS"]
failures = false

[[delivery]]
name = "misconfigured"
kind = "notify"
secrets = ["NOWHERE"]

[[delivery]]
name = "desk"
kind = "notify"
secrets = ["ADDRESS"]
allow_private = true
"""


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "deliveries.toml").write_text(DELIVERIES)
    monkeypatch.setenv("FANLIGHT_DELIVERIES", str(tmp_path / "deliveries.toml"))
    monkeypatch.setenv("ARCHIVE_URL", (tmp_path / "bucket").as_uri())
    with receiving() as made:
        monkeypatch.setenv("ADDRESS", made.url.replace("http", "json"))
        yield made


def context(**more: Any) -> Any:
    ti = SimpleNamespace(dag_id="harvest_demo", task_id="visit", map_index=-1, log_url="http://localhost/log")
    return {"ti": ti, **more}


def test_a_failure_is_told_once_and_that_it_is_over(receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        DEFAULTS["on_failure_callback"](context(exception=ValueError("it was empty")))
    for _ in range(2):
        DEFAULTS["on_success_callback"](context())
    assert [note["title"] for note in receiver.taken] == [
        "harvest_demo.visit failed", "harvest_demo.visit works again",
    ]  # fmt: skip
    assert receiver.taken[0]["message"] == "ValueError: it was empty\nhttp://localhost/log"
    assert "misconfigured could not be told: delivery misconfigured: the environment variable NOWHERE" in (
        capsys.readouterr().out
    )


def test_one_of_several_is_named(receiver: Receiver) -> None:
    several = context(exception=ValueError("no"))
    several["ti"].map_index, several["ti"].rendered_map_index = 0, "newsroom"
    DEFAULTS["on_failure_callback"](several)
    assert receiver.taken[0]["title"] == "harvest_demo.visit.newsroom failed"


def test_a_site_that_refuses_us_is_left_to_its_event(receiver: Receiver) -> None:
    blocked = SourceBlocked("no")
    blocked.__cause__ = VisitBlocked(source="demo", run_id="1", reason="403")
    DEFAULTS["on_failure_callback"](context(exception=blocked))
    assert receiver.asked == []


def test_the_last_task_is_not_run_for_a_callback() -> None:
    with DAG("any", default_args=DEFAULTS):
        assert not EmptyOperator(**OUTCOME).has_on_success_callback
        assert EmptyOperator(task_id="other").has_on_success_callback
