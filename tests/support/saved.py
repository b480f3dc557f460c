"""Files as programs save them, so that one can be saved again without another value."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import openpyxl
from fpdf import FPDF

TEXT = ("Appeals against decisions of moderators took nine days.", "In total 1,204 accounts were restored.")
ROWS = (("area", "removed"), ("spam", 10), ("hate", 20.5))


def xlsx(rows: Sequence[Sequence[object]], *, saved: int, bold: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if bold:
        book.active["A1"].font = openpyxl.styles.Font(bold=True)
    book.properties.title = f"saved {saved}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(lines: Sequence[str], *, saved: int, size: int = 12) -> bytes:
    paper = FPDF()
    paper.set_creation_date(datetime(2026, 1, saved, tzinfo=UTC))
    paper.add_page()
    paper.set_font("helvetica", size=size)
    for line in lines:
        paper.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def archived(*members: tuple[str, bytes], saved: int, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, saved, 0, 0, 0)), content)
    return out.getvalue()
