"""Text that is no table: cut at its commas it looks like one, and its numbers like figures."""

from __future__ import annotations

from collections.abc import Sequence

from normalize import grid, periods
from normalize.cells import Cell

WORDS = 4  # in a cell, on average: that many are in the parts of a sentence
GO_ON = 0.3  # of the cells begin in the middle of one


def is_text(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether few rows have a figure, and cells are parts of sentences: they have many words, and go on in small
    letters where names and headers begin with capitals. A header above figures is in none."""
    filled = [[cell for cell in row if cell.text.strip()] for row in rows]
    said = [cell.text.split() for row in filled for cell in row if not grid.is_value(cell)]
    if not said or 3 * sum(any(map(grid.is_value, row)) for row in filled) > len(filled):
        return False
    goes_on = sum(words[0][0].isalpha() and not words[0][0].isupper() for words in said)
    of_words = sum(map(len, said)) >= WORDS * len(said) and goes_on >= GO_ON * len(said)
    return of_words and not any(_is_table(cells) for cells in zip(((), *rows), rows, rows[1:], rows[2:], strict=False))


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the last two of four rows have figures in the same columns after their names, and texts or periods are
    above these in one of which nothing but a title may be above."""
    above, header, *below = rows
    columns, others = ([at for at, cell in enumerate(row) if grid.is_value(cell)] for row in below)
    if not columns or not columns[0] or columns != others or sum(bool(cell.text.strip()) for cell in above) > 1:
        return False
    heads = [header[at] for at in columns if at < len(header) and header[at].text.strip()]
    counts = (grid.is_value(cell) and not periods.parse(cell.text) for cell in heads)
    return len(heads) == len(columns) and not any(counts)
