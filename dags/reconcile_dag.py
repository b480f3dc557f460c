"""What nobody rang for: announces and shapes what the log and the archive hold but nobody has dealt with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, task
from dag_parts import DEFAULTS, START, schedule

DOC = """\
### Catches up on what nobody rang for

**What it does.** A doorbell can be missed: `normalize` was paused, the scheduler was killed, a task died between
writing the log and ringing. Every five minutes `announce_missed` announces visits that the log does not tell of yet,
and `shape_missed` shapes every batch that has not been shaped.

**How to see that it works.** Usually both logs say that nothing was missed. When they name keys again and again,
`normalize` does not get its work done: look there.

**What to do when it fails.** One broken batch does not hold up other sources: all are tried, then the task fails and
names each with its reason. Mend that, and the next run catches up. To stop all shaping, pause this DAG and `normalize`.
"""


@task(execution_timeout=timedelta(minutes=30))
def announce_missed() -> list[str]:
    """Announce visits that were kept but never announced; the keys of their batches."""
    from fanlight import flow

    missed = flow.unannounced()
    keys = [key for source, run_id in missed for key in flow.announce(source, run_id)]
    print(f"announced {missed}: {keys}" if missed else "no announcement was missed")
    return keys


@task(execution_timeout=timedelta(hours=1))
def shape_missed() -> dict[str, Any]:
    """Shape what is pending; what came of each key. Fails at the end when any of them failed."""
    from fanlight import flow

    done, failed = {}, {}
    for key in flow.pending():
        try:
            done[key] = flow.shape(key)
        except Exception as error:  # noqa: BLE001 - any error of one source is reported below, after the others
            failed[key] = f"{type(error).__name__}: {error}"
    print(f"shaped {done}" if done else "nothing was missed")
    if failed:
        raise RuntimeError(f"could not shape {failed}")
    return done


with DAG(
    dag_id="reconcile",
    description="Announce and shape what nobody rang for",
    doc_md=DOC,
    schedule=schedule("*/5 * * * *"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=DEFAULTS,
    tags=["upkeep"],
):
    announce_missed() >> shape_missed()
