"""Keeping it going: what killed visits left, and deliveries outside Airflow."""

from __future__ import annotations

from argparse import Namespace

from archive.errors import ArchiveError
from events.deliveries.errors import DeliveryMisconfigured
from fanlight import show
from fanlight import upkeep as chores
from fanlight.commands.common import open_archive
from fanlight.errors import UserError


def recover(_: Namespace) -> int:
    print(f"{chores.recover_left(say=print)} visits had been left")
    return 0


def deliver(arguments: Namespace) -> int:
    """One turn of each delivery; 1 when any of them could not do all of its work. One never holds up another."""
    names = [arguments.name] if arguments.name else chores.delivery_names()
    if not names:
        raise UserError("no delivery is set up", "declare one in the file that FANLIGHT_DELIVERIES names")
    stopped = {name: _turn(name) for name in names}
    return int(any(stopped.values()))


def _turn(name: str) -> str:
    try:
        turn = chores.deliver(name)
    except (DeliveryMisconfigured, ArchiveError) as error:
        turn = {"delivered": 0, "dead": 0, "stopped": str(error)}
    said = f"; stopped: {show.printable(turn['stopped'])}" if turn["stopped"] else ""
    print(f"{name}: {turn['delivered']} delivered, {turn['dead']} given up on{said}")
    return str(turn["stopped"])


def deliveries(arguments: Namespace) -> int:
    from events.deliveries import config
    from events.deliveries.status import status

    store = open_archive()
    found = [one for delivery in config.load() for one in status(store, delivery)]
    if arguments.json:
        show.lines(found)
        return 0
    columns = ("delivery", "source", "delivered", "waiting", "behind", "failures", "dead", "error")
    rows = (
        [getattr(one, column) or ("" if column in ("behind", "error") else 0) for column in columns] for one in found
    )
    show.table("Deliveries", columns, rows)
    return 0
