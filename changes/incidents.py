"""One change on many pages of a visit is one incident of the site: a menu entry renamed, a notice put everywhere.

A line counts as the site's when it changed in the same way on at least three pages and on half of all pages compared.
Figures never do: the same total restated on every page is news.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from changes.compare import Difference, conclude
from changes.hunks import Account, Hunk, joined
from changes.links import LinkChange
from changes.variants import signature

PAGES = 3
SHARE = 0.5
WORDS = 40  # a longer passage is no label
FIGURES = re.compile(r"\d+")


def site_wide(found: Mapping[str, Difference], compared: int) -> dict[str, Difference]:
    """The differences that are others once changes shared by many pages are set aside, by document.

    `compared` is how many pages of the visit were compared with an earlier capture.
    """
    enough = max(PAGES, SHARE * compared)
    lines = Counter(
        mark for one in found.values() for mark in {signature(hunk) for hunk in one.text.hunks if is_label(hunk)}
    )
    links = Counter(mark for one in found.values() for mark in link_marks(one.links))
    shared_lines = {mark for mark, pages in lines.items() if pages >= enough}
    shared_links = {mark for mark, pages in links.items() if pages >= enough}
    if not shared_lines and not shared_links:
        return {}
    return {
        document: without(one, [hunk for hunk in one.text.hunks if signature(hunk) in shared_lines], shared_links)
        for document, one in found.items()
        if one.verdict == "changed"
    }


def is_label(hunk: Hunk) -> bool:
    """Whether a hunk may be part of the site's furniture: short, no lone word, and not about figures."""
    before, after = joined(hunk.removed), joined(hunk.added)
    size = len(before.split()) + len(after.split())
    lone = size < 3 and not any(block.linked for block in (*hunk.removed, *hunk.added))
    return size <= WORDS and not lone and FIGURES.findall(before) == FIGURES.findall(after)


def link_marks(links: LinkChange) -> set[tuple[str, str]]:
    return {("+", link.target) for link in links.added} | {("-", link.target) for link in links.removed}


def without(one: Difference, shared: Collection[Hunk], shared_links: Collection[tuple[str, str]]) -> Difference:
    """A difference without what many pages share."""
    text = Account(hunks=[hunk for hunk in one.text.hunks if hunk not in shared], explained=dict(one.text.explained))
    for hunk in shared:
        text.note("shared", joined(hunk.removed), joined(hunk.added))
    links = replace(
        one.links,
        added=tuple(link for link in one.links.added if ("+", link.target) not in shared_links),
        removed=tuple(link for link in one.links.removed if ("-", link.target) not in shared_links),
    )
    return conclude(text, links)
