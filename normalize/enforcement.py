"""Enforcement reports: how much a publisher acted on, by policy area, metric and period.

The key is (app, policy area, metric, period), folded; the labels keep them as published. The period column counts as a
name too: a new quarter is a new key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from normalize import aliases, periods, tabular, values
from normalize.facts import fold, number
from normalize.model import Fact, Family, Parsed, Period, Problem, Rejected, Release

COLUMNS = ("app", "policy_area", "metric", "period", "value")
LABELS = {
    "app": "service, as published",
    "policy_area": "policy area, as published",
    "policy_area_canonical": "policy area under the name in use, folded (`normalize/aliases.py`)",
    "metric": "what was counted, as published",
    "period_label": "period, as published",
}
_SHARE = re.compile(r"\brate\b|prevalence|\bubp\b", re.IGNORECASE)


def parse(release: Release) -> Parsed:
    """All rows of a Community Standards Enforcement CSV. Raises Rejected when the columns are not there."""
    records = list(tabular.records(release.payload))
    if not records:
        raise Rejected("the file is empty")
    header = [fold(cell).replace(" ", "_") for cell in records[0].cells]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Rejected(f"columns {', '.join(missing)} are missing; the file has: {', '.join(header)[:300]}")
    problems = [
        Problem(pointer=tabular.pointer(1, name), reason=f"unknown column {name!r}: its cells are in no table")
        for name in header
        if name not in COLUMNS
    ]
    facts, duplicates = number(_facts(release, header, records[1:], problems))
    if not facts:
        raise Rejected("the file has columns but no usable row")
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def _facts(
    release: Release, header: list[str], records: list[tabular.Record], problems: list[Problem]
) -> Iterator[Fact]:
    for record in records:
        pointer = tabular.pointer(record.row, "value")
        if len(record.cells) != len(header):
            reason = f"row {record.row} has {len(record.cells)} cells, the header has {len(header)}"
            problems.append(Problem(pointer=pointer, reason=reason))
            continue
        row = dict(zip(header, record.cells, strict=True))
        period = periods.parse(row["period"])
        if period is None:
            problems.append(Problem(pointer=pointer, reason=f"row {record.row}: no period called {row['period']!r}"))
            continue
        yield _fact(release, row, period, pointer)


def _fact(release: Release, row: dict[str, str], period: Period, pointer: str) -> Fact:
    value = values.parse(row["value"])
    area = aliases.policy_area(row["policy_area"])
    counted = value.number is not None or value.low is not None or value.high is not None
    return Fact(
        kind="metric",
        key=(fold(row["app"]), area, fold(row["metric"]), row["period"].strip().upper()),
        raw_value=row["value"],
        value=value.number,
        unit=value.unit or (unit(row["metric"]) if counted else None),
        period=period,
        labels={
            "app": row["app"], "policy_area": row["policy_area"], "metric": row["metric"],
            "policy_area_canonical": area,
            "period_label": row["period"],
        },
        citation=release.citation.at(pointer),
        low=value.low,
        high=value.high,
        approximate=value.approximate,
    )  # fmt: skip


def unit(metric: str) -> str:
    """The unit of a bare number under this metric: rates and prevalences are ratios, all else is counted."""
    return "ratio" if _SHARE.search(metric) else "count"


FAMILY = Family(
    name="enforcement",
    version="1",
    parse=parse,
    about="How much a publisher acted on, by service, policy area, metric and period.",
    key="service, policy area, metric (all folded: letter case and runs of spaces do not count), period",
    kinds={"metric": "one published value"},
    columns=LABELS,
    compared=frozenset({"metric"}),
)
