"""ODS spreadsheets as sheets of cells, within the same bounds as workbooks. A number's text is what is shown, its value
what is stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree

from normalize import values
from normalize.bounds import Budget
from normalize.cells import Cell, Sheet, letters, whole
from normalize.merges import Range, spread
from normalize.model import Rejected
from normalize.workbook import BROKEN, check_parts

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def is_ods(payload: bytes) -> bool:
    """Whether a ZIP is an ODS spreadsheet: its type is its first member, not compressed."""
    return payload[30:38] == b"mimetype" and MIMETYPE in payload[38:200]


def read(payload: bytes, budget: Budget | None = None) -> list[Sheet]:
    """All sheets. Raises Rejected for what is no usable spreadsheet."""
    return [Sheet(name=name, rows=tuple(rows)) for name, rows in _tables(payload, budget or Budget())]


def cell(payload: bytes, sheet: str, name: str) -> str:
    """The text of one cell such as `B4`, empty when there is nothing. Raises LookupError without such a sheet."""
    pointer = f"ods:{sheet}!{name}"
    rows = dict(_tables(payload, Budget()))[sheet]
    return next((one.text for row in rows for one in row if one.pointer == pointer), "")


def _tables(payload: bytes, budget: Budget) -> Iterator[tuple[str, list[tuple[Cell, ...]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as parts:
            check_parts(parts, budget)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            root = etree.fromstring(budget.whole(parts.read("content.xml")), parser)
    except BROKEN as error:
        raise Rejected(f"the spreadsheet is cut off or broken: {error}") from error
    for table in root.iter(f"{TABLE}table"):
        name, merged = table.get(f"{TABLE}name", ""), list[Range]()
        rows = list(_rows(name, table, budget, merged))
        yield name, list(spread(rows, merged))


def _rows(sheet: str, table: Any, budget: Budget, merged: list[Range]) -> Iterator[tuple[Cell, ...]]:
    """The rows that have something in them; a row that says it repeats is written out only when it has.

    Which of their cells are `merged` is added there.
    """
    number = 0
    for row in table.iter(f"{TABLE}table-row"):
        cells = list(_cells(row))
        repeats = whole(row.get(f"{TABLE}number-rows-repeated"), 1)
        merged += _ranges(row, number + 1)
        letters_in = sum(len(one.text) for one in cells)
        for at in range(number + 1, number + repeats + 1) if cells else ():
            budget.add(len(cells), letters_in)
            yield tuple(_placed(sheet, one, column, at) for column, one in enumerate(cells, 1))
        number += repeats


def _ranges(row: Any, number: int) -> Iterator[Range]:
    left = 1
    for one in row:
        wide, high = (whole(one.get(f"{TABLE}number-{way}-spanned"), 1) for way in ("columns", "rows"))
        if wide > 1 or high > 1:
            yield Range(top=number, left=left, bottom=number + high - 1, right=left + wide - 1)
        left += whole(one.get(f"{TABLE}number-columns-repeated"), 1)


def _placed(sheet: str, one: Cell, column: int, row: int) -> Cell:
    return replace(one, pointer=f"ods:{sheet}!{letters(column)}{row}")


def _cells(row: Any) -> list[Cell]:
    """The cells up to the last that has something in it; what a cell repeats before that is written out."""
    found: list[Cell] = []
    blanks = 0
    for one in row:
        repeats = whole(one.get(f"{TABLE}number-columns-repeated"), 1)
        made = _cell(one)
        if not made.text.strip():
            blanks += repeats
            continue
        if blanks + repeats + len(found) > 20_000:
            raise Rejected("a row of the spreadsheet is wider than any report")
        found += [Cell(text="", pointer="")] * blanks + [made] * repeats
        blanks = 0
    return found


def _cell(one: Any) -> Cell:
    """A cell; its paragraphs are its text, those of comments and shapes are not."""
    shown = "\n".join("".join(_said(paragraph)) for paragraph in one.iterchildren(f"{TEXT}p"))
    kind, day = one.get(f"{OFFICE}value-type"), one.get(f"{OFFICE}date-value", "")[:10]
    stored = _stored(one.get(f"{OFFICE}value", ""), kind)
    try:
        found = date.fromisoformat(day) if kind == "date" else None
    except ValueError:
        found = None
    text = shown if shown.strip() else stored
    return Cell(text=text, pointer="", date=found, share=kind == "percentage", typed=bool(stored), stored=stored)


def _stored(number: str, kind: str | None) -> str:
    """The number that a cell stores, as a share is shown; of money only what is shown says which."""
    value = values.parse(number).number if kind in ("float", "percentage") else None
    if value is None:
        return ""
    return f"{value * 100:f}%" if kind == "percentage" else number


def _said(one: Any) -> Iterator[str]:
    """The texts of a paragraph; spaces, tabs and ends of lines may be elements."""
    yield one.text or ""
    for child in one:
        if child.tag in (f"{TEXT}s", f"{TEXT}tab"):
            yield " " * min(whole(child.get(f"{TEXT}c"), 1), 100)
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag != f"{OFFICE}annotation":
            yield from _said(child)
        yield child.tail or ""
