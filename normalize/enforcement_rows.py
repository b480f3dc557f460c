"""One published figure of an enforcement report, from whatever layout, and the fact it becomes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import urlsplit

from normalize import aliases, notation, periods, values
from normalize.facts import fold
from normalize.model import Fact, Period, Problem, Release

DIMENSIONS = ("section", "policy_type", "parent_policy", "task_type", "task", "location_type", "market", "column_group")
EVERYTHING = frozenset({"", "all"})  # a dimension that is not narrowed down
_SHARE = re.compile(r"\brates?\b|prevalence|\bubp\b|percent(?!ile)|%|\bshare\b|\bpct\b", re.IGNORECASE)
_PERCENT = re.compile(r"percent(?!ile)|%|\bpct\b", re.IGNORECASE)


_ADDRESSED = (
    re.compile(r"(20\d\d[-_/]?[qh][1-4])(?![0-9a-z])", re.IGNORECASE),
    re.compile(r"(?<![0-9a-z])([qh][1-4][-_/]?20\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?<![0-9a-z])([a-z]{3,9}[-_][a-z]{3,9}[-_]20\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?<![0-9a-z])([1-4][qh](?:20)?\d\d)(?!\d)", re.IGNORECASE),
)


_YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure as published. `dimensions` narrow it down by the names in `DIMENSIONS`."""

    service: str
    area: str
    metric: str
    period: Period
    period_label: str
    raw: str
    pointer: str
    share: bool = False
    typed: bool = False
    stored: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)


def fact(release: Release, figure: Figure) -> Fact:
    """The fact: keyed by service, policy area, metric, period, then each dimension that narrows it down."""
    value = values.parse(figure.stored or figure.raw)
    area, metric = aliases.policy_area(figure.area), aliases.metric(figure.metric)
    narrowed = {name: text for name, text in figure.dimensions.items() if fold(text) not in EVERYTHING and text.strip()}
    return Fact(
        kind="metric",
        key=(
            fold(figure.service), area, metric, periods.name(figure.period),
            *(f"{name}={fold(narrowed[name])}" for name in DIMENSIONS if name in narrowed),
        ),
        raw_value=figure.raw,
        value=value.number,
        unit=None if value == values.NOTHING else value.unit or unit(figure),
        period=figure.period,
        labels={
            "app": figure.service, "policy_area": figure.area, "policy_area_canonical": area,
            "metric": figure.metric, "metric_canonical": metric, "period_label": figure.period_label, **narrowed,
        },
        citation=release.citation.at(figure.pointer),
        low=value.low,
        high=value.high,
        approximate=value.approximate,
        typed=figure.typed,
    )  # fmt: skip


def unit(figure: Figure) -> str:
    """The unit of a bare number: shares and rates are ratios, all else is counted (but see `with_units`)."""
    said = f"{figure.metric} {figure.dimensions.get('column_group', '')}"
    return "ratio" if figure.share or _SHARE.search(said) else "count"


def with_units(facts: Sequence[Fact], problems: list[Problem]) -> Iterator[Fact]:
    """The facts under units that all numbers of their metric can have: what is counted is whole, a share at most 1."""
    numbers: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for fact in facts:
        if fact.unit in ("count", "ratio") and not notation.has_point_or_thousand(fact):
            numbers[_series(fact)] += [one for one in (fact.value, fact.low, fact.high) if one is not None]
    units = {series: _unit_of(series[0], found) for series, found in numbers.items()}
    for fact in facts:
        possible = units.get(_series(fact)) if fact.unit in ("count", "ratio") else None
        if possible is None or fact.unit in possible:
            yield fact
        elif len(possible) == 1:
            yield replace(fact, unit=possible[0])
        else:
            if _SHARE.search(_series(fact)[0]):
                reason = f"{fact.raw_value[:80]!r} is more than a share can be: its unit is not known"
                problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
            yield replace(fact, unit=None)


def _series(fact: Fact) -> tuple[str, str]:
    group = fact.labels.get("column_group", "")
    return f"{fact.labels['metric_canonical']} {group}", fact.labels.get("section", "")


def _unit_of(metric: str, numbers: Sequence[Decimal]) -> tuple[str, ...]:
    """The units that a metric's bare numbers can have; none: nobody knows."""
    whole, share = all(map(values.is_whole, numbers)), all(0 <= one <= 1 for one in numbers)
    if share:
        return ("count", "ratio") if whole else ("ratio",)
    if _SHARE.search(metric):
        return ("percent",) if _PERCENT.search(metric) and all(0 <= one <= 100 for one in numbers) else ()
    return ("count",) if whole else ()


def service_of(release: Release) -> str:
    """Whose figures these are where the document does not say: the publisher, else the host it came from."""
    host = urlsplit(release.url).hostname or ""
    return release.publisher or host.removeprefix("www.")


def context_period(release: Release) -> Period | None:
    """The period that the address of a document (or the name of its file) is about, such as `2022-q4`."""
    for text in (release.url, release.citation.warc.rpartition("/")[2]):
        for form in _ADDRESSED:
            if (match := form.search(text)) and (period := periods.parse(re.sub(r"[-_/]+(?=20)", " ", match[1]))):
                return period
    return None


def context_year(release: Release) -> Period | None:
    """The year that the name of a document's file has in it, if it is one: that of its parts, such as `H1`."""
    found = set(_YEARS.findall(urlsplit(release.url).path.rpartition("/")[2]))
    return periods.parse(found.pop()) if len(found) == 1 else None
