"""Words of a PDF's page as lines in reading order: from top to bottom, column after column."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from normalize import bidi

GUTTER = 8.0  # points between two columns, at least
FEWEST = 4  # lines of a column


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A part of a page: points from its top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Whether the middle of `other` is in here."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 - 0.1 <= x <= self.x1 + 0.1 and self.top - 0.1 <= y <= self.bottom + 0.1

    def __str__(self) -> str:
        """As pointers write it: outward to a tenth of a point."""
        return "/".join(f"{edge:.1f}" for edge in (self.x0 - 0.1, self.top - 0.1, self.x1 + 0.1, self.bottom + 0.1))


def box_of(text: str) -> Box:
    """The box that a pointer writes. Raises ValueError when it is none."""
    x0, top, x1, bottom = (float(edge) for edge in text.split("/"))
    return Box(x0=x0, top=top, x1=x1, bottom=bottom)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word, its size in points, whether it is set bold, the number of its marked content (-1: none), and whether
    its page runs from right to left."""

    text: str
    box: Box
    size: float
    bold: bool
    mark: int = -1
    leftwards: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Words on one line of one column."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Words as they are read, with a space between, but for those that a change of font cut in two."""
        printed = "".join(f"{word.text}{gap}" for word, gap in zip(self.words, [*self.gaps, ""], strict=True))
        return bidi.logical(printed, right_to_left=self.words[0].leftwards)

    @property
    def gaps(self) -> list[str]:
        """What stands between each word and the next."""
        return ["" if _touch(left, right) else " " for left, right in pairwise(self.words)]

    @property
    def box(self) -> Box:
        return around([word.box for word in self.words])

    @property
    def size(self) -> float:
        """That of most of its characters."""
        weights: Counter[float] = Counter()
        for word in self.words:
            weights[word.size] += len(word.text)
        return weights.most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)


def _touch(left: Word, right: Word) -> bool:
    return left.size == right.size and right.box.x0 - left.box.x1 < left.size * 0.1


def around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    return Box(
        x0=min(box.x0 for box in boxes), top=min(box.top for box in boxes),
        x1=max(box.x1 for box in boxes), bottom=max(box.bottom for box in boxes),
    )  # fmt: skip


def lines_of(words: Sequence[Word]) -> list[Line]:
    """The lines that words stand on, in reading order: from top to bottom, column after column."""
    return _ordered([piece for row in rows_of(words) for piece in pieces_of(row)])


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words at one height, from left to right. A raised mark belongs to the row whose middle it reaches."""
    rows: list[list[Word]] = []
    low = high = 0.0
    for word in sorted(words, key=lambda word: ((word.box.top + word.box.bottom) / 2, word.box.x0)):
        middle = (word.box.top + word.box.bottom) / 2
        if rows and low <= middle <= high:
            rows[-1].append(word)
        elif rows and word.box.top < (low + high) / 2 < word.box.bottom and word.size > rows[-1][0].size:
            rows[-1].append(word)  # the row began with a raised mark
            low, high = word.box.top, word.box.bottom
        else:
            rows.append([word])
            low, high = word.box.top, word.box.bottom
    return [sorted(row, key=lambda word: word.box.x0) for row in rows]


def pieces_of(row: Sequence[Word]) -> Iterator[Line]:
    """A row cut where the gap may be one between columns."""
    piece = [row[0]]
    for word in row[1:]:
        if word.box.x0 - piece[-1].box.x1 > max(GUTTER, word.size):
            yield Line(words=tuple(piece))
            piece = []
        piece.append(word)
    yield Line(words=tuple(piece))


def _ordered(pieces: Sequence[Line]) -> list[Line]:
    """Pieces in reading order. What reaches over the gutter ends the columns above it."""
    gutter = gutter_of(pieces)
    if gutter is None:
        return _whole(pieces)
    found: list[Line] = []
    for across, group in groupby(pieces, key=lambda piece: piece.box.x0 < gutter < piece.box.x1):
        band = list(group)
        found += _whole(band) if across else _columns(band, gutter)
    return found


def _whole(pieces: Sequence[Line]) -> list[Line]:
    """Pieces at one height put together again."""
    return [Line(words=tuple(row)) for row in rows_of([word for piece in pieces for word in piece.words])]


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    """A few pieces side by side are no columns: a running head, a signature."""
    sides = [piece for piece in band if piece.box.x1 <= gutter], [piece for piece in band if piece.box.x0 >= gutter]
    if min(map(len, sides)) < 3:
        return _whole(band)
    leftwards = bidi.is_right_to_left("".join(piece.text for piece in band))
    return [line for side in sides[:: -1 if leftwards else 1] for line in _ordered(side)]


def gutter_of(pieces: Sequence[Line]) -> float | None:
    """Where the page parts into columns of prose: the place that the fewest pieces cross."""
    if len(pieces) < 2 * FEWEST:
        return None
    page = around([piece.box for piece in pieces])
    margin = (page.x1 - page.x0) * 0.15
    places = {piece.box.x0 - GUTTER / 2 for piece in pieces if page.x0 + margin < piece.box.x0 < page.x1 - margin}
    crossing = {place: sum(piece.box.x0 < place < piece.box.x1 for piece in pieces) for place in places}
    best = min(places, key=lambda place: (crossing[place], place), default=0.0)
    return best if best and crossing[best] < len(pieces) * 0.4 and _are_prose(pieces, page, best) else None


def _are_prose(pieces: Sequence[Line], page: Box, gutter: float) -> bool:
    """Whether there are columns on both sides: many lines of several words that fill them. A table has neither."""
    fills = []
    for side, width in (
        ([piece for piece in pieces if piece.box.x1 <= gutter], gutter - page.x0),
        ([piece for piece in pieces if piece.box.x0 >= gutter], page.x1 - gutter),
    ):
        if len(side) < FEWEST or statistics.median(len(piece.words) for piece in side) < 3:
            return False
        fills.append(statistics.median(piece.box.x1 - piece.box.x0 for piece in side) / width)
    return max(fills) > 0.6 and min(fills) > 0.3
