"""Airflow's own failures go to people as events do: through the deliveries of kind `notify`. No DAG is made here.

A notifier of our own, not that of Airflow's Apprise provider: `docs/adr/0016-people-are-told-through-apprise.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseNotifier

from fanlight.errors import VisitBlocked

if TYPE_CHECKING:
    from airflow.sdk import Context


class TaskFailed(BaseNotifier):
    """Tells people that a task failed after its last try; not a second time before it has worked again."""

    def notify(self, context: Context) -> None:
        from fanlight import people

        error = context.get("exception")
        if isinstance(getattr(error, "__cause__", None), VisitBlocked):
            return  # the event source.blocked tells that
        said = f"{type(error).__name__}: {error}" if error else "It ended without an error of its own."
        people.tell_failure(task_name(context), f"{said}\n{getattr(context['ti'], 'log_url', '')}")


class TaskWorked(BaseNotifier):
    """Tells people that a task works again, if they were told that it does not."""

    def notify(self, context: Context) -> None:
        from fanlight import people

        people.tell_recovery(task_name(context))


def task_name(context: Context) -> str:
    """`<dag>.<task>`, and which one if there are several."""
    ti = context["ti"]
    one = "" if ti.map_index in (None, -1) else f".{getattr(ti, 'rendered_map_index', None) or ti.map_index}"
    return f"{ti.dag_id}.{ti.task_id}{one}"
