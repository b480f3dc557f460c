"""Over history again: comparisons and tables made anew from the archive."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from fanlight import reshape, show
from fanlight.commands.common import open_archive, require_known


def recompare(arguments: Namespace) -> int:
    from archive.reader import sources
    from changes.fingerprint import VERSION
    from changes.recompare import recompare as compare_again
    from events import log
    from events.announce import upgrades

    store = open_archive()
    require_known("source", arguments.source, sources(store))
    upgraded = None
    for one in compare_again(store, arguments.source, arguments.since):
        upgraded = one.upgraded or upgraded
        print(f"{one.run_id}: {len(one.after.verdicts)} verdicts, {len(one.differing)} of them others than before")
        for document in one.differing:
            print(f"    {show.printable(document)}")
    if upgraded:  # told once, of the newest visit; what happened then was told then
        log.append(store, arguments.source, list(upgrades(upgraded)))
        print(f"told as parser.upgraded: fingerprint {upgraded.previous_fingerprint_version} is now {VERSION}")
    return 0


def reprocess(arguments: Namespace) -> int:
    """Shape chosen visits again beside the tables in use, say what differs, then switch."""
    from archive.reader import sources
    from changes.recompare import DATE
    from normalize import reprocess as again
    from normalize.families import ALL

    store = open_archive()
    if arguments.family:
        require_known("family", arguments.family, ALL)
    if arguments.source:
        require_known("source", arguments.source, sources(store))
    name = arguments.name or f"{datetime.now(UTC):%Y%m%d}"
    since = DATE.sub(r"\1\2\3", arguments.since or "", count=1)
    chosen = again.visits(store, family=arguments.family, source=arguments.source, since=since)
    if not chosen:
        print("there is no visit to shape again")
        return 0
    reshape.rebuild_visits(name, chosen, jobs=arguments.jobs)
    names = sorted({visit.source for visit in chosen})
    reshape.say_differences(names, name=name, since=since)
    whole = {visit for source in names for visit in again.visits(store, source=source)} == set(chosen)
    if whole and not arguments.dry_run:
        reshape.switch_tables(names, name=name)
        print("the tables in use are the new ones")
    else:
        why = "" if whole else "; a part of a source's visits is never put in the place of all of them"
        print(f"the tables in use are as they were, the new ones are below rebuild/{name}{why}")
    return 0
