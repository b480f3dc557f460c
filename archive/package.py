"""Checking WACZ packages: a ZIP with WARCs, indexes and pages, and a list of them with their digests.

wacz-zip       the ZIP and each entry can be read
wacz-list      datapackage.json is there, can be read, and has the digest that datapackage-digest.json says
wacz-resource  every listed file is there, with the size and digest listed
wacz-unlisted  every WARC, index and page list is listed
"""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.digests import Digest, sha256
from archive.findings import Finding

LIST, LIST_DIGEST = "datapackage.json", "datapackage-digest.json"
LISTED = ("archive/", "indexes/", "pages/")
Verify = Callable[..., Iterator[Finding]]


def package_findings(path: Path, where: str, verify: Verify) -> Iterator[Finding]:
    """Findings about a package and, by `verify`, about the archives in it, which are called `<package>!<file>`."""
    try:
        with zipfile.ZipFile(path) as package:
            yield from _findings(package, where, verify)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        yield Finding(where=where, offset=0, rule="wacz-zip", message=f"it cannot be unpacked: {error}")


def _findings(package: zipfile.ZipFile, where: str, verify: Verify) -> Iterator[Finding]:
    names = [name for name in package.namelist() if not name.endswith("/")]
    listed = _listed(package)
    if listed is None:
        yield Finding(where=where, offset=0, rule="wacz-list", message=f"{LIST} is missing or cannot be read")
    for name, digest, size in listed or ():
        if fault := _resource_fault(package, name, digest, size):
            yield Finding(where=where, offset=0, rule="wacz-resource", message=fault)
    for name in sorted(set(names) - {name for name, _, _ in listed or ()}):
        if name.startswith(LISTED):
            yield Finding(where=where, offset=0, rule="wacz-unlisted", message=f"{name} is not in {LIST}")
    if fault := _digest_fault(package, names):
        yield Finding(where=where, offset=0, rule="wacz-list", message=fault)
    for name in names:
        if name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")):
            yield from _inner(package, name, where, verify)


def _listed(package: zipfile.ZipFile) -> list[tuple[str, str, int]] | None:
    """Name, digest and size of each resource; older packages keep the latter two apart under `stats`."""
    try:
        return [_entry(one) for one in json.loads(package.read(LIST))["resources"]]
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _entry(one: dict[str, Any]) -> tuple[str, str, int]:
    path, digest = one["path"], one.get("hash") or f"{one['hashing']}:{one['stats']['hash']}"
    size = one.get("bytes", one.get("stats", {}).get("bytes", -1))
    if isinstance(path, str) and isinstance(digest, str) and isinstance(size, int):
        return path, digest, size
    raise TypeError(one)


def _resource_fault(package: zipfile.ZipFile, name: str, said: str, size: int) -> str | None:
    if name not in package.namelist():
        return f"{name} is listed, but is not there"
    data = package.read(name)
    digest = Digest.parse(said)
    if len(data) != size:
        return f"{name} has {len(data)} bytes, {size} are listed"
    return None if digest and digest.fits([data]) else f"{name} is not what {said} was made of"


def _digest_fault(package: zipfile.ZipFile, names: list[str]) -> str | None:
    if LIST_DIGEST not in names or LIST not in names:
        return None
    try:
        said = json.loads(package.read(LIST_DIGEST))["hash"]
    except (KeyError, ValueError, TypeError, RecursionError):
        return f"{LIST_DIGEST} cannot be read"
    found = sha256(package.read(LIST))
    return None if said == found else f"{LIST} has the digest {found}, {LIST_DIGEST} says {said}"


def _inner(package: zipfile.ZipFile, name: str, where: str, verify: Verify) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(package.read(name))
        yield from verify(path, name=f"{where}!{name}")
