"""Totals against their parts: a difference is recorded, never corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from normalize import countries, dsa_tables
from normalize.facts import fold
from normalize.model import Fact, Problem

# In the tables of orders and notices categories do not overlap, so they add up to the total; so do the Member States.
BY_CATEGORY = frozenset({"3", "4", "5", "6"})
BY_COUNTRY = frozenset({"3", "10"})


def differences(facts: Sequence[Fact]) -> Iterator[Problem]:
    """One problem for each total that is not the sum of its parts; parts that were left blank count as nothing."""
    counted = [fact for fact in facts if fact.value is not None and fact.unit == "count"]
    for table in sorted(BY_CATEGORY | BY_COUNTRY):
        rows = [fact for fact in counted if fact.labels["table"] == table]
        if table in BY_CATEGORY:
            yield from _compared(rows, "category")
        if table in BY_COUNTRY:
            yield from _compared(rows, "scope")


def _compared(facts: Sequence[Fact], over: str) -> Iterator[Problem]:
    totals: dict[tuple[str, ...], Fact] = {}
    parts: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for fact in facts:
        name, group = fact.labels.get(over, ""), _group(fact, over)
        if dsa_tables.is_total(name):
            totals.setdefault(group, fact)
        elif _is_part(name, over) and fact.value is not None:
            parts[group] += fact.value
    for group, total in totals.items():
        if group in parts and total.value is not None and total.value != parts[group]:
            apart = total.value - parts[group]
            reason = f"the total {total.raw_value} is {apart:+f} apart from the sum of its parts ({over})"
            yield Problem(pointer=total.citation.pointer, reason=reason)


def _group(fact: Fact, over: str) -> tuple[str, ...]:
    """What a total and its parts have in common."""
    names = ("part", "service", "period_label", "section", "indicator", "metric", "category", "parent", "scope")
    return tuple(
        fold(fact.labels.get(name, ""))
        for name in names
        if name != over and not (over == "category" and name == "parent")
    )


def _is_part(name: str, over: str) -> bool:
    if over == "scope":
        return countries.code(name) is not None
    return fold(name).startswith("statement category")
