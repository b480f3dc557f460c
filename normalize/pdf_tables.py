"""The tables of a PDF's pages: what their columns are called, and which go on from the page before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normalize import values
from normalize.pdf_grid import Grid
from normalize.pdf_lines import around
from normalize.pdf_page import Page
from normalize.pdf_text import Piece

SAME = 6.0  # points that the columns of two parts of a table may be apart


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table, or a part of one: the `number`th of its page. `continues`: page and number of the part before."""

    page: Page
    number: int
    rows: Grid
    heads: tuple[str, ...]
    continues: str = ""


def find(pages: Sequence[Page], pieces: Sequence[Piece]) -> Iterator[Table]:
    """All tables in order."""
    before: Table | None = None
    for page in pages:
        for number, rows in enumerate(page.tables, 1):
            heads, continues = _heads(page, rows), ""
            if before and number == 1 and _goes_on(before, page, rows, pieces):
                heads, continues = before.heads, f"{before.page.number}/{before.number}"
            before = Table(page=page, number=number, rows=rows, heads=heads, continues=continues)
            yield before


def _heads(page: Page, rows: Grid) -> tuple[str, ...]:
    """What stands above each column; where the first row names several at once, with the second row's name."""
    first, second = ([page.text(box) if box else "" for box in row] for row in rows[:2])
    several = rows[0][-1] is None and not any(values.parse(text).number is not None for text in second)
    if not several:
        return tuple(first)
    last, names = "", []
    for above, name in zip(first, second, strict=True):
        last = above or last
        names.append(" ".join(filter(None, (last, name))))
    return tuple(names)


def _goes_on(before: Table, page: Page, rows: Grid, pieces: Sequence[Piece]) -> bool:
    """Whether the columns are the same and no text stands between."""
    if before.page.number != page.number - 1 or before.number != len(before.page.tables):
        return False
    end = around([box for row in before.rows for box in row if box]).bottom
    start = around([box for row in rows for box in row if box]).top
    between = [
        piece
        for piece in pieces
        if piece.kind in ("paragraph", "heading")
        and ((piece.page == page.number and piece.box.top < start)
             or (piece.page == before.page.number and piece.box.bottom > end))
    ]  # fmt: skip
    left, right = _edges(before.rows), _edges(rows)
    return not between and len(left) == len(right) and all(abs(a - b) < SAME for a, b in zip(left, right, strict=True))


def _edges(rows: Grid) -> list[float]:
    """Where each column begins; that of an empty one is nowhere."""
    return [min((box.x0 for box in column if box), default=-1) for column in zip(*rows, strict=True)]
