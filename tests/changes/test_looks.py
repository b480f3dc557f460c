"""Two looks at one page in one visit: what both say is told, what comes and goes is not."""

from __future__ import annotations

from typing import Any

import pytest

A = "<p>Appeals are answered within seven days of the day on which they were made.</p>"
B = "<section><h2>Ask us</h2><p>A longer form of the page that only some of its readers are ever shown.</p></section>"
TOTAL = "<p>We removed {} posts in the first quarter of the year.</p>"
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


def verdicts(site: Any, *visits: Any) -> list[str]:
    return [site.visit({"/": looks})["/"].verdict for looks in visits]


def test_what_looked_like_a_flip_and_stays_is_told_at_the_third_visit(site: Any, make_page: Any) -> None:
    old, new = make_page(A + TOTAL.format("5,000")), make_page(A + TOTAL.format("9,000"))
    assert verdicts(site, old, (new, old), (new, new), new) == ["first", "unchanged", "cosmetic", "cosmetic"]
    told = site.visit({"/": (new, new)})["/"]
    assert told.verdict == "changed" and "9,000" in added(told)[0] and told.before != told.after
    assert verdicts(site, new, new, new) == ["unchanged"] * 3


def test_what_was_told_there_and_back_and_stays_is_told_again(site: Any, make_page: Any) -> None:
    one, other = make_page(A), make_page(A + B)
    assert verdicts(site, one, other, one, other, other) == ["first", "changed", "changed", "cosmetic", "cosmetic"]
    assert verdicts(site, other, other) == ["changed", "unchanged"]


def test_a_flip_that_shows_one_side_for_two_visits_stays_silent(site: Any, make_page: Any) -> None:
    one, other = make_page(A), make_page(A + B)
    told = verdicts(site, one, (other, one), other, (other, other), one, other, other, (one, other), other, other, one)
    assert {*told[1:]} == {"unchanged", "cosmetic"}


def test_each_flip_of_a_page_settles_by_itself(site: Any, make_page: Any) -> None:
    stays, flips = TOTAL.format("9,000"), B
    old, new = A + TOTAL.format("5,000"), A + stays
    visits = [(old,), (new + flips, old), (new,), (new + flips,), (new,)]
    told = verdicts(site, *(tuple(map(make_page, looks)) for looks in visits))
    assert told == ["first", "unchanged", "cosmetic", "cosmetic", "changed"]


def test_a_change_beside_a_known_flip_is_told_with_it(site: Any, make_page: Any) -> None:
    home(site, make_page, A, A + B, A)
    told = site.visit({"/": make_page(NEWS + A + B)})["/"]
    assert "every decision names" in str(added(told)) and "only some of its readers" in str(added(told))


def test_a_figure_that_was_moving_is_told_when_it_has_settled(site: Any, make_page: Any) -> None:
    low, middle, high = (make_page(A + TOTAL.format(total)) for total in ("5,000", "9,000", "9,500"))
    assert verdicts(site, low, (middle, high)) == ["first", "cosmetic"]
    told = site.visit({"/": (high, high)})["/"]
    assert told.verdict == "changed" and told.detail["hunks"][0]["words"] == [["5,000", "9,500"]]


def test_a_figure_that_never_settles_is_never_told(site: Any, make_page: Any) -> None:
    counts = [make_page(A + COUNTER.format(1100 + n, 100 + n)) for n in range(9)]
    assert {*verdicts(site, counts[0], *zip(counts[1::2], counts[2::2], strict=True))} == {"first", "cosmetic"}
