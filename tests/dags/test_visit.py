"""The visiting operator: how a visit's end becomes a task's state, and where its link leads."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowFailException
from dag_parts import RETRIES, SourceBlocked, Visit, bucket_link

from fanlight import flow
from fanlight.errors import UserError, VisitBlocked, VisitError, VisitFailed, VisitNotKept

RUN = "20260301T040000Z-0a1b2c"


class Instance:
    """What the operator uses of a task instance."""

    task_id = "visit"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, *, key: str, value: Any) -> None:
        self.pushed[key] = value

    def xcom_pull(self, *, task_ids: str, key: str) -> Any:
        return self.pushed.get(key) if task_ids == self.task_id else None


def execute(monkeypatch: pytest.MonkeyPatch, ends: dict[str, Any] | VisitError) -> tuple[Instance, Visit, Any]:
    def visit(source: str, run_id: str, **_: Any) -> dict[str, Any]:
        if isinstance(ends, VisitError):
            raise ends
        return {"source": source, "run_id": run_id, **ends}

    monkeypatch.setattr(flow, "visit", visit)
    monkeypatch.setattr(flow, "new_run_id", lambda **_: RUN)
    operator, instance = Visit(task_id="visit", source="somewhere"), Instance()
    try:
        return instance, operator, operator.execute({"ti": instance})  # type: ignore[typeddict-item]
    except (VisitError, AirflowFailException) as error:
        return instance, operator, error


def ending(kind: type[VisitError]) -> VisitError:
    return kind(source="somewhere", run_id=RUN, reason="that is how it went")


@pytest.mark.parametrize("outcome", ["complete", "partial"])
def test_a_visit_that_kept_something_succeeds(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    instance, _, summary = execute(monkeypatch, {"outcome": outcome})
    assert summary == {"source": "somewhere", "run_id": RUN, "outcome": outcome}
    assert instance.pushed == {"run_id": RUN}


def test_a_blocked_visit_fails_for_good_and_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, _, error = execute(monkeypatch, ending(VisitBlocked))
    assert isinstance(error, SourceBlocked)
    assert isinstance(error, AirflowFailException)
    assert "that is how it went" in str(error)
    assert instance.pushed == {"run_id": RUN}


def test_a_failed_visit_is_retried_later_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, _, error = execute(monkeypatch, ending(VisitFailed))
    decision = RETRIES.evaluate(error, 1, 3)
    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay is not None
    assert decision.retry_delay.total_seconds() >= 600
    assert instance.pushed == {"run_id": RUN}


def test_a_visit_that_was_not_kept_is_retried_soon_and_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, _, error = execute(monkeypatch, ending(VisitNotKept))
    decision = RETRIES.evaluate(error, 1, 3)
    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay is not None
    assert decision.retry_delay.total_seconds() <= 300
    assert instance.pushed == {}


def test_a_wrong_setting_is_not_retried() -> None:
    assert RETRIES.evaluate(UserError("it is wrong", "mend it"), 1, 3).action is RetryAction.FAIL


def test_the_link_leads_to_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANLIGHT_BUCKET_UI", "http://127.0.0.1:8334/buckets/fanlight/")
    instance, operator, _ = execute(monkeypatch, ending(VisitBlocked))
    (link,) = operator.operator_extra_links
    where = link.get_link(operator, ti_key=instance)
    assert where == f"http://127.0.0.1:8334/buckets/fanlight/runs/somewhere/2026/{RUN}/"
    assert link.get_link(operator, ti_key=Instance()) == ""


def test_without_a_page_for_the_bucket_the_link_names_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FANLIGHT_BUCKET_UI", raising=False)
    monkeypatch.setenv("ARCHIVE_URL", "s3://kept/fanlight")
    assert bucket_link("somewhere", RUN) == f"s3://kept/fanlight/runs/somewhere/2026/{RUN}/"
