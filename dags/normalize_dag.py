"""One run per batch of events: what was announced becomes rows of tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, IdentityMapper, Param, PartitionedAssetTimetable, task
from dag_parts import DEFAULTS, EVENTS, START

DOC = """\
### Turns announced documents into rows

**What it does.** Each run shapes one batch of events, named by its partition key `<source>/<sequence>`: it reads the
documents from the archive (never from the network), writes their facts to the Delta tables under `tables/`, and appends
a `fact.restated` event for each figure that had been published and now says something else.

**How to see that it works.** The log of `shape` counts releases, facts and restatements, and names every document that
was rejected, with the reason. `fanlight table NAME` shows the rows.

**What to do when it fails.** It retries by itself, and `reconcile` tries again what did not get done. Runs go one at a
time and in the order of the log, and a run that finds its work done changes nothing. To shape a batch by hand, trigger
this DAG with its key.

A rejected document does not fail the run, and its batch counts as done: clearing the run does not read it again. It is
kept. Mend the normalizer, then run `fanlight reprocess --source NAME` or trigger the DAG `reprocess`.
"""


@task(execution_timeout=timedelta(minutes=45))
def shape(**context: Any) -> dict[str, Any]:
    """Shape the batch that this run was started for; what came of it."""
    from fanlight import flow

    key = context["dag_run"].partition_key or context["params"]["key"]
    done = flow.shape(key)
    print(f"{key}: {done}")
    return done


with DAG(
    dag_id="normalize",
    description="Announced documents become rows, and restated figures become events",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=EVENTS, default_partition_mapper=IdentityMapper()),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    default_args=DEFAULTS,
    params={"key": Param("", type="string", description="<source>/<sequence>, only when triggered by hand")},
    tags=["shape"],
):
    shape()
