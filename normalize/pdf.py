"""A PDF's structure: pages, outline, links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from normalize.model import Rejected

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title of the outline: `level` and `page` from 1."""

    text: str
    level: int
    page: int


def open_reader(payload: bytes) -> pypdf.PdfReader:
    """A reader over the payload. Raises Rejected when it is no PDF or needs a password."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(payload))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Rejected("the PDF is encrypted and needs a password")
        len(reader.pages)
    except BROKEN as error:
        raise Rejected(f"the PDF cannot be read: {error}") from error
    return reader


def links(reader: pypdf.PdfReader, page: int) -> list[str]:
    """The addresses that a page (from 1) links to, in order; links inside the document are left out."""
    try:
        notes = [note.get_object() for note in reader.pages[page - 1].get("/Annots") or []]
        actions = [note["/A"].get_object() for note in notes if note.get("/Subtype") == "/Link" and "/A" in note]
        return [str(action["/URI"]) for action in actions if "/URI" in action]
    except BROKEN:
        return []


def outline(reader: pypdf.PdfReader) -> list[Title]:
    """The titles of the outline in order; empty when there is none or it is broken."""
    try:
        return [
            Title(text=" ".join(str(entry.title).split()), level=level, page=1 + max(0, _page(reader, entry)))
            for level, entry in _entries(reader.outline, 1)
        ]
    except BROKEN:
        return []


def _page(reader: pypdf.PdfReader, entry: Any) -> int:
    return reader.get_destination_page_number(entry) or 0


def _entries(nodes: list[Any], level: int) -> Iterator[tuple[int, Any]]:
    for node in nodes:
        if isinstance(node, list):
            yield from _entries(node, level + 1)
        else:
            yield level, node
