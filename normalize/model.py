"""Facts, and what the families are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from archive.model import Citation


class Rejected(Exception):
    """A document that cannot be shaped; the message says why, for a person. Nothing of it gets into a fact table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A capture that is to be shaped, as an event names it. `role` is that of its label; empty: not known."""

    document: str
    url: str
    media_type: str
    run_id: str
    citation: Citation
    role: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One archived version of a document: what a family parses. `payload` is decoded (no content coding); `role` is
    that of its capture."""

    source: str
    publisher: str
    run_id: str
    captured: datetime
    document: str
    url: str
    media_type: str
    payload: bytes
    citation: Citation
    role: str = "document"


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
    published; `value` its number where it is one; `unit` as in `percent`, `count`, `eur`. A range or a limit has
    `low` and `high` (None: open) and no `value`. `labels` are the family's other columns. `occurrence` counts the
    facts of one document under one key from 1: above 1 it is a duplicate, kept and reported. `typed`: the file stores
    a number, so that nothing has to be made of a text's marks. `said` is the text that was read as a number where it is
    not `raw_value`, as in `1,204` with a raised mark of a note. Neither is kept.
    """

    kind: str
    key: tuple[str, ...]
    raw_value: str
    value: Decimal | None
    unit: str | None
    period: Period | None
    labels: dict[str, str]
    citation: Citation
    low: Decimal | None = None
    high: Decimal | None = None
    approximate: bool = False
    occurrence: int = 1
    typed: bool = False
    said: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something in a document that could not be used: never silent, never fatal for the rest. `pointer` says where."""

    pointer: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """What a family makes of one release."""

    facts: tuple[Fact, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Restatement:
    """A fact that had been published and now says something else, in a later release of the same document.

    `run_id` is the visit of that release.
    """

    document: str
    url: str
    key: tuple[str, ...]
    before_raw: str
    after_raw: str
    before: Citation
    after: Citation
    kind: str = ""
    run_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """A fact that had been published and is no longer there, in a later release of a document that stays."""

    document: str
    url: str
    key: tuple[str, ...]
    before_raw: str
    before: Citation
    after: Citation
    kind: str = ""
    run_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shaped:
    """What shaping some items did: counts of rows written; `rejected` and `skipped` are pairs of URL and reason."""

    releases: int
    facts: int
    restatements: tuple[Restatement, ...]
    rejected: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A kind of document and its table.

    `about` and `key` say what it holds and what its key is made of; `kinds` and `columns` map the row kinds and the
    labels to what they mean. A fact of a kind in `compared` that changes is a restatement.
    """

    name: str
    version: str
    parse: Callable[[Release], Parsed]
    about: str
    key: str
    kinds: Mapping[str, str]
    columns: Mapping[str, str]
    compared: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one item: `family` and `parsed`, or the `reason` why not (`skipped`: on purpose).

    `problems` are those of an item that was skipped; `parsed` has its own.
    """

    release: Release
    family: Family | None = None
    parsed: Parsed | None = None
    reason: str = ""
    skipped: bool = False
    problems: tuple[Problem, ...] = ()
