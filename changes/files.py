"""Dated files of one document, compared in order of time without an archive: `fanlight compare --url URL FILE...`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from archive.model import GOOD, Quality, Role
from changes import html, media
from changes.compare import Difference, compare
from changes.fingerprint import Fingerprint, fingerprint, page
from changes.looks import passes
from changes.quality import assess
from changes.state import Doubt, doubted
from changes.variants import another_visit, remember, unsettled


class UnreadableFile(Exception):
    """A file that cannot be compared; the message names it and says why."""


def compare_files(url: str, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """One JSON-ready dict per consecutive pair of files, in the order given.

    Keys: `from`, `to` (file names), `verdict`, `grade`, `quality` and `why` of the later file, `documents` (URLs
    `added`, `removed`, and `relocated` as pairs), `detail`. The later file is compared with the last good one before
    it; a bad one is `suspect`.
    """
    if len(paths) < 2:
        raise UnreadableFile("give two files or more, the oldest first: a comparison needs a before and an after")
    past: Past = Past()
    past.take(url, paths[0])
    for before, after in itertools.pairwise(paths):
        quality, why, found = past.take(url, after)
        yield {
            "from": before.name,
            "to": after.name,
            "verdict": found.verdict,
            "grade": found.grade,
            "quality": quality,
            "why": why,
            "documents": {
                "added": [link.url for link in found.links.added],
                "removed": [link.url for link in found.links.removed],
                "relocated": [[old.url, new.url] for old, new in found.links.relocated],
            },
            "detail": json.loads(json.dumps(found.detail)),
        }


class Past:
    """What is known of one document after the files read so far: the last good one, and one held in suspicion."""

    def __init__(self) -> None:
        self.good: Fingerprint | None = None
        self.doubt: Doubt | None = None
        self.seen: tuple[str, ...] = ()
        self.away: dict[str, int] = {}

    def take(self, url: str, path: Path) -> tuple[Quality, str, Difference]:
        """Judge and compare the next file."""
        body = read(path)
        root = html.parse(body) if media.sniff(body) == media.HTML else None
        quality, why = judge(url, body, root)
        if quality not in GOOD:
            return quality, why, Difference(verdict="suspect", grade="capture", detail={"why": why})
        found = fingerprint(body, url=url) if root is None else page(root, url=url)
        difference = self.compare(found)
        if difference.verdict == "suspect":
            self.doubt = doubted(self.doubt, found.digest)
        else:
            self.believe(found, difference)
        return quality, why, difference

    def compare(self, found: Fingerprint) -> Difference:
        """A suspect that comes again and again is believed."""
        if self.good is None:
            return Difference(verdict="first", grade="none")
        confirmed = self.doubt is not None and self.doubt.believes(found.digest)
        return compare(self.good, found, confirmed=confirmed, seen=unsettled(self.seen, self.away))

    def believe(self, found: Fingerprint, difference: Difference) -> None:
        self.doubt = None
        self.seen = remember(self.seen, difference.text)
        self.away = another_visit(self.away, difference.text, None)
        if not passes(difference.text):
            self.good = found


def judge(url: str, body: bytes, root: html.Element | None) -> tuple[Quality, str]:
    """The quality of a bare file: there is no status and no header, so it is taken for an answer 200."""
    role: Role = "page" if root is not None or not body else "document"
    return assess(url=url, status=200, headers=(), body=body, role=role, root=root)


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read: {error.strerror}; give the path of an existing file") from error
