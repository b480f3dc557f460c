"""Files as comparable lines: values, not the way they were saved.

A line is one row, one JSON leaf, one line of a PDF page or one member of an archive. `where` points into the file the
way citations do (`csv:row=12`, `json:/a/0`, `xlsx:Sheet1!4`, `pdf:page=3`).
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from changes import html, media
from changes.blocks import Block, walk_page
from changes.normal import clean
from changes.office import TooLarge, office_lines

NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?\Z")
VOLATILE = re.compile(
    r"((last_?)?(updated|modified|generated|created|fetched|retrieved|requested|refreshed|cached|exported|rendered)_?(at|on)"
    r"|timestamp|server_?time|etag|nonce|csrf\w*|token|request_?id|trace_?id|session_?id|build_?id)\Z",
    re.IGNORECASE,
)  # keys whose values say when or how a file was made, not what it says
MEMBER_LIMIT = 64_000_000  # bytes; a larger member of an archive is compared by its checksum in the directory
TOTAL_LIMIT = 256_000_000  # bytes of all members of an archive, and of those in them; beyond it checksums count
ENCRYPTED = 1  # flag of a member
DEPTH = 3  # archives within archives

Line = tuple[str, str]  # text, where


def blocks(body: bytes, kind: str) -> tuple[Block, ...]:
    """The comparable content of a file of this (sniffed) type.

    Bytes that cannot be read into stand for themselves, and so does what has no text (pages that were scanned).
    """
    try:
        read = lines(body, kind, Budget(left=TOTAL_LIMIT))
        found = tuple(Block(text=text, region="main", where=where) for text, where in read)
        return found or (Block(text=checksum(body), region="main"),)
    except Exception as error:  # noqa: BLE001  # parsers of foreign formats raise anything; a damaged file is still data
        note = Block(text=f"unreadable as {kind}: {type(error).__name__}", region="chrome")
        return (Block(text=checksum(body), region="main"), note)


@dataclass(slots=True)
class Budget:
    """What may still be unpacked: bytes in all, and how many archives lie around the present one."""

    left: int
    depth: int = 0

    def allows(self, entry: zipfile.ZipInfo) -> bool:
        """Whether a member may be unpacked; takes its size off when it may."""
        if entry.flag_bits & ENCRYPTED or entry.file_size > min(MEMBER_LIMIT, self.left) or self.depth > DEPTH:
            return False
        self.left -= entry.file_size
        return True


def lines(body: bytes, kind: str, budget: Budget) -> Iterator[Line]:
    if kind == media.ZIP:
        return members(body, budget)
    return READERS.get(kind, whole)(body)


def whole(body: bytes) -> Iterator[Line]:
    yield checksum(body), ""


def checksum(body: bytes) -> str:
    return f"{len(body)} bytes, sha256 {sha256(body).hexdigest()}"


def value(cell: object) -> str:
    """One cell as its value: numbers as such however they were written (to 12 digits), texts cleaned."""
    text = clean("" if cell is None else str(cell))
    if not NUMBER.match(text):
        return text
    number = float(text.replace(",", ""))
    if number.is_integer():
        return str(int(number)) if "." in text or "e" in text.lower() else str(int(text.replace(",", "")))
    return f"{number:.12g}"


def text_lines(body: bytes) -> Iterator[Line]:
    for number, line in enumerate(html.decode(body).splitlines(), 1):
        if text := clean(line):
            yield text, f"text:line={number}"


def rows(body: bytes) -> Iterator[Line]:
    text = html.decode(body)
    separator = media.delimiter(text.splitlines()[:1])
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
        if any(row):
            yield " | ".join(map(value, row)), f"csv:row={number}"


def leaves(body: bytes) -> Iterator[Line]:
    """One line per object or row: its path and all its plain values together, so that values cannot trade places.

    The path has no list positions: an inserted item does not move what follows it. JSON inside strings is read too.
    """
    pending: list[tuple[str, str, Any]] = [("", "json:", json.loads(body))]
    while pending:
        name, where, item = pending.pop()
        kept = members_of(name, where, item)
        nested = [one for one in kept if isinstance(one[2], Mapping | list)]
        plain = [f"{label(one[0], name)}{value(one[2])}" for one in kept if not isinstance(one[2], Mapping | list)]
        if plain:
            yield f"{name or '/'}: {' | '.join(plain)}", where
        pending += nested[::-1]


def members_of(name: str, where: str, item: Any) -> list[tuple[str, str, Any]]:
    """Path, pointer and value of each member of an object or list; a plain value is its own only member."""
    if isinstance(item, Mapping):
        pairs = [(key, child) for key, child in item.items() if not volatile(key, child)]
        return [(f"{name}/{'' if key.isdigit() else key}", f"{where}/{key}", unpacked(child)) for key, child in pairs]
    if isinstance(item, list):
        return [(name + "/", f"{where}/{place}", unpacked(child)) for place, child in enumerate(item)]
    return [(name, where, item)]


def label(path: str, parent: str) -> str:
    """The name of a member of an object, nothing for one of a list."""
    own = path[len(parent) :].strip("/")
    return own + "=" if own else ""


def unpacked(item: Any) -> Any:
    """The data in a string that is JSON of its own, and the text of one that is HTML."""
    if not isinstance(item, str) or len(item) < 2:
        return item
    if item[0] in "[{":
        try:
            return json.loads(item)
        except ValueError:
            return item
    return html.text(html.parse(item.encode("utf-8", "replace"))) if "</" in item else item


def volatile(name: str, item: Any) -> bool:
    """Whether a member of a JSON object only says when or how the file was made."""
    return not isinstance(item, Mapping | list) and bool(VOLATILE.match(name))


def cells(body: bytes) -> Iterator[Line]:
    import openpyxl  # only now: with numpy it takes as long to load as Scrapy

    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > TOTAL_LIMIT:
            raise TooLarge("a workbook")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which are no content
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # they may be claimed, and then each row is as wide
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            said = [value(cell) for cell in row]
            if any(said):
                yield f"{sheet.title}: {' | '.join(said).rstrip(' |')}", f"xlsx:{sheet.title}!{number}"


def pdf_lines(body: bytes) -> Iterator[Line]:
    import pypdf  # only now, as above

    for number, sheet in enumerate(pypdf.PdfReader(io.BytesIO(body)).pages, 1):
        for line in sheet.extract_text().splitlines():
            if text := clean(line):
                yield text, f"pdf:page={number}"


def page_lines(body: bytes) -> Iterator[Line]:
    for block in walk_page(html.parse(body), "").blocks:
        yield block.text, ""


def members(body: bytes, budget: Budget) -> Iterator[Line]:
    """Every member's name, and its content read as a file of its own."""
    budget.depth += 1
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            yield f"member {entry.filename}", f"zip:{entry.filename}"
            if not budget.allows(entry):
                yield f"{entry.filename}: {entry.file_size} bytes, crc {entry.CRC:08x}", f"zip:{entry.filename}"
            elif not entry.is_dir():
                inner = archive.read(entry)
                for text, where in lines(inner, media.sniff(inner), budget):
                    yield f"{entry.filename}: {text}", f"zip:{entry.filename}!{where}"
    budget.depth -= 1


READERS: Mapping[str, Callable[[bytes], Iterator[Line]]] = {
    media.CSV: rows,
    media.JSON: leaves,
    media.XLSX: cells,
    media.PDF: pdf_lines,
    media.HTML: page_lines,
    media.TEXT: text_lines,
    "application/xml": text_lines,
    **dict.fromkeys((media.DOCX, media.PPTX, media.ODT, media.ODS, media.ODP), office_lines),
}
