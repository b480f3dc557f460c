"""The daily sweep: mend what was left, tidy, and check that everything kept is still what it was."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException
from dag_parts import DEFAULTS, OUTCOME, START, schedule

DOC = """\
### Mends, tidies and verifies once a day

**What it does.** `recover` finishes or closes visits that killed processes left in this machine's spool. `compact`
joins small files of the tables and deletes those that no version of the last 30 days needs; every release stays.
`verify` reads every kept visit and checks WARC files, indexes and manifests against each other and against their
digests. Each of them runs also when the one before failed; `outcome` is red when any of them is.

**How to see that it works.** The log of `verify` ends with the number of findings, which should be 0.

**What to do when it fails.** Each finding names the object, the offset and the rule that was broken. Keep the object as
evidence and restore a good copy from a replica of the bucket; `fanlight verify` repeats the check. Nothing is ever
repaired in place.
"""


class ArchiveDamaged(AirflowFailException):
    """Something kept is not what it was. Trying again does not mend it."""


@task(execution_timeout=timedelta(hours=1))
def recover() -> int:
    """Finish or close what killed visits left; how many there were."""
    from fanlight import upkeep

    return upkeep.recover_left()


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1))
def compact() -> dict[str, int]:
    """Join small files of the tables; how many went, by table."""
    from fanlight import upkeep

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
    recovered, compacted, verified = recover(), compact(), verify()
    recovered >> compacted >> verified
    [recovered, compacted, verified] >> EmptyOperator(**OUTCOME)
