"""The views of one report on the Code's portal: JSON, commitment pages, text. The JSON is what is shaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive import reader
from archive.errors import NotFound
from archive.model import GOOD
from archive.store import Store
from changes import chosen
from normalize import values
from normalize.code_model import REPORT_URL, report_of
from normalize.model import Fact, Problem, Release

Report = tuple[str, str, str]
MOST_SHOWN = 5  # differences of one page
RADIO = ("new_measures", "further_measures")


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A release of a visit, as a view of a report: its JSON (`is_whole`), or a page of one whose JSON the visit has
    (`is_part`). `stayed`: it did not change, and is only there to compare those that did with it."""

    release: Release
    is_whole: bool = False
    is_part: bool = False
    stayed: bool = False


def views(store: Store, releases: Sequence[Release]) -> list[View]:
    """The releases of one visit, reports one after the other, the JSON of each before its pages."""
    kept = _kept(store, releases[0])
    stayed = _stayed(kept, releases)
    in_json = {report_of(one.url) for one in (*kept, *releases) if is_json(one)} - {None}
    return [
        View(
            release=one, is_whole=is_json(one) and report_of(one.url) in in_json,
            is_part=not is_json(one) and report_of(one.url) in in_json, stayed=one in stayed,
        )
        for one in sorted([*releases, *stayed], key=_json_first)
    ]  # fmt: skip


def is_json(release: Release) -> bool:
    return "json" in release.media_type


def _json_first(release: Release) -> tuple[Report, bool]:
    return report_of(release.url) or ("", "", ""), not is_json(release)


def _kept(store: Store, like: Release) -> list[Release]:
    """All views of reports that the visit of a release has in good quality. Their payloads are not read."""
    try:
        captures = chosen.to_compare(reader.load_captures(store, like.source, like.run_id))
    except NotFound:
        return []
    return [
        replace(
            like, captured=seen.time, document=seen.label.document or "", url=seen.url, media_type=seen.media_type,
            citation=seen.citation(),
        )
        for seen in captures
        if seen.label.quality in GOOD and report_of(seen.url)
    ]  # fmt: skip


def _stayed(kept: Sequence[Release], releases: Sequence[Release]) -> list[Release]:
    """Views that stayed as they were while others of their report did not: the JSON, or where that changed, all."""
    changed = {report_of(release.url) for release in releases}
    edited = {report_of(release.url) for release in releases if is_json(release)}
    here = {release.url for release in releases}
    of_changed = [view for view in kept if view.url not in here and report_of(view.url) in changed]
    return [view for view in of_changed if is_json(view) or report_of(view.url) in edited]


def differences(release: Release, whole: Sequence[Fact], page: Sequence[Fact]) -> list[Problem]:
    """What a page says otherwise than the JSON of the same visit, and what it does not say.

    What the page leaves blank is no difference where it is a yes or no: its text view drops radio buttons.
    """
    found = [*_otherwise(whole, page), *_lacking(release, whole, page)]
    more = len(found) - MOST_SHOWN
    return [*found[:MOST_SHOWN], *([Problem(pointer="", reason=f"and {more} more differences")] if more > 0 else [])]


def _otherwise(whole: Iterable[Fact], page: Iterable[Fact]) -> Iterator[Problem]:
    stated = {_name(fact): fact.raw_value for fact in whole}
    for fact in page:
        said = stated.get(_name(fact))
        if fact.raw_value and (said is None or not values.same(said, fact.raw_value)):
            there = "nothing" if said is None else repr(said[:120])
            reason = f"{' | '.join(fact.key)}: the page says {fact.raw_value[:120]!r}, the JSON {there}"
            yield Problem(pointer=fact.citation.pointer, reason=reason)


def _lacking(release: Release, whole: Sequence[Fact], page: Sequence[Fact]) -> Iterator[Problem]:
    """Answers and figures of the JSON that the page does not have; whole commitments and tables are named once.

    A page of one commitment has to show that alone.
    """
    there = {part for fact in page for part in _parts(fact)}
    said = {_name(fact) for fact in page if fact.raw_value.strip()}
    expected = [fact for fact in whole if is_whole(release) or _parts(fact)[0] in there]
    lacking: dict[tuple[str, ...], list[Fact]] = {}
    for fact in expected:
        if _name(fact) not in said and not _is_dropped(fact):
            part = next((part for part in _parts(fact) if part not in there), ("", *fact.key))
            lacking.setdefault(part, []).append(fact)
    for facts in lacking.values():
        more = f" and {len(facts) - 1} more of it" if len(facts) > 1 else ""
        reason = f"{' | '.join(facts[0].key)}: the JSON says {facts[0].raw_value[:120]!r}, the page nothing{more}"
        yield Problem(pointer="", reason=reason)


def is_whole(release: Release) -> bool:
    """Whether this is the view of a whole report as text."""
    match = REPORT_URL.search(release.url)
    return match is not None and match["view"] == "/text"


def unread(release: Release, reason: str) -> list[Problem]:
    """A problem for a page that should show a commitment, or all, and could not be read; the front page shows none."""
    expected = is_whole(release) or "commitmentid=" in release.url.lower()
    return [Problem(pointer="", reason=f"not compared with the JSON: {reason}")] if expected else []


def _name(fact: Fact) -> tuple[tuple[str, ...], int]:
    return fact.key, fact.occurrence


def _parts(fact: Fact) -> tuple[tuple[str, ...], ...]:
    """What a fact is part of, from the outside in: its commitment, and the table of a cell."""
    commitment = ("commitment", fact.labels.get("commitment", ""))
    return (commitment, ("table", *fact.key[:-2])) if fact.kind == "cell" else (commitment,)


def _is_dropped(fact: Fact) -> bool:
    """Whether a page need not show it: a blank, or a yes or no."""
    return values.is_missing(fact.raw_value) or fact.labels.get("field") in RADIO
