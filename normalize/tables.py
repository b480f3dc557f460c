"""The Delta tables: `tables/<family>` for facts, `tables/releases` and `tables/rejected` for what became of documents.

Rows of one release are replaced as a whole and atomically, so writing again changes nothing. Change data feed is on.
Of two commits at once to one source of a table the later is made again, on what the earlier left.
Readable by anything that reads Delta Lake; the columns are in `docs/data-dictionary.md`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as fs
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from pyarrow.parquet import filters_to_expression

from archive.errors import Busy, StoreUnreachable

ATTEMPTS = 30  # a commit that lost against another writer is tried again on the new state
PAUSE = 0.05  # seconds, times the attempt, at most
T = TypeVar("T")
Wanted = Mapping[str, str | Sequence[str]]  # column to its value, or to several that will do
Releases = Mapping[str, Sequence[str]]  # run id to documents


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


def dataset(name: str, schema: pa.Schema, url: str | None = None) -> ds.Dataset:
    """All rows of a table, with at least the columns of `schema`: a table written before they came has nulls there."""
    table = opened(name, url)
    if table is None:
        return ds.dataset(schema.empty_table())
    found = rows_of(table)
    added = [field for field in schema if field.name not in found.schema.names]
    return found.replace_schema(pa.schema([*found.schema, *added])) if added else found


def read(name: str, url: str | None = None, *, where: Wanted | None = None) -> pa.Table:
    """The rows of a table, narrowed to those that match `where`; an empty table when there is none yet."""
    table = opened(name, url)
    if table is None:
        return pa.table({})
    return rows_of(table).to_table(filter=_filter(where or {}))


def scan(name: str, url: str, *, where: Wanted, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """These columns of the rows of a table that match `where`, batch by batch: not all of them fit into memory."""
    table = opened(name, url)
    if table is not None:
        yield from rows_of(table).to_batches(columns=list(columns), filter=_filter(where))


def _filter(where: Wanted) -> ds.Expression | None:
    filters = [(column, "in", _several(wanted)) for column, wanted in where.items()]
    return filters_to_expression(filters) if filters else None


def rows_of(table: DeltaTable) -> ds.Dataset:
    """All rows of a table as it was opened.

    Read through files of Arrow's own: those of delta-rs are written in Python, and when the interpreter ends while one
    of Arrow's threads is still closing such a file, the whole process aborts.
    """
    files, folder = _files(table.table_uri)
    return table.to_pyarrow_dataset(filesystem=fs.SubTreeFileSystem(folder, files))


def replace(
    name: str, schema: pa.Schema, rows: Iterable[Mapping[str, Any]], *, source: str, of: Releases, url: str
) -> None:
    """Make `rows` the table's only rows among those of these releases of `source`, in one commit."""
    where = location(name, url)
    data = pa.Table.from_pylist(list(rows), schema=schema)
    matching = _of_releases(source, of)
    committed(name, lambda: _commit(where, data, matching, [source], storage_options(where)))


def committed(name: str, commit: Callable[[], T]) -> T:
    """What `commit` gives, tried again on the new state of the table when another writer was faster."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return commit()
        except CommitFailedError as error:
            if attempt == ATTEMPTS:
                raise Busy(f"others write to the table {name} all the time ({error})") from error
            time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311 - it guards nothing
        except (OSError, DeltaError) as error:  # what the disk or the object store answered, whatever it was
            action = "check that the store runs and has room; shaping goes on where it stopped"
            raise StoreUnreachable(f"the table {name} could not be written ({error})", action=action) from error
    raise AssertionError("the last attempt returns or raises")


def _create(where: str, schema: pa.Schema, options: dict[str, str]) -> None:
    if not DeltaTable.is_deltatable(where, storage_options=options):
        DeltaTable.create(
            where, schema=schema, mode="ignore", partition_by=["source"], storage_options=options,
            configuration={"delta.enableChangeDataFeed": "true"},
        )  # fmt: skip


def _commit(where: str, data: pa.Table, matching: str, sources: Sequence[str], options: dict[str, str]) -> None:
    if data.num_rows:
        _create(where, data.schema, options)
        _overwrite(where, data, matching, sources, options)
    else:
        _delete(where, matching, sources, options)


def _overwrite(
    where: str, data: pa.Table | pa.RecordBatchReader, matching: str, sources: Sequence[str], options: dict[str, str]
) -> None:
    write_deltalake(
        where, data, mode="overwrite", predicate=matching, schema_mode="merge", storage_options=options,
        commit_properties=_alone(sources),
    )  # fmt: skip


def _delete(where: str, matching: str, sources: Sequence[str], options: dict[str, str]) -> None:
    if DeltaTable.is_deltatable(where, storage_options=options):
        DeltaTable(where, storage_options=options).delete(matching, commit_properties=_alone(sources))


def _alone(sources: Iterable[str]) -> CommitProperties:
    """That of two commits at once which both name one of these sources the later fails."""
    return CommitProperties(app_transactions=[Transaction(source, time.time_ns()) for source in sources])


def switch(name: str, url: str, new: DeltaTable | None, *, sources: Sequence[str]) -> None:
    """Put the rows of `new` in the place of all rows of these sources, in one commit; the version before stays."""
    where = location(name, url)
    committed(name, lambda: _switch(where, new, sources, storage_options(where)))


def _switch(where: str, new: DeltaTable | None, sources: Sequence[str], options: dict[str, str]) -> None:
    matching = predicate({"source": sources})
    if new is None:
        _delete(where, matching, sources, options)
    else:
        rows = rows_of(new)
        _create(where, rows.schema, options)
        _overwrite(where, rows.scanner().to_reader(), matching, sources, options)


def newest(url: str) -> datetime | None:
    """When the newest file below a folder was written; None when there is none."""
    files, folder = _files(url)
    found = files.get_file_info(fs.FileSelector(folder, allow_not_found=True, recursive=True))
    return max((info.mtime for info in found if info.is_file), default=None)


def remove(url: str) -> None:
    """Delete a folder of tables that nobody reads any more."""
    files, folder = _files(url)
    files.delete_dir(folder)


def _files(url: str) -> tuple[fs.FileSystem, str]:
    """The files of a store, and the folder in it."""
    parts, options = urlsplit(url), storage_options(url)
    if parts.scheme != "s3":
        return fs.LocalFileSystem(), str(Path(url2pathname(parts.path)))
    endpoint = urlsplit(options.get("AWS_ENDPOINT_URL", ""))
    files = fs.S3FileSystem(
        access_key=options.get("AWS_ACCESS_KEY_ID"), secret_key=options.get("AWS_SECRET_ACCESS_KEY"),
        session_token=options.get("AWS_SESSION_TOKEN"), region=options["AWS_REGION"],
        scheme=endpoint.scheme or "https", endpoint_override=endpoint.netloc or None,
    )  # fmt: skip
    return files, parts.netloc + parts.path.rstrip("/")


def predicate(of: Wanted) -> str:
    """SQL for: each column equals its value, or one of its values."""
    return " AND ".join(f"{column} IN ({', '.join(map(quoted, _several(wanted)))})" for column, wanted in of.items())


def quoted(text: str) -> str:
    """Text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _several(wanted: str | Sequence[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else sorted(set(wanted))


def _of_releases(source: str, of: Releases) -> str:
    """SQL for: rows of one of these releases."""
    parts = [predicate({"run_id": run_id, "document": documents}) for run_id, documents in sorted(of.items())]
    return f"{predicate({'source': source})} AND ({' OR '.join(f'({part})' for part in parts)})"
