"""The contract of a store, for a folder and for a real S3 server alike; and what goes wrong."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stores import S3Server, free_ports

from archive import store as stores
from archive import store_s3
from archive.errors import (
    AlreadyExists,
    Conflict,
    NoSpace,
    NotFound,
    StoreDenied,
    StoreMisconfigured,
    StoreUnreachable,
)
from archive.store import Store, open_store


def test_an_object_comes_back_whole_and_in_ranges(store: Store) -> None:
    store.put("a/b", b"0123456789")
    assert store.get("a/b") == b"0123456789"
    assert store.get("a/b", start=3, length=4) == b"3456"
    assert store.get("a/b", start=7) == b"789"
    assert store.get("a/b", start=8, length=9) == b"89"
    assert store.get("a/b", start=10, length=1) == store.get("a/b", start=99) == b""
    store.put("a/empty", b"")
    assert store.get("a/empty") == store.get("a/empty", start=0, length=1) == b""
    assert store.exists("a/b") and not store.exists("a/c") and not store.exists("a")


def test_a_missing_object_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="a/b"):
        store.get("a/b")
    with pytest.raises(NotFound):
        store.get("a/b", start=3, length=4)


def test_if_absent_lets_only_the_first_write_stand(store: Store) -> None:
    store.put("log/1", b"first", if_absent=True)
    with pytest.raises(AlreadyExists):
        store.put("log/1", b"second", if_absent=True)
    assert store.get("log/1") == b"first"


def test_if_match_refuses_what_changed_since_it_was_read(store: Store) -> None:
    store.put("cursor", b"1")
    data, tag = store.get_with_tag("cursor")
    assert data == b"1"
    newer = store.put("cursor", b"2", if_match=tag)
    assert newer == store.get_with_tag("cursor")[1] != tag
    with pytest.raises(Conflict):
        store.put("cursor", b"3", if_match=tag)
    assert store.get("cursor") == b"2"


def test_of_many_exclusive_writers_one_wins(store: Store) -> None:
    won: list[int] = []

    def write(number: int) -> None:
        try:
            store.put("race/1", b"%d" % number, if_absent=True)
        except AlreadyExists:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [b"%d" % number for number in won] == [store.get("race/1")]


def test_listing_is_sorted_by_whole_key_and_can_be_resumed(store: Store) -> None:
    keys = ["r/a-b/1", "r/a/1", "r/a/2", "r/a/10", "r/ab", "s/1"]
    for key in keys:
        store.put(key, b"x")
    assert list(store.list("r/")) == sorted(keys[:5])
    assert list(store.list("r/a")) == sorted(keys[:5])
    assert list(store.list("r/a/", start_after="r/a/10")) == ["r/a/2"]
    assert list(store.list("nothing/")) == []
    assert store.folders("r/") == ["a", "a-b"]
    assert store.folders("nothing/") == []


def test_a_file_is_put_once(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"bytes" * 1000)
    store.put_file("runs/x.warc.gz", tmp_path / "file")
    with pytest.raises(AlreadyExists):
        store.put_file("runs/x.warc.gz", tmp_path / "file")
    assert store.get("runs/x.warc.gz") == b"bytes" * 1000


def test_a_large_file_goes_up_in_parts_and_only_once(
    s3_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_s3, "MULTIPART_FROM", 1 << 20)
    monkeypatch.setattr(store_s3, "PART", 5 << 20)
    content = os.urandom(12 << 20)
    (tmp_path / "large").write_bytes(content)
    s3_store.put_file("large", tmp_path / "large")
    assert s3_store.get("large") == content
    (tmp_path / "large").write_bytes(b"other" * (1 << 20))
    with pytest.raises(AlreadyExists):
        s3_store.put_file("large", tmp_path / "large")
    assert s3_store.get("large") == content


def test_an_object_is_read_in_ranges_and_one_byte_further(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "RANGE", 4)
    store.put("x", b"01234567")
    assert list(stores.read_object(store, "x", 8)) == [b"0123", b"4567", b""]
    assert b"".join(stores.read_object(store, "x", 6)) == b"0123456"


def test_a_key_cannot_leave_the_folder(file_store: Store) -> None:
    for key in ("../x", "a/../../x", "/etc/x", "a//b", ".lock"):
        with pytest.raises(StoreMisconfigured):
            file_store.put(key, b"")


def test_a_full_disk_leaves_nothing_half_written(file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace, match="no room") as caught:
        file_store.put("a/b", b"data")
    assert caught.value.retry and not file_store.exists("a/b")
    monkeypatch.undo()
    assert list(file_store.list("")) == []


@pytest.mark.parametrize("url", ["", "http://host/x", "s3://", "file://relative", "/folder"])
def test_an_address_that_is_none_says_what_to_set(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHIVE_URL", raising=False)
    with pytest.raises(StoreMisconfigured, match="ARCHIVE_URL"):
        open_store(url)


def test_wrong_credentials_are_denied(s3_env: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    for use in (lambda one: one.check(), lambda one: one.put("x", b""), lambda one: one.get("x")):
        with pytest.raises(StoreDenied, match="AWS_SECRET_ACCESS_KEY"):
            use(open_store(f"s3://{s3_env.bucket}"))


def test_no_credentials_are_denied(s3_env: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreDenied, match="no credentials"):
        open_store(f"s3://{s3_env.bucket}").check()


@pytest.mark.usefixtures("s3_env")
def test_a_missing_bucket_is_a_wrong_address() -> None:
    with pytest.raises(StoreMisconfigured, match="Create the bucket"):
        open_store("s3://no-such-bucket").check()


def test_nothing_at_the_address_is_unreachable(s3_env: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_ports(1)[0]}")
    with pytest.raises(StoreUnreachable, match="AWS_ENDPOINT_URL") as caught:
        open_store(f"s3://{s3_env.bucket}").check()
    assert caught.value.retry


@pytest.mark.usefixtures("s3_env")
@pytest.mark.parametrize("endpoint", ["not a url", "ftp://x"])
def test_an_endpoint_that_is_none_is_a_wrong_address(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises((StoreMisconfigured, StoreUnreachable)):
        open_store("s3://bucket").check()


def test_a_bucket_without_room_says_so(s3_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"Error": {"Code": "XMinioStorageFull"}, "ResponseMetadata": {"HTTPStatusCode": 507}}

    def full(**_: object) -> None:
        raise ClientError(answer, "PutObject")  # type: ignore[arg-type]

    monkeypatch.setattr(s3_store._client, "put_object", full)
    with pytest.raises(NoSpace):
        s3_store.put("x", b"")
