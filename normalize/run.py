"""Shape what a visit archived: read it back, parse it, write its rows, say what was restated.

It reads the archive and never the network. The same items again give the same rows and the same restatements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from archive import layout, reader
from archive.errors import Corrupt
from archive.store import Store
from normalize import families, history, ledger, portal
from normalize.code_model import report_of
from normalize.model import Fact, Item, Release, Restatement, Result, Shaped, Withdrawal

__all__ = ["Item", "Shaped", "shape"]


def shape(
    store: Store, *, source: str, publisher: str, family: str, items: Sequence[Item], into: str | None = None
) -> Shaped:
    """Shape `items` of one source. A document that cannot be shaped is rejected and the others go on.

    The tables are below `into` (default: the store itself). Raises ArchiveError when the archive cannot be reached.
    """
    url = into or store.url
    results: list[Result] = []
    changes: list[Restatement | Withdrawal] = []
    for run_id, batch in groupby(sorted(items, key=lambda item: (item.run_id, item.url)), key=lambda item: item.run_id):
        releases = [_release(item, source, publisher) for item in batch]
        done = list(_shaped(store, family, run_id, releases))
        ledger.write(url, source, family, run_id, done)
        pairs = [pair for result in done for pair in history.pairs(store, result, url)]
        ledger.write_changes(url, source, pairs)
        changes.extend(change for pair in pairs for change in pair.changes)
        results.extend(done)
    return Shaped(
        releases=sum(result.parsed is not None for result in results),
        facts=sum(len(result.parsed.facts) for result in results if result.parsed),
        restatements=tuple({change: None for change in changes if isinstance(change, Restatement)}),
        rejected=tuple((result.release.url, reason) for result in results for _, reason in ledger.rejections(result)),
        skipped=tuple((result.release.url, result.reason) for result in results if result.skipped),
        withdrawn=tuple({change: None for change in changes if isinstance(change, Withdrawal)}),
    )


def _release(item: Item, source: str, publisher: str) -> Release:
    return Release(
        source=source, publisher=publisher, run_id=item.run_id, captured=layout.run_time(item.run_id), payload=b"",
        document=item.document, url=item.url, media_type=item.media_type, citation=item.citation,
    )  # fmt: skip


def _shaped(store: Store, family: str, run_id: str, releases: list[Release]) -> Iterator[Result]:
    """Each release shaped. Pages of a report whose JSON this visit has are only checked against it."""
    whole = portal.reports_in_json(store, run_id, releases) if family == "code_report" else set()
    stated: dict[portal.Report, tuple[Fact, ...]] = {}
    for release in sorted(releases, key=lambda release: not portal.is_json(release)):
        result, report = _result(store, family, release), report_of(release.url)
        if report in whole and portal.is_json(release):
            if result.parsed:
                stated[report] = result.parsed.facts
            else:
                whole.discard(report)  # then its pages are all there is
        elif report in whole:
            result = _checked(result, stated.get(report))
        yield result


def _checked(result: Result, stated: tuple[Fact, ...] | None) -> Result:
    """A page that is not shaped, because the JSON is; what it says otherwise goes with it."""
    problems = portal.differences(stated, result.parsed.facts) if stated and result.parsed else []
    reason = "the same visit holds the whole report as JSON"
    return Result(release=result.release, skipped=True, reason=reason, problems=tuple(problems))


def _result(store: Store, family: str, release: Release) -> Result:
    try:
        payload = reader.read_payload(store, release.citation)
    except Corrupt as error:
        return Result(release=release, reason=str(error))
    result = families.shaped(family, replace(release, payload=payload.body, captured=payload.time))
    return replace(result, release=replace(result.release, payload=b""))  # a visit has many
