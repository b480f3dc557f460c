"""The loop as plain functions: visit, compare, announce, shape. The command line and the DAGs call these alike.

Each may be called again with the same arguments and then changes nothing more. Heavy rooms are imported inside the
functions, so that parsing a DAG stays light.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fanlight.errors import UserError, VisitBlocked, VisitFailed, VisitNotKept
from fanlight.settings import load, open_archive

if TYPE_CHECKING:
    from archive.store import Store
    from changes.model import Comparison
    from events.model import Event

SHAPEABLE = {"document.published", "document.restated", "document.reappeared", "page.changed"}
RAISES = {20: VisitBlocked, 30: VisitFailed, 40: VisitNotKept}


def new_run_id(now: datetime | None = None, *, source: str | None = None) -> str:
    """A fresh run id for a visit that starts now; with `source`, behind all its visits, whatever the clock says.

    A visit is compared with the one before it by id, so after a clock was put back ids must not go back with it.
    """
    from archive.layout import run_id, run_time

    started = now or datetime.now(UTC)
    latest = max(_begun(source), default=None) if source else None
    if latest and run_time(latest) >= started.replace(microsecond=0):
        started = run_time(latest) + timedelta(seconds=1)
    return run_id(started)


def _begun(source: str) -> Iterator[str]:
    """The newest visit that was committed, and those that were killed here and will be when the next one begins."""
    from archive.layout import RUN_ID
    from archive.reader import latest_run

    if latest := latest_run(open_archive(), source):
        yield latest
    folder = load().spool / source
    if folder.is_dir():
        yield from (left.name for left in folder.iterdir() if RUN_ID.match(left.name))


def say_aloud(line: str) -> None:
    """Print a line as it comes; that nobody reads on, as behind `head`, does not stop what goes on."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def visit(
    source: str, run_id: str, *, say: Callable[[str], None] = say_aloud, arguments: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Visit a source in a process of its own (same process group), passing on its progress lines.

    Returns the visit's summary: source, run_id, outcome, reason, captures, bytes. Raises VisitBlocked, VisitFailed or
    VisitNotKept; a UserError when the visit could not start.
    """
    spool = load().spool
    # -P: a folder named `archive` or `events` where a person happens to be must not hide ours.
    command = [sys.executable, "-P", "-m", "spiders.run", source, "--run-id", run_id, "--spool", str(spool), *arguments]
    summary: dict[str, Any] = {"source": source, "run_id": run_id, "reason": "it ended without saying why"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:  # noqa: S603 - our own module
        assert child.stdout is not None  # noqa: S101 - for the type checker
        for line in child.stdout:
            if line.startswith("visit {"):
                summary = json.loads(line.removeprefix("visit "))
            say(line.rstrip("\n"))
    if child.returncode == 2:
        raise UserError(f"the visit of {source} could not start", "see the line above")
    if child.returncode not in (0, 10):
        error = RAISES.get(child.returncode, VisitNotKept)
        raise error(source=summary["source"], run_id=run_id, reason=summary["reason"])
    return summary


def compare(source: str, run_id: str) -> Comparison:
    """Compare a visit with the previous one and keep the verdicts."""
    from changes.run import compare_visit

    return compare_visit(open_archive(), source, run_id)


def announce(source: str, run_id: str) -> list[str]:
    """Append what this visit and any earlier one not told yet changed; the keys of this visit's batches to ring."""
    from archive.reader import runs
    from changes.run import compare_visit
    from events import log, told
    from events.announce import events_of

    store = open_archive()
    done = told.runs(store, source)
    for run in runs(store, source):
        if run <= run_id and run not in done:
            log.append(store, source, events_of(compare_visit(store, source, run)))
            told.add(store, source, run)
    return [f"{source}/{sequence}" for sequence in log.sequences_of_run(store, source, run_id)]


def shape(key: str) -> dict[str, Any]:
    """Shape every batch of a source up to the one that `key` (`<source>/<sequence>`) names, in order.

    Restated facts are appended to the log before the cursor moves on: a crash in between repeats the work and finds it
    done. Returns counts (batches, releases, facts, restatements, withdrawn) and the `rejected` documents with reasons.
    """
    from archive.records import is_number
    from events import cursor, log

    source, _, wanted = key.rpartition("/")
    if not source or not is_number(wanted):
        raise UserError(f"{key!r} is no event key", "give <source>/<sequence>, as `fanlight events` shows them")
    store = open_archive()
    at = cursor.load(store, cursor.SHAPING, source)
    done: dict[str, Any] = dict.fromkeys(("batches", "releases", "facts", "restatements", "withdrawn"), 0)
    done["rejected"] = []
    for sequence, batch in log.read(store, source, int(at.position or 0) + 1):
        shapeable = [event for event in batch if event.type in SHAPEABLE]
        if shapeable and sequence > int(wanted):
            break
        if shapeable:
            _shape_batch(store, source, shapeable, done)
        at = cursor.advance(store, at, str(sequence))
        done["batches"] += 1
    return done


def _shape_batch(store: Store, source: str, batch: list[Event], done: dict[str, Any]) -> None:
    from archive.reader import load_manifest
    from events import log
    from events.announce import fact_restated
    from events.model import uncite
    from normalize.model import Restatement, Withdrawal
    from normalize.run import Item, shape

    declaration = load_manifest(store, source, batch[0].run_id).declaration
    if not declaration.get("family"):
        return
    items = [
        Item(
            document=event.subject,
            url=event.data["url"],
            media_type=event.data["media_type"],
            role=event.data["role"],
            run_id=event.run_id,
            citation=uncite(event.data["after"]),
        )
        for event in batch
    ]
    shaped = shape(store, source=source, publisher=declaration["publisher"], family=declaration["family"], items=items)
    changes: list[Restatement | Withdrawal] = [*shaped.restatements, *shaped.withdrawn]
    told = [
        fact_restated(
            source=source,
            run_id=change.run_id,
            family=declaration["family"],
            document=change.document,
            url=change.url,
            key=change.key,
            values=(change.before_raw, None if isinstance(change, Withdrawal) else change.after_raw),
            before=change.before,
            after=change.after,
        )
        for change in changes
    ]
    log.append(store, source, told)
    done["releases"] += shaped.releases
    done["facts"] += shaped.facts
    done["restatements"] += len(shaped.restatements)
    done["withdrawn"] += len(shaped.withdrawn)
    done["rejected"] += [list(rejected) for rejected in shaped.rejected]


def pending(source: str | None = None) -> list[str]:
    """Keys of sources (or this one) whose log goes on beyond what was shaped: the last shapeable batch of each."""
    from archive.reader import sources

    store = open_archive()
    names = [source] if source else sources(store)
    return [key for name in names for key in _pending_of(store, name)]


def _pending_of(store: Store, source: str) -> Iterator[str]:
    from events import cursor, log

    at = int(cursor.load(store, cursor.SHAPING, source).position or 0)
    waiting = [
        sequence
        for sequence, batch in log.read(store, source, at + 1)
        if any(event.type in SHAPEABLE for event in batch)
    ]
    if waiting:
        yield f"{source}/{waiting[-1]}"


def unannounced() -> list[tuple[str, str]]:
    """The newest committed visit of each source that the log does not tell of yet, as (source, run id)."""
    from archive.reader import runs, sources
    from events import told

    store = open_archive()
    missed = {source: set(runs(store, source)) - told.runs(store, source) for source in sources(store)}
    return [(source, max(untold)) for source, untold in missed.items() if untold]
