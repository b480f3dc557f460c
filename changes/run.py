"""Compare a visit with the one it is pinned to, and keep what came out: `changes/<source>/<run_id>.json`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from archive import layout
from archive.errors import AlreadyExists
from archive.model import Capture, Manifest
from archive.reader import load_captures, load_manifest
from archive.store import Store
from changes import codec
from changes.chosen import address, earlier_looks, to_compare
from changes.compare import Difference
from changes.diff import as_data, diff_key, to_json
from changes.diffpage import to_html
from changes.entries import learn, renamed
from changes.fingerprint import VERSION
from changes.identity import document_id
from changes.incidents import PAGES, site_wide
from changes.judge import Judged, judge, settled, weight
from changes.model import Comparison, DocumentVerdict
from changes.relocation import relocate
from changes.state import Known, State, merged, note_linked, unreachable


def compare_visit(store: Store, source_id: str, run_id: str) -> Comparison:
    """The comparison of a committed visit with its predecessor, made now unless it was made before.

    A missing predecessor is compared first. The same visit always gives the same comparison. Raises ArchiveError.
    """
    missing: list[Manifest] = []
    run: str | None = run_id
    while run is not None and not store.exists(layout.changes_key(source_id, run)):
        missing.append(load_manifest(store, source_id, run))
        run = missing[-1].previous
    for manifest in reversed(missing):
        before = load(store, source_id, manifest.previous) if manifest.previous else None
        keep(store, compare_captures(store, manifest, before))
    return load_comparison(store, source_id, run_id)


def load_comparison(store: Store, source: str, run: str) -> Comparison:
    """A comparison that was made before; raises NotFound."""
    return load(store, source, run)[0]


def load(store: Store, source: str, run: str) -> codec.Kept:
    key = layout.changes_key(source, run)
    return codec.unpack(store.get(key), where=key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A comparison, what is known after it, and the whole differences by document."""

    comparison: Comparison
    state: State
    entries: tuple[str, ...]
    differences: Mapping[str, Difference]


def keep(store: Store, compared: Compared, *, anew: bool = False) -> None:
    """Write a comparison, its diffs first. Who comes second finds the same already there; `anew` replaces it."""
    comparison = compared.comparison
    for verdict in comparison.verdicts:
        if verdict.diff:
            data = as_data(verdict, compared.differences[verdict.document])
            store.put(verdict.diff, to_json(data))
            store.put(verdict.diff.removesuffix(".json") + ".html", to_html(data))
    key = layout.changes_key(comparison.source, comparison.run_id)
    with contextlib.suppress(AlreadyExists):
        store.put(key, codec.pack(comparison, compared.state, compared.entries), if_absent=not anew)


def compare_captures(store: Store, manifest: Manifest, before: codec.Kept | None) -> Compared:
    """The comparison of one visit and the state after it, from the state before it."""
    state: State = dict(before[1]) if before else {}
    entries = before[2] if before else ()
    kept = load_captures(store, manifest.source, manifest.run_id)
    captures = to_compare(kept)
    earlier = earlier_looks(kept, captures)
    watched = manifest.declaration.get("watched")
    judged = {
        name(capture): judge(store, capture, state.get(name(capture)), watched, earlier.get(name(capture)))
        for capture in captures
    }
    judged.update(incidents(state, captures, judged, entries))
    state.update({document: one.known for document, one in judged.items() if one.known})
    note_links(state, captures, judged)
    roots = {*standing(judged), *map(document_id, manifest.declaration.get("start_urls", ()))}
    if before and before[0].watched != watched:
        forgive(state, roots)
    judged.update(withdraw(state, roots, judged))
    relocate(store, state, judged, {name(capture): capture for capture in captures}, watched)
    comparison = Comparison(
        source=manifest.source,
        run_id=manifest.run_id,
        previous=manifest.previous,
        outcome=manifest.outcome,
        previous_outcome=before[0].outcome if before else None,
        fingerprint_version=VERSION,
        previous_fingerprint_version=before[0].fingerprint_version if before else None,
        watched=watched,
        previous_watched=before[0].watched if before else None,
        verdicts=tuple(verdict for _, one in sorted(judged.items()) if (verdict := with_diff(manifest, one))),
    )
    differences = {document: one.difference for document, one in judged.items() if one.difference}
    return Compared(
        comparison=comparison, state=state, entries=learned(entries, state, judged), differences=differences
    )


def with_diff(manifest: Manifest, judged: Judged) -> DocumentVerdict | None:
    """The verdict with the address of its diff, where there is a difference to show."""
    if judged.verdict is None or judged.difference is None:
        return judged.verdict
    key = diff_key(manifest.source, manifest.run_id, judged.verdict.document)
    return replace(judged.verdict, diff=key)


def name(capture: Capture) -> str:
    """The identity of the document that was captured."""
    return capture.label.document or ""


def incidents(
    state: State, captures: Iterable[Capture], judged: Mapping[str, Judged], entries: Iterable[str]
) -> dict[str, Judged]:
    """The judgements that are others because many pages of the site changed in the same way.

    Where too few of them changed to tell, the entries of menus that they were known to share do.
    """
    by_document = {name(capture): capture for capture in captures if capture.label.role == "page"}
    pages = {document: judged[document] for document in by_document if document in state}
    compared = sum(1 for one in pages.values() if one.verdict and one.verdict.verdict != "suspect")
    found = {document: one.difference for document, one in pages.items() if one.difference}
    shared = renamed(found, entries) if len(found) < PAGES else site_wide(found, compared)
    return {
        document: settled(pages[document], by_document[document], state[document], difference)
        for document, difference in shared.items()
    }


def learned(entries: Sequence[str], state: State, judged: Mapping[str, Judged]) -> tuple[str, ...]:
    """The entries of menus that the pages of the source are known to share after this visit."""
    pages = [document for document, one in state.items() if one.role == "page" and not one.gone]
    said = [one.fingerprint for page in pages if (one := judged.get(page)) and one.fingerprint]
    return learn(entries, said, len(pages))


def note_links(state: State, captures: Iterable[Capture], judged: dict[str, Judged]) -> None:
    """Write down which documents of the source each page leads to now."""
    for document, one in judged.items():
        if one.fingerprint and document in state:
            targets = {link.target for link in one.fingerprint.links}
            state[document] = replace(state[document], links=merged(targets & state.keys()))
    for capture in captures:
        document = name(capture)
        page = state.get(document_id(address(capture.label.via))) if capture.label.via else None
        if page and document in state and document not in page.links:
            state[page.document] = replace(page, leads=merged(page.leads, [document]))
    note_linked(state)


def forgive(state: State, roots: set[str]) -> None:
    """Keep what nothing leads to any more only because another part of the pages is watched."""
    for document in unreachable(state, roots):
        state[document] = replace(state[document], linked=False)


def standing(judged: Mapping[str, Judged]) -> Iterable[str]:
    """The documents that were visited and not missing: a missing one that no page leads to any more is withdrawn."""
    return (document for document, one in judged.items() if one.verdict is None or one.verdict.quality != "gone")


def withdraw(state: State, roots: set[str], judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Mark and tell the documents that no page leads to any more."""
    gone = unreachable(state, roots)
    for document in gone:
        state[document] = replace(state[document], gone=True, doubt=None)
    return {
        document: Judged(verdict=unlinked(state[document], visited=document in judged), known=state[document])
        for document in gone
    }


def unlinked(known: Known, *, visited: bool) -> DocumentVerdict:
    """The verdict on a document that no page leads to any more. If it was visited, it was missing."""
    return DocumentVerdict(
        document=known.document,
        url=known.url,
        role=known.role,
        media_type=known.media_type,
        verdict="gone",
        grade=weight(known.role),
        quality="gone" if visited else None,
        before=known.good,
        after=None,
        detail={"why": "no page links to it any more"},
    )
