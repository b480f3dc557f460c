"""Figures written otherwise: thousands set apart by another sign, the signs of two languages traded."""

from __future__ import annotations

import re

GROUPED = re.compile(r"(?<![\d.,])\d{1,3}([.,'’ ])\d{3}(\1\d{3})*(?!\d)")
DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
WRITTEN = re.compile(r"\d+([.,'’ ]\d{3})*([.,]\d+)?")
SIGNS = re.compile(r"\D")
SEVERAL = 3  # figures: one alone may have become a thousand times as much


def plain(text: str) -> str:
    """`text` with its figures written in one way, whatever sets their thousands apart and begins their decimals."""
    return DECIMAL.sub(".", GROUPED.sub(lambda found: SIGNS.sub("", found.group()), text))


def rewritten(before: str, after: str) -> set[tuple[str, str]]:
    """The figures that are written otherwise in two texts which are else the same; none when they are not."""
    if plain(before) != plain(after):
        return set()
    one, other = ([found.group() for found in WRITTEN.finditer(text)] for text in (before, after))
    return {pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]}


def convincing(pairs: set[tuple[str, str]]) -> bool:
    """Whether these figures can only be the same ones: several of them, or one that can be read in one way."""
    return len(pairs) >= SEVERAL or any(is_clear(figure) for pair in pairs for figure in pair)


def is_clear(figure: str) -> bool:
    """Whether a figure can be read in one way only: two signs, or one that begins no decimals."""
    signs = SIGNS.findall(figure)
    return len(signs) > 1 or bool({*signs} & {" ", "'", "’"})
