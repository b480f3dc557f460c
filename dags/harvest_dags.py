"""One DAG per declared source: visit it, compare with the visit before, announce what changed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from dag_parts import DEFAULTS, EVENTS, OUTCOME, RUN_KEY, START, Visit, events_of, schedule

from sources.model import Source
from sources.registry import SourceError, folders, load_each

DOC = """\
### Visits *{title}* ({publisher})

Source `{id}`, declared to be visited at `{schedule}` (UTC), from {starts}

**What it does.** `visit` fetches the start addresses and what the declaration says to follow, and keeps every exchange
in the archive. `compare` says per document what changed since the visit before. `announce` appends that to the event
log and rings `fanlight.events`, which starts a run of `normalize` for each batch of events. `outcome` is red when any
of them is.

**How to see that it works.** The log of `visit` shows what is being fetched; under its *Details*, *Visit in the bucket*
leads to the WARC files, the index and the manifest, which says how the visit ended. The log of `compare` counts the
verdicts. On the command line: `fanlight captures`, `fanlight changes`, `fanlight events`.

**What to do when it fails.** It retries by itself: after 20 minutes when the site gave nothing usable, after 2 when the
archive could not keep the visit. Nothing already kept is lost, and a task that is cleared announces nothing twice.

- *SourceBlocked*: the site refuses us. Look at the pages it sent, wait a day, then write to the publisher. Do not
  clear the task again and again.
- *VisitFailed*: open the start address in a browser. When the page has moved or is built differently, mend the
  declaration and clear `visit`.
- *VisitNotKept*: the object store is full or cannot be reached, or another visit of this source is under way. Mend it
  and clear `visit`.
"""

BROKEN = """\
### The source file of `{name}` does not load

{reason}

**What it does.** Nothing is visited. This DAG stands where the source's harvest would be, and its only task fails with
the sentence above. The other sources go on.

**How to see that it works.** `fanlight sources` lists the source again, and this DAG is its harvest.

**What to do when it fails.** Mend the file. Airflow reads it again by itself.
"""


def harvest_dag(source: Source) -> DAG:
    """The DAG of one source."""
    longest = timedelta(seconds=source.politeness.max_seconds) + timedelta(minutes=10)
    with DAG(
        dag_id=f"harvest_{source.id}",
        description=f"{source.publisher}: {source.title}",
        doc_md=_doc(source),
        schedule=schedule(source.schedule),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        # Four tries with the waits between them, and time to compare and announce.
        dagrun_timeout=4 * longest + timedelta(hours=2),
        default_args=DEFAULTS,
        tags=["harvest", source.publisher, source.spider],
    ) as dag:
        visit = Visit(task_id="visit", source=source.id, execution_timeout=longest)
        compared = compare(source.id)
        announced = announce.override(outlets=[EVENTS, events_of(source.id)])(source.id, compared)  # type: ignore[arg-type]  # Airflow passes the value
        outcome = EmptyOperator(**OUTCOME)
        visit >> compared
        [visit, announced] >> outcome
    return dag


def broken_dag(name: str, reason: str) -> DAG:
    """Stands in for a source that does not load, and is red every hour until its file is mended."""
    with DAG(
        # A wrong file name may be what is wrong; Airflow takes only some characters.
        dag_id=f"harvest_{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}",
        description="This source does not load",
        doc_md=BROKEN.format(name=name, reason=reason),
        schedule=schedule("0 * * * *"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(minutes=30),
        default_args=DEFAULTS,
        tags=["harvest", "broken"],
    ) as dag:
        say_what_is_broken(reason)
    return dag


@task(execution_timeout=timedelta(minutes=5))
def say_what_is_broken(reason: str) -> None:
    """Fail with the reason; trying again does not mend a file."""
    raise AirflowFailException(reason)


# A blocked or failed visit has a manifest too: that it failed is compared and announced like anything else.
@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(minutes=30))
def compare(source: str, **context: Any) -> str:
    """Compare the visit of this run; its run id."""
    from fanlight import flow

    run_id: str | None = context["ti"].xcom_pull(task_ids="visit", key=RUN_KEY)
    if run_id is None:
        raise AirflowSkipException("the visit left no manifest, so there is nothing to compare")
    comparison = flow.compare(source, run_id)
    counts = Counter(verdict.verdict for verdict in comparison.verdicts)
    print(f"visit {run_id}, compared with {comparison.previous or 'nothing: it is the first'}: {dict(counts)}")
    return run_id


@task(execution_timeout=timedelta(minutes=10))
def announce(source: str, run: str, **context: Any) -> list[str]:
    """Append the events of the visit to the log and ring for each batch; the keys rung."""
    from fanlight import flow

    keys = flow.announce(source, run)
    for asset in (EVENTS, events_of(source)):
        context["outlet_events"][asset].add_partitions(keys)
    print(f"rang for {', '.join(keys) or 'nothing: nothing changed'}")
    return keys


def _doc(source: Source) -> str:
    return DOC.format(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        schedule=source.schedule,
        starts=", ".join(f"<{url}>" for url in source.start_urls),
    )


good, bad = load_each()
if not good and not bad:
    raise SourceError(f"no source is declared in {', '.join(map(str, folders()))}: add one, or mend FANLIGHT_SOURCES")
if not good:
    raise SourceError("no source loads: " + "; ".join(map(str, bad.values())))
for declared in good.values():
    globals()[f"harvest_{declared.id}"] = harvest_dag(declared)
for broken, error in bad.items():
    globals()[f"harvest_{broken}"] = broken_dag(broken, str(error))
