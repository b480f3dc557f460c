"""Rules over all sources. An exception to a rule is written down here, with its reason."""

import re

import pytest

from sources.model import Source
from sources.registry import load_all

SOURCES = list(load_all().values())
FASTER_THAN_A_SECOND: set[str] = set()
NOT_OBEYING_ROBOTS: set[str] = set()

each = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)


@each
def test_is_gentle(source: Source) -> None:
    assert source.politeness.delay >= 1 or source.id in FASTER_THAN_A_SECOND
    assert source.politeness.concurrency <= 2


@each
def test_obeys_robots(source: Source) -> None:
    assert source.robots.obey or source.id in NOT_OBEYING_ROBOTS


@each
def test_starts_over_https_on_its_own_hosts(source: Source) -> None:
    for url in source.start_urls:
        assert url.startswith("https://")
        assert source.allows(url.split("/")[2])


@each
def test_expects_something(source: Source) -> None:
    assert source.contract.min_pages + source.contract.min_documents > 0


@each
def test_has_a_family_and_a_contact(source: Source) -> None:
    assert source.family
    assert source.contact.startswith(("mailto:", "https://"))


@each
def test_its_rules_are_patterns_and_its_schedule_is_cron(source: Source) -> None:
    for rule in source.follow:
        re.compile(rule.match)
    assert re.fullmatch(r"\d{1,2} \d{1,2} \S+ \S+ \S+", source.schedule)


def test_no_two_sources_start_in_the_same_minute() -> None:
    schedules = [source.schedule.split()[:2] for source in SOURCES]
    assert len(schedules) == len({tuple(schedule) for schedule in schedules})
