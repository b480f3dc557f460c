"""Facts, and what the families are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from archive.model import Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One archived version of a document: what a family parses. `payload` is decoded (no content coding)."""

    source: str
    publisher: str
    run_id: str
    captured: datetime
    document: str
    url: str
    media_type: str
    payload: bytes
    citation: Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A half-open interval of days: `start` belongs to it, `end` does not."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One row of a table.

    `key` names what is stated (parts in a fixed order per family, shown in `docs/data-dictionary.md`); `kind` is the
    family's row kind (`commitment`, `qre`, `sli`, `cell`, `metric`, `page`, `heading`, ...). `raw_value` is exactly as
    published; `value` its number where it is one; `unit` as in `percent`, `count`, `eur`. `labels` are the family's
    other columns.
    """

    kind: str
    key: tuple[str, ...]
    raw_value: str
    value: Decimal | None
    unit: str | None
    period: Period | None
    labels: dict[str, str]
    citation: Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class Restatement:
    """A fact that had been published and now says something else, in a later release of the same document."""

    document: str
    url: str
    key: tuple[str, ...]
    before_raw: str
    after_raw: str
    before: Citation
    after: Citation
