"""What a sheet tells about its file: a version, a contact, a date. None of it is a figure.

A sheet is about its file when it is called so (`README`, `Notes`), others are not, and it has no table: never more than
two cells side by side, below no `Metric` or the like. In any other sheet, a row such as `Version | 3` is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from normalize import grid
from normalize.cells import Cell, Sheet
from normalize.facts import fold

Row = tuple[Cell, ...]
_NAME = re.compile(
    r"[\W\d_]*(?:read ?me|about|notes?|cover(?: page)?|glossary|definitions?|methodology|metadata|info|legend|"
    r"disclaimer|licen[cs]e|change ?log|(?:version|revision|release) (?:history|notes)|lies ?mich|hinweise?|deckblatt|"
    r"lisez[- ]?moi|à propos|glossaire|léeme|notas|acerca de|leggimi|leesmij|toelichting)[\W\d_]*",
    re.IGNORECASE,
)
_HEADS = re.compile(r"(?:metric|indicator|kpi|policy|policy area|category)\Z")
PROPERTIES = frozenset(
    {"version", "version number", "file version", "schema version", "number of sheets", "number of rows", "last row"}
)


def apart(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Row]]:
    """The sheets with the rows that may hold figures, and the rows that tell about the file."""
    named = [_NAME.fullmatch(fold(sheet.name)) is not None for sheet in sheets]
    kept: list[Sheet] = []
    told: list[Row] = []
    for sheet, is_named in zip(sheets, named, strict=True):
        whole = is_named and not all(named) and not any(map(_is_tabular, sheet.rows))
        about = [row for row in sheet.rows if whole or _is_property(row)]
        rows = () if whole else tuple(row for row in sheet.rows if not _is_property(row))
        kept.append(Sheet(name=sheet.name, rows=rows))
        told += about
    return kept, told


def figures(row: Row) -> list[Cell]:
    """The cells of a row that hold numbers."""
    return [cell for cell in row if grid.is_value(cell)]


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.text.strip()]


def _is_tabular(row: Row) -> bool:
    """Whether a row is of a table, or its header."""
    filled = _filled(row)
    return len(filled) > 2 or (len(filled) == 2 and _HEADS.match(fold(filled[0].text)) is not None)


def _is_property(row: Row) -> bool:
    filled = _filled(row)
    return len(filled) == 2 and fold(filled[0].text).rstrip(":") in PROPERTIES and grid.is_value(filled[1])
