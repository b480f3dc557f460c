"""Passing events on to webhooks, streams and feeds, on a schedule where deliveries are set up."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
from dag_parts import DEFAULTS, OUTCOME, START, schedule

DOC = """\
### Passes events on to the targets set up in the file that `FANLIGHT_DELIVERIES` names

**What it does.** Every two minutes each delivery gets a turn of its own, bounded in time: what the log holds beyond its
cursor goes to its target, in order per source, at least once. A slow or dead target holds up nobody else.

**How to see that it works.** The log of each `deliver` says how many events were delivered and how many were given up
on. `fanlight deliveries` shows for each delivery and source what waits, since when, and the last error.

**What to do when it fails.** A turn is red when its target did not take an event or its settings are wrong: the log
says which. It is tried again with growing pauses; after too many attempts an event becomes a dead letter, which stays
in the bucket under `deliveries/<name>/dead/`. Nothing is lost meanwhile: the log keeps everything.

`dead_letters` is red as long as there is any dead letter that nobody has dealt with, and its log names each with its
reason. Mend the target, then `fanlight deliveries again NAME`, or `drop NAME` if nobody needs them.
"""


@task(execution_timeout=timedelta(minutes=2))
def names() -> list[str]:
    """The deliveries that are set up."""
    from fanlight import upkeep

    return upkeep.delivery_names()


@task(map_index_template="{{ delivery }}", execution_timeout=timedelta(minutes=10))
def deliver(name: str) -> dict[str, Any]:
    """One turn of one delivery."""
    from fanlight import upkeep

    get_current_context()["delivery"] = name  # type: ignore[typeddict-unknown-key]
    turn = upkeep.deliver(name)
    print(f"{name}: {turn}")
    if turn["stopped"]:
        raise RuntimeError(f"{name} did not take everything: {turn['stopped']}")
    return turn


class LettersWait(AirflowFailException):
    """A person has to say what becomes of them; trying again changes nothing."""


# Also when a delivery stopped: this is about what was given up on before.
@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(minutes=10))
def dead_letters() -> int:
    """List what was given up on; red as long as there is any."""
    from fanlight import upkeep

    letters = upkeep.dead_letters()
    for letter, reason in letters.items():
        print(f"{letter}: {reason}")
    if letters:
        raise LettersWait(f"dead letters: {len(letters)}, listed above; `fanlight deliveries again` or `drop`")
    return 0


with DAG(
    dag_id="deliver",
    description="Events go to webhooks, streams and feeds",
    doc_md=DOC,
    schedule=schedule("*/2 * * * *") if os.environ.get("FANLIGHT_DELIVERIES") else None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args=DEFAULTS,
    tags=["tell"],
):
    delivered, letters = deliver.expand(name=names()), dead_letters()
    delivered >> letters
    [delivered, letters] >> EmptyOperator(**OUTCOME)
