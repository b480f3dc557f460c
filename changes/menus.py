"""Furniture that has no landmark: menus that are built of plain elements.

An application repeats its menu (wide screen, narrow screen, footer). A run of blocks that are all links, whose texts
and targets occur again elsewhere on the page, is a menu; a list of documents is there once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from changes.blocks import Block, Link
from changes.labels import is_furniture, is_language, leads_elsewhere, states_own_date

RUN = 5  # fewer repeated links in a row are no menu
SHARE = 0.3  # of a run must be repeated: descriptions below the menu's entries are there once
LABEL_WORDS = 5
BELIEVED = 4  # times the text outside, or the main landmark is not where the page's text is


def settle(blocks: Sequence[Block], links: Sequence[Link]) -> tuple[tuple[Block, ...], tuple[Link, ...]]:
    """Blocks and links, each in the main text or in the furniture."""
    believed = main_is_believed(blocks)
    settled = [settle_block(block, believed) for block in blocks]
    own_date(settled)
    no_entries = {"", *(link.target for link in links if link.is_file)}
    times = Counter((block.text, block.linked) for block in blocks if block.linked)
    for start, end in runs([block.region == "main" and block.linked not in no_entries for block in settled]):
        headed = start > 0 and leads_elsewhere(settled[start - 1].text)
        if headed or is_menu(settled[start:end], times):
            start -= headed
            settled[start:end] = [block.within("chrome") for block in settled[start:end]]
    chrome = {place for place, block in enumerate(settled) if block.region == "chrome"}
    return tuple(settled), tuple(settle_link(link, believed, chrome) for link in links)


def main_is_believed(blocks: Sequence[Block]) -> bool:
    """Whether the main landmark holds nearly all text that is no link: then links outside of it are furniture."""
    outside = words(block for block in blocks if block.region == "margin" and not block.linked)
    return not outside or words(block for block in blocks if block.region == "main") >= BELIEVED * outside


def settle_block(block: Block, believed: bool) -> Block:
    if block.region != "chrome" and (is_furniture(block.text) or (block.linked and is_language(block.text))):
        return block.within("chrome")
    if block.region == "margin":
        return block.within("chrome" if believed and (block.linked or is_label(block)) else "main")
    return block


def own_date(settled: list[Block]) -> None:
    """The day on which a page says that it was changed is its own, wherever it stands; two are of other things."""
    dated = [place for place, block in enumerate(settled) if block.region == "chrome" and states_own_date(block.text)]
    if len(dated) == 1:
        settled[dated[0]] = settled[dated[0]].within("main")


def is_label(block: Block) -> bool:
    """A few words without a figure: outside of the main landmark they name a control."""
    return len(block.text.split()) <= LABEL_WORDS and not any(sign.isdigit() for sign in block.text)


def settle_link(link: Link, believed: bool, chrome: set[int]) -> Link:
    """Links in the margin and in blocks that are furniture are furniture, files excepted."""
    if link.region == "margin":
        return link.within("chrome" if believed and not link.is_file else "main")
    hidden = link.region != "chrome" and link.place in chrome and not link.is_file
    return link.within("chrome") if hidden else link


def is_menu(run: Sequence[Block], times: Counter[tuple[str, str]]) -> bool:
    repeated = {block.linked for block in run if times[block.text, block.linked] > 1}
    return len(repeated) >= RUN and len(repeated) >= SHARE * len(run)


def words(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


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
