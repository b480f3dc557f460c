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
from normalize.model import Fact, Item, Problem, Release, Restatement, Result, Shaped, Withdrawal

__all__ = ["Item", "Shaped", "shape"]
MOST_FACTS = 20_000  # shaped before they are written together: each batch costs a commit per table


def shape(
    store: Store, *, source: str, publisher: str, family: str, items: Sequence[Item], into: str | None = None
) -> Shaped:
    """Shape `items` of one source. A document that cannot be shaped is rejected and the others go on.

    The tables are below `into` (default: the store itself). Raises ArchiveError when the archive cannot be reached.
    """
    url = into or store.url
    wanted = [item for item in items if families.is_wanted(family, item)]
    done = [_written(store, url, source, family, batch) for batch in _batches(store, source, publisher, family, wanted)]
    return Shaped(
        releases=sum(one.releases for one in done),
        facts=sum(one.facts for one in done),
        restatements=tuple(dict.fromkeys(change for one in done for change in one.restatements)),
        rejected=tuple(pair for one in done for pair in one.rejected),
        skipped=tuple(pair for one in done for pair in one.skipped),
        withdrawn=tuple(dict.fromkeys(change for one in done for change in one.withdrawn)),
    )


def _batches(store: Store, source: str, publisher: str, family: str, items: Sequence[Item]) -> Iterator[list[Result]]:
    """What becomes of the items, visits in their order, as many at once as fit into memory."""
    batch: list[Result] = []
    facts = 0
    for _, of_visit in groupby(sorted(items, key=lambda item: (item.run_id, item.url)), lambda item: item.run_id):
        for result in _shaped(store, family, [_release(item, source, publisher) for item in of_visit]):
            batch.append(result)
            facts += len(result.parsed.facts) if result.parsed else 0
            if facts > MOST_FACTS:
                yield batch
                batch, facts = [], 0
    if batch:
        yield batch


def _written(store: Store, url: str, source: str, family: str, results: list[Result]) -> Shaped:
    """Write what came of some releases, and what they changed of those before."""
    ledger.write(url, source, family, results)
    changes = [change for pair in _changed(store, url, source, results) for change in pair.changes]
    return Shaped(
        releases=sum(result.parsed is not None for result in results),
        facts=sum(len(result.parsed.facts) for result in results if result.parsed),
        restatements=tuple(change for change in changes if isinstance(change, Restatement)),
        rejected=tuple((result.release.url, reason) for result in results for _, reason in ledger.rejections(result)),
        skipped=tuple((result.release.url, result.reason) for result in results if result.skipped),
        withdrawn=tuple(change for change in changes if isinstance(change, Withdrawal)),
    )


def _changed(store: Store, url: str, source: str, results: list[Result]) -> list[history.Pair]:
    """Write what releases changed. Once more, if meanwhile somebody else wrote a release that stands between."""
    releases = history.order(url, results)
    while True:
        pairs = history.pairs(store, results, url, releases)
        ledger.write_changes(url, source, pairs)
        now = history.order(url, results)
        if now == releases:
            return pairs
        releases = now


def _release(item: Item, source: str, publisher: str) -> Release:
    return Release(
        source=source, publisher=publisher, run_id=item.run_id, captured=layout.run_time(item.run_id), payload=b"",
        document=item.document, url=item.url, media_type=item.media_type, citation=item.citation,
    )  # fmt: skip


def _shaped(store: Store, family: str, releases: list[Release]) -> Iterator[Result]:
    """Each release shaped. Pages of a report whose JSON this visit has are only checked against it."""
    views = portal.views(store, releases[0]) if family == "code_report" else []
    known = portal.unchanged(views, releases)
    whole = {report_of(view.url) for view in (*views, *releases) if portal.is_json(view)} - {None}
    stated: tuple[portal.Report | None, tuple[Fact, ...]] = (None, ())
    for release in sorted([*releases, *known], key=portal.json_first):
        result, report = _result(store, family, release), report_of(release.url)
        if report in whole and portal.is_json(release):
            if result.parsed:
                stated = report, result.parsed.facts
            else:
                whole.discard(report)  # then its pages are all there is
        elif report in whole:
            result = _checked(result, stated[1] if stated[0] == report else None)
        if release not in known or (result.skipped and result.problems):
            yield result


def _checked(result: Result, stated: tuple[Fact, ...] | None) -> Result:
    """A page that is not shaped, because the JSON is; what it says otherwise goes with it."""
    problems: list[Problem] = []
    if stated and result.parsed:
        problems = portal.differences(result.release, stated, result.parsed.facts)
    elif stated and not result.skipped:
        problems = portal.unread(result.release, result.reason)
    reason = "the same visit holds the whole report as JSON"
    return Result(release=result.release, skipped=True, reason=reason, problems=tuple(problems))


def _result(store: Store, family: str, release: Release) -> Result:
    try:
        payload = reader.read_payload(store, release.citation)
    except Corrupt as error:
        return Result(release=release, reason=str(error))
    result = families.shaped(family, replace(release, payload=payload.body, captured=payload.time))
    return replace(result, release=replace(result.release, payload=b""))  # a visit has many
