"""Opening a PDF, and where its pages link to."""

from __future__ import annotations

import io

import pypdf

from normalize.model import Rejected
from normalize.pdf_outline import BROKEN


def is_pdf(payload: bytes) -> bool:
    """Whether a payload is a PDF: one may begin with lines of something else."""
    start = payload[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"%PDF-") or (b"\n%PDF-" in start and start[:1] != b"<")


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
