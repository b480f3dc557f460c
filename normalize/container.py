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
from normalize.cells import Cell, Sheet, letters
from normalize.model import Problem, Rejected

MOST_BYTES = 600_000_000  # uncompressed, of one member
MOST_MEMBERS = 2_000
DEEPEST = 3  # ZIPs in ZIPs
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A sheet, and the file or sheet name that says what it is."""

    name: str
    sheet: Sheet


def parts(payload: bytes, name: str, problems: list[Problem], *, depth: int = 0) -> Iterator[Part]:
    """The sheets of a payload in order. What cannot be read inside a ZIP is reported; alone it raises Rejected."""
    if not payload.startswith(b"PK\x03\x04") and not payload.startswith(workbook.OLE):
        if reason := tabular.note(payload):
            problems.append(Problem(pointer="", reason=reason))
        yield Part(name=name, sheet=grid.csv_sheet(payload))
    elif ods.is_ods(payload):
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in ods.read(payload))
    elif payload.startswith(workbook.OLE):
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in xls.read(payload))
    elif is_workbook(payload):
        sheets, found = workbook.read(payload)
        problems.extend(found)
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in sheets)
    else:
        yield from _members(payload, problems, depth)


def is_workbook(payload: bytes) -> bool:
    """Whether a ZIP is an XLSX workbook; a broken ZIP is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, EOFError, OSError, ValueError):
        return False


def members(payload: bytes) -> Iterator[tuple[str, bytes | Rejected]]:
    """(name, bytes) of the files in a ZIP, or why one cannot be had. Raises Rejected when it is broken as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _ignored(info.filename)]
            if len(infos) > MOST_MEMBERS:
                raise Rejected(f"the ZIP has {len(infos):,} members: too many for a report")
            for info in infos:
                try:
                    yield info.filename, member(archive, info)
                except Rejected as error:
                    yield info.filename, error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Rejected(f"the ZIP is cut off or broken: {error}") from error


def _members(payload: bytes, problems: list[Problem], depth: int) -> Iterator[Part]:
    if depth >= DEEPEST:
        raise Rejected(f"ZIPs are nested more than {DEEPEST} deep")
    for name, data in members(payload):
        inside: list[Problem] = []
        try:
            if isinstance(data, Rejected):
                raise data
            yield from (_below(prefix(name), part) for part in parts(data, name, inside, depth=depth + 1))
        except Rejected as error:
            inside.append(Problem(pointer="", reason=f"{name}: {error}"))
        problems.extend(replace(problem, pointer=prefix(name) + problem.pointer) for problem in inside)


def prefix(name: str) -> str:
    """What goes before a pointer into that member of a ZIP."""
    return f"zip:{encoded(name)}!"


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member's bytes. Raises Rejected when it is encrypted, broken or too large, by its claim or in truth."""
    if info.flag_bits & 1:
        raise Rejected("encrypted: it needs a password")
    if info.file_size > MOST_BYTES:
        raise Rejected(f"unpacks to {info.file_size:,} bytes: too large")
    try:
        with archive.open(info) as file:
            data = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Rejected(f"cut off or broken: {error}") from error
    if len(data) > MOST_BYTES:
        raise Rejected("unpacks to more than it says")
    return data


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
