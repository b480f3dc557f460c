"""What was made of each release: its facts, its entry in `releases`, its problems in `rejected`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from normalize import families, schema, tables
from normalize.history import Pair
from normalize.model import Restatement, Result

NO_PARSER = "none"


def write(url: str, source: str, family: str, run_id: str, results: Sequence[Result]) -> None:
    """Write the rows of a visit's documents; rows that these documents had for this visit before are replaced."""
    shaped = [result for result in results if not result.skipped or result.problems]
    if not shaped:
        return
    of = {"source": source, "run_id": run_id, "document": [result.release.document for result in shaped]}
    for name in families.tables_of(family):
        parser = families.ALL[name]
        rows = [row for result in shaped if result.family == parser for row in _rows(result)]
        tables.replace(name, schema.schema(schema.facts_columns(parser)), rows, of=of, url=url)
    tables.replace(
        "rejected",
        schema.schema(schema.REJECTED),
        [row for result in shaped for row in _rejected(result)],
        of=of,
        url=url,
    )
    tables.replace("releases", schema.schema(schema.RELEASES), [_entry(result) for result in shaped], of=of, url=url)


def _rows(result: Result) -> list[dict[str, Any]]:
    if result.parsed is None or result.family is None:
        return []
    return schema.fact_rows(result.release, result.family, result.parsed.facts)


def _parser(result: Result) -> str:
    return schema.parser_name(result.family) if result.family else NO_PARSER


def _entry(result: Result) -> dict[str, Any]:
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
    for run_id in sorted({pair.after.run_id for pair in pairs}):
        found = [pair for pair in pairs if pair.after.run_id == run_id]
        of = {"source": source, "run_id": run_id, "document": [pair.after.document for pair in found]}
        rows = [row for pair in found for row in _changes(pair)]
        tables.replace("restatements", schema.schema(schema.CHANGES), rows, of=of, url=url)


def _changes(pair: Pair) -> Iterator[dict[str, Any]]:
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


def _rejected(result: Result) -> Iterator[dict[str, Any]]:
    for pointer, reason in rejections(result):
        yield {
            **schema.release_row(result.release, _parser(result)),
            **schema.citation_row(result.release.citation.at(pointer)),
            "family": result.family.name if result.family else None,
            "whole": result.parsed is None and not result.skipped,
            "reason": reason,
        }
