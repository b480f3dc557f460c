"""Keeping it going, as plain functions for the command line and the DAGs: mend, tidy, verify, deliver.

Each may be called again with the same arguments and then changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
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


def tell_overdue() -> tuple[list[str], dict[str, str]]:
    """Tell of the reports that were due and did not come, once for each day.

    Returns the keys of the batches to ring, and why any source could not be looked at: it holds up no other.
    """
    from events import overdue
    from sources.registry import load_each

    store, (good, _) = open_archive(), load_each()
    keys: list[str] = []
    failed: dict[str, str] = {}
    for source in good.values():
        try:
            key = overdue.tell(store, source, now().date()) if source.due else None
        except Exception as error:  # noqa: BLE001 - any error of one source is the caller's to report, after the others
            failed[source.id] = f"{type(error).__name__}: {error}"
        else:
            keys += [key] if key else []
    return keys, failed


def compact_tables() -> dict[str, int]:
    """Join the small files of each table and delete those that no version of the last month needs; how many went.

    Rows stay, and so does what every release said. Rebuilds that nobody wrote to for a month are deleted.
    """
    from normalize import compaction, reprocess

    store = open_archive()
    names = store.folders("tables/")
    done = {name: compaction.compact(name, store) + compaction.vacuum(name, store) for name in names}
    forgotten = reprocess.forget(store, now() - timedelta(hours=compaction.KEPT))
    return done | {f"rebuild/{name}": 1 for name in forgotten}


def join_logs() -> dict[str, int]:
    """Join the batches of each long log into segments; how many are new."""
    from events import log, segments

    store = open_archive()
    return {source: segments.join(store, source, log.end(store, source)) for source in log.sources(store)}


def verify_sweep(*, say: Callable[[str], None] = print) -> int:
    """Verify the whole bucket; says each finding and returns how many are errors (not what a server may have sent)."""
    from archive.verify import verify_bucket
    from events.verify import verify_logs

    store, count = open_archive(), 0
    for finding in chain(verify_bucket(store), verify_logs(store)):
        say(f"{finding.severity}: {finding.where} at {finding.offset}: {finding.rule}: {finding.message}")
        count += finding.severity == "error"
    return count


def now() -> datetime:
    """The clock of deliveries."""
    return datetime.now(UTC)


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
    return asdict(run.deliver(open_archive(), known[name], now))


def dead_letters() -> dict[str, str]:
    """What was given up on and nobody has dealt with: `<delivery>/<source>/<place>` and the reason."""
    from events import log
    from events.deliveries import config, dead

    store = open_archive()
    return {
        f"{delivery.name}/{source}/{letter.message.place}": letter.error
        for delivery in config.load()
        for source in log.sources(store)
        for letter in dead.letters(store, delivery, source)
        if letter.is_open
    }
