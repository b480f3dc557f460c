"""What was made of each release: its facts, its entry in `releases`, its problems in `rejected`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from normalize import families, schema, tables
from normalize.model import Result

NO_PARSER = "none"


def write(url: str, source: str, family: str, run_id: str, results: Sequence[Result]) -> None:
    """Write the rows of a visit's documents; rows that these documents had for this visit before are replaced."""
    shaped = [result for result in results if not result.skipped]
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
        "status": "shaped" if result.parsed else "rejected",
        "facts": len(result.parsed.facts) if result.parsed else 0,
        "problems": len(list(rejections(result))),
    }


def rejections(result: Result) -> Iterator[tuple[str, str]]:
    """(pointer, reason) of what could not be used: of the whole document, or of parts of it."""
    if result.reason and not result.skipped:
        yield "", result.reason
    for problem in result.parsed.problems if result.parsed else ():
        yield problem.pointer, problem.reason


def _rejected(result: Result) -> Iterator[dict[str, Any]]:
    for pointer, reason in rejections(result):
        yield {
            **schema.release_row(result.release, _parser(result)),
            **schema.citation_row(result.release.citation.at(pointer)),
            "family": result.family.name if result.family else None,
            "whole": result.parsed is None,
            "reason": reason,
        }
