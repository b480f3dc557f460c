"""Events and tables."""

from __future__ import annotations

import csv
import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from fanlight import show
from fanlight.commands.common import open_archive, parse_time, require_known

if TYPE_CHECKING:
    from archive.store import Store
    from events.model import Event

FOLLOW_SECONDS = 2.0


def events(arguments: Namespace) -> int:
    chosen = _events(open_archive(), arguments)
    rows = ((event.source, sequence, event.time, event.type, event.subject) for sequence, event in chosen)
    if arguments.json:
        show.lines({**json.loads(event.to_json()), "sequence": str(sequence)} for sequence, event in chosen)
    elif arguments.follow:
        for row in rows:
            print(*(show.printable(str(cell)) for cell in row))
    else:
        show.table("Events", ("source", "seq", "time", "type", "subject"), rows)
    return 0


def _events(store: Store, arguments: Namespace) -> Iterator[tuple[int, Event]]:
    """The chosen events of the chosen sources, with their sequences; for ever when following."""
    from events import log

    since = None if arguments.start.isdigit() else parse_time(arguments.start)
    sources = [arguments.source] if arguments.source else log.sources(store)
    starts = {name: log.first_since(store, name, since) if since else int(arguments.start) for name in sources}
    kept = chain.from_iterable(log.read(store, name, start) for name, start in starts.items())
    for sequence, batch in log.follow_all(store, starts, _wait) if arguments.follow else kept:
        for event in batch:
            fits = arguments.kind in (None, event.type) and arguments.source in (None, event.source)
            if fits and (since is None or event.time >= since):
                yield sequence, event


def _wait() -> None:
    sys.stdout.flush()
    time.sleep(FOLLOW_SECONDS)


def table(arguments: Namespace) -> int:
    from normalize.families import ALL
    from normalize.tables import read

    require_known("table", arguments.name, [*ALL, "releases", "rejected"])
    where = {"source": arguments.source} if arguments.source else None
    rows: list[dict[str, Any]] = read(arguments.name, open_archive().url, where=where).to_pylist()
    shown = rows[: arguments.limit] if arguments.limit else rows
    if arguments.format == "json":
        show.lines(shown)
    elif arguments.format == "csv":
        writer = csv.DictWriter(sys.stdout, shown[0].keys() if shown else [])
        writer.writeheader()
        writer.writerows(shown)
    else:
        columns = ("document", "kind", "key", "raw_value", "unit", "captured")
        cells = ([row.get(column, "") for column in columns] for row in shown)
        show.table(f"{arguments.name}: {len(shown)} of {len(rows)} rows", columns, cells)
    return 0
