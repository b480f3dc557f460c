"""The same tables on S3, with several writers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shaping import keep

from archive.store import Store
from normalize import tables
from normalize.run import shape

HEAD = b"app,policy_area,metric,period,value\n"


@pytest.mark.stack
def test_writers_at_once_lose_nothing(s3_store: Store, tmp_path: Path) -> None:
    visits = [
        keep(
            s3_store,
            tmp_path,
            f"2026040{n}T000000Z-00000{n}",
            [("https://portal.example/a.csv", "text/csv", HEAD + body)],
        )
        for n, body in enumerate((b"L,O,A,2021Q%d,%d\n" % (n, n) for n in range(1, 5)), 1)
    ]

    def run(items: list) -> int:  # type: ignore[type-arg]
        return shape(s3_store, source="demo", publisher="P", family="enforcement", items=items).facts

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, [*visits, *visits])) == [1] * 8
    found = tables.read("enforcement", s3_store.url).to_pylist()
    assert sorted(row["raw_value"] for row in found) == ["1", "2", "3", "4"]
    assert tables.read("releases", s3_store.url).num_rows == 4
