"""The views of one report on the Code's portal: JSON, commitment pages, text. The JSON is what is shaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive import reader
from archive.errors import NotFound
from archive.model import GOOD
from archive.store import Store
from normalize import values
from normalize.code_model import report_of
from normalize.model import Fact, Problem, Release

Report = tuple[str, str, str]
MOST_SHOWN = 5  # differences of one page


def is_json(release: Release) -> bool:
    return "json" in release.media_type


def json_first(release: Release) -> tuple[Report, bool]:
    """For sorting: the releases of one report together, its JSON before its pages."""
    return report_of(release.url) or ("", "", ""), not is_json(release)


def reports_in_json(store: Store, run_id: str, releases: Sequence[Release]) -> set[Report]:
    """The reports that this visit has as JSON: among the releases, or archived in good quality."""
    urls = {release.url for release in releases if is_json(release)}
    try:
        captures = reader.load_captures(store, releases[0].source, run_id)
    except NotFound:
        captures = []
    urls |= {seen.url for seen in captures if "json" in seen.media_type and seen.label.quality in GOOD}
    return {report for url in urls if (report := report_of(url))}


def differences(whole: Iterable[Fact], page: Iterable[Fact]) -> list[Problem]:
    """What a page says otherwise than the JSON of the same visit.

    What the page leaves blank is no difference: its text view drops the answers of radio buttons.
    """
    stated = {(fact.key, fact.occurrence): fact.raw_value for fact in whole}
    found: list[Problem] = []
    for fact in page:
        said = stated.get((fact.key, fact.occurrence))
        if fact.raw_value and (said is None or not values.same(said, fact.raw_value)):
            there = "nothing" if said is None else repr(said[:120])
            reason = f"{' | '.join(fact.key)}: the page says {fact.raw_value[:120]!r}, the JSON {there}"
            found.append(Problem(pointer=fact.citation.pointer, reason=reason))
    more = len(found) - MOST_SHOWN
    return [*found[:MOST_SHOWN], *([Problem(pointer="", reason=f"and {more} more differences")] if more > 0 else [])]
