"""Entries of menus that many pages of a source share, remembered from visit to visit.

A visit that brings few pages has no siblings to tell a renamed entry from the page's own text. It is the site's when
the same link stood beside the same line on at least three pages, and on half of all pages of the source, before. Only
its name may differ then: a link that comes, goes, leads or stands elsewhere is told. So is text that is no link, on
however many pages it stood: "in force" may be what each of them says of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from changes import dates
from changes.blocks import Block
from changes.compare import Difference
from changes.explain import is_entry, is_renaming
from changes.fingerprint import Fingerprint, digest
from changes.hunks import Hunk
from changes.incidents import PAGES, SHARE, is_label, without
from changes.normal import key

REMEMBERED = 2000  # marks per source
Mark = tuple[str, str, str, str]  # side of the line beside it, that line, text of the link, its target


def learn(entries: Sequence[str], pages: Sequence[Fingerprint], every: int) -> tuple[str, ...]:
    """The entries to keep after a visit that read these `pages` of `every` page of the source, last seen last."""
    enough = max(PAGES, SHARE * every)
    if len(pages) < enough:
        return tuple(entries)
    times = Counter(mark for page in pages for mark in set(marks(page.main)))
    shared = {digest(mark) for mark, count in times.items() if count >= enough}
    return (*(one for one in entries if one not in shared), *sorted(shared))[-REMEMBERED:]


def marks(blocks: Sequence[Block]) -> Iterator[Mark]:
    """Each entry twice: with the line before it and with the line after it."""
    for place, block in enumerate(blocks):
        if is_entry(block):
            around = (blocks[place - 1 : place], blocks[place + 1 : place + 2])
            yield from beside(block, *(line(side[0]) if side else None for side in around))


def beside(block: Block, before: str | None, after: str | None) -> Iterable[Mark]:
    text = key(block.text)
    return ("after", before or "", text, block.linked), ("before", after or "", text, block.linked)


def line(block: Block) -> str:
    """A line as it stands beside a hunk."""
    return dates.key(key(block.text), 0)


def renamed(found: Mapping[str, Difference], entries: Iterable[str]) -> dict[str, Difference]:
    """The differences that are others once entries with another name are set aside, by document."""
    known = frozenset(entries)
    named = {
        document: [hunk for hunk in one.text.hunks if is_known(hunk, known)]
        for document, one in found.items()
        if one.verdict == "changed"
    }
    return {document: without(found[document], hunks, set()) for document, hunks in named.items() if hunks}


def is_known(hunk: Hunk, known: Collection[str]) -> bool:
    """Whether all that a hunk does is to rename an entry, in its old place."""
    if not (is_renaming(hunk) and is_label(hunk)):
        return False
    return any(digest(mark) in known for mark in beside(hunk.removed[0], *hunk.around))
