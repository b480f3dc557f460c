"""The same tables on S3: several writers at once, killed writers, tables that were deleted."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from shaping import keep
from stores import S3Server

from archive.store import Store
from changes.run import compare_visit
from normalize import compaction, reprocess, tables, views
from normalize.model import Item
from normalize.run import shape

pytestmark = pytest.mark.stack
HEAD = b"app,policy_area,metric,period,value\n"
TABLES = ("enforcement", "releases", "restatements", "rejected")
URL = "https://portal.example/a.csv"


def visit(store: Store, spool: Path, number: int) -> list[Item]:
    """One file that says another figure at each visit, and one that cannot be shaped."""
    documents = [
        (URL, "text/csv", HEAD + b"L,O,A,2021Q2,%d\n" % number),
        ("https://portal.example/b.csv", "text/csv", b"no,figures\nin,it %d\n" % number),
    ]
    return keep(store, spool, f"202604{number:02d}T000000Z-{number:06x}", documents, family="enforcement")


def run(store: Store, items: list[Item]) -> None:
    shape(store, source="demo", publisher="Lantern Ltd", family="enforcement", items=items)


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(tables.read(name, store.url).to_pylist(), key=str) for name in TABLES}


def test_writers_at_once_lose_nothing(s3_store: Store, tmp_path: Path) -> None:
    visits = [visit(s3_store, tmp_path, number) for number in range(1, 5)]
    with ThreadPoolExecutor(5) as pool:
        shaped = [pool.submit(run, s3_store, items) for items in (*visits, *reversed(visits))]
        tidied = [pool.submit(compaction.compact, name, s3_store) for name in TABLES * 2]
        for done in (*shaped, *tidied):
            done.result()
    found = rows(s3_store)
    assert [row["raw_value"] for row in found["enforcement"]] == ["1", "2", "3", "4"]
    assert (len(found["releases"]), len(found["rejected"])) == (8, 4)
    changes = sorted((row["before_raw"], row["after_raw"]) for row in found["restatements"])
    assert changes == [("1", "2"), ("2", "3"), ("3", "4")]


class Killed(BaseException):
    """As when the process ends here."""


def test_killed_between_any_two_writes_and_tried_again(
    s3_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = [visit(s3_store, tmp_path, number) for number in (1, 2)]
    commit = tables._commit
    left = 0

    def or_die(*given: Any) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        commit(*given)

    monkeypatch.setattr(tables, "_commit", or_die)
    for commits in itertools.count():
        left = commits
        try:
            for items in visits:
                run(s3_store, items)
        except Killed:
            continue
        break
    assert commits > 5
    once = rows(s3_store)
    assert [row["raw_value"] for row in once["enforcement"]] == ["1", "2"]
    assert [(row["before_raw"], row["after_raw"]) for row in once["restatements"]] == [("1", "2")]
    left = 99
    run(s3_store, [item for items in visits for item in items])
    assert rows(s3_store) == once


def test_deleted_tables_come_back_row_by_row(s3_store: Store, s3: S3Server, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        items = visit(s3_store, tmp_path, number)
        compare_visit(s3_store, "demo", items[0].run_id)
        run(s3_store, items)
    before = rows(s3_store)
    assert [len(before[name]) for name in TABLES] == [3, 6, 2, 3]
    delete(s3, s3_store.url, "tables/")
    assert not list(s3_store.list("tables/"))
    assert [facts for _, facts in reprocess.shape_visits(s3_store, "r1", reprocess.visits(s3_store))] == [3]
    reprocess.switch(s3_store, "r1", ["demo"])
    assert rows(s3_store) == before
    said = "SELECT raw_value FROM enforcement_as_of('2026-04-02T12:00')"
    assert views.connect(s3_store.url).execute(said).fetchall() == [("2",)]
    assert compaction.vacuum("enforcement", s3_store, hours=0) == 0
    assert reprocess.forget(s3_store, datetime(2021, 1, 1, tzinfo=UTC)) == []
    assert reprocess.forget(s3_store, datetime(2100, 1, 1, tzinfo=UTC)) == ["r1"]
    assert reprocess.forget(s3_store, datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert all(key.endswith("/") for key in s3_store.list("rebuild/"))  # the server may keep names of folders
    assert rows(s3_store) == before


def delete(s3: S3Server, url: str, prefix: str) -> None:
    client = boto3.client(
        "s3", endpoint_url=s3.endpoint, aws_access_key_id=s3.access_key, aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
    )  # fmt: skip
    bucket, _, folder = url.removeprefix("s3://").partition("/")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{folder}/{prefix}")
    for one in [one for page in pages for one in page.get("Contents", ())]:
        client.delete_object(Bucket=bucket, Key=one["Key"])
