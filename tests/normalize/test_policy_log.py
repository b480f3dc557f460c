"""Change logs under a title that is no heading: read, or reported."""

from __future__ import annotations

import pytest
from shaping import release

from normalize import policy
from normalize.model import Parsed


def parse(below: str) -> Parsed:
    page = f"<html><body><main><h1>Lamp rules</h1><p>Lamps are lit at dusk.</p>{below}</main></body></html>"
    return policy.parse(release(page.encode(), "https://lantern.example/policies/lamps"))


def changes(parsed: Parsed) -> list[tuple[str, str]]:
    return [(fact.labels["date"], fact.labels["text"]) for fact in parsed.facts if fact.kind == "change"]


@pytest.mark.parametrize(
    "log",
    [
        "<div>Change Log</div><p>4 March 2026: Oil.</p>",
        "<p><b>Change log:</b></p><p>4 March 2026</p><p>Oil.</p>",
        "<p>Policy change log</p><ul><li>2026-03-04 – Oil.</li></ul>",
        "<p>Änderungsverlauf</p><p>4. März 2026</p><p>Oil.</p>",
        "<button>Change log</button><p>What we changed over the years.</p><div>4 March 2026</div><div>Oil.</div>",
        "<p>Version history</p><table><tr><td>No.<td>Date<td>What<tr><td>1.1<td>4 March 2026<td>Oil.</table>",
    ],
)
def test_a_title_of_its_own_is_enough(log: str) -> None:
    parsed = parse(log)
    assert changes(parsed) == [("2026-03-04", "Oil.")]
    assert not parsed.problems


@pytest.mark.parametrize(
    "log",
    [
        "<p>Change log</p><p>Updated 4 March 2026: oil.</p>",
        "<p>Change log</p>" + "<p>Lamps.</p>" * 9 + "<p>4 March 2026: oil.</p>",
        "<p>Policy updates</p><p>Last updated: 4 March 2026</p>",
    ],
)
def test_dates_below_a_title_that_are_no_entries_are_reported(log: str) -> None:
    parsed = parse(log)
    assert changes(parsed) == []
    (problem,) = parsed.problems
    assert problem.reason.startswith("this may be a change log, and its dates were not read: ")


@pytest.mark.parametrize(
    "text",
    [
        "<p>We will tell you of policy changes.</p><p>4 March 2026</p>",
        "<p>You will find all recent changes to these rules and to the use of our lamps here</p><p>4 March 2026</p>",
        "<p>What's new</p><p>Brass lamps</p>",
        "<p>Lamps of note</p><p>4 March 2026: the first brass lamp</p>",
    ],
)
def test_what_is_no_title_makes_no_entries(text: str) -> None:
    parsed = parse(text)
    assert changes(parsed) == []
    assert not parsed.problems
