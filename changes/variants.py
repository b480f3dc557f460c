"""States of a page that come and go: a layout shown to some visitors, a server in another time zone.

A change is told, and so is the way back. What then happens again was seen before in both directions: it is a variant of
the page. A new line never is, and neither is a document that comes or goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from changes.fingerprint import digest
from changes.hunks import Account, Hunk, joined

REMEMBERED = 200  # signatures per document, the newest


def explain_variants(text: Account, seen: Collection[str]) -> None:
    """Take away the hunks that happened before, there and back."""
    if not seen:
        return
    for hunk in text.hunks:
        if signature(hunk) in seen and signature(reverse(hunk)) in seen:
            text.note("variant", joined(hunk.removed), joined(hunk.added))
            hunk.removed, hunk.added = [], []
    text.close()


def remember(seen: Iterable[str], text: Account) -> tuple[str, ...]:
    """The signatures to keep after a change was told, oldest first."""
    kept = dict.fromkeys([*seen, *map(signature, text.hunks)])
    return tuple(kept)[-REMEMBERED:]


def signature(hunk: Hunk) -> str:
    """16 hex digits that stand for "this went, that came"."""
    return digest([joined(hunk.removed), joined(hunk.added)])


def reverse(hunk: Hunk) -> Hunk:
    return Hunk(removed=hunk.added, added=hunk.removed)
