"""Over history again: comparisons and tables made anew from the archive."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import astuple
from datetime import UTC, datetime

from fanlight import show
from fanlight.commands.common import open_archive, require_known


def recompare(arguments: Namespace) -> int:
    from archive.reader import sources
    from changes.recompare import recompare as compare_again

    store = open_archive()
    require_known("source", arguments.source, sources(store))
    for one in compare_again(store, arguments.source, arguments.since):
        print(f"{one.run_id}: {len(one.after.verdicts)} verdicts, {len(one.differing)} of them others than before")
        for document in one.differing:
            print(f"    {show.printable(document)}")
    return 0


def reprocess(arguments: Namespace) -> int:
    """Shape chosen visits again beside the tables in use, say what differs, then switch."""
    from changes.recompare import DATE
    from normalize import reprocess as again

    store = open_archive()
    name = arguments.name or f"{datetime.now(UTC):%Y%m%d}"
    since = DATE.sub(r"\1\2\3", arguments.since or "", count=1)
    chosen = again.visits(store, family=arguments.family, source=arguments.source, since=since)
    if not chosen:
        print("there is no visit to shape again")
        return 0
    for number, (visit, facts) in enumerate(again.shape_visits(store, name, chosen), 1):
        print(f"{number} of {len(chosen)}: {visit.source} {visit.run_id}: {facts} facts")
    names = sorted({visit.source for visit in chosen})
    columns = ("table", "same", "changed", "added", "removed")
    show.table("Rows, because a parser changed", columns, map(astuple, again.differences(store, name, names)))
    whole = {visit for source in names for visit in again.visits(store, source=source)} == set(chosen)
    if whole and not arguments.dry_run:
        again.switch(store, name, names)
        print("the tables in use are the new ones")
    else:
        why = "" if whole else "; a part of a source's visits is never put in the place of all of them"
        print(f"the tables in use are as they were, the new ones are below rebuild/{name}{why}")
    return 0
