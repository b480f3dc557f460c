"""XLSX workbooks as sheets of cells, within bounds: a hostile file gets a reason, not all the memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from normalize.model import Problem, Rejected

MOST_BYTES = 200_000_000  # uncompressed, of all parts together
MOST_PARTS = 5_000
MOST_ROWS = 1_500_000  # of all sheets; Excel itself stops at 1,048,576 a sheet
MOST_CELLS = 5_000_000  # with something in them
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell: its text (a number as the file stores it), its place, its date if it is one, whether it shows percent."""

    text: str
    pointer: str
    date: date | None = None
    share: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet: rows that have something in them; cells that have nothing are empty texts. `name` may be empty (CSV)."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read(payload: bytes) -> tuple[list[Sheet], list[Problem]]:
    """All sheets, and what a reader of the numbers should know. Raises Rejected for what is no usable workbook."""
    problems = check(payload)
    budget = _Budget()
    with _Opened(payload) as book:
        return [Sheet(name=sheet.title, rows=tuple(_rows(sheet, budget))) for sheet in book.worksheets], problems


def cell(payload: bytes, sheet: str, name: str) -> str:
    """The text of one cell such as `B4`. Raises KeyError when there is no such sheet."""
    check(payload)
    with _Opened(payload) as book:
        return _text(book[sheet][name].value)


def check(payload: bytes) -> list[Problem]:
    """Look at the parts before anything is unpacked. Raises Rejected for encrypted, broken or oversized files."""
    if payload.startswith(OLE):
        raise Rejected("the workbook is encrypted, or in the old XLS format: neither can be read")
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as parts:
            return list(_checked(parts))
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Rejected(f"the workbook is cut off or broken: {error}") from error


def _checked(parts: zipfile.ZipFile) -> Iterator[Problem]:
    infos = parts.infolist()
    size = sum(info.file_size for info in infos)
    if size > MOST_BYTES or len(infos) > MOST_PARTS:
        raise Rejected(f"the workbook unpacks to {size:,} bytes in {len(infos):,} parts: too large to be a report")
    if any("/externalLinks/" in info.filename for info in infos):
        yield Problem(pointer="", reason="the workbook links to other files: cells may show values from elsewhere")
    formulas = 0
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            data = parts.read(info)
            if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
                raise Rejected(f"{info.filename} declares entities: hostile or not a workbook")
            formulas += len(re.findall(rb"<f[ >/]", data)) if "/worksheets/" in info.filename else 0
    if formulas:
        yield Problem(pointer="", reason=f"{formulas} cells are formulas: the values kept with them were taken")


class _Opened:
    """A workbook open for reading; closed on leaving."""

    def __init__(self, payload: bytes) -> None:
        try:
            self.book: Any = openpyxl.load_workbook(io.BytesIO(payload), read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever it trips over in a broken file
            raise Rejected(f"the workbook cannot be read: {type(error).__name__}: {error}") from error

    def __enter__(self) -> Any:
        return self.book

    def __exit__(self, *_: object) -> None:
        self.book.close()


@dataclass(slots=True)
class _Budget:
    """What may still be read of a workbook."""

    rows: int = MOST_ROWS
    cells: int = MOST_CELLS

    def take(self, cells: int) -> None:
        self.rows -= 1
        self.cells -= cells
        if self.rows < 0 or self.cells < 0:
            raise Rejected(f"the workbook has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")


def _rows(sheet: Any, budget: _Budget) -> Iterator[tuple[Cell, ...]]:
    sheet.reset_dimensions()  # a declared size of a million rows is only a claim
    for number, row in enumerate(sheet.iter_rows(), 1):
        last = max((place for place, one in enumerate(row, 1) if _text(one.value).strip()), default=0)
        budget.take(last)
        if last:
            yield tuple(_cell(sheet.title, number, place, one) for place, one in enumerate(row[:last], 1))


def _cell(sheet: str, row: int, column: int, found: Any) -> Cell:
    value = found.value
    return Cell(
        text=_text(value),
        pointer=f"xlsx:{sheet}!{get_column_letter(column)}{row}",
        date=value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None,
        share=value is not None and "%" in str(getattr(found, "number_format", "")),
    )


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return "" if value is None else str(value)
