"""Figures in prose: what is said around a number is part of it, and what its marks leave open is reported."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pdfs import document, stream, text
from shaping import release

from normalize import narrative
from normalize.model import Fact, Parsed


def parse(said: str) -> Parsed:
    return narrative.parse(release(said.encode(), "https://lantern.example/report", "text/plain"))


def stated(fact: Fact) -> str:
    """`700`, `700..` for at least, `..700` for at most, `~700`, and its unit."""
    exact = f"{fact.value:f}" if fact.value is not None else ""
    ends = "..".join(f"{one:f}" if one is not None else "" for one in (fact.low, fact.high))
    unit = "" if fact.unit in (None, "count") else f" {fact.unit}"
    return f"{'~' if fact.approximate else ''}{exact or ends}{unit}"


def figures(said: str) -> list[str]:
    return [stated(fact) for fact in parse(said).facts if fact.kind == "figure"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("We lit no more than 5,000 lamps.", ["..5000"]),
        ("No\nmore than 5,000 lamps were lit.", ["..5000"]),
        ("No less than 95% were lit, and no fewer than 300 lamps.", ["95.. percent", "300.."]),
        ("We lit not over 400 lamps and not under 300 wicks.", ["..400", "300.."]),
        ("Nothing above 3% burned, never below 1%.", ["..3 percent", "1.. percent"]),
        ("We lit at most 700 lamps, a maximum of 30 wicks.", ["..700", "..30"]),
        ("<5% burned, > 300 lamps, ≥95%, ~200 lamps.", ["..5 percent", "300..", "95.. percent", "~200"]),
        ("They fell below 5%, an estimated 300 lamps.", ["..5 percent", "~300"]),
        ("1,000,000+ lamps, 200+ keepers, 5 or more wicks", ["1000000..", "200..", "5.."]),
        ("5 million and more than 300 lamps", ["5000000", "300.."]),
        (
            "39,5 millions, €3 Mio. in 120 m² of 12 military, 5 million lamps",
            ["39500000", "3000000 eur", "120", "12", "5000000"],
        ),
        ("£3m, CHF 20,000, 3 million PLN, Ron 30", ["3000000 gbp", "20000 chf", "3000000 pln"]),
        ("12,5 % of 2,5 million lamps, 1.234.567,5 wicks", ["12.5 percent", "2500000", "1234567.5"]),
        ("See sections 4,5 and 6. In 2023,12 of them, 10,000s of lamps -> 300 wicks", ["300"]),
    ],
)
def test_a_figure_says_what_is_said_before_and_after_it(said: str, expected: list[str]) -> None:
    found = parse(said)
    assert figures(said) == expected
    assert found.problems == ()


@pytest.mark.parametrize(
    "said", ["at least an estimated 300 lamps", "more than 1.2 to 1.5 million lamps", "12\n345 lamps"]
)
def test_a_figure_that_nobody_can_read_is_reported(said: str) -> None:
    found = parse(f"We lit {said}.")
    assert figures(f"We lit {said}.") == [".."]
    [problem] = found.problems
    assert "is none" in problem.reason


def test_a_number_that_may_be_a_thousand_is_one_where_the_others_show_it() -> None:
    german = "We lit 1.204 lamps and 1.234.567 wicks, 12,5 % of them by hand."
    assert figures(german) == ["1204", "1234567", "12.5 percent"]
    assert parse(german).problems == ()


@pytest.mark.parametrize("others", ["", " and 4.5% of the wicks", " and 12,5 % of 1,234,567 wicks"])
def test_a_number_that_may_be_a_thousand_is_reported(others: str) -> None:
    found = parse(f"We lit 1.204 lamps{others}.")
    assert next(fact.value for fact in found.facts if fact.kind == "figure") is None
    assert "1.204 may be a thousand" in found.problems[0].reason


def test_millions_have_fractions() -> None:
    found = parse("We lit 1.204 million lamps for $1.234 billion.")
    assert [fact.value for fact in found.facts if fact.kind == "figure"] == [1_204_000, 1_234_000_000]
    assert found.problems == ()


def test_cells_of_a_table_are_settled_too() -> None:
    rows = (("Land", "Lampen", "Anteil"), ("Malta", "12.345", "12,5 %"), ("Berlin", "1.234.567", "3,25 %"),
            ("Bayern", "1.234", "0,5 %"))  # fmt: skip
    content = b"".join(text(x, 700 - 18 * line, said) for line, row in enumerate(rows)
                       for x, said in zip((72, 250, 400), row, strict=True))  # fmt: skip
    payload = document([stream(content)])
    found = narrative.parse(release(payload, "https://lantern.example/report.pdf", "application/pdf"))
    values = [fact.value for fact in found.facts if fact.kind == "cell" and fact.value is not None]
    assert values == [12345, Decimal("12.5"), 1234567, Decimal("3.25"), 1234, Decimal("0.5")]
