"""Delimited text as records, each cell with where it is."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from changes.html import is_charset
from normalize.model import Rejected

csv.field_size_limit(16_000_000)
SAMPLE = 20_000  # characters from which the mark between cells is told
MOST_FIELDS = 10_000_000
_END = "\x03the end"
_CHARSET = re.compile(rb"""<meta[^>]+charset=["']?\s*([-\w]+)""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record of a CSV: its number (1 is the header) and its cells."""

    row: int
    cells: tuple[str, ...]


def text(payload: bytes) -> str:
    """The payload as text: by its byte order mark, by an HTML `meta charset`, as UTF-8, else as Windows-1252."""
    return payload.decode(_encoding(payload), "replace")


def note(payload: bytes) -> str:
    """What a reader of the text should know of its letters; empty when all is well."""
    encoding = _encoding(payload)
    content = payload[:1_000_000].decode(encoding, "replace")
    if encoding == "cp1252":
        return "the text is not UTF-8: read as Windows-1252, letters with accents may be others"
    return "letters are missing: some bytes are no text in its encoding" if "\ufffd" in content[:-4] else ""


def _encoding(payload: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if payload.startswith(mark):
            return encoding
    if wide := _wide(payload[:4096]):
        return wide
    named = _CHARSET.search(payload[:2048])
    for encoding in filter(is_charset, (named[1].decode() if named else "utf-8", "utf-8")):
        try:
            payload.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        return encoding
    return "cp1252"


def _wide(start: bytes) -> str:
    """UTF-16 without its mark, told by the zeros in every second byte of ASCII; else empty."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = start[first::2], start[1 - first :: 2]
        if len(start) > 3 and zeros.count(0) * 2 > len(zeros) and 0 not in others:
            return encoding
    return ""


def records(payload: bytes) -> Iterator[Record]:
    """The records of a CSV payload, blank ones left out but counted. Raises Rejected when it is no CSV or too large."""
    left = MOST_FIELDS
    if b"\x00" in payload[:4096] and not _encoding(payload).startswith("utf-16"):
        raise Rejected("this is binary data, not CSV")
    encoding = _encoding(payload)
    mark = delimiter(payload[: 4 * SAMPLE].decode(encoding, "replace"))  # a character has at most four bytes
    content = io.TextIOWrapper(io.BytesIO(payload), encoding, "replace", newline="")
    lines = chain(content, [_END])  # a quote that stays open takes in all that follows
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=mark), 1):
            left -= len(cells)
            if left < 0:
                raise Rejected(f"it has more than {MOST_FIELDS:,} cells: too many for a report")
            if _END in cells[-1:]:
                return
            if cells and cells[-1].endswith(_END):
                raise Rejected(f"a quote in record {row} is never closed: the file is cut off or broken")
            if any(cell.strip() for cell in cells):
                yield Record(row=row, cells=tuple(cells))
    except csv.Error as error:
        raise Rejected(f"this is not CSV: {error}") from error


def delimiter(content: str) -> str:
    """The mark between cells: whichever cuts most of the first lines into as many cells; of two, into the most."""
    lines = [line for line in content[:SAMPLE].splitlines() if line.strip()]
    return max(",;\t", key=lambda mark: _alike(lines, mark))


def _alike(lines: Sequence[str], mark: str) -> tuple[int, int]:
    """How many lines have as many cells as each other, and more than one, and how many."""
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
    return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))


def pointer(row: int, column: str) -> str:
    """Where a cell is: record number (the header is row 1) and the column's published name."""
    return f"csv:row={row},column={column}"
