"""One incident for what belongs together, and a digest a person can read."""

from datetime import timedelta
from itertools import permutations

import pytest
from told import every_event, happened, restated, run_of, time_of

from events.incidents import THEMES, Incident, digest, incidents, sentence
from events.model import TYPES, Event, event


def turned(blocked: bool, day: int) -> Event:
    kind, outcome = ("source.blocked", "blocked") if blocked else ("source.recovered", "complete")
    data = {"run_id": run_of(day), "outcome": outcome}
    return event(kind, source="demo", subject="demo", time=time_of(day), data=data)  # type: ignore[arg-type]


def upgraded(source: str) -> Event:
    data = {"run_id": run_of(1), "parser": "fingerprint", "version": {"before": "1", "after": "2"}}
    return event("parser.upgraded", source=source, subject=source, time=time_of(1), data=data)


def said(events: list[Event]) -> list[str]:
    return [sentence(incident) for incident in incidents(events)]


def test_one_change_on_nine_pages_is_one_incident() -> None:
    (one,) = incidents([happened(f"page {number}") for number in range(9)])
    assert sentence(one) == "9 pages changed: page 0, page 1, page 2 and 6 more"
    assert (len(one.events), one.first, one.over) == (9, time_of(1), True)


def test_another_visit_another_source_and_another_theme_are_others() -> None:
    told = [happened("a"), happened("a", 2), happened("b", source="other"), happened("c", 1, "page.gone")]
    assert len(incidents(told)) == 4


def test_a_restated_report_and_its_values_are_one_incident_in_whatever_order_they_are_told() -> None:
    told = [happened("a.example/data.csv", 1, "document.restated"), restated("x"), restated("y")]
    assert said(told) == ["One document restated: a.example/data.csv (2 values)"]
    keys = {incidents(list(order)[:size])[0].key for order in permutations(told) for size in (1, 2, 3)}
    assert len(keys) == 1


def test_a_source_that_is_blocked_for_days_is_one_incident_until_it_recovers() -> None:
    (one,) = incidents([turned(True, 1)])
    assert (one.over, sentence(one)) == (False, "The site refuses us since 2026-03-01 04:00")
    (later,) = incidents([turned(True, 1), turned(False, 9)])
    assert (later.key, later.over) == (one.key, True)
    assert sentence(later) == "The site refused us until 2026-03-09 04:00"


def test_a_source_that_flickers_is_one_incident_and_one_that_returns_much_later_is_two() -> None:
    flicker = [turned(True, 1), turned(False, 2), turned(True, 3), turned(False, 4), turned(True, 5)]
    assert said(flicker) == ["The site refuses us since 2026-03-01 04:00, 3 times"]
    assert len(incidents([*flicker[:2], turned(True, 8)])) == 2
    assert len(incidents([*flicker[:2], turned(True, 8)], quiet=timedelta(days=10))) == 1


def test_an_upgrade_of_ours_is_one_incident_for_all_sources() -> None:
    assert said([upgraded("demo"), upgraded("other")]) == ["We read 2 of our sources in a new way (fingerprint)"]


def test_what_is_told_twice_counts_once() -> None:
    assert incidents([happened("a"), happened("a")]) == incidents([happened("a")])


def test_every_type_of_event_belongs_to_something_that_can_be_said() -> None:
    assert set(THEMES) == TYPES
    for told in every_event():
        (one,) = incidents([told])
        assert sentence(one)


def test_a_digest_is_by_source() -> None:
    told = [
        happened("b", source="other"), turned(True, 2), *(happened(f"p{n}", 3) for n in range(4)), restated("x", 1),
    ]  # fmt: skip
    assert (
        digest(incidents(told)).splitlines()
        == [
            "demo",
            "  2026-03-01 04:00  One document restated: a.example/data.csv (1 value)",
            "  2026-03-02 04:00  The site refuses us since 2026-03-02 04:00",
            "  2026-03-03 04:00  4 pages changed: p0, p1, p2 and 1 more",
            "",
            "other",
            "  2026-03-01 04:00  One page changed: b",
            "",
        ][:-1]
    )


@pytest.mark.parametrize("found", [[], incidents([])])
def test_nothing_happened(found: list[Incident]) -> None:
    assert digest(found) == ""
