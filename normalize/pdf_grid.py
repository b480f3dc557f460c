"""Tables of a PDF's page that no rulings draw: lines whose words stand in columns below each other.

Careful: lists, contents, prose in columns and charts are none. A table has a column of numbers, at least three rows,
columns that are aligned, and a first row that names them (or four rows).
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from normalize.pdf_lines import Box, Line, Word, around, gutter_of, pieces_of, rows_of

Grid: TypeAlias = tuple[tuple[Box | None, ...], ...]  # rows of cells; None: empty, or part of the one before
Span: TypeAlias = tuple[float, float]

TIGHT = 0.6  # of the size of the text: the most between the lines of a cell
FAR = 2.4  # the same: the most between rows
STRAIGHT = 2.5  # points that the edges of a column may be apart
_MARK = re.compile(r"[•▪●◦‣–·o\uf0b7\uf0a7*-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\[\d{1,3}\]|\d+(?:\.\d+){2,}\.?")
_NUMBER = re.compile(
    r"(?:[^\w\s]|\s)*(?:[A-Z]{0,3}\s?)?\d[\d\s.,:/%–—€$£()*†+-]*(?:[KMB]|bn|m)?[*†‡]?|[-–—]|n/?a", re.IGNORECASE
)
_NAMES = re.compile(r"(?:(?:19|20)\d\d|[QH][1-4]|[^\W\d]{2,}).*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """The pieces of one line, from left to right."""

    pieces: tuple[Line, ...]
    box: Box
    size: float

    @property
    def wide(self) -> bool:
        """Whether it may be a row of a table: several pieces, the mark of a list's item apart."""
        return len(self.pieces) - bool(_MARK.fullmatch(self.pieces[0].text)) > 1

    @property
    def leftwards(self) -> bool:
        """Whether its page is read from right to left, so that its names are on the right."""
        return self.pieces[0].words[0].leftwards


def find(words: Sequence[Word]) -> Iterator[Grid]:
    """The tables that words make, column of prose after column of prose, from top to bottom."""
    for part in _parts(words):
        rows = [_row(line) for line in rows_of(part)]
        at = 0
        while at < len(rows):
            end, columns = _reach(rows, at)
            table = _table(rows, at, end, columns)
            if table:
                yield table
            at = end if table else at + 1


def from_right(table: Grid) -> Grid:
    """A table whose columns are read from right to left, in this order; a cell over several stands in the first."""
    middles = [_middle([box for box in column if box]) for column in zip(*table, strict=True)]
    rows = []
    for row in table:
        turned: list[Box | None] = [None] * len(row)
        for at, box in enumerate(row):
            if box:
                over = (n for n in range(len(row) - 1, at, -1) if middles[n] < box.x1 and not any(row[at + 1 : n + 1]))
                turned[len(row) - 1 - next(over, at)] = box
        rows.append(tuple(turned))
    return tuple(rows)


def _middle(boxes: Sequence[Box]) -> float:
    """Where the middle of a column is: that of its narrowest cell."""
    narrow = min(boxes, key=lambda box: box.x1 - box.x0, default=None)
    return (narrow.x0 + narrow.x1) / 2 if narrow else math.inf


def _parts(words: Sequence[Word]) -> list[list[Word]]:
    """The words of each column of prose; what reaches over the gutter is in both."""
    pieces = [piece for row in rows_of(words) for piece in pieces_of(row)]
    gutter = gutter_of(pieces)
    if gutter is None:
        return [list(words)]
    sides = ([one for one in pieces if one.box.x0 < gutter], [one for one in pieces if one.box.x1 > gutter])
    return [[word for piece in side for word in piece.words] for side in sides]


def _row(words: Sequence[Word]) -> _Row:
    whole = Line(words=tuple(words))
    return _Row(pieces=tuple(pieces_of(words)), box=whole.box, size=whole.size)


def _reach(rows: Sequence[_Row], at: int) -> tuple[int, list[Span]]:
    """How far (exclusive) the rows from `at` on stand in the same columns, and these."""
    beside = at + 1 < len(rows) and rows[at + 1].wide and _gap(rows[at], rows[at + 1]) < 0
    if not (rows[at].wide or beside):
        return at, []
    columns = [(piece.box.x0, piece.box.x1) for piece in rows[at].pieces]
    end = last = at + 1
    while end < len(rows):
        grown = _joined(columns, rows[end - 1], _cut(rows[end], columns))
        if grown is None:
            break
        columns, end = grown, end + 1
        if rows[end - 1].wide or _gap(rows[end - 2], rows[end - 1]) < TIGHT:
            last = end
    return last, columns


def _cut(row: _Row, columns: Sequence[Span]) -> _Row:
    """The row cut where a column begins that the words before it nearly touch."""
    found: list[list[Word]] = []
    for piece in row.pieces:
        found.append([piece.words[0]])
        for before, word in pairwise(piece.words):
            if word.box.x0 - before.box.x1 > word.size * 0.4 and any(
                abs(word.box.x0 - start) < 1 for start, _ in columns[1:]
            ):
                found.append([])
            found[-1].append(word)
    return replace(row, pieces=tuple(Line(words=tuple(words)) for words in found))


def _joined(columns: list[Span], before: _Row, row: _Row) -> list[Span] | None:
    """The columns with a row more in them; None when it does not fit."""
    gap = _gap(before, row)
    if gap > FAR or abs(row.size - before.size) > 1.1 or (not row.wide and gap > TIGHT and len(row.pieces) > 1):
        return None
    grown, taken = list(columns), set[int]()
    for piece in row.pieces:
        reached = [n for n, span in enumerate(grown) if piece.box.x0 < span[1] and span[0] < piece.box.x1]
        if len(reached) > 1 or taken & set(reached):
            return None
        if reached:
            [n] = reached
            grown[n] = min(grown[n][0], piece.box.x0), max(grown[n][1], piece.box.x1)
            taken.add(n)
        elif row.wide:
            grown.append((piece.box.x0, piece.box.x1))
            grown.sort()
            taken = {n + (grown[n][0] > piece.box.x0) for n in taken} | {grown.index((piece.box.x0, piece.box.x1))}
        else:
            return None
    return grown


def _gap(above: _Row, below: _Row) -> float:
    return (below.box.top - above.box.bottom) / max(above.size, 1)


def _table(rows: Sequence[_Row], at: int, end: int, columns: list[Span]) -> Grid | None:
    """The table that rows are; None when they are none."""
    if end - at < 3 or len(columns) < 2:
        return None
    cells = [_cells(group, columns) for group in _grouped(rows[at:end], columns)]
    if not _is_table(cells, names=len(columns) - 1 if rows[at].leftwards else 0):
        return None
    head = _head(rows, at, columns)
    return tuple(
        tuple(around([word.box for word in cell]) if cell else None for cell in row) for row in (*head, *cells)
    )


def _grouped(rows: Sequence[_Row], columns: list[Span]) -> list[list[_Row]]:
    """The lines of each row. Rows are further apart than the lines of a cell, or else begin in the first column."""
    gaps = [_gap(above, below) for above, below in pairwise(rows)]
    below = (gap for gap, (above, row) in zip(gaps, pairwise(rows), strict=True) if _share_column(above, row))
    # Lines of cells of other heights are beside each other: nothing shows how far apart those of one are.
    lines = min((gap for gap in below if gap < TIGHT), default=max(0, min(gaps)))
    apart = lines + 0.25 if max(gaps) - lines > 0.3 and lines < TIGHT else None
    groups = [[rows[0]]]
    for row, gap in zip(rows[1:], gaps, strict=True):
        names = row.pieces[-1] if row.leftwards else row.pieces[0]
        first = names.box.x1 > columns[-1][0] if row.leftwards else names.box.x0 < columns[0][1]
        if gap > apart if apart is not None else first and (row.wide or gap > TIGHT):
            groups.append([])
        groups[-1].append(row)
    return groups


def _share_column(above: _Row, below: _Row) -> bool:
    return any(
        one.box.x0 < other.box.x1 and other.box.x0 < one.box.x1 for one in above.pieces for other in below.pieces
    )


def _cells(group: Sequence[_Row], columns: Sequence[Span]) -> list[list[Word]]:
    """The words of a row's cells."""
    words = [word for row in group for piece in row.pieces for word in piece.words]
    return [[word for word in words if start <= (word.box.x0 + word.box.x1) / 2 <= end] for start, end in columns]


def _is_table(cells: Sequence[Sequence[Sequence[Word]]], *, names: int) -> bool:
    texts = [[" ".join(word.text for word in cell) for cell in row] for row in cells]
    filled = sum(map(bool, (text for row in texts for text in row))) / (len(texts) * len(texts[0]))
    if len(texts) < 3 or filled < 0.6 or _is_contents(texts):
        return False
    if not all(_straight([row[n] for row in cells]) for n in range(len(texts[0]))):
        return False
    numbers = [n for n in range(len(texts[0])) if _are_numbers([row[n] for row in texts[1:]])]
    named = all(_NAMES.match(text) for text in texts[0] if text) and any(texts[0][n] for n in numbers)
    return bool(numbers) and (named or (len(texts) > 3 and numbers != [names]))


def _is_contents(texts: Sequence[Sequence[str]]) -> bool:
    """Whether the last column is the numbers of pages, from the first row on, and none before it says how many.

    Their digits may stand apart.
    """
    said = ["".join(row[-1].split()) for row in texts]
    pages = [int(one[:9]) for one in said if one.isdecimal()]
    counts = any(_are_numbers([row[n] for row in texts]) for n in range(1, len(texts[0]) - 1))
    rising = pages == sorted(pages) and max(pages, default=0) < 1000
    return said[0].isdecimal() and rising and not counts and len(pages) >= 0.75 * sum(map(bool, said))


def _straight(cells: Sequence[Sequence[Word]]) -> bool:
    """Whether the cells of a column have an edge, or their middle, in common: four of five of them."""
    boxes = [around([word.box for word in cell]) for cell in cells if cell]
    edges = ([box.x0 for box in boxes], [box.x1 for box in boxes], [(box.x0 + box.x1) / 2 for box in boxes])
    return any(
        sum(abs(one - statistics.median_low(edge)) < STRAIGHT for one in edge) >= 0.8 * len(edge) for edge in edges
    )


def _are_numbers(texts: Sequence[str]) -> bool:
    there = [text for text in texts if text]
    return len(there) > 1 and sum(_NUMBER.fullmatch(text) is not None for text in there) >= 0.6 * len(there)


def _head(rows: Sequence[_Row], at: int, columns: Sequence[Span]) -> list[list[list[Word]]]:
    """The line above, when it names several columns at once: a merged cell stands in the first of its columns."""
    if at == 0 or (not rows[at - 1].wide and len(rows[at - 1].pieces) < 1) or _gap(rows[at - 1], rows[at]) > FAR:
        return []
    found: list[list[Word]] = [[] for _ in columns]
    for piece in rows[at - 1].pieces:
        over = [n for n, span in enumerate(columns) if piece.box.x0 < span[1] and span[0] < piece.box.x1]
        names = len(columns) - 1 if rows[at].leftwards else 0
        if not over or names in over or found[over[0]]:
            return []
        found[over[0]] = list(piece.words)
    return [found]
