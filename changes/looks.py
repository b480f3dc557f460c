"""Two looks at one document in one visit. What both say is so; what only one says comes and goes, and is no news.

A visitor looks again at what differs from the last visit. What the first look showed and the second does not any more
is a variant of the page, known from then on; what says something else whenever it is asked is a counter. Neither is
told, and neither becomes what the next visit is compared with: once it stays, it is told. All that the second look
shows beside that is told as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from changes.blocks import Block
from changes.hunks import Account, Hunk, Reason, joined
from changes.normal import key
from changes.variants import is_variant, remember, reverse, signature, signatures


@dataclass(frozen=True, kw_only=True, slots=True)
class Between:
    """In what the first of two looks differs from what was told last (`there`), and the second from the first."""

    there: Account
    back: Account


def learned(seen: Iterable[str], there: Account, back: Account) -> tuple[str, ...]:
    """The signatures to keep once a page changed (`there`) and, in the next look, changed `back`."""
    went = set(signatures(there))
    flips = [hunk for hunk in back.hunks if signature(reverse(hunk)) in went]
    return remember(seen, Account(hunks=[*flips, *map(reverse, flips)]))


def explain_passing(text: Account, seen: Collection[str], differing: Account | None) -> None:
    """Take away what comes and goes (`seen`) and what counts on between two looks, if that is all there is.

    Beside a change it is told along: what a page is compared with next must have been told whole.
    """
    first = {key(new.text): old for hunk in differing.hunks for old, new in pairs(hunk)} if differing else {}
    reasons = [passing(hunk, seen, first) for hunk in text.hunks]
    for hunk, reason in zip(text.hunks, reasons, strict=True):
        if reason and all(reasons):
            text.note(reason, joined(hunk.removed), joined(hunk.added))
            hunk.removed, hunk.added = [], []
    text.close()


def passing(hunk: Hunk, seen: Collection[str], first: Mapping[str, Block]) -> Reason | None:
    lines = pairs(hunk)
    if lines and all(only_counts(old, new, first) for old, new in lines):
        return "counter"
    return "variant" if is_variant(hunk, seen) else None


def passes(text: Account) -> bool:
    """Whether nothing but what comes and goes was found: then this is not what a page is to be compared with next."""
    return not text.hunks and not text.explained.keys().isdisjoint(("variant", "counter"))


def pairs(hunk: Hunk) -> Collection[tuple[Block, Block]]:
    """Old and new lines side by side, where there are as many of each."""
    return [*zip(hunk.removed, hunk.added, strict=True)] if len(hunk.removed) == len(hunk.added) else []


def only_counts(old: Block, new: Block, first: Mapping[str, Block]) -> bool:
    """Whether each word that differs was a third one in the first look; all else the same."""
    seen = first.get(key(new.text))
    if seen is None:
        return False
    was, once, now = (block.text.split() for block in (old, seen, new))
    same_form = len(was) == len(once) == len(now) and old.linked == new.linked
    return same_form and all(len({*words}) in (1, 3) for words in zip(was, once, now, strict=True))
