"""The archive shaped anew with today's parsers: started by hand, one mapped task per source."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, TriggerRule, get_current_context, task
from dag_parts import DEFAULTS, START

DOC = """\
### Shapes the archive anew with today's parsers

**What it does.** Triggered by hand. Each source's visits are shaped in their order, sources beside each other, into new
tables below `rebuild/<name>`. Then `switch` says how many rows differ because a parser changed, writes down which in
`rebuild/<name>/differences.jsonl.gz`, tells it once per source and parser (`parser.upgraded`), and puts the new tables
in the place of the old. None of these differences is a restatement.

**How to see that it works.** Each mapped `rebuild` bears the name of its source and says how many facts it made. The
log of `switch` counts rows that are the same, changed, added and removed, by table.

**What to do when it fails.** Clear the failed tasks: visits that are done are not done again. Until `switch` ran, the
tables in use are as they were, and the version before stays in the Delta log.
"""


@task(execution_timeout=timedelta(minutes=10))
def sources(**context: Any) -> list[str]:
    """The sources that have something to shape."""
    from fanlight import reshape

    return reshape.shapeable_sources(family=context["params"]["family"] or None)


@task(map_index_template="{{ source }}", execution_timeout=timedelta(hours=20))
def rebuild(source: str, **context: Any) -> int:
    """Shape all visits of one source anew; the number of facts."""
    from fanlight import reshape

    get_current_context()["source"] = source  # type: ignore[typeddict-unknown-key]
    return reshape.rebuild(source, name=_name(context))


@task(trigger_rule=TriggerRule.ALL_SUCCESS, execution_timeout=timedelta(hours=4))
def switch(chosen: list[str], **context: Any) -> None:
    """Say what differs, then put the new tables in the place of the old."""
    from fanlight import reshape

    reshape.say_differences(chosen, name=_name(context))
    reshape.switch_tables(chosen, name=_name(context))


def _name(context: dict[str, Any]) -> str:
    """The same for every try of this run, and of no other."""
    return f"{context['dag_run'].logical_date or context['dag_run'].run_after:%Y%m%dT%H%M%S}"


with DAG(
    dag_id="reprocess",
    description="Shape the archive anew with today's parsers",
    doc_md=DOC,
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=48),
    default_args=DEFAULTS,
    params={"family": Param("", type="string", description="only sources of this family (empty: all)")},
    tags=["shape"],
):
    chosen = sources()
    rebuild.expand(source=chosen) >> switch(chosen)  # type: ignore[arg-type]  # Airflow passes the value
