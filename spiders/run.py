"""One visit in its own process: `python -m spiders.run SOURCE [--run-id ID] [--now ISO8601] [--spool DIR]`.

The last line on stdout is `visit ` and a JSON object; the exit code says how it went (`ExitCode`).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path

from archive.errors import ArchiveError
from archive.layout import RUN_ID, run_id
from archive.model import Manifest
from archive.store import open_store
from archive.visit import VisitArchive
from sources.model import Source
from sources.registry import SourceError, find
from spiders.budget import Budget
from spiders.clock import Clock
from spiders.errors import VisitError
from spiders.known import known_before
from spiders.outcome import judge
from spiders.visit import Visit


class ExitCode(IntEnum):
    COMPLETE = 0
    USAGE = 2
    PARTIAL = 10
    BLOCKED = 20
    FAILED = 30
    ARCHIVE = 40


def run(source: Source, run: str, clock: Clock, spool: Path) -> Manifest:
    """Visit `source` and commit what came; a visit that failed is committed too. Raises ArchiveError, VisitError."""
    store = open_store()
    store.check()
    archive = VisitArchive(
        store=store, source=source, run_id=run, spool=spool, clock=clock,
        new_id=lambda: str(uuid.uuid4()), software=software(),
    )  # fmt: skip
    for left in archive.recovered:
        say(f"an earlier visit had been left: {left.run_id} {left.how}, {left.captures} captures")
    visit = Visit(
        source=source, archive=archive, clock=clock, say=say, known=known_before(store, archive.previous),
        budget=Budget(polite=source.politeness, clock=clock, say=say),
    )  # fmt: skip
    say(f"visit {run} of {source.id}: {source.title} ({source.publisher})")
    make(visit, spool)
    if visit.broken:
        raise visit.broken
    outcome, reason = judge(visit)
    return archive.commit(outcome=outcome, reason=reason, finished=clock(), counts=visit.counts)


def make(visit: Visit, spool: Path) -> None:
    """The crawl itself; that it could not begin is a fact about the visit."""
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # its bundled list; it asks the network otherwise
    from spiders.crawl import crawl  # only now: what Scrapy imports reads the environment

    gc.freeze()  # what was imported stays to the end: the collector need not look at it again, there least of all
    try:
        asyncio.run(crawl(visit, env=os.environ, spool=spool))
    except VisitError as error:
        visit.failure = str(error)
    except Exception as error:
        logging.exception("the visit broke")
        visit.failure = f"a fault of ours: {type(error).__name__}: {error}"
    finally:
        visit.hand.shutdown()  # the commit comes after the last record


def main(argv: Sequence[str] | None = None) -> ExitCode:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asked = parse(argv)
    clock = Clock(asked.now)
    visit_id = asked.run_id or run_id(clock())
    try:
        source = find(asked.source)
        kept = run(source, visit_id, clock, asked.spool)
    except (SourceError, VisitError) as error:
        return complain(error, ExitCode.USAGE)
    except ArchiveError as error:
        tell(source.id, visit_id, outcome="failed", reason=str(error), captures=0, size=0)
        return complain(error, ExitCode.ARCHIVE)
    report(kept)
    return ExitCode[kept.outcome.upper()]


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m spiders.run", description="Make one visit and archive it.")
    spool = Path(os.environ.get("FANLIGHT_VAR", "var")) / "spool"
    parser.add_argument("source", help="a source's id, or a path that ends in .py")
    parser.add_argument("--run-id", type=checked_id, help="the visit's id (default: from the time)")
    parser.add_argument("--now", type=moment, default=datetime.now(UTC), help="when it starts (default: now)")
    parser.add_argument("--spool", type=Path, default=spool, help=f"folder for unfinished files (default: {spool})")
    return parser.parse_args(argv)


def checked_id(value: str) -> str:
    if not RUN_ID.match(value):
        raise argparse.ArgumentTypeError(f"{value!r} is no visit id: it looks like 20261121T120000Z-0a1b2c")
    return value


def moment(value: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no ISO 8601 time, as in 2026-11-21T12:00:00Z") from None
    return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)


def software() -> dict[str, str]:
    """Names and versions for warcinfo and the manifest."""
    names = ("fanlight", "scrapy", "playwright")
    return {name: version(name) for name in names} | {"python": sys.version.split()[0]}


def report(kept: Manifest) -> None:
    """The summary for people, and the line for programs."""
    counts = kept.counts
    say(
        f"{kept.outcome}{': ' + kept.reason if kept.reason else ''}; {counts['captures']} captures, "
        f"{counts['bytes'] / 1e6:,.2f} MB of WARC, {(kept.finished - kept.started).total_seconds():.1f} s"
    )
    tell(
        kept.source, kept.run_id, outcome=kept.outcome, reason=kept.reason,
        captures=counts["captures"], size=counts["bytes"],
    )  # fmt: skip


def tell(source: str, run: str, *, outcome: str, reason: str, captures: int, size: int) -> None:
    """The line for programs, the last on stdout. `captures` and `size` (bytes of WARC) are what was committed."""
    told = {"source": source, "run_id": run, "outcome": outcome, "reason": reason}
    say("visit " + json.dumps({**told, "captures": captures, "bytes": size}))


def say(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()  # the Airflow log shows it as it happens
    except BrokenPipeError:  # nobody listens any more: what was visited is kept all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(error: Exception, code: ExitCode) -> ExitCode:
    sys.stderr.write(f"spiders.run: {error}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
