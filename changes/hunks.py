"""Where two texts differ: hunks of lines, and an account of what was explained away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Literal

from changes import dates
from changes.blocks import Block
from changes.normal import key

Reason = Literal[
    "moved",
    "repeated",
    "reflow",
    "typography",
    "number format",
    "picture",
    "readers",
    "date shift",
    "menu",
    "label",
    "overlay",
    "furniture",
    "variant",
    "counter",
    "shared",
]
CONTEXT = 2  # lines shown on either side
EDGE = 3  # blocks from the start or the end of a page: where notices are put over it
PROSE = 12  # spaces in a line
LARGE = 400  # lines; a larger hunk is not looked into


@dataclass(slots=True)
class Hunk:
    """What differs at one place; explanations empty it. `edge`: at the very start or end of the text.

    `frame`: before the first line of prose or after the last one, where menus stand.
    `around` are the keys of the lines before and after it, None at the ends of the text and where it was cut.
    `line` is the number of its first line in the later text (from 1), `context` are lines before and after it there.
    """

    removed: list[Block]
    added: list[Block]
    edge: bool = False
    frame: bool = False
    around: tuple[str | None, str | None] = (None, None)
    line: int = 0
    context: tuple[Sequence[Block], Sequence[Block]] = ((), ())

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


@dataclass(slots=True)
class Account:
    """The open hunks of a text, and what has been explained: reason to the lines `(before, after)` it covers.

    `menus` are the targets of links in menus that came or went, `laid_over` the lines of notices over the page.
    """

    hunks: list[Hunk]
    explained: dict[Reason, list[tuple[str, str]]] = field(default_factory=dict)
    menus: set[str] = field(default_factory=set)
    laid_over: list[Block] = field(default_factory=list)

    def note(self, reason: Reason, before: str, after: str) -> None:
        self.explained.setdefault(reason, []).append((before, after))

    def close(self) -> None:
        """Drop the hunks that are explained away."""
        self.hunks = [hunk for hunk in self.hunks if hunk]


def hunks(before: Sequence[Block], after: Sequence[Block], days: int = 0) -> list[Hunk]:
    """The places where two texts differ in their comparison keys; `days` is by how much all dates have moved."""
    other = [dates.key(key(block.text), 0) for block in after]
    staying = set(other) if days else ()
    one = [dates.key(key(block.text), days, staying) for block in before]
    start = common(zip(one, other, strict=False))
    end = common(zip(reversed(one[start:]), reversed(other[start:]), strict=False))
    middle, centre = one[start : len(one) - end], other[start : len(other) - end]
    matcher = SequenceMatcher(None, middle, centre, autojunk=len(middle) + len(centre) > 20_000)
    last = len(other) - EDGE
    first, final = prose_between(after)
    return [
        Hunk(
            removed=list(before[start + i : start + j]),
            added=list(after[start + k : start + m]),
            edge=start + k <= EDGE or start + m >= last,
            frame=start + m <= first or start + k > final,
            around=around(other, start + k, start + m),
            line=start + k + 1,
            context=(after[max(0, start + k - CONTEXT) : start + k], after[start + m : start + m + CONTEXT]),
        )
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def prose_between(blocks: Sequence[Block]) -> tuple[int, int]:
    """The places of the first and the last line of prose; all of the text where there is none."""
    prose = [place for place, block in enumerate(blocks) if not block.linked and block.text.count(" ") >= PROSE]
    return (prose[0], prose[-1]) if prose else (len(blocks), 0)


def around(lines: Sequence[str], start: int, end: int) -> tuple[str | None, str | None]:
    """The lines beside the half-open interval from `start` to `end`."""
    return lines[start - 1] if start else None, lines[end] if end < len(lines) else None


def common(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs from the start are equal."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def split(found: Account) -> None:
    """Cut hunks of several lines into pairs of lines that resemble each other, and what stands between them."""
    parts: list[Hunk] = []
    for hunk in found.hunks:
        if 2 < len(hunk.removed) + len(hunk.added) <= LARGE and hunk.removed and hunk.added:
            parts += cut(hunk)
        else:
            parts.append(hunk)
    found.hunks = parts


def cut(hunk: Hunk) -> list[Hunk]:
    parts: list[Hunk] = []
    taken = put = 0
    bags = [Counter(block.text.split()) for block in hunk.added]
    for place, old in enumerate(hunk.removed):
        bag = Counter(old.text.split())
        match = next((at for at in range(put, len(bags)) if alike(bag, bags[at])), None)
        if match is not None:
            parts.append(part(hunk, hunk.removed[taken:place], put, match))
            parts.append(replace(part(hunk, [old], match, match + 1), edge=False))
            taken, put = place + 1, match + 1
    return [*parts, part(hunk, hunk.removed[taken:], put, len(hunk.added))]


def part(hunk: Hunk, removed: list[Block], start: int, end: int) -> Hunk:
    """A piece of a hunk, with its own neighbours in the later text."""
    before, after = ([*hunk.context[0], *hunk.added[:start]], [*hunk.added[end:], *hunk.context[1]])
    context = (before[-CONTEXT:], after[:CONTEXT])
    return Hunk(removed=removed, added=hunk.added[start:end], edge=hunk.edge, line=hunk.line + start, context=context)


def alike(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two lines have at least half of their words in common."""
    fewer, more = sorted((one.total(), other.total()))
    if 2 * fewer < more:
        return False
    return 2 * sum(min(one[word], other[word]) for word in one.keys() & other.keys()) >= more


def joined(blocks: Sequence[Block]) -> str:
    return " ".join(key(block.text) for block in blocks)
