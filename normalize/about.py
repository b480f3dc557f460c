"""What a sheet tells about its file: a version, a contact, a date. None of it is a figure.

A sheet is only about its file when it is called so (`README`, `Notes`) and others are not, or when it is a list of
properties: never more than two cells side by side, and the second one mostly a text or a day. In any other sheet, a row
such as `Version | 3` is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from normalize import grid
from normalize.cells import Cell, Sheet
from normalize.facts import fold, words

Row = tuple[Cell, ...]
_NAME = re.compile(
    r"[\W\d_]*(?:read ?me|about|notes?|cover(?: page)?|intro(?:duction)?|(?:table of )?contents?|toc|glossary|"
    r"definitions?|methodology|metadata|info(?:rmation)?|legend|disclaimer|licen[cs]e|change ?log|"
    r"(?:version|revision|release) (?:history|notes)|lies ?mich|hinweise?|deckblatt|lisez[- ]?moi|à propos|glossaire|"
    r"sommaire|léeme|notas|acerca de|índice|leggimi|informazioni|leesmij|toelichting)"
    r"(?: (?:and|&|et|und|y|e|en|to|on|of|for|this|the|file)\b.*)?[\W\d_]*",
    re.IGNORECASE,
)
PROPERTIES = words("version revision edition release issue build") | {
    "version number", "file version", "number of sheets", "number of rows", "last row", "schema version"
}  # fmt: skip


def apart(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Row]]:
    """The sheets with the rows that may hold figures, and the rows that tell about the file."""
    named = [_NAME.fullmatch(fold(sheet.name)) is not None for sheet in sheets]
    kept: list[Sheet] = []
    told: list[Row] = []
    for sheet, is_named in zip(sheets, named, strict=True):
        whole = (is_named and not all(named)) or _is_list(sheet.rows)
        about = [whole or _is_property(row) for row in sheet.rows]
        kept.append(
            Sheet(name=sheet.name, rows=tuple(row for row, one in zip(sheet.rows, about, strict=True) if not one))
        )
        told += [row for row, one in zip(sheet.rows, about, strict=True) if one]
    return kept, told


def figures(row: Row) -> list[Cell]:
    """The cells of a row that hold numbers."""
    return [cell for cell in row if grid.is_value(cell)]


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.text.strip()]


def _is_property(row: Row) -> bool:
    filled = _filled(row)
    return len(filled) == 2 and fold(filled[0].text).rstrip(":") in PROPERTIES


def _is_list(rows: Sequence[Row]) -> bool:
    """Whether rows are properties and what they are, more texts than numbers."""
    pairs = [filled for row in rows if len(filled := _filled(row)) > 1]
    numbers = sum(grid.is_value(pair[1]) and not _is_property(tuple(pair)) for pair in pairs)
    return all(len(pair) == 2 for pair in pairs) and len(pairs) - numbers > max(numbers, 1)
