"""Numbers as people publish them, and what is only another way of writing one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from normalize import countries, periods, values


@pytest.mark.parametrize(
    ("raw", "number", "unit"),
    [
        ("20,800,000", "20800000", None),
        ("96.20%", "96.20", "percent"),
        (" 1 234 ", "1234", None),
        ("1\u00a0234,5", "1234.5", None),
        ("1.234.567,89", "1234567.89", None),
        ("0,5", "0.5", None),
        ("-3", "-3", None),
        ("847K", "847000", None),
        ("51.2 million", "51200000.0", None),
        ("1.1B", "1100000000.0", None),
        ("€ 12.50", "12.50", "eur"),
        ("12.50 EUR", "12.50", "eur"),
        ("€45m", "45000000", "eur"),
        ("45m euros", "45000000", "eur"),
        ("30 M", "30000000", None),
        ("1.5E-4", "0.00015", None),
        ("0", "0", None),
    ],
)
def test_numbers(raw: str, number: str, unit: str | None) -> None:
    assert values.parse(raw) == values.Value(number=Decimal(number), unit=unit)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "N/A",
        "-",
        "14.2.1",
        "Yes",
        "12 lamps",
        "1,2,3",
        "about lamps",
        "under a lamp",
        "1" * 100,
        "45m",
        "30 m",
        "5b",
    ],
)
def test_no_numbers(raw: str) -> None:
    assert values.parse(raw) == values.NOTHING


@pytest.mark.parametrize("raw", ["120 m²", "120 m ³", "1.5m³", "10⁶", "10 ⁶", "7²", "3 × 10⁴"])
def test_powers_are_no_notes(raw: str) -> None:
    assert values.parse(raw) == values.NOTHING


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("12¹", 12),
        ("110²", 110),
        ("1.5¹", 1.5),
        ("4%³", 4),
        ("12 million³", 12_000_000),
        ("1,204¹ ²", 1204),
        ("5 ¹", 5),
    ],
)
def test_raised_marks_of_notes_do_not_count(raw: str, number: float) -> None:
    assert values.parse(raw).number == Decimal(str(number))


def test_ranges_limits_and_approximations() -> None:
    assert values.parse("4%-5%") == values.Value(low=Decimal(4), high=Decimal(5), unit="percent")
    assert values.parse("between 0.02% and 0.03%").high == Decimal("0.03")
    assert values.parse("less than 0.05%") == values.Value(high=Decimal("0.05"), unit="percent")
    assert values.parse("over 19,100").low == Decimal(19100)
    assert values.parse("approximately 4%") == values.Value(number=Decimal(4), unit="percent", approximate=True)


@pytest.mark.parametrize(
    ("raw", "low", "high"),
    [
        ("5-10 million", 5_000_000, 10_000_000), ("between 5 and 10 million", 5_000_000, 10_000_000),
        ("1.5 to 2 million", 1_500_000, 2_000_000), ("5,000 to 1 million", 5_000, 1_000_000),
        ("5k to 1 million", 5_000, 1_000_000), ("800 to 1.2 million", None, None), ("5 million to 10", None, None),
    ],
)  # fmt: skip
def test_a_multiplier_after_a_range_is_that_of_both_ends(raw: str, low: int | None, high: int | None) -> None:
    value = values.parse(raw)
    assert (value.number, value.low, value.high) == (None, low, high)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("920793", "920793.0"),
        ("0.7659999999999999", "0.766"),
        ("33.300000000000004%", "33.3%"),
        ("1,204", "1204"),
        ("96.20%", "0.962"),
        ("1.6 million", "1,600,000"),
        ("N/A", ""),
        ("two\nlines", "two lines"),
        ("4%-5%", "4% - 5%"),
    ],
)
def test_reformatting_is_the_same(before: str, after: str) -> None:
    assert values.same(before, after)
    assert values.same(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1", "2"),
        ("0.766", "0.765"),
        ("1.6 million", "1.7 million"),
        ("N/A", "0"),
        ("4%", "approximately 4%"),
        ("4%-5%", "4%-6%"),
        ("about lamps", "about oil"),
        ("Lamp", "lamp"),
        ("less than 5", "more than 5"),
        ("€ 5", "$ 5"),
        ("100000000000000001", "100000000000000002"),
    ],
)
def test_another_statement_is_not_the_same(before: str, after: str) -> None:
    assert not values.same(before, after)


def test_periods_are_half_open() -> None:
    assert periods.parse("2021Q4") == periods.months(2021, 10, 3)
    assert periods.months(2021, 10, 3).end == date(2022, 1, 1)
    assert periods.parse("H1 2026") == periods.months(2026, 1, 6)
    assert periods.parse("Jul-Sep 2022") == periods.months(2022, 7, 3)
    assert periods.parse("March 2026") == periods.months(2026, 3, 1)
    assert periods.parse("2024") == periods.months(2024, 1, 12)
    for text in ("2021Q5", "Lamp 2022", "Sep-Jul 2022", "", "20215"):
        assert periods.parse(text) is None


@pytest.mark.parametrize(
    "text",
    ["0000", "9999", "9999-12-31", "9999-12-31 00:00:00", "31.12.9999", "9999Q4", "0000Q1", "0000H2", "December 9999",
     "2024-01-01/9999-12-31", "1 January 2024 to 31 December 9999", "March 0000", "0000-01-01"],
)  # fmt: skip
def test_years_that_no_calendar_has_are_no_periods(text: str) -> None:
    assert (periods.parse(text), periods.day(text)) == (None, None)


def test_a_day_that_stands_for_none_ends_no_period() -> None:
    assert [periods.ending(day, [day]) for day in (date.max, date.min, date(1, 1, 31))] == [None] * 3
    assert periods.ending(date(2024, 3, 31), []) is None
    assert periods.ending(date(2024, 3, 31), [date(2023, 9, 30), date(2024, 3, 31)]) == periods.months(2023, 10, 6)
    assert periods.ending(date(2024, 3, 31), [], "Quarter ending") == periods.months(2024, 1, 3)


def test_countries_in_many_spellings() -> None:
    spelled = {"Czech Republic": "CZ", "CZ": "CZ", "Österreich": "AT", "Osterreich": "AT", "the NETHERLANDS": "NL",
               "EL": "GR", "Total EU/EEA": "EEA", "EU Total": "EU", "Total": "TOTAL", "Iceland": "IS"}  # fmt: skip
    assert {name: countries.code(name) for name in spelled} == spelled
    assert countries.code("Atlantis") is None
    assert len(set(countries.CODES.values()) - countries.TOTALS) == 30


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("0.213169976", "0.213", True), ("0.213", "0.213169976", False), ("0.01", "0.006", False),
        ("99.16%", "99.2%", True), ("99.16%", "0.992", True), ("99.16%", "99.1%", False), ("0.25", "0.2", True),
        ("0.25", "0.3", True), ("1.64 million", "1.6 million", True), ("20,812,345", "20,800,000", False),
        ("0.004", "0", False), ("about 4.21%", "4.2%", False), ("1" * 60 + ".5", "1" * 60, False),
    ],
)  # fmt: skip
def test_fewer_digits_say_the_same_and_more_digits_do_not(before: str, after: str, same: bool) -> None:
    assert values.same(before, after) is same
