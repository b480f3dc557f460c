"""Figures written otherwise: thousands set apart by another sign, the signs of two languages traded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set

GROUPED = re.compile(r"(?<![\d.,])\d{1,3}([.,'’ ])\d{3}(\1\d{3})*(?!\d)")
DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
WRITTEN = re.compile(r"\d+([.,'’ ]\d{3})*([.,]\d+)?( ?[%‰])?")
SIGNS = re.compile(r"\D")
RATE = ("%", "‰")
Pair = tuple[str, str]
SEVERAL = 3  # figures: one alone may have become a thousand times as much


def plain(text: str) -> str:
    """`text` with its figures written in one way, whatever sets their thousands apart and begins their decimals."""
    return DECIMAL.sub(".", GROUPED.sub(lambda found: SIGNS.sub("", found.group()), text))


def rewritten(before: str, after: str) -> set[Pair]:
    """The figures that are written otherwise in two texts which are else the same; none when they are not."""
    if plain(before) != plain(after):
        return set()
    one, other = ([found.group() for found in WRITTEN.finditer(text)] for text in (before, after))
    return {pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]}


def convincing(pairs: Set[Pair]) -> set[Pair]:
    """Those that can only be the same figures: their signs were exchanged as in one that can be read in one way only,
    or as in several. Rates do not count: three of them may have become a thousand times as much.
    """
    proven = {move for pair in pairs if any(map(is_clear, pair)) for move in moves(pair)}
    times = Counter(move for pair in pairs if not pair[0].endswith(RATE) for move in moves(pair))
    proven |= {move for move, count in times.items() if count >= SEVERAL}
    proven |= {(put, taken) for taken, put in proven}
    return {pair for pair in pairs if moves(pair) <= proven}


def moves(pair: Pair) -> set[tuple[str, str]]:
    """Which sign stands for which in the other figure."""
    one, other = map(signs, pair)
    if len(one) == len(other):
        return {(taken, put) for taken, put in zip(one, other, strict=True) if taken != put}
    return {("".join(sorted({*one})), "".join(sorted({*other})))}


def is_clear(figure: str) -> bool:
    """Whether a figure can be read in one way only: two signs, or one that begins no decimals."""
    found = signs(figure)
    return len(found) > 1 or bool({*found} & {" ", "'", "’"})


def signs(figure: str) -> list[str]:
    return SIGNS.findall(figure.rstrip(" %‰"))
