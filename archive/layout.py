"""Where everything lies. The bucket is the database; every index and table can be rebuilt from `runs/`.

    runs/<source>/<yyyy>/<run_id>/<source>-<ts17>-<serial>.warc.gz   closed, verified, then uploaded; never rewritten
    runs/<source>/<yyyy>/<run_id>/captures.cdxj.gz                   sorted CDXJ, written while writing the WARC
    runs/<source>/<yyyy>/<run_id>/*.damaged, checks.jsonl            only after a recovery: what no WARC could take
    runs/<source>/<yyyy>/<run_id>/manifest.json                      LAST: the commit. Put with If-None-Match: *
    changes/<source>/<run_id>.json                                   verdicts of that run
    events/<source>/<sequence>.jsonl                                 the log: gapless, 12 digits, If-None-Match: *
    segments/<source>/<number>.jsonl                                 copies of 200 batches each, to read many at once
    cursors/<consumer>/<source>.json                                 how far each consumer got (If-Match)
    cursors/log/<source>/<occasion>.json                             where the log ended when a visit was first told of
    cursors/announce/<source>/<run_id>.json                          that a visit was told of, with or without events
    deliveries/<name>/start.json, dead/<source>/<place>.json         where a delivery began, and what it gave up on
    deliveries/<name>/told/<incident>.json, digest.json, failing/... what people have been told
    feeds/<source>.atom, feeds/all.atom                              the newest events, for feed readers
    tables/<family>/                                                 Delta Lake

A run id is `YYYYMMDDTHHMMSSZ-<6 hex>`: sorted by name is sorted by time, and the year is its first four digits.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

EVENTS = "events/"
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}\Z")


def run_id(started: datetime, suffix: str = "") -> str:
    """The id of a visit that starts at `started` (UTC); `suffix` is six hex digits.

    Without one, three of them are the fraction of the second, so that ids sort as visits began, and three are chance.
    """
    suffix = suffix or f"{started.microsecond * 4096 // 1_000_000:03x}{secrets.randbelow(4096):03x}"
    name = f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{suffix}"
    if not RUN_ID.match(name):
        raise ValueError(f"not a run id: {name!r}")
    return name


def run_time(run: str) -> datetime:
    """When the visit with this id started (UTC, whole seconds)."""
    return datetime.strptime(run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def runs_prefix(source: str) -> str:
    return f"runs/{source}/"


def run_prefix(source: str, run: str) -> str:
    return f"runs/{source}/{run[:4]}/{run}/"


def warc_name(source: str, opened: datetime, serial: int) -> str:
    """`<source>-<ts17>-<serial>.warc.gz`; ts17 is UTC to the millisecond."""
    stamp = opened.astimezone(UTC)
    return f"{source}-{stamp:%Y%m%d%H%M%S}{stamp.microsecond // 1000:03d}-{serial:05d}.warc.gz"


def index_key(source: str, run: str) -> str:
    return run_prefix(source, run) + "captures.cdxj.gz"


def manifest_key(source: str, run: str) -> str:
    return run_prefix(source, run) + "manifest.json"


def changes_key(source: str, run: str) -> str:
    return f"changes/{source}/{run}.json"


def events_prefix(source: str) -> str:
    return f"{EVENTS}{source}/"


def batch_key(source: str, sequence: int) -> str:
    return f"{EVENTS}{source}/{sequence:012d}.jsonl"


def segments_prefix(source: str) -> str:
    return f"segments/{source}/"


def segment_key(source: str, number: int) -> str:
    return f"{segments_prefix(source)}{number:09d}.jsonl"


def cursor_key(consumer: str, source: str) -> str:
    return f"cursors/{consumer}/{source}.json"


def mark_key(source: str, occasion: str) -> str:
    return f"cursors/log/{source}/{occasion}.json"


def told_prefix(source: str) -> str:
    return f"cursors/announce/{source}/"


def told_key(source: str, run: str) -> str:
    return f"{told_prefix(source)}{run}.json"


def delivery_start_key(name: str) -> str:
    return f"deliveries/{name}/start.json"


def delivery_told_key(name: str, incident: str) -> str:
    return f"deliveries/{name}/told/{incident}.json"


def delivery_digest_key(name: str) -> str:
    return f"deliveries/{name}/digest.json"


def delivery_failing_key(name: str, task: str) -> str:
    return f"deliveries/{name}/failing/{task}.json"


def dead_prefix(name: str, source: str) -> str:
    return f"deliveries/{name}/dead/{source}/"


def dead_key(name: str, source: str, sequence: int, number: int) -> str:
    return f"{dead_prefix(name, source)}{sequence:012d}-{number:04d}.json"


def feed_key(name: str) -> str:
    return f"feeds/{name}.atom"
