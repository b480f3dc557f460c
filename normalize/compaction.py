"""Tidy the Delta tables: join the small files that visits leave, delete files that no version needs any more.

Rows stay, and so do versions and the change feed. The commit is ours, because delta-rs's own `optimize` looks at
nothing that was committed while it read: rows that were replaced meanwhile would come back. The format is that of
https://github.com/delta-io/delta/blob/master/PROTOCOL.md: removed and added files whose data did not change.
"""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from archive.errors import AlreadyExists
from archive.store import Store
from normalize import tables

SMALL = 64 << 20  # bytes of a file that is joined with others, and of what is joined at once
KEPT = 30 * 24  # hours for which versions can be gone back to, as Delta's own log
ROWS = 100_000  # of a row group
LOOKED_FOR = ("document", "run_id")  # columns whose range is noted, so that readers can pass the file over
File = Mapping[str, Any]  # as a row of `DeltaTable.get_add_actions`


def compact(name: str, store: Store) -> int:
    """Join the small files of each source in a table; gives how many went."""
    gone = 0
    while joined := tables.committed(name, partial(_join, name, store)):
        gone += joined
    return gone


def vacuum(name: str, store: Store, *, hours: int = KEPT) -> int:
    """Delete files that no version of the last `hours` needs; gives how many. Every release stays: it is rows."""
    table = tables.opened(name, store.url)
    if table is None:
        return 0
    return len(table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True))


def _join(name: str, store: Store) -> int:
    """Join some small files of one source; gives how many, 0 when none are left that could be joined."""
    table = tables.opened(name, store.url)
    files = _small(table) if table else []
    if table is None or not files:
        return 0
    source = files[0]["partition.source"]
    new = f"source={source}/part-{uuid.uuid4()}.parquet"
    with tempfile.TemporaryDirectory() as folder:
        path = _written(_rows(table, {file["path"] for file in files}), folder)
        size, stats = path.stat().st_size, json.dumps(_stats(path))
        store.put_file(f"tables/{name}/{new}", path)
    added = {"path": new, "size": size, "modificationTime": _now(), "stats": stats}
    _commit(store, name, table.version() + 1, source, removed=files, added=added)
    return len(files)


def _small(table: DeltaTable) -> list[File]:
    """The small files of the first source that has several, as many as fit together."""
    files = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    small = [file for file in files if file["size_bytes"] < SMALL // 2]
    small.sort(key=itemgetter("partition.source", "modification_time", "path"))
    for _, mine in groupby(small, key=itemgetter("partition.source")):
        chosen = _fitting(mine)
        if len(chosen) > 1:
            return chosen
    return []


def _fitting(files: Iterable[File]) -> list[File]:
    chosen, size = [], 0
    for file in files:
        size += file["size_bytes"]
        if size > SMALL:
            break
        chosen.append(file)
    return chosen


def _rows(table: DeltaTable, paths: set[str]) -> ds.Scanner:
    """The rows of these files, without the column that their folder says."""
    every = table.to_pyarrow_dataset()
    fragments = [fragment for fragment in every.get_fragments() if fragment.path in paths]
    joined = ds.FileSystemDataset(fragments, every.schema, every.format, every.filesystem)
    return joined.scanner(columns=[column for column in every.schema.names if column != "source"])


def _written(rows: ds.Scanner, folder: str) -> Path:
    as_zstd = ds.ParquetFileFormat().make_write_options(compression="zstd")
    ds.write_dataset(
        rows, folder, format=as_zstd.format, file_options=as_zstd, basename_template="{i}.parquet",
        min_rows_per_group=ROWS, max_rows_per_group=ROWS, preserve_order=True,
    )  # fmt: skip
    return Path(folder) / "0.parquet"


def _stats(path: Path) -> dict[str, Any]:
    """What the log says of a file: how many rows it has, and the range of some columns."""
    found = pq.read_metadata(path)
    groups = [found.row_group(number) for number in range(found.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    ranges = {
        name: [column.statistics for column in columns if column.path_in_schema == name and column.statistics]
        for name in LOOKED_FOR
    }
    return {
        "numRecords": found.num_rows,
        "minValues": {name: min(one.min for one in several) for name, several in ranges.items() if several},
        "maxValues": {name: max(one.max for one in several) for name, several in ranges.items() if several},
    }


def _commit(
    store: Store, name: str, version: int, source: str, *, removed: Sequence[File], added: Mapping[str, Any]
) -> None:
    """Append to the table's log, as the version that follows the one which was read and no other."""
    where = {"partitionValues": {"source": source}, "dataChange": False}
    said = {"timestamp": _now(), "operation": "OPTIMIZE", "operationParameters": {}, "readVersion": version - 1}
    gone = {"deletionTimestamp": _now(), "extendedFileMetadata": True, **where}
    actions = [
        {"commitInfo": said},
        {"txn": {"appId": source, "version": time.time_ns()}},  # who writes to what was read must begin again
        *({"remove": {"path": file["path"], "size": file["size_bytes"], **gone}} for file in removed),
        {"add": {**added, **where}},
    ]
    lines = "".join(json.dumps(action) + "\n" for action in actions)
    try:
        store.put(f"tables/{name}/_delta_log/{version:020}.json", lines.encode(), if_absent=True)
    except AlreadyExists as error:
        raise CommitFailedError(f"another writer made version {version} of {name}") from error


def _now() -> int:
    return int(time.time() * 1000)  # milliseconds
