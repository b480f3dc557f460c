"""A PDF's pages, outline and headings."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from normalize.model import Rejected

LONGEST_HEADING = 160  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading: `level` from 1, `page` from 1. `number` counts titles of the outline from 1; 0: found by size."""

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
    text = reader.pages[page - 1].extract_text()
    return "\n".join(line.rstrip() for line in text.replace("\x00", "").splitlines()).strip()


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


def lines(reader: pypdf.PdfReader, page: int) -> list[tuple[float, str]]:
    """(font size in points, text) of the lines of a page (from 1)."""
    found: list[tuple[float, str]] = []
    size_of_line = 0.0
    text_of_line = ""

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        nonlocal size_of_line, text_of_line
        scaled = round(size * max(abs(tm[0]), abs(tm[1])) * max(abs(cm[0]), abs(cm[1])), 1)
        for index, part in enumerate(text.split("\n")):
            if index:
                found.append((size_of_line, text_of_line))
                size_of_line, text_of_line = 0.0, ""
            if part.strip():
                size_of_line = max(size_of_line, scaled)
            text_of_line += part

    reader.pages[page - 1].extract_text(visitor_text=visit)
    found.append((size_of_line, text_of_line))
    return [(size, " ".join(text.split())) for size, text in found if text.strip()]


def headings_by_size(pages: list[list[tuple[float, str]]]) -> list[Heading]:
    """Lines set larger than the body text: the larger, the higher. Lines that repeat on many pages are page frames."""
    body = _body_size(pages)
    repeated = Counter(text for page in pages for text in {text for _, text in page})
    often = max(2, len(pages) // 5)
    large = [(number, size, text) for number, page in enumerate(pages, 1) for size, text in _joined(page, body)]
    found = [line for line in large if _is_heading(line[2]) and repeated[line[2]] <= often]
    sizes = sorted({size for _, size, _ in found}, reverse=True)
    return [Heading(title=text, level=sizes.index(size) + 1, page=number) for number, size, text in found]


def _is_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and re.search(r"[^\W\d_]{2}", text) is not None


def _body_size(pages: list[list[tuple[float, str]]]) -> float:
    weights: Counter[float] = Counter()
    for page in pages:
        for size, text in page:
            weights[size] += len(text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _joined(page: list[tuple[float, str]], body: float) -> Iterator[tuple[float, str]]:
    """The large lines of a page; a heading that runs over several lines of one size is one."""
    current: tuple[float, str] | None = None
    for size, text in page:
        if current and size == current[0]:
            current = (size, f"{current[1]} {text}")
            continue
        if current:
            yield current
        current = (size, text) if size > body * 1.1 else None
    if current:
        yield current
