"""A page of a PDF as laid out: its lines in reading order, and its tables, each with its box."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfplumber.pdf import PDF

from normalize import bidi, pdf_grid, pdf_marks
from normalize.model import Rejected
from normalize.pdf_grid import Grid
from normalize.pdf_lines import Box, Line, Word, around, lines_of

MOST_WORDS = 50_000  # of one page


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page: `tables` are rows of boxes of cells (None: part of a merged cell), `lines` stand outside. What is set
    sideways, upside down or aslant is left out: so many characters are `turned`."""

    number: int
    height: float
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    tables: tuple[Grid, ...]
    turned: int = 0

    def text(self, box: Box | None = None, *, raised: bool = True) -> str:
        """The text in a box, or of the whole page: lines as printed, columns one after the other; with or without
        the small marks of notes."""
        inside = [word for word in self.words if box is None or box.holds(word.box)]
        if not raised:
            inside = pdf_marks.without_marks(inside)
        return "\n".join(line.text for line in lines_of(inside))


def opened(payload: bytes) -> PDF:
    """The document for `read`. Raises Rejected when it cannot be read."""
    try:
        return pdfplumber.open(io.BytesIO(payload))
    except Exception as error:  # pdfminer lets every kind of error through on broken files
        raise Rejected(f"the PDF cannot be read: {_why(error)}") from error


def _why(error: Exception) -> str:
    if any(isinstance(one, MemoryError) for one in (error, *error.args)):
        return "it takes more memory than a report does"
    return str(error) or type(error).__name__


def read(document: PDF, number: int) -> Page:
    """The page (from 1). Raises Rejected when it cannot be read."""
    try:
        page = document.pages[number - 1]
        _straighten(page.chars)
        found = page.filter(_is_level).extract_words(x_tolerance_ratio=0.15, extra_attrs=["size", "fontname", "mcid"])
        leftwards = bidi.is_right_to_left(" ".join(one["text"] for one in found))
        words = tuple(_word(one, leftwards=leftwards) for one in found)
        tables = tuple(_tables(page, words)) if words else ()
        turned = sum(not _is_level(one) and not one["text"].isspace() for one in page.chars)
        page.close()
    except Exception as error:
        raise Rejected(f"page {number} cannot be read: {_why(error)}") from error
    if len(words) > MOST_WORDS:
        raise Rejected(f"page {number} has more than {MOST_WORDS:,} words: no page of a report")
    aligned = tuple(pdf_grid.find(_outside(tables, words)))
    loose = _outside((*tables, *aligned), words)
    tables = tuple(sorted((*tables, *aligned), key=lambda table: _around(table).top))
    tables = tuple(map(pdf_grid.from_right, tables)) if leftwards else tables
    return Page(
        number=number, height=float(page.height), words=words, lines=tuple(lines_of(loose)), tables=tables,
        turned=turned,
    )  # fmt: skip


def _straighten(chars: Sequence[dict[str, Any]]) -> None:
    """Make slanted characters as wide as they run: their boxes reach over the gap to the next word."""
    for one in chars:
        _, _, lean, up = one["matrix"][:4]
        if lean and up and _is_level(one):
            one["x1"] -= min(abs(lean / up) * one["height"], (one["x1"] - one["x0"]) * 0.8)


def _is_level(thing: dict[str, Any]) -> bool:
    """Whether a thing on a page is no character, or one of a line that runs from left to right."""
    if thing["object_type"] != "char":
        return True
    along, aslant = thing["matrix"][:2]
    along = -along if thing["adv"] < 0 else along  # a size below zero turns it once more
    return bool(along > 0 and abs(aslant) < along * 0.2)


def _around(table: Grid) -> Box:
    return around([cell for row in table for cell in row if cell])


def _outside(tables: Sequence[Grid], words: Sequence[Word]) -> list[Word]:
    boxes = [_around(table) for table in tables]
    return [word for word in words if not any(box.holds(word.box) for box in boxes)]


def _word(found: dict[str, Any], *, leftwards: bool) -> Word:
    box = Box(x0=found["x0"], top=found["top"], x1=found["x1"], bottom=found["bottom"])
    bold = any(name in found["fontname"].lower() for name in ("bold", "black", "heavy"))
    mark = -1 if found["mcid"] is None else int(found["mcid"])
    text, size = found["text"].replace("\x00", ""), round(found["size"], 1)
    return Word(text=text, box=box, size=size, bold=bold, mark=mark, leftwards=leftwards)


def _tables(page: Any, words: Sequence[Word]) -> Iterator[Grid]:
    """The ruled tables that have at least two rows and two columns with text in them."""
    for table in page.find_tables():
        rows = tuple(tuple(_cell(cell) for cell in row.cells) for row in table.rows)
        filled = [(at, place) for at, row in enumerate(rows) for place, cell in enumerate(row)
                  if cell and any(cell.holds(word.box) for word in words)]  # fmt: skip
        if len({at for at, _ in filled}) > 1 and len({place for _, place in filled}) > 1:
            yield rows


def _cell(edges: tuple[float, float, float, float] | None) -> Box | None:
    return None if edges is None else Box(x0=edges[0], top=edges[1], x1=edges[2], bottom=edges[3])
