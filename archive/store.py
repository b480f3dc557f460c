"""The store: objects under keys, in S3 or in a folder, with the conditional writes everything else relies on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from archive.errors import StoreMisconfigured

RANGE = 16 << 20
Names = list[str]  # `list` means something else inside a store


class Store(Protocol):
    """Objects under keys (`a/b/c`, no leading slash). Every method may raise the Store* errors and NoSpace.

    A range that goes beyond the end of an object gives what there is, possibly nothing.

    `get` and `get_with_tag` raise NotFound. A tag names one version of an object, for `if_match`. `put` with
    `if_absent` raises AlreadyExists when the key is taken, with `if_match` Conflict when the object is no longer
    that version; it returns the new tag. An object appears whole or not at all.
    """

    url: str

    def get(self, key: str, *, start: int | None = None, length: int | None = None) -> bytes: ...
    def get_with_tag(self, key: str) -> tuple[bytes, str]: ...
    def put(self, key: str, data: bytes, *, if_absent: bool = False, if_match: str | None = None) -> str: ...
    def put_file(self, key: str, path: Path, *, if_absent: bool = True) -> None: ...
    def exists(self, key: str) -> bool: ...
    def list(self, prefix: str, *, start_after: str = "") -> Iterator[str]:
        """Keys that begin with `prefix`, sorted; after `start_after`, if `prefix` is a folder without folders."""
        ...

    def folders(self, prefix: str) -> Names:
        """Sorted names directly below `prefix` (which ends with a slash) that have something below them."""
        ...

    def check(self) -> None:
        """Raise the error that every other call would, if the store cannot be used."""
        ...


def open_store(url: str | None = None) -> Store:
    """The store at `url` (default: ARCHIVE_URL), `s3://bucket[/prefix]` or `file:///folder`. Connects to nothing."""
    address = url or os.environ.get("ARCHIVE_URL", "")
    if not address:
        raise StoreMisconfigured("ARCHIVE_URL is not set")
    parts = urlsplit(address)
    if parts.scheme == "s3" and parts.netloc:
        from archive.store_s3 import S3Store  # only now: boto3 takes a third of a second to load

        return S3Store(parts.netloc, prefix=parts.path.strip("/"), endpoint=os.environ.get("AWS_ENDPOINT_URL"))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        from archive.store_file import FileStore

        return FileStore(Path(unquote(parts.path)))
    raise StoreMisconfigured(f"{address!r} is neither s3://bucket nor file:///folder")


def read_object(store: Store, key: str, size: int) -> Iterator[bytes]:
    """An object of this size in ranges that fit into memory; one byte more if it is larger than that."""
    for start in range(0, size + 1, RANGE):
        yield store.get(key, start=start, length=min(RANGE, size + 1 - start))
