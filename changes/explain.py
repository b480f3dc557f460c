"""Where two texts differ, and why that may mean nothing.

A hunk is what was taken out and what was put in at one place. Each explanation takes away what it can account for;
what is left unexplained is a change, however short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from changes import dates
from changes.blocks import Block
from changes.normal import fold, key

Reason = Literal["moved", "repeated", "reflow", "typography", "date format", "date shift"]
PASSAGE_WORDS = 16
TELLING = 10  # characters: a shorter line ("12", "Total") may stand in several places with another meaning in each


@dataclass(slots=True)
class Hunk:
    """What differs at one place; explanations empty it."""

    removed: list[Block]
    added: list[Block]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


@dataclass(slots=True)
class Account:
    """The open hunks of a text, and what has been explained: reason to the lines `(before, after)` it covers."""

    hunks: list[Hunk]
    explained: dict[Reason, list[tuple[str, str]]] = field(default_factory=dict)

    def note(self, reason: Reason, before: str, after: str) -> None:
        self.explained.setdefault(reason, []).append((before, after))

    def close(self) -> None:
        """Drop the hunks that are explained away."""
        self.hunks = [hunk for hunk in self.hunks if hunk]


def account(before: Sequence[Block], after: Sequence[Block]) -> Account:
    """Compare two texts and explain what can be explained."""
    found = Account(hunks=hunks(before, after))
    for explanation in (moved, reflow, typography, date_shift):
        explanation(found)
        found.close()
    repeated(found, before, after)
    found.close()
    return found


def hunks(before: Sequence[Block], after: Sequence[Block]) -> list[Hunk]:
    """The places where the comparison keys of two texts differ."""
    one, other = [key(block.text) for block in before], [key(block.text) for block in after]
    start = common(zip(one, other, strict=False))
    end = common(zip(reversed(one[start:]), reversed(other[start:]), strict=False))
    middle, centre = one[start : len(one) - end], other[start : len(other) - end]
    matcher = SequenceMatcher(None, middle, centre, autojunk=len(middle) + len(centre) > 20_000)
    return [
        Hunk(removed=list(before[start + i : start + j]), added=list(after[start + k : start + m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def common(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs from the start are equal."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


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


def spend(budget: Counter[str], name: str) -> bool:
    """Take one of `name` from the budget, if there is one."""
    if budget[name] <= 0:
        return False
    budget[name] -= 1
    return True


def joined(blocks: Sequence[Block]) -> str:
    return " ".join(key(block.text) for block in blocks)


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


def date_shift(found: Account) -> None:
    """Dates written otherwise, or all moved by the same one day, as a server in another time zone shows them."""
    for days in (0, 1, -1):
        pairs = [(hunk, old, new) for hunk in found.hunks for old, new in shifted(hunk, days)]
        if not pairs or (days and (len(pairs) < 2 or not uniform(found, pairs))):
            continue
        for hunk, old, new in pairs:
            hunk.removed.remove(old)
            hunk.added.remove(new)
            found.note("date shift" if days else "date format", old.text, new.text)


def shifted(hunk: Hunk, days: int) -> list[tuple[Block, Block]]:
    """Pairs of lines in a hunk that differ only in dates, all by `days`."""
    pairs: list[tuple[Block, Block]] = []
    free = list(hunk.added)
    for old in hunk.removed:
        new = next((block for block in free if dates.shift(key(old.text), key(block.text)) == days), None)
        if new is not None:
            pairs.append((old, new))
            free = free[free.index(new) + 1 :]
    return pairs


def uniform(found: Account, pairs: Sequence[tuple[Hunk, Block, Block]]) -> bool:
    """Whether every line taken out that is little more than a date belongs to the shift."""
    covered = {id(old) for _, old, _ in pairs}
    dated = [block for hunk in found.hunks for block in hunk.removed if is_date(block)]
    return all(id(block) in covered for block in dated)


def is_date(block: Block) -> bool:
    text, days = dates.masked(key(block.text))
    return bool(days) and len(text.split()) <= 4
