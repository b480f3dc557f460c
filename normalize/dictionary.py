"""Writes `docs/data-dictionary.md` from the code: `python -m normalize.dictionary > docs/data-dictionary.md`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType

from normalize import cite, families, schema, views
from normalize.model import Family

HEAD = """# Data dictionary

Written by `python -m normalize.dictionary` from the code; a test keeps it true.

All tables are Delta Lake tables under `<ARCHIVE_URL>/tables/<name>`, partitioned by `source`, with the change data feed
on. Each release of a document (one archived version of it) keeps its rows for ever, so what a table said at any time
stays queryable by `run_id` and `captured`; shaping a release again replaces exactly its own rows, in one commit. In SQL
write `"offset"` in double quotes: the word is reserved.

## Reading

The protocol is the oldest there is with a change feed, reader version 1 and writer version 4, with no table feature
beyond that (a test holds it): no deletion vectors, no column mapping, no type that a reader of 2020 does not know. So
every reader of Delta Lake takes them; DuckDB (by Arrow), Polars and `deltalake` are tested.

    fanlight table enforcement_latest --where "unit = 'percent'" --format csv
    fanlight query "SELECT document, count(*) FROM restatements GROUP BY ALL"
    polars.scan_delta("s3://bucket/tables/enforcement", storage_options={...})
    spark.read.format("delta").load("s3a://bucket/tables/enforcement")

`fanlight query` reads these tables and nothing else: no file, no address, no setting, whoever wrote the question.
CSV has values exactly as they were published, so a cell may begin with `=`, `+`, `-` or `@`: load it into a spreadsheet
as text, or take Parquet. Lists are JSON in CSV. JSON has no number that is infinite or none (NaN): such a value is null
there. Two columns of one name in an answer are `name` and `name_1`.

A later parser may add columns. They come after the others and are null in older rows until the archive is shaped anew
(`fanlight reprocess`); a column is never dropped, and never changes its type or its meaning. `upkeep` joins small files
once a day and deletes files that no version of the last 30 days needs: versions older than that can no longer be read
as such (`versionAsOf`), while every release stays queryable, because it is rows.
"""


def markdown() -> str:
    """The whole dictionary."""
    parts = [HEAD, *(_family(family) for family in families.ALL.values())]
    parts.append("## restatements\n\nWhat releases changed of the release before.\n\n" + _table(schema.CHANGES))
    parts.append("## releases\n\nOne row per release that was looked at.\n\n" + _table(schema.RELEASES))
    parts.append("## rejected\n\nWhat could not be used, never silently.\n\n" + _table(schema.REJECTED))
    parts.append("## Views\n\n" + _doc(views))
    parts.append("## Pointers\n\n" + _doc(cite))
    return "\n".join(parts)


def _family(family: Family) -> str:
    kinds = "".join(f"- `{kind}`: {about}\n" for kind, about in family.kinds.items())
    compared = ", ".join(f"`{kind}`" for kind in sorted(family.compared)) or "none"
    return (
        f"## {family.name}\n\n{family.about}\n\nKey: {family.key}.\n\nKinds of rows:\n\n{kinds}\n"
        f"A change of these kinds between two releases of a document is a restatement: {compared}.\n\n"
        + _table(schema.facts_columns(family))
    )


def _table(columns: Mapping[str, tuple[object, str]]) -> str:
    rows = "".join(f"| `{name}` | {kind} | {about} |\n" for name, (kind, about) in columns.items())
    return f"| column | type | meaning |\n|---|---|---|\n{rows}"


def _doc(module: ModuleType) -> str:
    return (module.__doc__ or "").rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
