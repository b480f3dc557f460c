"""Sentences with more in them than a figure and its period."""

from __future__ import annotations

from datetime import date

import pytest
from shaping import release

from normalize import cards, pages, sentences, spoken
from normalize.model import Problem


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("On 5 March 2023 the lamps were changed.", None),
        ("Our rules were updated on 12 May 2024, and again on May 14.", None),
        ("As of 30 September 2023 lamps were at 40,000.", [("40,000", "30 September 2023")]),
        ("As of September 30, 2023 lamps were at 40,000.", [("40,000", "September 30, 2023")]),
        ("As of 30 September 2023 there were 40,000 people working on lamps.", []),
        ("Lamps were estimated at 5 to 10 million in Q3 2023.", [("5 to 10 million", "Q3 2023")]),
        (
            "Lamps rose from 5 million in Q2 2023 to 10 million in Q3 2023.",
            [("5 million", "Q2 2023"), ("10 million", "Q3 2023")],
        ),
        ("Lamps were 35.1 million in Q3 2023 and 51.2 million a year ago.", []),
        ("Lamps were no fewer than 40,000 in Q3 2023.", [("no fewer than 40,000", "Q3 2023")]),
        ("Lamps were not over 40,000 in Q3 2023.", [("not over 40,000", "Q3 2023")]),
        ("Lamps were a maximum of 40,000 in Q3 2023.", [("a maximum of 40,000", "Q3 2023")]),
        ("Lamps were 900\u00a0million in Q3\u00a02023.", [("900\u00a0million", "Q3 2023")]),
        ("Lamps were 12\u00a0000 in Q3 2023.", [("12\u00a0000", "Q3 2023")]),
        ("Lamps rose 20% from Q2 2023 to 35.1 million in Q3 2023.", []),
        ("Lamps fell below 5 million in Q3 2023.", []),
        ("Lamps grew more than 5 million in Q3 2023.", []),
        ("Lamps rose by more than 20% to 6 million in Q3 2023.", [("6 million", "Q3 2023")]),
    ],
)
def test_days_are_no_figures_and_nothing_is_left_over(text: str, stated: list[tuple[str, str]] | None) -> None:
    found = [[(raw, label) for raw, _, label in said.stated] for said in sentences.find(text)]
    assert found == ([] if stated is None else [stated])


def test_a_date_is_the_period_of_that_day() -> None:
    for text in ("30 September 2023", "30th of September 2023", "September 30, 2023"):
        period = spoken.period_of(text)
        assert period and (period.start, period.end) == (date(2023, 9, 30), date(2023, 10, 1))
    assert spoken.period_of("31 June 2023") is None


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Lamps fell to 3 million in Q3 2023, after a fault in Q1 2023 that broke 10 million.", ["3 million"]),
        ("Lamps were 3 million in Q3 2023, of which we lit 1 million.", ["3 million"]),
        ("Lamps halved in Q3 2023, when 35.1 million were lit.", []),
    ],
)
def test_a_figure_of_another_thought_is_reported(text: str, stated: list[str]) -> None:
    problems: list[Problem] = []
    page = release(f"<html><body><p>{text}</p></body></html>".encode(), "https://lantern.example/x", "text/html")
    assert [fact.raw_value for fact in cards.facts(page, problems)] == stated
    assert [problem.reason.rpartition(": ")[2] for problem in problems] == [repr(text)]


@pytest.mark.parametrize("again", ["represents 1 of ", "5 million ", "fell from 1 to ", "in Q1 2023 ", "\u00a0"])
def test_sentences_without_an_end_are_read_in_bounds(again: str) -> None:
    said = f"Lamps fell {again * (12_000 // len(again))} in Q1 2023."
    page = release(f"<html><body><p>{said}</p></body></html>".encode(), "https://lantern.example/x", "text/html")
    problems: list[Problem] = []
    assert len(list(cards.facts(page, problems))) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Lamps rose from 1 in Q2 2023 to 2 in Q3 2023 on Facebook and from 3 in Q2 2023 to 4 in Q3 2023 on Instagram.",
        "Lamps on Facebook and Instagram were 2 million in Q3 2023.",
        "Lamps fell from 5 million in Q2 to 3 million in Q3 2023 and wicks rose from 10 in Q2 to 12 in Q3 2023.",
        "Lamps, which were 5 million in Q1 2023, fell from 4 million in Q2 2023 to 3 million in Q3 2023.",
        "Lamps rose from over 51.2 million in Q2 2023 to 65.1+ million in Q3 2023.",
        "The upper limit was 3 lamps per 10,000 in Q3 2023.",
        "Lamps fell from 95.6 percent in Q2 2023 to 94.1 percentage points in Q3 2023.",
        "We cannot estimate lamps on Facebook or Instagram.",
        "In Q3 2023 we put out 1.5 million lamps, compared to 2.3 million in Q2 2023.",
    ],
)
def test_what_may_be_said_of_two_is_reported(text: str) -> None:
    facts, problems = _read(text)
    assert (facts, len(problems)) == ([], 1)


def _read(text: str) -> tuple[list[tuple[str, str, str]], list[Problem]]:
    """(service, period, raw value) of the facts of a sentence on a page of its own, and the problems."""
    problems: list[Problem] = []
    page = release(f"<html><body><p>{text}</p></body></html>".encode(), "https://lantern.example/x", "text/html")
    found = [(one.key[0], one.labels.get("period_label", ""), one.raw_value) for one in cards.facts(page, problems)]
    return found, problems


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Lamps fell from 1.2 million to 300 thousand in Q4 2022 and Q1 2023.",
         [("", "Q4 2022", "1.2 million"), ("", "Q1 2023", "300 thousand")]),
        ("Lamps were up 5.1 million in Q3 2023.", []),
        ("Lamps were 5.1 million in Q3 2023 on Instagram.", [("instagram", "Q3 2023", "5.1 million")]),
        ("On Instagram, lamps were 5.1 million in Q3 2023.", [("instagram", "Q3 2023", "5.1 million")]),
        ("We cannot estimate lamps on Instagram.", [("instagram", "", "We cannot estimate lamps on Instagram")]),
    ],
)  # fmt: skip
def test_a_sentence_is_of_its_service_and_its_periods(text: str, stated: list[tuple[str, str, str]]) -> None:
    assert _read(text) == (stated, [])


def _levels(text: str) -> tuple[list[tuple[str, str, str, str]], int]:
    """(area, metric, period, raw value) of the facts of a sentence under a heading, and how many problems there are."""
    problems: list[Problem] = []
    body = f"<html><body><h2>Oil</h2><p>{text}</p></body></html>"
    page = release(body.encode(), "https://lantern.example/x", "text/html")
    return [(*one.key[1:4], one.raw_value) for one in cards.facts(page, problems)], len(problems)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("35.1 million lamps were put out in Q3 2023.", ("oil", "lamps put out", "2023Q3", "35.1 million")),
        ("In Q3 2023, over 5 lamps were put out.", ("oil", "lamps put out", "2023Q3", "over 5")),
        ("A total of 5,000 lamps were removed for soot in Q3 2023.", ("soot", "lamps removed", "2023Q3", "5,000")),
        ("From January to June 2025, 12 lamps were sent by towns.", ("oil", "lamps sent by towns", "2025H1", "12")),
        ("5 million lamps were lit on Facebook in Q3 2023.", ("oil", "lamps lit", "2023Q3", "5 million")),
    ],
)
def test_a_figure_before_its_verb_is_no_part_of_a_name(text: str, stated: tuple[str, str, str, str]) -> None:
    assert _levels(text) == ([stated], 0)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Lamps lit in Q3 2023 were 5 million.", ("oil", "lamps lit", "2023Q3", "5 million")),
        ("The lamps (Q3 2023) were 5 million.", ("oil", "lamps", "2023Q3", "5 million")),
        ("Facebook lamps were 5 million in Q3 2023.", ("oil", "lamps", "2023Q3", "5 million")),
        ("The rate was 0.09 per cent in Q3 2023.", ("oil", "rate", "2023Q3", "0.09 per cent")),
        ("The median time was 3.2 hours in Q3 2023.", ("oil", "median time", "2023Q3", "3.2 hours")),
        ("Lamps were estimated at 5 million in 2023.", ("oil", "lamps", "2023", "5 million")),
        ("Under Article 16 lamps were 5 million in Q3 2023.", ("oil", "under article 16 lamps", "2023Q3", "5 million")),
    ],
)
def test_periods_services_and_units_are_told_from_what_is_counted(text: str, stated: tuple[str, str, str, str]) -> None:
    assert _levels(text) == ([stated], 0)


@pytest.mark.parametrize(
    "text",
    [
        "97% of lamps lit in Q3 2023 were found by us.",
        "Of the lamps lit in Q3 2023, 97% were found by us.",
        "Lamps (5 million in Q3 2023) were fewer than expected.",
        "5 million lamps were lit in Q3 2023 for soot.",
        "5,000 lamps were lit and 300 were put out in Q3 2023.",
        "Lamps were lit in 27 towns in Q3 2023.",
        "Lamps were 5 million in Q3 2023 for soot.",
        "Lamps were 5 million in Austria in Q3 2023.",
        "In Q3 2023 there were 5 million lamps.",
        "It was 5 million in Q3 2023.",
        "Two million lamps were lit in Q3 2023.",
        "Lamps rose to 35.1m in Q3 2023.",
        "Lamps were 5 million in the last quarter.",
        "In 2023, we put out 35 million of our lamps.",
    ],
)
def test_what_is_not_all_clear_is_reported(text: str) -> None:
    assert _levels(text) == ([], 1)


@pytest.mark.parametrize(
    "text",
    [
        "Consistent with Article 24(2), we will publish more in February 2026.",
        "Lamps are looked at in detail since 2019, and will be by 2030.",
        "Our lamps for the fair from 6-9 June 2024 are listed here.",
        "In 2020, we wrote 3 rules.",
    ],
)
def test_numbers_that_count_nothing_are_quiet(text: str) -> None:
    assert _levels(text) == ([], 0)


def test_a_sentence_without_a_period_below_one_is_reported() -> None:
    body = "<html><body><h2>Q3 2023</h2><p>Lamps fell from 1.6 million to 1.2 million.</p></body></html>"
    page = pages.read(release(body.encode(), "https://lantern.example/x", "text/html"))
    [problem] = cards.unread(page)
    assert problem.reason.startswith("this sentence does not say which period")


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Lamps on Facebook were 5 million in Q3 2023.", "Facebook"),
        ("Lamps were 5 million on Facebook in Q3 2023.", "Facebook"),
        ("In Q3 2023, Facebook’s lamps were 5 million.", "Facebook"),
        ("Facebook lamps were 5 million in Q3 2023.", "Facebook"),
        ("Lamps were 5 million in Q3 2023 excluding Facebook.", None),
        ("Lamps were 5 million in Q3 2023, without those on Facebook.", None),
        ("Lamps were 5 million in Q3 2023, not on Facebook.", None),
        ("Lamps outside Facebook were 5 million in Q3 2023.", None),
        ("Lamps were 5 million in Q3 2023 barring Facebook.", None),
        ("Lamps were 5 million in Q3 2023, torches excluded.", None),
    ],
)
def test_a_service_that_is_left_out_is_not_the_one_that_is_meant(text: str, service: str | None) -> None:
    (said,) = sentences.find(text)
    assert (said.service if said.stated else None) == service


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Lamps lit also were 5 million in Q3 2023.", "Lamps lit"),
        ("Lamps lit has since fallen to 5 million in Q3 2023.", "Lamps lit"),
        ("Lamps lit in Q3 2023 significantly increased to 5 million.", "Lamps lit"),
        ("Lamps lighted automatically were 5 million in Q3 2023.", "Lamps lighted automatically"),
        ("Lamps lighted automatically rose to 5 million in Q3 2023.", ""),
        ("Lamps lit nearly reached 5 million in Q3 2023.", ""),
        ("Lamps lit likely were 5 million in Q3 2023.", ""),
        ("Lamps lit may have fallen to 5 million in Q3 2023.", ""),
        ("In Q3 2023, 5 million lamps also were lit.", "lamps lit"),
        ("In Q3 2023, 5 million lamps probably were lit.", ""),
    ],
)
def test_what_is_of_the_verb_is_no_part_of_what_is_counted(text: str, subject: str) -> None:
    (said,) = sentences.find(text)
    assert (said.subject, bool(said.stated)) == (subject, bool(subject))
