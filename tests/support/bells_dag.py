"""Copied beside the real DAGs by `test_bells.py`: rings as it is told, and dies where dying hurts most."""

from __future__ import annotations

import os
import signal
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task
from dag_parts import EVENTS, RUN_KEY, START, Visit

from fanlight import flow


@task(outlets=[EVENTS])
def ring(**context: Any) -> None:
    """Ring with the keys of the run's configuration."""
    context["outlet_events"][EVENTS].add_partitions(context["params"]["keys"])


@task(outlets=[EVENTS])
def die(source: str, *, told: bool, **context: Any) -> None:
    """Be killed after comparing: before the log is written, or between the log and the bell."""
    visit = context["ti"].xcom_pull(task_ids="visit", key=RUN_KEY)
    flow.compare(source, visit)
    if told:
        flow.announce(source, visit)
    os.kill(os.getpid(), signal.SIGKILL)


with DAG("nothing", start_date=START, max_active_runs=8):
    EmptyOperator(task_id="nothing")

with DAG("ring", start_date=START, params={"keys": []}, max_active_runs=8):
    ring()

for source, told in (("demo_dsa", True), ("demo_code", False)):
    with DAG(f"dies_{source}", start_date=START) as dag:
        Visit(task_id="visit", source=source) >> die(source, told=told)
    globals()[dag.dag_id] = dag
