"""Furniture that has no landmark: menus that are built of plain elements.

An application repeats its menu (wide screen, narrow screen, footer). A run of blocks that are all links, whose texts
and targets occur again elsewhere on the page, is a menu; a list of documents is there once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from changes.blocks import Block, Link

RUN = 5  # fewer repeated links in a row are no menu
SHARE = 0.3  # of a run must be repeated: descriptions below the menu's entries are there once

CONTENTS = re.compile(
    r"(in this (article|document|page|section)|on this page|(table of )?contents|jump to|skip to .{1,20}"
    r"|inhalt(sverzeichnis)?|auf dieser seite|sommaire|table des matières|sur cette page|dans cet article|índice"
    r"|en esta página|indice|inhoud)\Z",
    re.IGNORECASE,
)  # labels of tables of contents
BELIEVED = 4  # times the text outside, or the main landmark is not where the page's text is


def settle(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, each in the main text or in the furniture: link runs that are repeated, and links in the margin."""
    outer = margin_region(blocks)
    settled = [outer(block) if block.region == "margin" or CONTENTS.match(block.text) else block for block in blocks]
    times = Counter((block.text, block.linked) for block in blocks if block.linked)
    for start, end in runs([block.region == "main" and bool(block.linked) for block in settled]):
        repeated = {block.linked for block in blocks[start:end] if times[block.text, block.linked] > 1}
        if len(repeated) >= RUN and len(repeated) >= SHARE * (end - start):
            settled[start:end] = [replace(block, region="chrome") for block in blocks[start:end]]
    return settled


def margin_region(blocks: Sequence[Block]) -> Callable[[Block], Block]:
    """What becomes of text outside the main landmark: its links are furniture if the landmark is to be believed."""
    inside = words(block for block in blocks if block.region == "main")
    outside = words(block for block in blocks if block.region == "margin" and not block.linked)
    believed = inside >= BELIEVED * outside

    def region(block: Block) -> Block:
        is_furniture = (believed and block.linked) or CONTENTS.match(block.text)
        return replace(block, region="chrome" if is_furniture else "main")

    return region


def words(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def settle_link(link: Link) -> Link:
    """Links in the margin are furniture, files excepted."""
    return replace(link, region="main" if link.is_file else "chrome") if link.region == "margin" else link


def runs(marks: Sequence[bool]) -> list[tuple[int, int]]:
    """The half-open intervals in which all marks are set."""
    found: list[tuple[int, int]] = []
    start = None
    for place, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = place
        elif not mark and start is not None:
            found.append((start, place))
            start = None
    return found
