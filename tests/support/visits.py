"""What tests of visits share: a finished visit, and how the fixtures are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fidelity import Answer, Site

from archive.checks import Check, read_checks
from archive.model import Capture, Manifest
from archive.reader import load_captures, load_manifest, read_payload
from archive.records import Record, read_records
from archive.store import Store


@dataclass(frozen=True, kw_only=True)
class Visited:
    """A finished visit: its exit code, its output, and the archive it wrote to."""

    code: int
    output: str
    told: dict[str, Any]
    store: Store
    folder: Path

    @property
    def captures(self) -> Sequence[Capture]:
        return load_captures(self.store, self.told["source"], self.told["run_id"])

    @property
    def manifest(self) -> Manifest:
        return load_manifest(self.store, self.told["source"], self.told["run_id"])

    def of(self, url: str) -> list[Capture]:
        return [capture for capture in self.captures if capture.url == url]

    def one(self, url: str) -> Capture:
        (found,) = self.of(url)
        return found

    def body(self, url: str) -> bytes:
        return read_payload(self.store, self.one(url).citation()).body

    def records(self) -> Iterator[Record]:
        for path in sorted(self.folder.glob("runs/*/*/*/*.warc.gz")):
            if self.told["run_id"] in str(path):
                yield from read_records(path)

    def blocks(self, kind: str, url: str) -> list[bytes]:
        """The blocks of all records of this type and target, in order."""
        return [r.block.read() for r in self.records() if r.type == kind and r.field("WARC-Target-URI") == url]

    def checks(self, url: str) -> list[Check]:
        """The evidence of the exchanges with `url` that ended in a revisit."""
        return [check for record in self.records() for check in read_checks(record) if check.url == url]


Visitor = Callable[..., Visited]
SourceMaker = Callable[..., Path]
SiteMaker = Callable[[dict[str, Answer]], Site]
