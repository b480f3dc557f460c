"""The archive shaped anew, as plain functions for the command line and the DAG: rebuild, say what differs, switch.

Each may be called again with the same arguments and then changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import astuple
from typing import TYPE_CHECKING

from fanlight.settings import open_archive

if TYPE_CHECKING:
    from archive.store import Store
    from normalize.reprocess import Visit
    from normalize.technical import Upgrade

Say = Callable[[str], None]
VISITS = 8  # for each process that parses: for fewer it is not worth its start


def shapeable_sources(*, family: str | None = None) -> list[str]:
    """The sources of which something kept has a family (this one, if given)."""
    from normalize import reprocess

    return sorted({visit.source for visit in reprocess.visits(open_archive(), family=family)})


def rebuild(source: str, *, name: str, say: Say = print) -> int:
    """Shape all visits of a source anew into the rebuild of this name; the number of facts. Resumes."""
    from normalize import reprocess

    return _rebuild(name, reprocess.visits(open_archive(), source=source), say)


def rebuild_visits(name: str, chosen: Sequence[Visit], *, jobs: int, say: Say = print) -> int:
    """Shape these visits anew in so many processes; the number of facts. Resumes.

    Sources go beside each other; where there are fewer of them, several processes parse for one.
    """
    by_source: dict[str, list[Visit]] = {}
    for visit in chosen:
        by_source.setdefault(visit.source, []).append(visit)
    if min(jobs, len(by_source)) < 2:
        return _rebuild(name, chosen, say, jobs)
    from normalize import reading

    with reading.processes(min(jobs, len(by_source))) as pool:
        running = [pool.submit(_rebuild, name, visits, print, jobs // len(by_source)) for visits in by_source.values()]
        return sum(done.result() for done in as_completed(running))


def _rebuild(name: str, chosen: Sequence[Visit], say: Say, jobs: int = 1) -> int:
    from normalize import reading, reprocess

    total, facts = 0, 0
    with reading.workers(min(jobs, len(chosen) // VISITS)) as by:
        for batch, made in reprocess.shape_visits(open_archive(), name, chosen, by):
            total, facts = total + len(batch), facts + made
            say(f"{total} of {len(chosen)} visits: {batch[-1].source} up to {batch[-1].run_id}, {made} facts")
    return facts


def say_differences(sources: Sequence[str], *, name: str, since: str = "", say: Say = print) -> None:
    """Say how the rebuild differs from the tables in use (visits from `since` on), and where to read it by row."""
    from normalize import technical

    store = open_archive()
    for one in technical.report(store, name, sources, since):
        table, *counts = astuple(one)
        words = ("the same", "changed", "added", "removed", "of these under the same version of the parser")
        say(f"{table}: " + ", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True)))
    say(f"row by row: {store.url.rstrip('/')}/{technical.report_key(name)}")


def switch_tables(sources: Sequence[str], *, name: str, say: Say = print) -> None:
    """Tell of parsers that read these sources otherwise now, then put the rebuild in the place of their rows."""
    from normalize import reprocess, technical

    store = open_archive()
    for upgrade in technical.upgrades(store, name, sources):
        _tell(store, upgrade)
        say(f"{upgrade.source}: {upgrade.parser} {' and '.join(upgrade.before)} is now {upgrade.after}")
    reprocess.switch(store, name, sources)


def _tell(store: Store, upgrade: Upgrade) -> None:
    from events import log
    from events.announce import parser_upgraded

    told = [
        parser_upgraded(
            source=upgrade.source, run_id=upgrade.run_id, parser=upgrade.parser, before=before, after=upgrade.after
        )
        for before in upgrade.before
    ]
    log.append(store, upgrade.source, told)
