"""Reading what is kept: captures, bytes, verdicts."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight import flow, show
from fanlight.commands.common import find_run, open_archive, parse_time, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    from archive.store import Store


def captures(arguments: Namespace) -> int:
    from archive import reader

    store = open_archive()
    if arguments.run_id and not arguments.source:
        raise UserError(
            "--run-id needs a source", "name the source too, as in `fanlight captures apple_dsa --run-id latest`"
        )
    if not arguments.run_id:
        return _list_visits(store, arguments)
    run = find_run(store, arguments.source, arguments.run_id)
    rows = reader.load_captures(store, arguments.source, run)
    if arguments.json:
        show.lines(rows)
        return 0
    show.table(
        f"Captures of {arguments.source} in {run}",
        ("time", "status", "quality", "role", "size", "type", "url"),
        (
            (
                f"{capture.time:%H:%M:%S}",
                capture.status,
                capture.label.quality,
                capture.label.role,
                show.size(capture.size),
                capture.media_type,
                capture.url,
            )
            for capture in rows
        ),
    )
    return 0


def _list_visits(store: Store, arguments: Namespace) -> int:
    from archive import reader

    names = [arguments.source] if arguments.source else reader.sources(store)
    manifests = [reader.load_manifest(store, name, run) for name in names for run in reader.runs(store, name)]
    if arguments.json:
        show.lines(manifests)
        return 0
    show.table(
        "Visits",
        ("source", "visit", "outcome", "captures", "bytes", "why"),
        (
            (
                manifest.source,
                manifest.run_id,
                manifest.outcome,
                manifest.counts.get("captures", 0),
                show.size(sum(stored.size for stored in manifest.objects)),
                manifest.reason,
            )
            for manifest in manifests
        ),
    )
    return 0


def get(arguments: Namespace) -> int:
    from archive import reader

    store = open_archive()
    at = parse_time(arguments.at) if arguments.at else None
    if arguments.source:
        require_known("source", arguments.source, reader.sources(store))
    capture = reader.find(store, arguments.url, at, arguments.source)
    body = reader.read_payload(store, capture.citation()).body
    print(
        f"{capture.time:%Y-%m-%d %H:%M:%S} UTC, {capture.status} {capture.media_type}, {capture.digest}",
        file=sys.stderr,
    )
    if arguments.output:
        Path(arguments.output).write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
    return 0


def changes(arguments: Namespace) -> int:
    run = find_run(open_archive(), arguments.source, arguments.run_id or "latest")
    verdicts = [
        verdict
        for verdict in flow.compare(arguments.source, run).verdicts
        if arguments.all or verdict.verdict != "unchanged"
    ]
    if arguments.json:
        show.lines(verdicts)
        return 0
    rows = ((verdict.verdict, verdict.grade, verdict.quality or "-", verdict.role, verdict.url) for verdict in verdicts)
    show.table(f"Verdicts on {arguments.source} in {run}", ("verdict", "grade", "quality", "role", "url"), rows)
    return 0
