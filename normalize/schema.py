"""The columns of the tables, and facts as rows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from archive.model import Citation
from normalize.model import Fact, Family, Period, Release

TEXT, LONG = pa.string(), pa.int64()
TIME = pa.timestamp("us", tz="UTC")
RELEASE = {
    "source": (TEXT, "id of the source; the tables are partitioned by it"),
    "publisher": (TEXT, "who publishes the source"),
    "document": (TEXT, "identity of the document, the same across releases"),
    "url": (TEXT, "address it was fetched from"),
    "run_id": (TEXT, "the visit"),
    "captured": (TIME, "when it was fetched, UTC"),
    "parser": (TEXT, "family and version of the parser that made the row"),
}
FACT = {
    "kind": (TEXT, "kind of row, see below"),
    "key": (pa.list_(TEXT), "what is stated; the same in every release"),
    "occurrence": (pa.int32(), "1; above 1 when the document repeats the key"),
    "raw_value": (TEXT, "exactly as published"),
    "value": (TEXT, "the number in it as decimal digits, without loss: cast it to the decimal type you need"),
    "number": (pa.float64(), "the same as a double, for arithmetic that need not be exact"),
    "low": (TEXT, "lower end of a published range or limit, decimal digits"),
    "high": (TEXT, "upper end"),
    "approximate": (pa.bool_(), "whether it was published as approximate"),
    "unit": (TEXT, "`percent` (99.1 is 99.1 %), `ratio` (0.991), `count`, `eur` and other ISO codes; null: not known"),
    "period_start": (pa.date32(), "first day the value is about"),
    "period_end": (pa.date32(), "first day it is no longer about"),
}
CITATION = {
    "warc": (TEXT, "key of the WARC in the bucket"),
    "offset": (LONG, "first byte of the record's gzip member"),
    "length": (LONG, "its length in bytes"),
    "record_id": (TEXT, "WARC-Record-ID"),
    "digest": (TEXT, "`sha256:` and hex digest of the decoded payload"),
    "pointer": (TEXT, "where in the payload: see Pointers"),
}
RELEASES = {
    **RELEASE,
    "family": (TEXT, "table its facts are in; null when it could not be shaped"),
    "media_type": (TEXT, "media type it was served as"),
    "status": (TEXT, "`shaped`, `rejected`, or `skipped`: only checked against the JSON"),
    "facts": (LONG, "number of facts"),
    "problems": (LONG, "number of entries in `rejected`"),
    **CITATION,
}
REJECTED = {
    **RELEASE,
    "family": (TEXT, "table the rest of the document is in; null when there is none"),
    "whole": (pa.bool_(), "whether the document as a whole was rejected"),
    "reason": (TEXT, "why, for a person"),
    **CITATION,
}
CHANGES = {
    **RELEASE,
    "family": (TEXT, "table of the fact"),
    "change": (TEXT, "`restated`, or `withdrawn`: no longer there in a document that stays"),
    "kind": (TEXT, "kind of row of the fact"),
    "key": (pa.list_(TEXT), "key of the fact"),
    "before_raw": (TEXT, "what it said before, as published"),
    "after_raw": (TEXT, "what it says now, as published; null when withdrawn"),
    **CITATION,
    **{f"before_{name}": (kind, f"{about}, before") for name, (kind, about) in CITATION.items()},
}
Columns = Mapping[str, tuple[pa.DataType, str]]


def facts_columns(family: Family) -> Columns:
    """The columns of a family's table: the release, the fact, the family's labels, the citation."""
    return {**RELEASE, **FACT, **{name: (TEXT, about) for name, about in family.columns.items()}, **CITATION}


def schema(columns: Columns) -> pa.Schema:
    return pa.schema([(name, kind) for name, (kind, _) in columns.items()])


def release_row(release: Release, parser: str) -> dict[str, Any]:
    """The columns that every table has."""
    return {
        "source": release.source, "publisher": release.publisher, "document": release.document, "url": release.url,
        "run_id": release.run_id, "captured": release.captured, "parser": parser,
    }  # fmt: skip


def release_of(row: Mapping[str, Any]) -> Release:
    """The release in a row of `releases`, without its payload."""
    return Release(
        source=row["source"], publisher=row["publisher"], run_id=row["run_id"], captured=row["captured"], payload=b"",
        document=row["document"], url=row["url"], media_type=row["media_type"], citation=citation_of(row),
    )  # fmt: skip


def parser_name(family: Family) -> str:
    """What the column `parser` says of rows that this family's parser makes today."""
    return f"{family.name}/{family.version}"


def citation_of(row: Mapping[str, Any]) -> Citation:
    return Citation(**{name: row[name] for name in CITATION})


def citation_row(citation: Citation) -> dict[str, Any]:
    return {name: getattr(citation, name) for name in CITATION}


def fact_rows(release: Release, family: Family, facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The facts of a release as rows of the family's table. A label without a column is a mistake in the family."""
    common = release_row(release, parser_name(family))
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
    value, low, high = (None if row[name] is None else Decimal(row[name]) for name in ("value", "low", "high"))
    start, end = row["period_start"], row["period_end"]
    return Fact(
        kind=row["kind"], key=tuple(row["key"]), raw_value=row["raw_value"], unit=row["unit"], value=value, low=low,
        high=high,
        period=Period(start=start, end=end) if start and end else None,
        labels={name: row[name] for name in family.columns if row.get(name) is not None},
        citation=citation_of(row),
        approximate=row["approximate"], occurrence=row["occurrence"],
    )  # fmt: skip
