"""Where two texts differ, and why that may mean nothing.

A hunk is what was taken out and what was put in at one place. Each explanation takes away what it can account for;
what is left unexplained is a change, however short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from changes import dates, figures
from changes.blocks import PICTURE, Block
from changes.filenames import FILE
from changes.fingerprint import Fingerprint
from changes.hunks import PROSE as LONG
from changes.hunks import Account, Hunk, Reason, alike, around, hunks, joined, split
from changes.labels import CONSENT, counts_readers, speaks_of_overlay
from changes.normal import key, same_letters

PROSE_WORDS = 300  # of text that is no link, and a page is more than a list of links
FEW_LETTERS = 8
ABOUT_IT = 3  # lines: a page with as many others is about cookies or accounts itself
FIGURES = re.compile(r"\d+")
MENU_LINKS = 5
MENU_WORDS = 6
PASSAGE = 3  # lines
TELLING = 30  # characters: a shorter passage ("12", "Total") may stand in several places with another meaning in each


def account(before: Fingerprint, after: Fingerprint, *, prose: bool = True) -> Account:
    """Compare two main texts and explain what can be explained. In a table (no prose) the order of words means much."""
    days = dates.common_shift(texts(before.main), texts(after.main)) if prose else 0
    found = Account(hunks=hunks(before.main, after.main, days))
    if days:
        found.note("date shift", f"{days:+d} day", "")
    for explanation in PROSE if prose else TABLE:
        explanation(found)
        found.close()
    if prose and found.hunks:
        repeated(found, before.main, after.main)
        rezoned(found, texts(before.chrome), texts(after.chrome))
        fuller = max(before, after, key=lambda page: page.words).main
        readers(found, fuller)
        menus(found, fuller)
        found.menus |= targets_within(found.laid_over, before) | targets_within(found.laid_over, after)
        found.close()
    return found


def texts(blocks: Sequence[Block]) -> list[str]:
    return [key(block.text) for block in blocks]


def moved(found: Account) -> None:
    """A line that was taken out here and put in there. A lone figure or word means something by where it stands."""
    move(found, telling)


def moved_row(found: Account) -> None:
    """A row of a table that stands in another place."""
    move(found, lambda _: True)


def telling(block: Block) -> bool:
    return bool(block.linked) or (len(block.text) >= FEW_LETTERS and " " in block.text and not block.text.isdigit())


def move(found: Account, may_move: Callable[[Block], bool]) -> None:
    taken = Counter(key(block.text) for hunk in found.hunks for block in hunk.removed if may_move(block))
    put = Counter(key(block.text) for hunk in found.hunks for block in hunk.added if may_move(block))
    both = taken & put
    if both:
        left, right = both.copy(), both.copy()
        for hunk in found.hunks:
            hunk.removed = [block for block in hunk.removed if not spend(left, key(block.text))]
            hunk.added = [block for block in hunk.added if not spend(right, key(block.text))]
        for line in both:
            found.note("moved", line, line)


def rezoned(found: Account, before: Sequence[str], after: Sequence[str]) -> None:
    """A line that became furniture, or was furniture until now: the site marks up its menus otherwise."""
    left, joined_it = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for hunk in found.hunks:
        for side, others in ((hunk.removed, joined_it), (hunk.added, left)):
            for block in [block for block in side if spend(others, key(block.text))]:
                side.remove(block)
                found.note("furniture", block.text, block.text)


def repeated(found: Account, before: Sequence[Block], after: Sequence[Block]) -> None:
    """A passage that was there already and still is: only how often it is shown differs.

    A piece cut out of one of two copies, or put into one, is an edit: then the lines beside it are those of the other.
    """
    sides = texts(before), texts(after)
    for hunk in found.hunks:
        passage = texts(hunk.removed or hunk.added)
        if (hunk.removed and hunk.added) or len(passage) < PASSAGE or sum(map(len, passage)) < TELLING:
            continue
        copies = list(places(passage, sides[bool(hunk.removed)]))
        if copies and not any(one == other for copy in copies for one, other in zip(copy, hunk.around, strict=True)):
            set_aside(found, hunk, "repeated")


def places(passage: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """The lines around each occurrence of a passage."""
    size = len(passage)
    for start in range(len(lines) - size + 1):
        if lines[start] == passage[0] and lines[start : start + size] == passage:
            yield around(lines, start, start + size)


def menus(found: Account, page: Sequence[Block]) -> None:
    """What belongs to the frame of a page, known by how it comes and goes as a whole."""
    prose = words_in(block for block in page if not block.linked) >= PROSE_WORDS
    for hunk in [hunk for hunk in found.hunks if is_menu_label(hunk, found.hunks)]:
        set_aside(found, hunk, "label")
    for hunk in found.hunks:
        sides = [side for side in (hunk.removed, hunk.added) if side]
        if len(sides) == 1 and prose and hunk.frame and is_menu(sides[0]):
            found.menus.update(block.linked for block in sides[0])
            set_aside(found, hunk, "menu")
        elif sides and hunk.edge and all(is_overlay(side, page) for side in sides) and not is_edit(hunk, sides):
            found.laid_over += [*hunk.removed, *hunk.added]
            set_aside(found, hunk, "overlay")


def is_edit(hunk: Hunk, sides: Sequence[Sequence[Block]]) -> bool:
    """Whether one notice was edited into the other: both have most words in common, or are not about consent."""
    if len(sides) == 2 and not all(CONSENT.search(block.text) for side in sides for block in side[:1]):
        return True
    return alike(*(Counter(joined(side).split()) for side in (hunk.removed, hunk.added)))


def targets_within(blocks: Sequence[Block], page: Fingerprint) -> set[str]:
    """The targets of links that stand in these blocks of a page; a file is never part of a notice."""
    inside = {id(block) for block in blocks}
    places = {place for place, block in enumerate(page.blocks) if id(block) in inside} if inside else ()
    return {link.target for link in page.links if link.place in places and not link.is_file}


def readers(found: Account, page: Sequence[Block]) -> None:
    """How often a page was seen, liked or shared, said beside its text: below a label it is a figure like any other. A
    page that states several such figures is about them.
    """
    counters = [
        hunk
        for hunk in found.hunks
        if hunk and beside_text(hunk) and all(counts_readers(block.text) for block in (*hunk.removed, *hunk.added))
    ]
    if counters and sum(counts_readers(block.text) for block in page) < ABOUT_IT:
        for hunk in counters:
            set_aside(found, hunk, "readers")


def beside_text(hunk: Hunk) -> bool:
    """Whether a hunk stands at the start or the end of a text, and next to prose or nothing."""
    near = (*hunk.context[0][-1:], *hunk.context[1][:1])
    return (hunk.edge or hunk.frame) and all(block.text.count(" ") >= LONG for block in near)


def set_aside(found: Account, hunk: Hunk, reason: Reason) -> None:
    found.note(reason, joined(hunk.removed), joined(hunk.added))
    hunk.removed, hunk.added = [], []


def is_menu_label(hunk: Hunk, every: Sequence[Hunk]) -> bool:
    """One entry of a menu renamed wherever the page shows it."""
    if not is_renaming(hunk):
        return False
    alike = sum(
        joined(hunk.removed) == joined(one.removed) and joined(hunk.added) == joined(one.added) for one in every
    )
    return alike >= 2


def is_renaming(hunk: Hunk) -> bool:
    """What looks like one entry of a menu has another name, its target unchanged."""
    if len(hunk.removed) != 1 or len(hunk.added) != 1:
        return False
    (old,), (new,) = hunk.removed, hunk.added
    return old.linked == new.linked and is_entry(old) and is_entry(new)


def is_entry(block: Block) -> bool:
    """A few words that are all link, to no file."""
    return bool(block.linked) and len(block.text.split()) <= MENU_WORDS and not is_file(block.linked)


def is_overlay(lines: Sequence[Block], page: Sequence[Block]) -> bool:
    """A notice that is laid over a page (consent, log in, install our app): most of its lines say so, and no others."""
    own = overlay_lines(lines)
    return 2 * own >= len(lines) and overlay_lines(page) - own < ABOUT_IT


def overlay_lines(lines: Sequence[Block]) -> int:
    return sum(speaks_of_overlay(block.text) for block in lines)


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
        if before.replace(" ", "") == after.replace(" ", "") and FIGURES.findall(before) == FIGURES.findall(after):
            found.note("reflow", before, after)
            hunk.removed, hunk.added = [], []


def typography(found: Account) -> None:
    """The same letters, figures and signs, with other quotes, punctuation or capitals."""
    for hunk in found.hunks:
        before, after = joined(hunk.removed), joined(hunk.added)
        if same_letters(before, after):
            found.note("typography", before, after)
            hunk.removed, hunk.added = [], []


def pictures(found: Account) -> None:
    """Descriptions of pictures without a figure that came or went: the words of one that stays are compared."""
    for hunk in found.hunks:
        shown = hunk.removed or hunk.added
        figures_in = any(sign.isdigit() for block in shown for sign in block.text)
        if not (hunk.removed and hunk.added) and not figures_in and all(block.where == PICTURE for block in shown):
            set_aside(found, hunk, "picture")


def number_format(found: Account) -> None:
    """The same figures, written as another language does: several of them, or as one that can mean nothing else."""
    lines = [(hunk, figures.rewritten(joined(hunk.removed), joined(hunk.added))) for hunk in found.hunks]
    same = figures.convincing({pair for _, pairs in lines for pair in pairs})
    for hunk in [hunk for hunk, pairs in lines if pairs and pairs <= same]:
        set_aside(found, hunk, "number format")


# Whole hunks before single lines.
PROSE: tuple[Callable[[Account], None], ...] = (
    moved, reflow, typography, split, typography, number_format, pictures,
)  # fmt: skip
TABLE: tuple[Callable[[Account], None], ...] = (moved_row, split, typography)
