"""Where two texts differ, and why that may mean nothing.

A hunk is what was taken out and what was put in at one place. Each explanation takes away what it can account for;
what is left unexplained is a change, however short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from changes import dates
from changes.blocks import Block
from changes.hunks import Account, hunks, joined, split
from changes.normal import fold, key
from changes.regions import FILE

PROSE_WORDS = 300  # of text that is no link, and a page is more than a list of links
MENU_LINKS = 5
MENU_WORDS = 6
PASSAGE_WORDS = 16
TELLING = 10  # characters: a shorter line ("12", "Total") may stand in several places with another meaning in each


def account(before: Sequence[Block], after: Sequence[Block], *, prose: bool = True) -> Account:
    """Compare two texts and explain what can be explained. In a table (no prose) lines and dates mean something."""
    days = dates.common_shift(texts(before), texts(after)) if prose else 0
    found = Account(hunks=hunks(before, after, days))
    if days:
        found.note("date shift", f"{days:+d} day", "")
    for explanation in PROSE if prose else TABLE:
        explanation(found)
        found.close()
    if prose and found.hunks:
        repeated(found, before, after)
        menu(found, after if words_in(after) >= words_in(before) else before)
        found.close()
    return found


def texts(blocks: Sequence[Block]) -> list[str]:
    return [key(block.text) for block in blocks]


def moved(found: Account) -> None:
    """A line that was taken out here and put in there."""
    taken = Counter(key(block.text) for hunk in found.hunks for block in hunk.removed)
    put = Counter(key(block.text) for hunk in found.hunks for block in hunk.added)
    both = taken & put
    if both:
        left, right = both.copy(), both.copy()
        for hunk in found.hunks:
            hunk.removed = [block for block in hunk.removed if not spend(left, key(block.text))]
            hunk.added = [block for block in hunk.added if not spend(right, key(block.text))]
        for line in both:
            found.note("moved", line, line)


def repeated(found: Account, before: Sequence[Block], after: Sequence[Block]) -> None:
    """A passage that was there already and still is: only how often it is shown differs."""
    one, other = ({key(block.text) for block in side} for side in (before, after))
    both = {line for line in one & other if len(line) >= TELLING and " " in line}
    for hunk in found.hunks:
        for side in (hunk.removed, hunk.added):
            again = [block for block in side if key(block.text) in both]
            if len(again) < 2 and sum(len(block.text.split()) for block in again) < PASSAGE_WORDS:
                continue  # one short line of a list may stand in another list too, and mean something in each
            for block in again:
                side.remove(block)
                found.note("repeated", block.text, block.text)


def menu(found: Account, page: Sequence[Block]) -> None:
    """A whole list of links to pages that comes or goes on a page of prose: a menu that the layout shows or hides."""
    if words_in(block for block in page if not block.linked) < PROSE_WORDS:
        return
    for hunk in found.hunks:
        lines = hunk.removed or hunk.added
        if not (hunk.removed and hunk.added) and is_menu(lines):
            found.note("menu", lines[0].text, lines[-1].text)
            found.menus.update(block.linked for block in lines)
            hunk.removed, hunk.added = [], []


def is_menu(lines: Sequence[Block]) -> bool:
    """Many short lines, nearly all of them links to different pages, none to a file."""
    links = {block.linked for block in lines if block.linked}
    short = all(len(block.text.split()) <= MENU_WORDS for block in lines)
    return short and len(links) >= MENU_LINKS and len(links) >= 0.8 * len(lines) and not any(map(is_file, links))


def is_file(target: str) -> bool:
    return bool(FILE.search(target.partition("?")[0]))


def words_in(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def spend(budget: Counter[str], name: str) -> bool:
    """Take one of `name` from the budget, if there is one."""
    if budget[name] <= 0:
        return False
    budget[name] -= 1
    return True


def reflow(found: Account) -> None:
    """The same words, cut into blocks otherwise."""
    for hunk in found.hunks:
        before, after = joined(hunk.removed), joined(hunk.added)
        if before.replace(" ", "") == after.replace(" ", ""):
            found.note("reflow", before, after)
            hunk.removed, hunk.added = [], []


def typography(found: Account) -> None:
    """The same letters, figures and signs, with other quotes, punctuation or capitals."""
    for hunk in found.hunks:
        before, after = joined(hunk.removed), joined(hunk.added)
        if fold(before) == fold(after):
            found.note("typography", before, after)
            hunk.removed, hunk.added = [], []


# Whole hunks before single lines.
PROSE: tuple[Callable[[Account], None], ...] = (moved, reflow, typography, split, typography)
TABLE: tuple[Callable[[Account], None], ...] = (moved, split, typography)
