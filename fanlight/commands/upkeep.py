"""Keeping it going: what killed visits left, and deliveries outside Airflow."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fanlight import settings, show
from fanlight.commands.common import open_archive
from fanlight.errors import UserError

if TYPE_CHECKING:
    from events.deliveries.model import Delivery


def recover(arguments: Namespace) -> int:
    from archive.recover import recover as recover_left

    found = list(recover_left(open_archive(), settings.load().spool))
    if arguments.json:
        show.lines(found)
        return 0
    for one in found:
        said = f": {one.reason}" if one.reason else ""
        print(f"{one.source} {one.run_id}: {one.how}, {one.captures} captures{said}")
    print(f"{len(found)} visits had been left" if found else "no visit had been left unfinished")
    return 0


def deliver(arguments: Namespace) -> int:
    """One turn of each delivery; 1 when a target did not take what it was sent."""
    from events.deliveries import config, run

    store, stopped = open_archive(), False
    for delivery in _chosen(config.load(os.environ), arguments.name):
        turn = run.deliver(store, delivery, lambda: datetime.now(UTC))
        stopped = stopped or bool(turn.stopped)
        said = f"; stopped: {show.printable(turn.stopped)}" if turn.stopped else ""
        print(f"{delivery.name}: {turn.delivered} delivered, {turn.dead} given up on{said}")
    return int(stopped)


def deliveries(arguments: Namespace) -> int:
    from events.deliveries import config
    from events.deliveries.status import status

    store = open_archive()
    found = [one for delivery in config.load(os.environ) for one in status(store, delivery)]
    if arguments.json:
        show.lines(found)
        return 0
    columns = ("delivery", "source", "delivered", "waiting", "behind", "failures", "dead", "error")
    rows = (
        [getattr(one, column) or ("" if column in ("behind", "error") else 0) for column in columns] for one in found
    )
    show.table("Deliveries", columns, rows)
    return 0


def _chosen(known: list[Delivery], name: str | None) -> list[Delivery]:
    chosen = [delivery for delivery in known if name in (None, delivery.name)]
    if not chosen:
        wanted = f"there is no delivery {name!r}" if name else "no delivery is set up"
        raise UserError(wanted, "declare it in the file that FANLIGHT_DELIVERIES names (see docs/events.md)")
    return chosen
