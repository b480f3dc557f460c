"""The event log."""

from __future__ import annotations

import json
import select
import sys
from argparse import Namespace
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from fanlight import show
from fanlight.commands.common import open_archive, parse_time, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    from archive.store import Store
    from events.model import Event

FOLLOW_SECONDS = 2.0


def events(arguments: Namespace) -> int:
    store = open_archive()
    _check(store, arguments)
    chosen = _events(store, arguments)
    rows = (
        (event.source, sequence, f"{event.time:%Y-%m-%d %H:%M}", event.type, event.subject, _what(event))
        for sequence, event in chosen
    )
    if arguments.digest:
        from events.incidents import digest, incidents

        print("\n".join(map(show.printable, digest(incidents(event for _, event in chosen)).splitlines())))
    elif arguments.json:
        show.lines({**json.loads(event.to_json()), "sequence": str(sequence)} for sequence, event in chosen)
    elif arguments.follow:
        for row in rows:
            print(*(show.printable(str(cell)) for cell in row))
    else:
        show.table("Events", ("source", "seq", "time", "type", "subject", "what"), rows)
    return 0


def _check(store: Store, arguments: Namespace) -> None:
    """The source and the type are some that there can be events of, and the digest has an end."""
    from events import log
    from events.model import TYPES
    from sources import registry

    if arguments.digest and arguments.follow:
        raise UserError("a digest is of what has happened, and --follow never ends", "leave one of them out")
    if arguments.last is not None and (arguments.last < 1 or arguments.start != "1"):
        raise UserError("--last counts events from the end", "give a number above 0, and no --from")
    if arguments.source:
        require_known("source", arguments.source, sorted({*registry.files(), *log.sources(store)}))
    if arguments.kind:
        require_known("type of event", arguments.kind, sorted(TYPES))


def _events(store: Store, arguments: Namespace) -> Iterator[tuple[int, Event]]:
    """The chosen events of the chosen sources, with their sequences; for ever when following."""
    from archive.records import is_number
    from events import log

    since = None if is_number(arguments.start) else parse_time(arguments.start)
    sources = [arguments.source] if arguments.source else log.sources(store)
    starts = {name: log.first_since(store, name, since) if since else int(arguments.start) for name in sources}
    if arguments.last:
        starts = {name: _newest(store, name, arguments.last) for name in sources}
    for sequence, batch in _batches(store, arguments, starts):
        for event in batch:
            if arguments.kind in (None, event.type) and (since is None or event.time >= since):
                yield sequence, event


def _newest(store: Store, source: str, count: int) -> int:
    """The batch in which the newest `count` events of a source begin."""
    from events import log

    for sequence, batch in log.read_back(store, source):
        count -= len(batch)
        if count <= 0:
            return sequence
    return 1


def _batches(store: Store, arguments: Namespace, starts: dict[str, int]) -> Iterator[tuple[int, list[Event]]]:
    from events import log

    if not arguments.follow:
        return chain.from_iterable(log.read(store, name, start) for name, start in starts.items())
    if arguments.source:  # what others told is not read
        return log.follow(store, arguments.source, starts[arguments.source], _wait)
    return log.follow_all(store, starts, _wait)


def _what(event: Event) -> str:
    """What there is to say in a few words: a restated figure, or the grade of a change."""
    if "raw_value" not in event.data:
        return str(event.data.get("grade") or event.data.get("outcome", ""))
    values = event.data["raw_value"]
    return f"{' / '.join(event.data['key'])}: {values['before']} → {values.get('after', 'no longer there')}"


def _wait() -> None:
    sys.stdout.flush()
    pipe = select.poll()
    pipe.register(sys.stdout, 0)
    if pipe.poll(FOLLOW_SECONDS * 1000):  # as `head` leaves us; without this the next event would have to notice
        raise BrokenPipeError
