"""A PDF's pages, outline and headings."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from normalize.model import Rejected

LONGEST_HEADING = 160  # characters
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\.?\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading: `level` from 1, `page` from 1. `number` counts titles of the outline from 1; 0: found by its look."""

    title: str
    level: int
    page: int
    number: int = 0


def open_reader(payload: bytes) -> pypdf.PdfReader:
    """A reader over the payload. Raises Rejected when it is no PDF or needs a password."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(payload))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Rejected("the PDF is encrypted and needs a password")
        len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise Rejected(f"the PDF cannot be read: {error}") from error
    return reader


def page_text(reader: pypdf.PdfReader, page: int) -> str:
    """The text of a page (from 1), lines as the PDF orders them."""
    return _clean(reader.pages[page - 1].extract_text())


def _clean(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\x00", "").splitlines()).strip()


def links(reader: pypdf.PdfReader, page: int) -> list[str]:
    """The addresses that a page (from 1) links to, in order; links inside the document are left out."""
    try:
        notes = [note.get_object() for note in reader.pages[page - 1].get("/Annots") or []]
        actions = [note["/A"].get_object() for note in notes if note.get("/Subtype") == "/Link" and "/A" in note]
        return [str(action["/URI"]) for action in actions if "/URI" in action]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def outline(reader: pypdf.PdfReader) -> list[Heading]:
    """The titles of the outline in order; empty when there is none or it is broken."""
    try:
        entries = list(_entries(reader.outline, 1))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    pages = [(reader.get_destination_page_number(entry) or 0) + 1 for _, entry in entries]
    return [
        Heading(title=str(entry.title).strip(), level=level, page=page, number=n)
        for n, ((level, entry), page) in enumerate(zip(entries, pages, strict=True), 1)
    ]


def _entries(nodes: list[Any], level: int) -> Iterator[tuple[int, Any]]:
    for node in nodes:
        if isinstance(node, list):
            yield from _entries(node, level + 1)
        else:
            yield level, node


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a page: its largest font size in points, and whether all of it is set bold."""

    text: str
    size: float
    bold: bool


def read_page(reader: pypdf.PdfReader, page: int) -> tuple[str, list[Line]]:
    """The text of a page (from 1), and its lines with how they are set."""
    found: list[Line] = []
    runs: list[tuple[str, float, bool]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        scaled = round(size * max(abs(tm[0]), abs(tm[1])) * max(abs(cm[0]), abs(cm[1])), 1)
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        for index, part in enumerate(text.split("\n")):
            if index:
                found.append(_line(runs))
                runs.clear()
            runs.append((part, scaled, bold))

    text = reader.pages[page - 1].extract_text(visitor_text=visit)
    return _clean(text), [line for line in (*found, _line(runs)) if line.text]


def _line(runs: list[tuple[str, float, bool]]) -> Line:
    seen = [run for run in runs if run[0].strip()]
    return Line(
        text=" ".join("".join(text for text, _, _ in runs).split()),
        size=max((size for _, size, _ in seen), default=0.0),
        bold=bool(seen) and all(bold for _, _, bold in seen),
    )


def headings_by_look(pages: list[list[Line]]) -> list[Heading]:
    """Lines set larger than the body text, or as large and bold: the larger, the higher.

    Lines that repeat on many pages are page frames, not headings.
    """
    body = _body_size(pages)
    repeated = Counter(text for page in pages for text in {line.text for line in page})
    often = max(2, len(pages) // 5)
    large = [(number, line) for number, page in enumerate(pages, 1) for line in _joined(page, body)]
    found = [(number, line) for number, line in large if _is_heading(line.text) and repeated[line.text] <= often]
    looks = sorted({(line.size, line.bold) for _, line in found}, reverse=True)
    return [Heading(title=line.text, level=looks.index((line.size, line.bold)) + 1, page=n) for n, line in found]


def _is_heading(text: str) -> bool:
    """Short, with a word in it, and not a line of a table of contents."""
    return len(text) <= LONGEST_HEADING and re.search(r"[^\W\d_]{2}", text) is not None and "...." not in text


def _body_size(pages: list[list[Line]]) -> float:
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page:
            weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _joined(page: list[Line], body: float) -> Iterator[Line]:
    """The lines of a page that stand out; a heading that runs over several lines of one look is one."""
    current: Line | None = None
    for line in page:
        if current and (line.size, line.bold) == (current.size, current.bold) and not _NUMBERED.match(line.text):
            current = replace(current, text=f"{current.text} {line.text}")
            continue
        if current:
            yield current
        current = line if line.size > body * 1.04 or (line.bold and line.size >= body) else None
    if current:
        yield current
