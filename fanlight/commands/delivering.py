"""Deliveries outside Airflow: a turn, how far they are, and what was given up on."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Any

from archive.errors import ArchiveError
from events.deliveries.errors import DeliveryMisconfigured
from fanlight import show
from fanlight import upkeep as chores
from fanlight.commands.common import open_archive, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    from events.deliveries.dead import Letter
    from events.deliveries.model import Delivery


def deliver(arguments: Namespace) -> int:
    """One turn of each delivery, all at once: none waits for another. 1 when any could not do all of its work."""
    names = [arguments.name] if arguments.name else chores.delivery_names()
    if not names:
        raise UserError("no delivery is set up", "declare one in the file that FANLIGHT_DELIVERIES names")
    with ThreadPoolExecutor(len(names)) as pool:
        return int(any(list(pool.map(_turn, names))))


def _turn(name: str) -> str:
    try:
        turn = chores.deliver(name)
    except (DeliveryMisconfigured, ArchiveError) as error:
        turn = {"delivered": 0, "dead": 0, "stopped": str(error)}
    said = f"; stopped: {show.printable(turn['stopped'])}" if turn["stopped"] else ""
    print(f"{name}: {turn['delivered']} delivered, {turn['dead']} given up on{said}")
    return str(turn["stopped"])


def deliveries(arguments: Namespace) -> int:
    """How far they are; or, with a verb, what was given up on and what is to become of it."""
    return VERBS[arguments.verb](arguments)


def _progress(arguments: Namespace) -> int:
    from events.deliveries.status import status

    store = open_archive()
    found = [one for delivery in _known(arguments.which) for one in status(store, delivery)]
    if arguments.json:
        show.lines(found)
        return 0
    columns = ("delivery", "source", "delivered", "waiting", "behind", "failures", "dead", "error")
    rows = (
        [getattr(one, column) or ("" if column in ("behind", "error") else 0) for column in columns] for one in found
    )
    show.table("Deliveries", columns, rows)
    return 0


def _dead(arguments: Namespace) -> int:
    """The dead letters that nobody has dealt with; as JSON all of them, with their events."""
    letters = _letters(arguments.which)
    if arguments.json:
        show.lines(_plain(name, letter) for name, letter in letters)
        return 0
    columns = ("letter", "time", "type", "subject", "failures", "error")
    rows = (
        (_name(name, letter), letter.time, letter.message.event.type, letter.message.event.subject, letter.failures,
         letter.error)
        for name, letter in letters
        if letter.is_open
    )  # fmt: skip
    show.table("Dead letters", columns, rows)
    return 0


def _again(arguments: Namespace) -> int:
    """Send them once more; 1 when a target does not take one, and what comes behind it in its source is then left."""
    from events.deliveries import dead, targets
    from events.deliveries.errors import TargetError

    store, code = open_archive(), 0
    known = {delivery.name: delivery for delivery in _known(arguments.which)}
    waiting = [(name, letter) for name, letter in _letters(arguments.which) if letter.is_open]
    for (name, source), group in groupby(waiting, key=lambda one: (one[0], one[1].source)):
        target = targets.open_target(store, known[name], chores.now, os.environ)
        try:
            for letter in dead.send_again(store, [letter for _, letter in group], target, chores.now):
                print(f"{_name(name, letter)}: sent")
        except TargetError as error:
            print(f"{name}/{source}: not taken: {show.printable(str(error))}")
            code = 1
    return code


def _drop(arguments: Namespace) -> int:
    from events.deliveries import dead

    if not arguments.which:
        raise UserError("it is not said which letters to drop", "name a delivery or one of `fanlight deliveries dead`")
    for name, letter in _letters(arguments.which):
        if letter.is_open:
            dead.drop(open_archive(), letter, chores.now())
            print(f"{_name(name, letter)}: dropped")
    return 0


VERBS = {"progress": _progress, "dead": _dead, "again": _again, "drop": _drop}


def _known(which: str | None) -> list[Delivery]:
    """The deliveries that are set up, or the one that is meant."""
    from events.deliveries import config

    known = {delivery.name: delivery for delivery in config.load()}
    if which:
        require_known("delivery", which.partition("/")[0], known)
    return [known[which.partition("/")[0]]] if which else list(known.values())


def _letters(which: str | None) -> list[tuple[str, Letter]]:
    """Letters with the names of their deliveries: all, or those whose names begin with `which`."""
    from events import log
    from events.deliveries import dead

    store = open_archive()
    found = [
        (delivery.name, letter)
        for delivery in _known(which)
        for source in log.sources(store)
        for letter in dead.letters(store, delivery, source)
        if not which or f"{_name(delivery.name, letter)}/".startswith(f"{which}/")
    ]
    if not found and which and "/" in which:
        raise UserError(f"there is no dead letter {which}", "see `fanlight deliveries dead`")
    return found


def _name(delivery: str, letter: Letter) -> str:
    """`<delivery>/<source>/<place>`."""
    return f"{delivery}/{letter.source}/{letter.message.place}"


def _plain(delivery: str, letter: Letter) -> dict[str, Any]:
    said = {name: getattr(letter, name) for name in ("time", "since", "failures", "error", "sent", "dropped")}
    return {"letter": _name(delivery, letter), **said, "event": json.loads(letter.message.event.to_json())}
