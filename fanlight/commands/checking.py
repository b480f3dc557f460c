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
    """Of a WARC file, of a source's visits, or of the whole bucket."""
    from archive import reader
    from archive import verify as checks

    target = arguments.target
    if target is None:
        yield from checks.verify_bucket(open_archive())
        return
    if Path(target).is_file():
        yield from checks.verify_file(Path(target))
        return
    store = open_archive()
    runs = [find_run(store, target, arguments.run_id)] if arguments.run_id else reader.runs(store, target)
    if not runs:
        raise UserError(f"nothing is kept of {target!r}", "see `fanlight captures`, or give the path of a WARC file")
    for run in runs:
        yield from checks.verify_run(store, target, run)


def compare(arguments: Namespace) -> int:
    from changes.files import compare_files

    show.lines(compare_files(arguments.url, existing(arguments.files)))
    return 0


def normalize(arguments: Namespace) -> int:
    from normalize.families import ALL
    from normalize.files import normalize_files

    require_known("family", arguments.family, ALL)
    show.lines(normalize_files(arguments.family, arguments.url, existing(arguments.files)))
    return 0
