"""What earlier visits know: the bytes of a URL, and the validators to ask again with. From manifests and indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.model import GOOD, Capture, Manifest
from archive.reader import Payload, load_captures, load_manifest, read_payload
from archive.store import Store
from changes.chosen import to_compare

LOOK_BACK = 8  # visits: one that failed knows little, the one before it may know more
LONGEST_SEARCH = 10  # complete visits in a row that ask for what is missing and named nowhere any more
TRUSTED = timedelta(days=30)  # a validator older than this is not relied on: the whole is fetched and compared


@dataclass(kw_only=True, slots=True)
class Known:
    """The last good capture of each URL asked for with GET, in earlier visits and in this one.

    `documents` are the last good captures of pages and documents in earlier visits, by identity, `missing` those that
    were not there (404, 410), unless they were not for LONGEST_SEARCH visits in a row.
    """

    store: Store
    captures: dict[str, Capture] = field(default_factory=dict)
    documents: dict[str, Capture] = field(default_factory=dict)
    missing: dict[str, Capture] = field(default_factory=dict)

    def of(self, url: str) -> Capture | None:
        return self.captures.get(url)

    def learn(self, capture: Capture) -> None:
        if capture.method == "GET" and capture.label.quality in GOOD and capture.type != "request":
            self.captures[capture.url] = capture

    def forget(self, url: str) -> None:
        self.captures.pop(url, None)

    def validators(self, url: str, now: datetime) -> list[tuple[bytes, bytes]]:
        """The header fields of a conditional request for `url`; none when it must be fetched whole."""
        capture = self.of(url)
        if capture is None or now - capture.as_original().time > TRUSTED:
            return []
        named = ((b"If-None-Match", capture.label.etag), (b"If-Modified-Since", capture.label.modified))
        return [(name, value.encode("latin-1", "replace")) for name, value in named if value]

    def read(self, capture: Capture) -> Payload:
        """What `capture` holds. Raises ArchiveError."""
        return read_payload(self.store, capture.citation())


def known_before(store: Store, previous: Manifest | None) -> Known:
    """What the visits before this one know, newest first. Raises ArchiveError."""
    known = Known(store=store)
    for _ in range(LOOK_BACK):
        if previous is None:
            break
        captures = load_captures(store, previous.source, previous.run_id)
        for capture in captures:
            if capture.url not in known.captures and capture.status == 200:
                known.learn(capture)
        for capture in to_compare(captures):
            if capture.label.quality in GOOD:
                known.documents.setdefault(capture.label.document or "", capture)
            elif capture.label.quality == "gone":
                known.missing.setdefault(capture.label.document or "", capture)
        if previous.outcome == "complete" or previous.previous is None:
            break
        previous = load_manifest(store, previous.source, previous.previous)
    for document in _long_missing(store, previous, known.missing.keys()):
        del known.missing[document]
    return known


def _long_missing(store: Store, last: Manifest | None, missing: Iterable[str]) -> set[str]:
    """Those that every one of the last LONGEST_SEARCH complete visits met as missing. Raises ArchiveError."""
    left, visits = set(missing), 0
    while left and last and visits < LONGEST_SEARCH:
        if last.outcome == "complete":
            best = to_compare(load_captures(store, last.source, last.run_id))
            left &= {capture.label.document or "" for capture in best if capture.label.quality == "gone"}
            visits += 1
        last = load_manifest(store, last.source, last.previous) if last.previous else None
    return left if visits == LONGEST_SEARCH else set()
