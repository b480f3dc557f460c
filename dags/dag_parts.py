"""What the DAG files share: defaults, asset names, and the operator that visits. No DAG is made here.

The assets `fanlight.events` and `fanlight.events.<source>` are for DAGs of others too: docs/events.md, "In Airflow".
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import Asset, BaseOperator, BaseOperatorLink, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowFailException
from dag_people import TaskFailed, TaskWorked

from archive import layout
from fanlight import flow
from fanlight.errors import UserError, VisitBlocked, VisitError, VisitFailed, VisitNotKept

if TYPE_CHECKING:
    from airflow.sdk import Context

START = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = Asset("fanlight.events", uri="x-fanlight://events", group="fanlight")
RUN_KEY = "run_id"

RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=UserError,
            action=RetryAction.FAIL,
            reason="A setting or declaration is wrong; trying again does not mend it",
        ),
        RetryRule(
            exception=VisitFailed,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=20),
            reason="The site was down or gave nothing usable; it may be back later",
        ),
        RetryRule(
            exception=VisitNotKept,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=2),
            reason="The archive could not keep the visit; the store may be back soon",
        ),
    ]
)
DEFAULTS: dict[str, Any] = {
    "owner": "fanlight",
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_policy": RETRIES,
    "on_failure_callback": TaskFailed(),
    "on_success_callback": TaskWorked(),
}
# The last task, whose state is that of the run. Without a callback it costs no process.
OUTCOME: dict[str, Any] = {"task_id": "outcome", "retries": 0, "on_success_callback": None}


class SourceBlocked(AirflowFailException):
    """The site refuses us: trying again at once would only make it worse, so the task fails without a retry."""


def schedule(cron: str) -> str | None:
    """This schedule, unless `FANLIGHT_SCHEDULES=off` leaves the starting to people and programs, as the demo does."""
    return None if os.environ.get("FANLIGHT_SCHEDULES") == "off" else cron


def events_of(source: str) -> Asset:
    """The doorbell of one source."""
    return Asset(f"fanlight.events.{source}", uri=f"x-fanlight://events/{source}", group="fanlight")


class VisitInBucket(BaseOperatorLink):
    """Leads from a visit's task to the folder of its WARCs, index and manifest."""

    name = "Visit in the bucket"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        # Called in the worker once the task has ended: `ti_key` is the running task instance.
        run_id = ti_key.xcom_pull(task_ids=ti_key.task_id, key=RUN_KEY)
        return bucket_link(operator.source, run_id) if run_id else ""  # type: ignore[attr-defined]


def bucket_link(source: str, run_id: str) -> str:
    """Where a person finds a visit: on the bucket's page if there is one, else its address in the archive."""
    base = os.environ.get("FANLIGHT_BUCKET_UI") or os.environ.get("ARCHIVE_URL", "")
    return base.rstrip("/") + "/" + quote(layout.run_prefix(source, run_id))


class Visit(BaseOperator):
    """One visit in a process of its own, whose progress is this task's log. Each try is a visit with its own id.

    Pushes the run id as soon as the visit has a manifest, also when it was blocked or failed; returns the summary.
    """

    operator_extra_links = (VisitInBucket(),)
    ui_color = "#fff3d6"

    def __init__(self, *, source: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.source = source

    def execute(self, context: Context) -> dict[str, Any]:
        try:
            summary = flow.visit(self.source, flow.new_run_id(source=self.source), say=self.log.info)
        except VisitNotKept:
            raise
        except VisitError as error:
            context["ti"].xcom_push(key=RUN_KEY, value=error.run_id)
            if isinstance(error, VisitBlocked):
                raise SourceBlocked(str(error)) from error
            raise
        context["ti"].xcom_push(key=RUN_KEY, value=summary["run_id"])
        return summary
