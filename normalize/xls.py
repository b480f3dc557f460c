"""Old binary XLS workbooks as sheets of cells. Cells are cited as those of an XLSX are."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from normalize.bounds import Budget
from normalize.cells import Cell, Sheet, letters
from normalize.merges import Range, spread
from normalize.model import Rejected

MOST_BYTES = 32_000_000  # reading takes about ten times that
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # an XLSX with a password is wrapped like an XLS
BROKEN = (
    xlrd.XLRDError, CompDocError, struct.error, LookupError, ValueError, AssertionError, TypeError, AttributeError,
    EOFError, ArithmeticError, MemoryError,
)  # fmt: skip


def read(payload: bytes, budget: Budget | None = None) -> list[Sheet]:
    """All sheets. Raises Rejected for what is no usable workbook."""
    budget = budget or Budget()
    if ENCRYPTED in payload:
        raise Rejected("the workbook is encrypted: it needs a password")
    if len(payload) > MOST_BYTES:
        raise Rejected(f"{len(payload):,} bytes are too many for an XLS: at most {MOST_BYTES:,} are read")
    try:
        book = xlrd.open_workbook(file_contents=payload, formatting_info=True, logfile=_Silent())
        budget.add(sum(sheet.nrows * sheet.ncols for sheet in book.sheets()))
        return [
            Sheet(name=sheet.name, rows=spread(list(_rows(book, sheet)), _ranges(sheet))) for sheet in book.sheets()
        ]
    except BROKEN as error:
        raise Rejected(f"the workbook is encrypted, cut off or broken: {error or type(error).__name__}") from error


def cells(payload: bytes, sheet: str) -> dict[str, str]:
    """The text of each cell of a sheet by its name, such as `B4`."""
    rows = (row for one in read(payload) if one.name == sheet for row in one.rows)
    return {cell.pointer.rpartition("!")[2]: cell.text for row in rows for cell in row}


class _Silent:
    """Takes what xlrd has to say about oddities of files; what matters it raises."""

    def write(self, text: str) -> None:
        """Say nothing."""

    def flush(self) -> None:
        """Nothing to do."""


def _rows(book: Any, sheet: Any) -> Iterator[tuple[Cell, ...]]:
    for at in range(sheet.nrows):
        row = tuple(_cell(book, sheet, at, column) for column in range(sheet.row_len(at)))
        if any(cell.text.strip() for cell in row):
            yield row


def _ranges(sheet: Any) -> Iterator[Range]:
    for top, bottom, left, right in sheet.merged_cells:  # which end before their ends
        yield Range(top=top + 1, left=left + 1, bottom=bottom, right=right)


def _cell(book: Any, sheet: Any, row: int, column: int) -> Cell:
    """A cell; a number as its shortest digits, because the file has it in binary."""
    kind, value, place = (
        sheet.cell_type(row, column),
        sheet.cell_value(row, column),
        f"xlsx:{sheet.name}!{letters(column + 1)}{row + 1}",
    )
    moment = _moment(book, value) if kind == xlrd.XL_CELL_DATE else None
    if moment:
        text = moment.date().isoformat() if float(value).is_integer() else moment.isoformat(" ", "seconds")
        return Cell(text=text, pointer=place, date=moment.date())
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        text = str(int(value)) if float(value).is_integer() else repr(value)
        return Cell(text=text, pointer=place, share=_is_share(book, sheet, row, column), typed=True)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return Cell(text="TRUE" if value else "FALSE", pointer=place)
    if kind == xlrd.XL_CELL_ERROR:
        return Cell(text=xlrd.error_text_from_code.get(value, "#ERROR"), pointer=place)
    return Cell(text=str(value), pointer=place)


def _moment(book: Any, value: float) -> datetime | None:
    """The time that a number stands for; None where it stands for none."""
    try:
        moment: datetime = xlrd.xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError):
        return None
    return moment


def _is_share(book: Any, sheet: Any, row: int, column: int) -> bool:
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    shown = book.format_map.get(style.format_key)
    return bool(shown) and "%" in re.sub(r'"[^"]*"|\\.', "", shown.format_str)
