"""The daily sweep: is everything that was kept still what it was?"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException
from dag_parts import DEFAULTS, START, schedule

DOC = """\
### Verifies the whole bucket once a day

**What it does.** `verify` reads every kept visit and checks WARC files, indexes and manifests against each other and
against their digests.

**How to see that it works.** The log of `verify` ends with the number of findings, which should be 0.

**What to do when it fails.** Each finding names the object, the offset and the rule that was broken. Keep the object as
evidence and restore a good copy from a replica of the bucket; `fanlight verify` repeats the check. Nothing is ever
repaired in place.
"""


class ArchiveDamaged(AirflowFailException):
    """Something kept is not what it was. Trying again does not mend it."""


@task(execution_timeout=timedelta(hours=20))
def verify() -> int:
    """Verify the bucket; the number of findings."""
    from fanlight import flow

    findings = flow.verify_sweep()
    print(f"{findings} findings")
    if findings:
        raise ArchiveDamaged(f"{findings} findings, listed above")
    return findings


with DAG(
    dag_id="upkeep",
    description="Verify everything that was kept",
    doc_md=DOC,
    schedule=schedule("41 2 * * *"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=22),
    default_args=DEFAULTS,
    tags=["upkeep"],
):
    verify()
