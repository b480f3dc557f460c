"""The daily sweep: mend what was left, tidy, and check that everything kept is still what it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException
from dag_parts import DEFAULTS, EVENTS, OUTCOME, START, events_of, schedule

from sources.registry import files

DOC = """\
### Mends, tidies and verifies once a day

**What it does.** `overdue` tells of reports that their sources declare to be due and that did not come, once for each
day they were due; `overdue_failed` is red when a source could not be looked at. `recover` finishes or closes visits
that killed processes left in this machine's spool. `compact` joins small files of the tables and deletes those that no
version of the last 30 days needs; every release stays. `verify` reads every kept visit and checks WARC files, indexes
and manifests against each other and against their digests. Each of them runs also when the one before failed; `outcome`
is red when any of them is.

**How to see that it works.** The log of `verify` ends with the number of findings, which should be 0.

**What to do when it fails.** `overdue_failed` names each source with the reason; the others were told, and the next run
tries them all again. Each finding of `verify` names the object, the offset and the rule that was broken. Keep the
object as evidence and restore a good copy from a replica of the bucket; `fanlight verify` repeats the check. Nothing is
ever repaired in place.
"""

BELLS = [EVENTS, *map(events_of, files())]


class ArchiveDamaged(AirflowFailException):
    """Something kept is not what it was. Trying again does not mend it."""


class NotLookedAt(AirflowFailException):
    """What is overdue at a source could not be found out."""


@task(execution_timeout=timedelta(minutes=30))
def overdue(**context: Any) -> dict[str, str]:
    """Tell of reports that were due and did not come, and ring for each batch; why any source was not looked at."""
    from fanlight import upkeep

    keys, failed = upkeep.tell_overdue()
    for key in keys:
        for asset in (EVENTS, events_of(key.rpartition("/")[0])):
            context["outlet_events"][asset].add_partitions([key])
    print(f"told that something is overdue: {', '.join(keys) or 'nothing new'}")
    return failed


# A task of its own: the bells of a task that fails do not ring.
@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(minutes=5))
def overdue_failed(failed: dict[str, str] | None) -> None:
    """Fail when a source could not be looked at."""
    if failed:
        raise NotLookedAt(f"could not find out what is overdue at {failed}")


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1))
def recover() -> int:
    """Finish or close what killed visits left; how many there were."""
    from fanlight import upkeep

    return upkeep.recover_left()


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1))
def compact() -> dict[str, int]:
    """Join batches of logs and small files of tables; how many files of tables went, by table."""
    from fanlight import upkeep

    print(f"new segments of logs: {upkeep.join_logs()}")
    return upkeep.compact_tables()


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=20))
def verify() -> int:
    """Verify the bucket; the number of findings."""
    from fanlight import upkeep

    findings = upkeep.verify_sweep()
    print(f"{findings} findings")
    if findings:
        raise ArchiveDamaged(f"{findings} findings, listed above")
    return findings


with DAG(
    dag_id="upkeep",
    description="Recover, compact, verify everything that was kept",
    doc_md=DOC,
    schedule=schedule("41 2 * * *"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=22),
    default_args=DEFAULTS,
    tags=["upkeep"],
):
    told: Any = overdue.override(outlets=BELLS)()
    looked, recovered, compacted, verified = overdue_failed(told), recover(), compact(), verify()
    told >> looked >> recovered >> compacted >> verified
    [told, looked, recovered, compacted, verified] >> EmptyOperator(**OUTCOME)
