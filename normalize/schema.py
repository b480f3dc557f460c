"""The columns of the tables, and facts as rows of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from archive.model import Citation
from normalize.model import Fact, Family, Period, Release

TIME = pa.timestamp("us", tz="UTC")
RELEASE = (
    ("source", pa.string()), ("publisher", pa.string()), ("document", pa.string()), ("url", pa.string()),
    ("run_id", pa.string()), ("captured", TIME), ("parser", pa.string()),
)  # fmt: skip
FACT = (
    ("kind", pa.string()), ("key", pa.list_(pa.string())), ("occurrence", pa.int32()), ("raw_value", pa.string()),
    ("value", pa.string()), ("number", pa.float64()), ("low", pa.string()), ("high", pa.string()),
    ("approximate", pa.bool_()), ("unit", pa.string()), ("period_start", pa.date32()), ("period_end", pa.date32()),
)  # fmt: skip
CITATION = (
    ("warc", pa.string()), ("offset", pa.int64()), ("length", pa.int64()), ("record_id", pa.string()),
    ("digest", pa.string()), ("pointer", pa.string()),
)  # fmt: skip
RELEASES = pa.schema(
    [*RELEASE, ("family", pa.string()), ("media_type", pa.string()), ("status", pa.string()), ("facts", pa.int64()),
     ("problems", pa.int64()), *CITATION]
)  # fmt: skip
REJECTED = pa.schema([*RELEASE, ("family", pa.string()), ("whole", pa.bool_()), ("reason", pa.string()), *CITATION])


def facts_schema(family: Family) -> pa.Schema:
    """The columns of a family's table: the release, the fact, the family's labels, the citation."""
    return pa.schema([*RELEASE, *FACT, *((name, pa.string()) for name in family.columns), *CITATION])


def release_row(release: Release, parser: str) -> dict[str, Any]:
    """The columns that every table has."""
    return {
        "source": release.source, "publisher": release.publisher, "document": release.document, "url": release.url,
        "run_id": release.run_id, "captured": release.captured, "parser": parser,
    }  # fmt: skip


def citation_row(citation: Citation) -> dict[str, Any]:
    return {name: getattr(citation, name) for name, _ in CITATION}


def fact_rows(release: Release, family: Family, facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The facts of a release as rows of the family's table. A label without a column is a mistake in the family."""
    common = release_row(release, f"{family.name}/{family.version}")
    return [{**common, **_fact_row(fact, family), **citation_row(fact.citation)} for fact in facts]


def _fact_row(fact: Fact, family: Family) -> dict[str, Any]:
    if stray := fact.labels.keys() - set(family.columns):
        raise ValueError(f"{family.name} has no column for {', '.join(sorted(stray))}")
    return {
        "kind": fact.kind, "key": list(fact.key), "occurrence": fact.occurrence, "raw_value": fact.raw_value,
        "value": plain(fact.value), "number": None if fact.value is None else float(fact.value),
        "low": plain(fact.low), "high": plain(fact.high), "approximate": fact.approximate, "unit": fact.unit,
        "period_start": fact.period and fact.period.start, "period_end": fact.period and fact.period.end,
        **{name: fact.labels.get(name) for name in family.columns},
    }  # fmt: skip


def plain(number: Decimal | None) -> str | None:
    """A decimal as digits, never with an exponent: nothing is lost and any reader can cast it."""
    return None if number is None else f"{number:f}"


def fact_of(row: dict[str, Any], family: Family) -> Fact:
    """The fact in a row of the family's table."""
    numbers = {name: None if row[name] is None else Decimal(row[name]) for name in ("value", "low", "high")}
    start, end = row["period_start"], row["period_end"]
    return Fact(
        kind=row["kind"], key=tuple(row["key"]), raw_value=row["raw_value"], unit=row["unit"], **numbers,
        period=Period(start=start, end=end) if start and end else None,
        labels={name: row[name] for name in family.columns if row[name] is not None},
        citation=Citation(**{name: row[name] for name, _ in CITATION}),
        approximate=row["approximate"], occurrence=row["occurrence"],
    )  # fmt: skip


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
