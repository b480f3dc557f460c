"""PDFs written by hand, byte by byte: what no library would write."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
BOLD = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"


def made(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is the catalog."""
    body, places = b"%PDF-1.7\n", {}
    for number, data in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, data)
    numbers = range(max(places) + 1)
    lines = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in numbers]
    end = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(lines), trailer, len(body))
    return body + b"xref\n0 %d\n" % len(lines) + b"".join(lines) + end


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream; `entries` say how it is packed."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


def packed(data: bytes) -> bytes:
    return stream(zlib.compress(data, 1), b"/Filter /FlateDecode")


def text(x: float, y: float, said: str, *, size: float = 10, bold: bool = False) -> bytes:
    """Text of a page, `x` and `y` in points from its lower left corner."""
    escaped = said.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
    return b"BT /%b %g Tf 1 0 0 1 %g %g Tm (%b) Tj ET\n" % (b"F2" if bold else b"F1", size, x, y, escaped)


def document(
    contents: Sequence[bytes], *, catalog: bytes = b"", page: bytes = b"", more: Mapping[int, bytes] | None = None
) -> bytes:
    """A PDF with one page per stream of contents: objects 10, 12, ... Others are in `more`, from 1000 on."""
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + 2 * len(contents), 2))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(contents)),
        3: FONT,
        4: BOLD,
    }
    for number, content in zip(range(10, 10 + 2 * len(contents), 2), contents, strict=True):
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /X 1000 0 R >> >> %b >>" % (number + 1, page)
        )
        objects[number + 1] = content
    return made(objects | dict(more or {}))
