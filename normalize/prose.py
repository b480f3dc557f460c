"""Text that is no table: cut at its commas it looks like one, and its numbers like figures."""

from __future__ import annotations

from collections.abc import Sequence

from normalize import grid
from normalize.cells import Cell

WORDS = 4  # in a cell, on average: that many are in the parts of a sentence
GO_ON = 0.3  # of the cells begin in the middle of one


def is_text(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether few rows have a figure, and cells are parts of sentences: they have many words, and go on in small
    letters where names and headers begin with capitals."""
    filled = [[cell for cell in row if cell.text.strip()] for row in rows]
    said = [cell.text.split() for row in filled for cell in row if not grid.is_value(cell)]
    if not said or 3 * sum(any(map(grid.is_value, row)) for row in filled) > len(filled):
        return False
    goes_on = sum(words[0][0].isalpha() and not words[0][0].isupper() for words in said)
    return sum(map(len, said)) >= WORDS * len(said) and goes_on >= GO_ON * len(said)
