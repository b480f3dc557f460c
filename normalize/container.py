"""Reports that come in one file or many: CSVs and workbooks, alone or in (nested) ZIPs, as named sheets.

A cell in a ZIP is cited as `zip:<member>!<pointer inside>`; `!` and `%` in a member's name are percent-encoded.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from normalize import grid, ods, tabular, workbook, xls
from normalize.bounds import Budget
from normalize.cells import Cell, Sheet, letters
from normalize.model import Problem, Rejected

DEEPEST = 3  # ZIPs in ZIPs
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A sheet, and the file or sheet name that says what it is."""

    name: str
    sheet: Sheet


def parts(
    payload: bytes, name: str, problems: list[Problem], *, depth: int = 0, budget: Budget | None = None
) -> Iterator[Part]:
    """The sheets of a payload in order. What cannot be read inside a ZIP is reported; alone it raises Rejected."""
    budget = budget or Budget()
    if not payload.startswith(b"PK\x03\x04") and not payload.startswith(workbook.OLE):
        if reason := tabular.note(payload):
            problems.append(Problem(pointer="", reason=reason))
        yield Part(name=name, sheet=grid.csv_sheet(payload, budget))
    elif ods.is_ods(payload):
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in ods.read(payload, budget))
    elif payload.startswith(workbook.OLE):
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in xls.read(payload, budget))
    elif is_workbook(payload):
        sheets, found = workbook.read(payload, budget)
        problems.extend(found)
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in sheets)
    else:
        yield from _members(payload, problems, depth, budget)


def is_workbook(payload: bytes) -> bool:
    """Whether a ZIP is an XLSX workbook; a broken ZIP is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, EOFError, OSError, ValueError):
        return False


def members(payload: bytes, budget: Budget) -> Iterator[tuple[str, bytes | Rejected]]:
    """(name, bytes) of the files in a ZIP, or why one cannot be had. Raises Rejected when it is broken as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _ignored(info.filename)]
            budget.list(len(infos))
            for info in infos:
                try:
                    yield info.filename, member(archive, info, budget)
                except Rejected as error:
                    yield info.filename, error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Rejected(f"the ZIP is cut off or broken: {error}") from error


def _members(payload: bytes, problems: list[Problem], depth: int, budget: Budget) -> Iterator[Part]:
    if depth >= DEEPEST:
        raise Rejected(f"ZIPs are nested more than {DEEPEST} deep")
    for name, data in members(payload, budget):
        inside: list[Problem] = []
        try:
            if isinstance(data, Rejected):
                raise data
            below = parts(data, name, inside, depth=depth + 1, budget=budget)
            yield from (_below(prefix(name), part) for part in below)
        except Rejected as error:
            inside.append(Problem(pointer="", reason=f"{name}: {error}"))
        problems.extend(replace(problem, pointer=prefix(name) + problem.pointer) for problem in inside)


def prefix(name: str) -> str:
    """What goes before a pointer into that member of a ZIP."""
    return f"zip:{encoded(name)}!"


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    """A member's bytes, never more than it says. Raises Rejected when it is encrypted, broken or too large."""
    if info.flag_bits & 1:
        raise Rejected("encrypted: it needs a password")
    budget.unpack(info.file_size)
    try:
        with archive.open(info) as file:
            return file.read()
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Rejected(f"cut off or broken: {error}") from error


def cell_at(row: Sequence[Cell], place: int) -> Cell:
    """The cell at a place from 0 of a row, blank with its own pointer where the row is too short."""
    if place < len(row):
        return row[place]
    start, mark, _ = row[0].pointer.rpartition("column=#")
    if mark:
        return Cell(text="", pointer=f"{start}{mark}{place + 1}")
    sheet, _, name = row[0].pointer.rpartition("!")
    return Cell(text="", pointer=f"{sheet}!{letters(place + 1)}{name.lstrip(ascii_uppercase)}")


def _ignored(name: str) -> bool:
    return any(part in name for part in IGNORED)


def _below(prefix: str, part: Part) -> Part:
    rows = tuple(tuple(_moved(prefix, cell) for cell in row) for row in part.sheet.rows)
    return Part(name=part.name, sheet=Sheet(name=part.sheet.name, rows=rows))


def _moved(prefix: str, cell: Cell) -> Cell:
    return replace(cell, pointer=prefix + cell.pointer)


def encoded(name: str) -> str:
    """A member's name without the mark that ends it in a pointer."""
    return name.replace("%", "%25").replace("!", "%21")


def decoded(name: str) -> str:
    """The member's name in a pointer."""
    return name.replace("%21", "!").replace("%25", "%")
