"""Files that mean harm are compared in bounded time and memory, and end in a clear verdict."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pypdf
import pytest
from saved import ROWS, TEXT, archived, pdf, xlsx

from changes import contents
from changes.compare import compare
from changes.fingerprint import fingerprint
from changes.quality import assess

SECONDS = 60  # of processor time, where a file takes one or two


def raw_pdf(kids: str, stream: bytes, coding: str) -> bytes:
    """A PDF of one page, written by hand; readers find the objects without a table of them."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count 1/Kids[{kids}]>>".encode(),
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>",
        f"<</Length {len(stream)}/Filter{coding}>>\nstream\n".encode() + stream + b"\nendstream",
    ]
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(parts, 1))
    return b"%PDF-1.4\n" + objects + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF\n"


def locked_pdf(salt: int) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(TEXT, saved=1)))
    writer.add_metadata({"/Salt": str(salt)})
    writer.encrypt("a secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def swollen(size: int) -> bytes:
    """Zeros, deflated twice: a few bytes that become many."""
    return zlib.compress(zlib.compress(bytes(size), 1), 9)


def with_parts(book: bytes, **parts: str) -> bytes:
    """A workbook with other parts."""
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        members = {entry.filename: old.read(entry) for entry in old.infolist()}
    members.update({f"xl/worksheets/{name}.xml": text.encode() for name, text in parts.items()})
    return archived(*members.items(), saved=1)


def sheet(rows: str, dimension: str = "A1:B2") -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    )


def wide_sheet(value: int) -> bytes:
    rows = f'<row r="1"><c r="A1"><v>{value}</v></c></row><row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'
    return with_parts(xlsx(ROWS, saved=1), sheet1=sheet(rows, "A1:XFD1048576"))


def swollen_book(value: int) -> bytes:
    return with_parts(xlsx(ROWS, saved=1), sheet1=sheet("<row/>" * 1_000_000 + f"<row><c><v>{value}</v></c></row>"))


def nosy_book(value: int) -> bytes:
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>&in;{value}</t></is></c></row>'
    doctype = '<!DOCTYPE d [<!ENTITY in SYSTEM "file:///etc/passwd">]>'
    return with_parts(xlsx(ROWS, saved=1), sheet1=doctype + sheet(rows))


def locked_zip(value: int) -> bytes:
    """An archive whose member is marked as encrypted."""
    packed = bytearray(archived(("a.csv", b"area,n\nspam,%d\n" % value), saved=1))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = packed.index(mark) + place
        packed[start : start + 2] = struct.pack("<H", 1)
    return bytes(packed)


def nested(value: int) -> bytes:
    """Archives of archives of archives, eight in each: five hundred times what lies in the innermost."""
    body = archived(("zeros.txt", bytes(400_000) + b"%d" % value), saved=1)
    for _ in range(3):
        body = archived(*((f"{number}.zip", body) for number in range(8)), saved=1)
    return body


def odd_kind(value: int) -> bytes:
    """An archive that says with twenty megabytes what it is."""
    return archived(("mimetype", bytes(20_000_000) + b"%d" % value), saved=1)


HARM = {
    "pdf that swells": lambda value: raw_pdf("3 0 R", swollen(90_000_000 + value), "[/FlateDecode/FlateDecode]"),
    "pdf that holds itself": lambda value: raw_pdf("2 0 R 2 0 R", b"%d" % value, "[]"),
    "pdf nested deeply": lambda value: raw_pdf("[" * 50_000 + "]" * 50_000, b"%d" % value, "[]"),
    "pdf locked": locked_pdf,
    "pdf cut off": lambda value: pdf(TEXT, saved=1 + value)[: -200 - value],
    "workbook that swells": swollen_book,
    "workbook as wide as can be": wide_sheet,
    "workbook that reads files": nosy_book,
    "archive locked": locked_zip,
    "archive of archives": nested,
    "archive cut off": lambda value: archived(("a.csv", b"%d" % value), saved=1)[:-30],
    "archive of an odd kind": odd_kind,
    "json nested deeply": lambda value: b"[" * 40_000 + b"%d" % value + b"]" * 40_000,
    "links without end": lambda value: (
        b"<html><body>"
        + b"".join(b"<p><a href=/get?id=%d>Report</a> <a href=/%d/%d/>%d</a>" % (n, value, n, n) for n in range(400))
    ),
    "link of blanks": lambda value: b"<html><body><p>All %d rules <a href=/>Next %s page</a>" % (value, b" " * 5000),
    "headings without end": lambda value: b"<html><body><p>All %d rules" % value + b"<h2>Related articles</h2>" * 2000,
    "page at no address": lambda value: b"<html><head><base href='http://['></head><body><p>All %d rules" % value,
    "page nested deeply": lambda value: b"<html><body>" + b"<div>" * 50_000 + b"All %d rules" % value,
}


@pytest.mark.parametrize("kind", HARM)
def test_a_file_that_means_harm_is_compared_all_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "TOTAL_LIMIT", 4_000_000)
    one, other = HARM[kind](1), HARM[kind](2)
    start = time.process_time()
    said = [fingerprint(body, url="https://portal.example/file") for body in (one, other)]
    quality, why = assess(url="https://portal.example/file", status=200, headers=(), body=one, role="document")
    assert time.process_time() - start < SECONDS
    assert quality in ("ok", "truncated", "error") and (quality == "ok") == (not why)
    assert quality != "ok" or compare(*said).verdict == "changed"
    assert sum(len(block.text) for block in said[0].blocks) < 10_000_000
    assert not any("root:" in block.text for block in said[0].blocks)
