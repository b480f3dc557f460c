"""Shape what a visit archived: read it back, parse it, write its rows, say what was restated.

It reads the archive and never the network. The same items again give the same rows and the same restatements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, tee

from archive import layout
from archive.store import Store
from normalize import families, history, ledger, portal, reading
from normalize.model import Fact, Item, Problem, Release, Restatement, Result, Shaped, Withdrawal
from normalize.reading import Workers

__all__ = ["Item", "Shaped", "shape"]


def shape(
    store: Store,
    *,
    source: str,
    publisher: str,
    family: str,
    items: Sequence[Item],
    into: str | None = None,
    by: Workers | None = None,
) -> Shaped:
    """Shape `items` of one source. A document that cannot be shaped is rejected and the others go on.

    The tables are below `into` (default: the store itself); `by` are processes that parse, while this one writes in
    order. Raises ArchiveError when the archive cannot be reached.
    """
    url = into or store.url
    wanted = sorted((item for item in items if families.is_wanted(family, item)), key=lambda one: (one.run_id, one.url))
    releases = [_release(item, source, publisher) for item in wanted]
    done = [_written(store, url, source, family, batch) for batch in _batches(_shaped(store, family, releases, by))]
    return Shaped(
        releases=sum(one.releases for one in done),
        facts=sum(one.facts for one in done),
        restatements=tuple(dict.fromkeys(change for one in done for change in one.restatements)),
        rejected=tuple(pair for one in done for pair in one.rejected),
        skipped=tuple(pair for one in done for pair in one.skipped),
        withdrawn=tuple(dict.fromkeys(change for one in done for change in one.withdrawn)),
    )


def _batches(results: Iterable[Result]) -> Iterator[list[Result]]:
    """As many results at once as fit into memory: each batch costs a commit per table."""
    batch: list[Result] = []
    facts = 0
    for result in results:
        batch.append(result)
        facts += len(result.parsed.facts) if result.parsed else 0
        if facts > reading.MOST_FACTS:
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
        document=item.document, url=item.url, media_type=item.media_type, citation=item.citation, role=item.role,
    )  # fmt: skip


def _shaped(store: Store, family: str, releases: Sequence[Release], by: Workers | None) -> Iterator[Result]:
    """Each release shaped, one visit after the other. Pages of a report whose JSON a visit has are only checked
    against it."""
    visits = groupby(releases, lambda release: release.run_id)
    views, again = tee(view for _, of_visit in visits for view in _views(store, family, list(of_visit)))
    stated: tuple[Fact, ...] | None = None
    for view, result in zip(views, reading.results(store, family, (one.release for one in again), by), strict=True):
        if view.is_whole:
            stated = result.parsed.facts if result.parsed else None  # if not, its pages are all there is
        elif view.is_part and stated is not None:
            result = _checked(result, stated)
        if not view.stayed or (result.skipped and result.problems):
            yield result


def _views(store: Store, family: str, releases: Sequence[Release]) -> list[portal.View]:
    if family == "code_report":
        return portal.views(store, releases)
    return [portal.View(release=release) for release in releases]


def _checked(result: Result, stated: tuple[Fact, ...]) -> Result:
    """A page that is not shaped, because the JSON is; what it says otherwise goes with it."""
    problems: list[Problem] = []
    if result.parsed:
        problems = portal.differences(result.release, stated, result.parsed.facts)
    elif not result.skipped:
        problems = portal.unread(result.release, result.reason)
    reason = "the same visit holds the whole report as JSON"
    return Result(release=result.release, skipped=True, reason=reason, problems=tuple(problems))
