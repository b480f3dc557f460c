"""One published figure of an enforcement report, from whatever layout, and the fact it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from normalize import aliases, periods, values
from normalize.facts import fold
from normalize.model import Fact, Period, Release

DIMENSIONS = ("section", "policy_type", "parent_policy", "task_type", "task", "location_type", "market")
EVERYTHING = frozenset({"", "all"})  # a dimension that is not narrowed down
_SHARE = re.compile(
    r"\brate\b|prevalence|\bubp\b|percent|%|\bshare\b|\bpct\b|proactive|before any views|(?:within|before) 24 hours",
    re.IGNORECASE,
)


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
    dimensions: Mapping[str, str] = field(default_factory=dict)


def fact(release: Release, figure: Figure) -> Fact:
    """The fact: keyed by service, policy area, metric, period, then each dimension that narrows it down."""
    value = values.parse(figure.raw)
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
    )  # fmt: skip


def unit(figure: Figure) -> str:
    """The unit of a bare number: shares and rates are ratios, all else is counted."""
    return "ratio" if figure.share or _SHARE.search(figure.metric) else "count"


def service_of(release: Release) -> str:
    """Whose figures these are where the document does not say: the publisher, else the host it came from."""
    host = urlsplit(release.url).hostname or ""
    return release.publisher or host.removeprefix("www.")


def context_period(release: Release) -> Period | None:
    """The period that the address of a document (or the name of its file) is about, such as `2022-q4`."""
    for text in (release.url, release.citation.warc.rpartition("/")[2]):
        if match := re.search(r"(20\d\d)[-_/]?([qh][1-4])(?![0-9a-z])", text, re.IGNORECASE):
            return periods.parse(match[1] + match[2])
        if match := re.search(r"(?<![0-9a-z])([qh][1-4])[-_/]?(20\d\d)(?!\d)", text, re.IGNORECASE):
            return periods.parse(match[2] + match[1])
    return None
