"""XLSX workbooks as sheets of cells, within bounds: a hostile file gets a reason, not all the memory.

Sheets are read as a stream, so empty rows cost next to nothing, and a number's text is exactly what the file stores.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from posixpath import join, normpath
from typing import Any

from lxml import etree

from normalize import workbook_styles
from normalize.bounds import Budget, Stream
from normalize.cells import Cell, Sheet, column_of, letters, whole
from normalize.merges import Range, spread
from normalize.model import Problem, Rejected
from normalize.workbook_styles import Style

MOST_PARTS = 5_000
MOST_BLANKS = 2_000_000  # cells before others
_MERGED = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
OLE = b"\xd0\xcf\x11\xe0"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BROKEN = (zipfile.BadZipFile, EOFError, OSError, ValueError, LookupError, NotImplementedError, etree.XMLSyntaxError)


def read(payload: bytes, budget: Budget | None = None) -> tuple[list[Sheet], list[Problem]]:
    """All sheets, and what a reader of the numbers should know. Raises Rejected for what is no usable workbook."""
    with _opened(payload, budget or Budget()) as book:
        sheets = [Sheet(name=name, rows=spread(list(book.rows(name)), _ranges(book.merged))) for name in book.sheets]
        return sheets, list(book.problems())


def cells(payload: bytes, sheet: str) -> dict[str, str]:
    """The texts of a sheet's cells by their names, such as `B4`. Raises LookupError without such a sheet."""
    with _opened(payload, Budget()) as book:
        if sheet not in book.sheets:
            raise LookupError(f"no sheet is called {sheet!r}")
        return {one.pointer.rpartition("!")[2]: one.text for row in book.rows(sheet) for one in row}


@contextmanager
def _opened(payload: bytes, budget: Budget) -> Iterator[_Book]:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as parts:
            check_parts(parts, budget)
            yield _Book(parts, budget)
    except BROKEN as error:
        raise Rejected(f"the workbook is cut off or broken: {error}") from error


def check_parts(parts: zipfile.ZipFile, budget: Budget) -> None:
    """Look at the parts before anything is unpacked. Raises Rejected when they are too large or hostile."""
    infos = parts.infolist()
    budget.unpack(sum(info.file_size for info in infos), "the workbook ")
    if len(infos) > MOST_PARTS:
        raise Rejected(f"the workbook has {len(infos):,} parts: too many for a report")
    for info in infos:
        with parts.open(info) as part:
            if b"<!DOCTYPE" in part.read(65_536):
                raise Rejected(f"{info.filename} declares entities: hostile or not a workbook")


@dataclass(slots=True)
class _Book:
    """An open workbook. Part names and styles are read at once, sheets as they are asked for."""

    parts: zipfile.ZipFile
    budget: Budget
    sheets: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)  # sheets, and sheets of which something is
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    epoch: datetime = workbook_styles.SINCE_1900
    formulas: int = 0  # with the values kept with them
    blind: list[str] = field(default_factory=list)  # formulas without a value
    merged: list[str] = field(default_factory=list)  # ranges of the sheet that was read last
    blanks: int = field(default_factory=lambda: MOST_BLANKS)
    far: list[str] = field(default_factory=list)  # cells that are not read, as too many before them are blank
    lost: list[str] = field(default_factory=list)  # cells that name a text which is not in the file

    def __post_init__(self) -> None:
        targets = {
            one.get("Id"): one.get("Target") for one in self.tree("xl/_rels/workbook.xml.rels").iter("{*}Relationship")
        }
        book = self.tree("xl/workbook.xml")
        if any(one.get("date1904") in ("1", "true") for one in book.iter("{*}workbookPr")):
            self.epoch = workbook_styles.SINCE_1904
        for sheet in book.iter("{*}sheet"):
            target = str(targets[sheet.get(RELATION)])
            name = str(sheet.get("name"))
            self.sheets[name] = target.lstrip("/") if target[0] == "/" else normpath(join("xl", target))
            if sheet.get("state", "visible") != "visible":
                self.hidden.append(f"the sheet {name!r}")
        names = self.parts.namelist()
        if "xl/sharedStrings.xml" in names:
            self.strings = [_all_text(one) for one in self.tree("xl/sharedStrings.xml").iter("{*}si")]
        if "xl/styles.xml" in names:
            self.styles = list(workbook_styles.read(self.tree("xl/styles.xml")))

    def tree(self, name: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self.budget.whole(self.parts.read(name)), parser)

    def problems(self) -> Iterator[Problem]:
        if any("/externalLinks/" in name for name in self.parts.namelist()):
            yield Problem(pointer="", reason="the workbook links to other files: cells may show values from elsewhere")
        if self.formulas:
            reason = f"{self.formulas} cells are formulas: the values kept with them were taken"
            yield Problem(pointer="", reason=reason)
        for pointer in self.blind:
            yield Problem(pointer=pointer, reason="this cell is a formula, and no value is kept with it")
        for pointer in self.lost:
            yield Problem(pointer=pointer, reason="this cell names a text that is not in the workbook")
        for pointer in self.far:
            reason = f"more than {MOST_BLANKS:,} cells of the workbook are blank before others: this one is not read"
            yield Problem(pointer=pointer, reason=reason)
        for what in self.hidden:
            yield Problem(pointer="", reason=f"{what} is hidden in the workbook: read like all others")

    def rows(self, sheet: str) -> Iterator[tuple[Cell, ...]]:
        """The rows of a sheet that have something in them, filled up with empty cells from column A."""
        number = unseen = 0
        self.merged.clear()
        tags = ("{*}row", "{*}mergeCell", "{*}col")
        with self.parts.open(self.sheets[sheet]) as part:
            stream = Stream(part, self.budget)
            for _, row in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
                if row.tag.endswith("mergeCell"):
                    self.merged.append(row.get("ref") or "")
                    continue
                is_column = row.tag.endswith("}col")
                unseen += row.get("hidden") in ("1", "true") and (is_column or len(row) > 0)
                if is_column:
                    continue
                number = whole(row.get("r"), number + 1)
                found = dict(self.row(sheet, number, row)) if len(row) else {}
                _forget(row)
                stream.held = 0
                if found := self.near(found):
                    yield tuple(found.get(at) or _blank(sheet, at, number) for at in range(1, max(found) + 1))
        if unseen:
            self.hidden.append(f"something of the sheet {sheet!r} (rows, or columns)")

    def near(self, found: dict[int, Cell]) -> dict[int, Cell]:
        """The cells of a row, but for those before which more cells would be blank than there may be."""
        near = {at: found[at] for n, at in enumerate(sorted(found), 1) if at - n <= self.blanks}
        self.blanks -= max(near, default=0) - len(near)
        self.far += [cell.pointer for at, cell in found.items() if at not in near]
        return near

    def row(self, sheet: str, number: int, row: Any) -> Iterator[tuple[int, Cell]]:
        column = 0
        for one in row.iter("{*}c"):
            place = (one.get("r") or "").rstrip("0123456789")
            column = column_of(place) or column + 1
            if not len(one):
                continue
            made = self.cell(one, f"xlsx:{sheet}!{letters(column)}{number}")
            if (formula := one.findtext("{*}f")) is not None:
                made = self.computed(made, formula, said=one.get("t") == "str")
            if made.text.strip():
                self.budget.add(1, len(made.text))
                yield column, made

    def computed(self, made: Cell, formula: str, *, said: bool) -> Cell:
        """A formula's cell: the value kept with it, which may be an empty text that is `said`, else the formula."""
        if made.text or said:
            self.formulas += 1
            return made
        self.blind.append(made.pointer)
        return replace(made, text=f"={formula}", typed=False)

    def cell(self, one: Any, pointer: str) -> Cell:
        kind, stored = one.get("t", "n"), one.findtext("{*}v") or ""
        if kind == "s" and stored:
            return Cell(text=self.shared(whole(stored, len(self.strings)), pointer), pointer=pointer)
        if kind == "inlineStr":
            return Cell(text=_all_text(one.find("{*}is")), pointer=pointer)
        if kind == "b":
            return Cell(text="TRUE" if stored == "1" else "FALSE", pointer=pointer)
        at = whole(one.get("s"), 0)
        style = self.styles[at] if at < len(self.styles) else Style()
        moment = workbook_styles.moment(stored, self.epoch) if kind == "n" and stored and style.is_date else None
        if moment:
            text = moment.date().isoformat() if float(stored).is_integer() else moment.isoformat(" ", "seconds")
            return Cell(text=text, pointer=pointer, date=moment.date())
        return Cell(text=stored, pointer=pointer, share=style.share, typed=kind == "n")

    def shared(self, number: int, pointer: str) -> str:
        if number < len(self.strings):
            return self.strings[number]
        self.lost.append(pointer)
        return ""


def _blank(sheet: str, column: int, row: int) -> Cell:
    return Cell(text="", pointer=f"xlsx:{sheet}!{letters(column)}{row}")


def _ranges(merged: Sequence[str]) -> Iterator[Range]:
    for match in filter(None, map(_MERGED.fullmatch, merged)):
        left, right = column_of(match[1]), column_of(match[3])
        yield Range(top=int(match[2]), left=left, bottom=int(match[4]), right=right)


def _forget(row: Any) -> None:
    """Free a row that was read, and those before it."""
    row.clear()
    while row.getprevious() is not None:
        del row.getparent()[0]


def _all_text(element: Any) -> str:
    """The text runs below an element; phonetic hints are none."""
    return (
        ""
        if element is None
        else "".join(one.text or "" for one in element.iter("{*}t") if one.getparent().tag[-3:] != "rPh")
    )
