"""Keeping it going, as plain functions for the command line and the DAGs: mend, tidy, verify, deliver, shape anew.

Each may be called again with the same arguments and then changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from fanlight.errors import UserError
from fanlight.settings import load, open_archive


def recover_left(*, say: Callable[[str], None] = print) -> int:
    """Finish or close the visits that killed processes left on this machine; how many there were."""
    from archive.recover import recover

    left = list(recover(open_archive(), load().spool))
    for one in left:
        say(f"{one.source} {one.run_id}: {one.how}, {one.captures} captures {one.reason}".rstrip())
    return len(left)


def compact_tables() -> dict[str, int]:
    """Join the small files of each table; how many went. Rows and versions stay."""
    from normalize import tables

    store = open_archive()
    return {name: tables.compact(name, store.url) for name in store.folders("tables/")}


def verify_sweep(*, say: Callable[[str], None] = print) -> int:
    """Verify the whole bucket; says each finding and returns how many are errors (not what a server may have sent)."""
    from archive.verify import verify_bucket
    from events.verify import verify_logs

    store, count = open_archive(), 0
    for finding in chain(verify_bucket(store), verify_logs(store)):
        say(f"{finding.severity}: {finding.where} at {finding.offset}: {finding.rule}: {finding.message}")
        count += finding.severity == "error"
    return count


def delivery_names() -> list[str]:
    """The deliveries that are set up in the file that FANLIGHT_DELIVERIES names."""
    from events.deliveries import config

    return [delivery.name for delivery in config.load()]


def deliver(name: str) -> dict[str, Any]:
    """One turn of one delivery: how many events it delivered and gave up on, and what stopped it (empty: nothing)."""
    from events.deliveries import config, run

    known = {delivery.name: delivery for delivery in config.load()}
    if name not in known:
        raise UserError(f"there is no delivery {name!r}", "declare it in the file that FANLIGHT_DELIVERIES names")
    return asdict(run.deliver(open_archive(), known[name], lambda: datetime.now(UTC)))


def shapeable_sources(*, family: str | None = None) -> list[str]:
    """The sources of which something kept has a family (this one, if given)."""
    from normalize import reprocess

    return sorted({visit.source for visit in reprocess.visits(open_archive(), family=family)})


def rebuild(source: str, *, name: str) -> int:
    """Shape all visits of a source anew into the rebuild of this name; the number of facts. Resumes."""
    from normalize import reprocess

    store = open_archive()
    return sum(facts for _, facts in reprocess.shape_visits(store, name, reprocess.visits(store, source=source)))


def switch_tables(sources: list[str], *, name: str, say: Callable[[str], None] = print) -> None:
    """Say how the rebuild differs from the tables in use, then put it in their place for these sources."""
    from normalize import reprocess

    store = open_archive()
    for one in reprocess.differences(store, name, sources):
        say(f"{one.table}: {one.same} rows the same, {one.changed} changed, {one.added} added, {one.removed} removed")
    reprocess.switch(store, name, sources)
