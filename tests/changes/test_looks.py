"""Two looks at one page in one visit: what both say is told, what comes and goes is not."""

from __future__ import annotations

from typing import Any

import pytest

A = "<p>Appeals are answered within seven days of the day on which they were made.</p>"
B = "<section><h2>Ask us</h2><p>A longer form of the page that only some of its readers are ever shown.</p></section>"
NEWS = "<p>From now on every decision names the rule that was applied, and where it is written down.</p>"


def home(site: Any, make_page: Any, first: str, *looks: str) -> Any:
    """The verdict on a page that was `first`, and is `looks` in the next visit."""
    site.visit({"/": make_page(first)})
    return site.visit({"/": tuple(make_page(look) for look in looks)})["/"]


def added(verdict: Any) -> list[str]:
    return [line for hunk in verdict.detail["hunks"] for line in hunk["added"]]


def test_what_both_looks_say_is_told(site: Any, make_page: Any) -> None:
    told = home(site, make_page, A, A + NEWS, A + NEWS)
    assert told.verdict == "changed" and len(added(told)) == 1


def test_a_flip_is_not_told_and_is_known_from_then_on(site: Any, make_page: Any) -> None:
    assert home(site, make_page, A, A + B, A).verdict == "unchanged"
    assert site.visit({"/": make_page(A + B)})["/"].verdict == "cosmetic"  # one look is enough now
    assert site.visit({"/": make_page(A + B + NEWS)})["/"].verdict == "changed"


def test_a_flip_beside_a_change_does_not_hide_it(site: Any, make_page: Any) -> None:
    told = home(site, make_page, A, NEWS + A + B, NEWS + A)
    assert told.verdict == "changed"
    assert len(added(told)) == 1 and "every decision names" in added(told)[0]
    assert site.visit({"/": make_page(NEWS + A + B)})["/"].verdict == "cosmetic"


def test_what_only_the_second_look_shows_is_told(site: Any, make_page: Any) -> None:
    told = home(site, make_page, A, NEWS + A, NEWS + A + B)
    assert told.verdict == "changed" and "only some of its readers" in str(added(told))


def test_a_flip_the_other_way_round(site: Any, make_page: Any) -> None:
    assert home(site, make_page, A + B, A, A + B).verdict == "unchanged"
    assert site.visit({"/": make_page(A)})["/"].verdict == "cosmetic"


COUNTER = "<p>Reports answered so far: {} in all languages, and {} are open.</p>"


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        ((COUNTER.format(1207, 9), COUNTER.format(1209, 7)), "cosmetic"),
        ((COUNTER.format(1207, 9), COUNTER.format(1207, 9)), "changed"),
        ((COUNTER.format(1207, 9), COUNTER.format(1209, 9)), "changed"),  # "9 are open" is what both say
        ((COUNTER.format(1207, 9), COUNTER.format(1209, 7) + NEWS), "changed"),
        ((COUNTER.format(1207, 9), COUNTER.format(1209, 7).replace("answered", "refused")), "changed"),
    ],
)
def test_a_counter_that_runs_is_no_change(looks: Any, verdict: str, site: Any, make_page: Any) -> None:
    assert home(site, make_page, A + COUNTER.format(1100, 8), *(A + look for look in looks)).verdict == verdict


def test_what_is_suspected_twice_in_a_visit_is_believed_a_visit_sooner(site: Any, make_page: Any) -> None:
    site.visit({"/": make_page("<p>One more measure was taken.</p>" * 60)})
    thin = "<html lang=en><title>Reports</title><body><p>One more measure was taken.</p></body></html>"
    assert site.visit({"/": (thin, thin)})["/"].verdict == "suspect"
    assert site.visit({"/": thin})["/"].verdict == "changed"


def test_a_thin_look_before_a_whole_one_is_forgotten(site: Any, make_page: Any) -> None:
    whole = make_page("<p>" + "One more measure was taken. " * 60 + "</p>")
    thin = "<html lang=en><title>Reports</title><body><p>Reports of the portal, all of them.</p></body></html>"
    site.visit({"/": whole})
    assert site.visit({"/": (thin, whole)})["/"].verdict == "unchanged"
    assert site.visit({"/": thin})["/"].verdict == "suspect"
