"""States of a page that come and go: a layout shown to some visitors, a server in another time zone.

A change is told, and so is the way back. What then happens again was seen before in both directions: it is a variant of
the page. A new line never is, and neither is a document that comes or goes.

A variant changes back, and what is settled does not: a page that shows only the other side of it for three visits in a
row has changed, and that is told. Till then it is compared with what was told of it last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from changes.fingerprint import digest
from changes.hunks import Account, Hunk, joined

REMEMBERED = 200  # signatures per document, the newest
SETTLED_AT = 3  # visits in a row that show one side only


def is_variant(hunk: Hunk, seen: Collection[str]) -> bool:
    """Whether this happened before, there and back."""
    return signature(hunk) in seen and signature(reverse(hunk)) in seen


def unsettled(seen: Iterable[str], away: Mapping[str, int]) -> set[str]:
    """The signatures that still explain something: not those that would do so for one visit too many."""
    return {mark for mark in seen if away.get(mark, 0) + 1 < SETTLED_AT}


def still_away(away: Mapping[str, int], there: Account | None) -> dict[str, int]:
    """The visits in a row in which the way back was not seen, by signature.

    `there` is in what the first of two looks differs from what was told last: what it shows unchanged is back.
    """
    return dict(away) if there is None else {mark: away.get(mark, 0) for mark in signatures(there)}


def another_visit(away: Mapping[str, int], text: Account, there: Account | None) -> dict[str, int]:
    """The visits in a row after one more that was explained by the variants in `text`."""
    marks = {digest(list(lines)) for lines in text.explained.get("variant", ())}
    return {mark: away.get(mark, 0) + 1 for mark in marks if there is None or mark in away}


def remember(seen: Iterable[str], text: Account) -> tuple[str, ...]:
    """The signatures to keep after a change was told, oldest first."""
    return tuple(dict.fromkeys([*seen, *signatures(text)]))[-REMEMBERED:]


def signatures(text: Account) -> list[str]:
    return [signature(hunk) for hunk in text.hunks]


def signature(hunk: Hunk) -> str:
    """16 hex digits that stand for "this went, that came"."""
    return digest([joined(hunk.removed), joined(hunk.added)])


def reverse(hunk: Hunk) -> Hunk:
    return Hunk(removed=hunk.added, added=hunk.removed)
