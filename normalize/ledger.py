"""What was made of each release: its facts, its entry in `releases`, its problems in `rejected`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from normalize import families, schema, tables
from normalize.history import Pair
from normalize.model import Release, Restatement, Result

NO_PARSER = "none"
OTHERS = {"releases": schema.RELEASES, "rejected": schema.REJECTED, "restatements": schema.CHANGES}
TABLES = (*families.ALL, *OTHERS)
Row = dict[str, Any]


def schema_of(table: str) -> pa.Schema:
    """The columns that a table has when it is written today."""
    family = families.ALL.get(table)
    return schema.schema(schema.facts_columns(family) if family else OTHERS[table])


def write(url: str, source: str, family: str, results: Sequence[Result]) -> None:
    """Write the rows of these results; rows that the same releases had before are replaced, one commit per table."""
    shaped = [result for result in results if not result.skipped or result.problems]
    if not shaped:
        return
    of = _by_run(result.release for result in shaped)
    for name in families.tables_of(family):
        rows = (row for result in shaped if result.family == families.ALL[name] for row in _rows(result))
        _replace(name, rows, source, of, url)
    _replace("rejected", (row for result in shaped for row in _rejected(result)), source, of, url)
    _replace("releases", map(_entry, shaped), source, of, url)  # last: who finds a release here finds its rows


def _replace(name: str, rows: Iterable[Row], source: str, of: tables.Releases, url: str) -> None:
    tables.replace(name, schema_of(name), rows, source=source, of=of, url=url)


def _by_run(releases: Iterable[Release]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for release in releases:
        found.setdefault(release.run_id, []).append(release.document)
    return found


def _rows(result: Result) -> list[Row]:
    if result.parsed is None or result.family is None:
        return []
    return schema.fact_rows(result.release, result.family, result.parsed.facts)


def _parser(result: Result) -> str:
    return schema.parser_name(result.family) if result.family else NO_PARSER


def _entry(result: Result) -> Row:
    return {
        **schema.release_row(result.release, _parser(result)),
        **schema.citation_row(result.release.citation),
        "family": result.family.name if result.family else None,
        "media_type": result.release.media_type,
        "status": "skipped" if result.skipped else "shaped" if result.parsed else "rejected",
        "facts": len(result.parsed.facts) if result.parsed else 0,
        "problems": len(list(rejections(result))),
    }


def write_changes(url: str, source: str, pairs: Sequence[Pair]) -> None:
    """Write what releases changed; what had been written for the same releases before is replaced."""
    if pairs:
        of, rows = _by_run(pair.after for pair in pairs), (row for pair in pairs for row in _changes(pair))
        _replace("restatements", rows, source, of, url)


def _changes(pair: Pair) -> Iterator[Row]:
    common = {**schema.release_row(pair.after, schema.parser_name(pair.family)), "family": pair.family.name}
    for change in pair.changes:
        yield {
            **common,
            **schema.citation_row(change.after),
            **{f"before_{name}": value for name, value in schema.citation_row(change.before).items()},
            "change": "restated" if isinstance(change, Restatement) else "withdrawn",
            "kind": change.kind,
            "key": list(change.key),
            "before_raw": change.before_raw,
            "after_raw": change.after_raw if isinstance(change, Restatement) else None,
        }


def rejections(result: Result) -> Iterator[tuple[str, str]]:
    """(pointer, reason) of what could not be used: of the whole document, or of parts of it."""
    if result.reason and not result.skipped:
        yield "", result.reason
    for problem in result.parsed.problems if result.parsed else result.problems:
        yield problem.pointer, problem.reason


def _rejected(result: Result) -> Iterator[Row]:
    for pointer, reason in rejections(result):
        yield {
            **schema.release_row(result.release, _parser(result)),
            **schema.citation_row(result.release.citation.at(pointer)),
            "family": result.family.name if result.family else None,
            "whole": result.parsed is None and not result.skipped,
            "reason": reason,
        }
