"""The Delta tables: `tables/<family>` for facts, `tables/releases` and `tables/rejected` for what became of documents.

Rows of one release are replaced as a whole and atomically, so writing again changes nothing. Change data feed is on.
Readable by anything that reads Delta Lake; the columns are in `docs/data-dictionary.md`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from archive.errors import StoreUnreachable

ATTEMPTS = 12  # a commit that lost against another writer is tried again on the new state
PAUSE = 0.05  # seconds, times the attempt


def location(name: str, url: str | None = None) -> str:
    """Where a table is: below `url` (default: ARCHIVE_URL)."""
    return f"{(url or os.environ['ARCHIVE_URL']).rstrip('/')}/tables/{name}"


def storage_options(url: str) -> dict[str, str]:
    """What delta-rs needs to know about S3; the credentials are the ordinary AWS_* of the environment."""
    if not url.startswith("s3://"):
        return {}
    options = {"aws_conditional_put": "etag", "aws_allow_http": "true"}
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION")
    options.update({name: os.environ[name] for name in names if os.environ.get(name)})
    return {"AWS_REGION": "us-east-1", **options}


def opened(name: str, url: str | None = None, *, version: int | None = None) -> DeltaTable | None:
    """The table, or None when nothing was ever written to it."""
    where = location(name, url)
    options = storage_options(where)
    if not DeltaTable.is_deltatable(where, storage_options=options):
        return None
    return DeltaTable(where, version=version, storage_options=options)


def read(name: str, url: str | None = None, *, where: Mapping[str, str] | None = None) -> pa.Table:
    """The rows of a table, narrowed to those whose columns equal `where`; an empty table when there is none yet."""
    table = opened(name, url)
    if table is None:
        return pa.table({})
    return table.to_pyarrow_table(filters=[(column, "=", value) for column, value in (where or {}).items()] or None)


def replace(
    name: str, schema: pa.Schema, rows: Iterable[Mapping[str, Any]], *, of: Mapping[str, str | Sequence[str]], url: str
) -> None:
    """Make `rows` the table's only rows among those that match `of` (column to a value or several), in one commit."""
    where = location(name, url)
    data = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _commit(where, data, predicate(of), storage_options(where))
            return
        except CommitFailedError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE * attempt)
        except (OSError, DeltaError) as error:  # what the disk or the object store answered, whatever it was
            action = "check that the store runs and has room; shaping goes on where it stopped"
            raise StoreUnreachable(f"the table {name} could not be written ({error})", action=action) from error


def _create(where: str, schema: pa.Schema, options: dict[str, str]) -> None:
    if not DeltaTable.is_deltatable(where, storage_options=options):
        DeltaTable.create(
            where, schema=schema, mode="ignore", partition_by=["source"], storage_options=options,
            configuration={"delta.enableChangeDataFeed": "true"},
        )  # fmt: skip


def _commit(where: str, data: pa.Table, matching: str, options: dict[str, str]) -> None:
    _create(where, data.schema, options)
    if data.num_rows:
        write_deltalake(where, data, mode="overwrite", predicate=matching, schema_mode="merge", storage_options=options)
    else:
        DeltaTable(where, storage_options=options).delete(matching)


def compact(name: str, url: str | None = None) -> int:
    """Join the many small files that visits leave; gives how many went. Rows, versions and the change feed stay."""
    table = opened(name, url)
    if table is None:
        return 0
    return int(table.optimize.compact()["numFilesRemoved"])


def switch(name: str, url: str, new: DeltaTable | None, *, sources: Sequence[str]) -> None:
    """Put the rows of `new` in the place of all rows of these sources, in one commit; the version before stays."""
    where = location(name, url)
    options = storage_options(where)
    of = predicate({"source": sources})
    if new is None:
        if DeltaTable.is_deltatable(where, storage_options=options):
            DeltaTable(where, storage_options=options).delete(of)
        return
    rows = new.to_pyarrow_dataset()
    _create(where, rows.schema, options)
    write_deltalake(
        where, rows.scanner().to_reader(), mode="overwrite", predicate=of, schema_mode="merge", storage_options=options
    )


def predicate(of: Mapping[str, str | Sequence[str]]) -> str:
    """SQL for: each column equals its value, or one of its values."""
    parts = []
    for column, wanted in of.items():
        values = [wanted] if isinstance(wanted, str) else sorted(set(wanted))
        quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        parts.append(f"{column} IN ({quoted})")
    return " AND ".join(parts)
