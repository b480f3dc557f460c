"""What was made of each release: its facts, its entry in `releases`, its problems in `rejected`, what it restated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from normalize import facts, families, schema, tables
from normalize.model import Fact, Family, Release, Restatement, Result

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
    return f"{result.family.name}/{result.family.version}" if result.family else NO_PARSER


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


def restatements(url: str, result: Result) -> Iterator[Restatement]:
    """What a release says otherwise than the release of the same document before it."""
    if result.parsed is None or result.family is None:
        return iter(())
    before = previous_facts(url, result.release, result.family)
    return facts.restatements(result.release, before, result.parsed.facts, result.family.compared)


def previous_facts(url: str, release: Release, family: Family) -> list[Fact]:
    """The facts of the release before this one that could be shaped; empty when this is the first."""
    where = {"source": release.source, "document": release.document}
    entries = tables.read("releases", url, where={**where, "family": family.name, "status": "shaped"}).to_pylist()
    now = (release.captured, release.run_id)
    earlier = [entry for entry in entries if (entry["captured"], entry["run_id"]) < now]
    if not earlier:
        return []
    last = max(earlier, key=lambda entry: (entry["captured"], entry["run_id"]))
    rows = tables.read(family.name, url, where={**where, "run_id": last["run_id"]}).to_pylist()
    return [schema.fact_of(row, family) for row in rows]
