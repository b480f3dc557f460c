"""Writes `docs/data-dictionary.md` from the code: `python -m normalize.dictionary > docs/data-dictionary.md`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from normalize import cite, families, schema
from normalize.model import Family

HEAD = """# Data dictionary

Written by `python -m normalize.dictionary` from the code; a test keeps it true.

All tables are Delta Lake tables under `<ARCHIVE_URL>/tables/<name>`, partitioned by `source`, with the change data feed
on. Each release of a document (one archived version of it) keeps its rows for ever, so what a table said at any time
stays queryable by `run_id` and `captured`; shaping a release again replaces exactly its own rows, in one commit. New
columns are added at the end and are null in older rows; a column never changes its type or its meaning. In SQL write
`"offset"` in double quotes: the word is reserved.
"""


def markdown() -> str:
    """The whole dictionary."""
    parts = [HEAD, *(_family(family) for family in families.ALL.values())]
    parts.append("## restatements\n\nWhat releases changed of the release before.\n\n" + _table(schema.CHANGES))
    parts.append("## releases\n\nOne row per release that was looked at.\n\n" + _table(schema.RELEASES))
    parts.append("## rejected\n\nWhat could not be used, never silently.\n\n" + _table(schema.REJECTED))
    parts.append("## Pointers\n\n" + _pointers())
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


def _pointers() -> str:
    return (cite.__doc__ or "").rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
