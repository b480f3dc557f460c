"""Events and tables."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fanlight import show
from fanlight.commands.common import open_archive, parse_time

if TYPE_CHECKING:
    from archive.store import Store
    from events.model import Event


def events(arguments: Namespace) -> int:
    from archive import reader

    store = open_archive()
    names = [arguments.source] if arguments.source else reader.sources(store)
    chosen = (pair for name in names for pair in _events_of(store, name, arguments))
    if arguments.json:
        show.lines({**json.loads(event.to_json()), "sequence": str(sequence)} for sequence, event in chosen)
        return 0
    rows = ((event.source, sequence, event.time, event.type, event.subject) for sequence, event in chosen)
    show.table("Events", ("source", "seq", "time", "type", "subject"), rows)
    return 0


def _events_of(store: Store, source: str, arguments: Namespace) -> Iterator[tuple[int, Event]]:
    from events import log

    numbered = arguments.start.isdigit()
    since = None if numbered else parse_time(arguments.start)
    for sequence, batch in log.read(store, source, int(arguments.start) if numbered else 1):
        for event in batch:
            if (since is None or event.time >= since) and arguments.kind in (None, event.type):
                yield sequence, event


def table(arguments: Namespace) -> int:
    from normalize.tables import read

    rows: list[dict[str, Any]] = read(open_archive().url, arguments.name).to_pylist()
    rows = [row for row in rows if arguments.source in (None, row["source"])]
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
