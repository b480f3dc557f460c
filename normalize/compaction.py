"""Tidy the Delta tables: join the small files that visits leave, delete files that no version needs any more.

Rows stay, and so do versions and the change feed. The commit is ours, because delta-rs's own `optimize` looks at
nothing that was committed while it read: rows that were replaced meanwhile would come back. The format is that of
https://github.com/delta-io/delta/blob/master/PROTOCOL.md: removed and added files whose data did not change.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from archive.errors import AlreadyExists, Corrupt
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
        size, stats = path.stat().st_size, _stats(path)
        if stats["numRecords"] != sum(file["num_records"] for file in files):
            raise Corrupt(f"joining files of the table {name} gave another number of rows: nothing was changed")
        store.put_file(f"tables/{name}/{new}", path)
    added = {"path": new, "size": size, "modificationTime": _now(), "stats": json.dumps(stats)}
    _commit(store, name, table.version() + 1, source, removed=files, added=added)
    return len(files)


def _small(table: DeltaTable) -> list[File]:
    """The small files of the first source that has several, as many as fit together."""
    files = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    small = [file for file in files if file["size_bytes"] < SMALL // 2]
    small.sort(key=itemgetter("partition.source", "modification_time", "path"))
    for _, mine in itertools.groupby(small, key=itemgetter("partition.source")):
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
    every = tables.rows_of(table)
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
    ranges = {name: [one.statistics for one in columns if one.path_in_schema == name] for name in LOOKED_FOR}
    known = {name: several for name, several in ranges.items() if all(one and one.has_min_max for one in several)}
    return {
        "numRecords": found.num_rows,
        "minValues": {name: min(one.min for one in several) for name, several in known.items()},
        "maxValues": {name: max(one.max for one in several) for name, several in known.items()},
    }


def _commit(
    store: Store, name: str, version: int, source: str, *, removed: Sequence[File], added: Mapping[str, Any]
) -> None:
    """Append to the table's log, as version `version` or, where others only wrote to other sources, a later one."""
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
    for number in itertools.count(version):
        key = f"tables/{name}/_delta_log/{number:020}.json"
        try:
            store.put(key, lines.encode(), if_absent=True)
        except AlreadyExists as error:
            if _concerns(store.get(key), source):
                raise CommitFailedError(f"version {number} of {name} was made meanwhile") from error
        else:
            return


def _concerns(entry: bytes, source: str) -> bool:
    """Whether a version of a table is another after this entry of its log, for one of its sources."""
    for action in map(json.loads, entry.splitlines()):
        for kind, said in action.items():
            partition = said.get("partitionValues", {}).get("source", source)
            if kind in ("metaData", "protocol") or (kind in ("add", "remove") and partition == source):
                return True
            if kind == "txn" and said["appId"] == source:
                return True
    return False


def _now() -> int:
    return int(time.time() * 1000)  # milliseconds
