"""Verification, and the two commands that work on plain files."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight import show
from fanlight.commands.common import existing, find_run, open_archive, require_known
from fanlight.errors import UserError

if TYPE_CHECKING:
    from archive.verify import Finding

FILES = (".warc", ".arc", ".gz", ".wacz")


def verify(arguments: Namespace) -> int:
    """Fails on errors; a warning is what the server itself may have sent."""
    counts: Counter[str] = Counter()
    for finding in _findings(arguments):
        counts[finding.severity] += 1
        if arguments.json:
            show.lines([finding])
        else:
            where = f"{finding.severity}: {finding.where} at {finding.offset}"
            print(f"{where}: {finding.rule}: {show.printable(finding.message)}")
    print(f"{counts['error']} errors, {counts['warning']} warnings", file=sys.stderr)
    return 1 if counts["error"] else 0


def _findings(arguments: Namespace) -> Iterator[Finding]:
    """Of a WARC file, of a source's visits, or of the whole bucket and its logs."""
    from archive import reader
    from archive import verify as checks
    from events.verify import verify_logs

    target, run_id = arguments.target, arguments.run_id
    if target and Path(target).is_file():
        yield from checks.verify_file(Path(target))
        return
    if target and (Path(target).is_dir() or "/" in target or target.endswith(FILES)):
        raise UserError(f"{target} is no file", "give the path of a WARC, ARC or WACZ file, or the id of a source")
    store = open_archive()
    kept = reader.sources(store)
    if not kept:
        raise UserError(f"nothing is kept at {store.url}", "check ARCHIVE_URL")
    if target is None:
        yield from checks.verify_bucket(store)
        yield from verify_logs(store)
    elif target not in kept:
        require_known("source", target, kept)
    elif run_id:
        yield from checks.verify_run(store, target, find_run(store, target, run_id))
    else:
        yield from checks.verify_source(store, target)


def compare(arguments: Namespace) -> int:
    from changes.files import UnreadableFile, compare_files

    try:
        show.lines(compare_files(arguments.url, existing(arguments.files)))
    except UnreadableFile as error:
        raise UserError("these files cannot be compared", str(error)) from error
    return 0


def normalize(arguments: Namespace) -> int:
    from normalize.families import ALL
    from normalize.files import normalize_files

    require_known("family", arguments.family, ALL)
    found = list(normalize_files(arguments.family, arguments.url, existing(arguments.files)))
    show.lines(found)
    if not any(line["kind"] == "fact" for line in found):
        print(f"fanlight: no fact of the family {arguments.family} is in these files", file=sys.stderr)
        return 1
    return 0
