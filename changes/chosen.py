"""Which captures of a visit are compared, and the addresses they are of. Visits load this: it needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from archive.model import GOOD, Capture

RENDERED = "urn:dom:"  # prefix of the URL of a rendered page's record


def address(url: str) -> str:
    """The address of a page whose rendered form was archived."""
    return url.removeprefix(RENDERED)


def to_compare(captures: Iterable[Capture]) -> list[Capture]:
    """One capture per page or document, by identity: a good one rather than a bad one, then the later."""
    best: dict[str, Capture] = {}
    for capture in sorted(captures, key=lambda capture: (capture.label.quality in GOOD, capture.time)):
        if capture.label.role in ("page", "document") and capture.label.document and capture.type != "request":
            best[capture.label.document] = capture
    return [best[document] for document in sorted(best)]


def earlier_looks(captures: Iterable[Capture], chosen: Iterable[Capture]) -> dict[str, Capture]:
    """The look before the one chosen, of the documents that were looked at twice: as good or as bad as that one."""
    judged = {capture.label.document: capture for capture in chosen}
    found: dict[str, Capture] = {}
    for capture in sorted(captures, key=lambda capture: capture.time):
        document = capture.label.document
        last = judged.get(document)
        if not document or last is None or capture.type == "request" or capture.record_id == last.record_id:
            continue
        if capture.time <= last.time and (capture.label.quality in GOOD) == (last.label.quality in GOOD):
            found[document] = capture
    return found
