"""What nobody rang for: announces and shapes what the log and the archive hold but nobody has dealt with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, task
from dag_parts import DEFAULTS, OUTCOME, START, schedule

Item = TypeVar("Item")
Result = TypeVar("Result")

DOC = """\
### Catches up on what nobody rang for

**What it does.** A doorbell can be missed: `normalize` was paused, the scheduler was killed, a task died between
writing the log and ringing. Every five minutes (or `FANLIGHT_RECONCILE_SECONDS`) `announce_missed` announces visits
that the log does not tell of yet, and `shape_missed` shapes every batch that has not been shaped.

**How to see that it works.** Usually both logs say that nothing was missed. When they name keys again and again,
`normalize` does not get its work done: look there.

**What to do when it fails.** One broken visit or batch does not hold up other sources: all are tried, then the task
fails and names each with its reason; `outcome` is red when either task is. Mend that, and the next run catches up. To
stop all shaping, pause this DAG and `normalize`.
"""

EVERY = os.environ.get("FANLIGHT_RECONCILE_SECONDS")


@task(execution_timeout=timedelta(minutes=30))
def announce_missed() -> list[str]:
    """Announce visits that were kept but never announced; the keys of their batches. Fails at the end."""
    from fanlight import flow

    done = _try_each("announce", flow.unannounced(), lambda visit: flow.announce(*visit))
    return [key for keys in done.values() for key in keys]


# Also when a visit could not be announced: what the log already holds is shaped all the same.
@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1))
def shape_missed() -> dict[str, Any]:
    """Shape what is pending; what came of each key. Fails at the end when any of them failed."""
    from fanlight import flow

    return _try_each("shape", flow.pending(), flow.shape)


def _try_each(verb: str, missed: Iterable[Item], act: Callable[[Item], Result]) -> dict[Item, Result]:
    """What came of each; raises a RuntimeError that names all that failed once every one was tried."""
    done: dict[Item, Result] = {}
    failed: dict[Item, str] = {}
    for item in missed:
        try:
            done[item] = act(item)
        except Exception as error:  # noqa: BLE001 - any error of one source is reported below, after the others
            failed[item] = f"{type(error).__name__}: {error}"
    print(f"{verb}: {done or 'nothing that was missed'}")
    if failed:
        raise RuntimeError(f"could not {verb} {failed}")
    return done


with DAG(
    dag_id="reconcile",
    description="Announce and shape what nobody rang for",
    doc_md=DOC,
    schedule=timedelta(seconds=float(EVERY)) if EVERY else schedule("*/5 * * * *"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=DEFAULTS,
    tags=["upkeep"],
):
    announced, shaped = announce_missed(), shape_missed()
    announced >> shaped
    [announced, shaped] >> EmptyOperator(**OUTCOME)
