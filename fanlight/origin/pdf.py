"""Reports as PDF with an outline: the same bytes for the same content and saving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from fpdf import FPDF


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A report: a title and sections of (heading, paragraphs), each section on a page of its own.

    `saved` counts how often the file was saved anew: it changes bytes (date, producer), never what is said.
    """

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    saved: int = 0

    @property
    def substance(self) -> str:
        return repr((self.title, self.sections))


@cache
def pdf_bytes(document: Document) -> bytes:
    """The document as a file, A4, in the standard Helvetica."""
    pdf = FPDF()
    pdf.set_title(document.title)
    pdf.set_creation_date(datetime(2025, 8, 1 + document.saved, 9, 0, tzinfo=UTC))
    pdf.set_producer(f"Report press {1 + document.saved}.0")
    for place, (heading, paragraphs) in enumerate(document.sections):
        pdf.add_page()
        if place == 0:
            pdf.set_font("Helvetica", "B", 22)
            pdf.multi_cell(0, 12, document.title, new_x="LMARGIN", new_y="NEXT")
        _section(pdf, heading, paragraphs)
    return bytes(pdf.output())


def _section(pdf: FPDF, heading: str, paragraphs: tuple[str, ...]) -> None:
    pdf.start_section(heading)
    pdf.set_font("Helvetica", "B", 15)
    pdf.multi_cell(0, 11, heading, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 11)
    for paragraph in paragraphs:
        pdf.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(3)
