"""What a body is by its own bytes, whatever its headers say."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence

HTML, PDF, ZIP, CSV, JSON, TEXT = (
    "text/html", "application/pdf", "application/zip", "text/csv", "application/json", "text/plain",
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
BINARY = "application/octet-stream"
MAGIC = (
    (b"%PDF-", PDF),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
    (b"PAR1", "application/vnd.apache.parquet"),
)
WIDE = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16
MEMBERS = (
    ("xl/workbook.xml", XLSX),
    ("word/document.xml", DOCX),
    ("ppt/presentation.xml", PPTX),
)
LONGEST_TYPE = 100  # bytes; what a member says of the archive that holds it
EXTENSIONS = {
    ".pdf": PDF, ".zip": ZIP, ".csv": CSV, ".json": JSON, ".xlsx": XLSX, ".ods": ODS,
    ".docx": DOCX, ".pptx": PPTX, ".odt": ODT, ".odp": ODP,
    ".xls": "application/vnd.ms-excel", ".html": HTML, ".htm": HTML, ".txt": TEXT,
}  # fmt: skip
MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<script", b"<div", b"<p>", b"<h1")
# What may stand for what: a one-column CSV reads as text, an office file that we cannot open reads as ZIP.
FAMILIES = (
    frozenset({CSV, TEXT, "text/tab-separated-values", "application/csv", "application/vnd.ms-excel"}),
    frozenset({HTML, "application/xhtml+xml"}),
    frozenset({XLSX, ZIP}),
    *(frozenset({kind, ZIP}) for kind in (ODS, DOCX, PPTX, ODT, ODP)),
    frozenset({ZIP, "application/x-zip-compressed", "application/x-zip"}),
    frozenset({JSON, "text/json", "application/ld+json", TEXT}),
    frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/xhtml+xml"}),
)


def sniff(body: bytes) -> str:
    """The media type of `body` by magic bytes and structure; `application/octet-stream` when nothing is known."""
    for magic, media_type in MAGIC:
        if body.startswith(magic) or (media_type == PDF and magic in body[:1024]):
            return media_type
    if body.startswith(b"PK\x03\x04") or body.startswith(b"PK\x05\x06"):
        return sniff_zip(body)
    if body.startswith(WIDE):
        body = body[:131_072].decode("utf-16", "replace").encode()
    head = body[:8192].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(MARKUP) or b"<html" in head[:2048]:
        return HTML
    if head.startswith((b"<?xml", b"<!--", b"<rss", b"<feed")):
        return "application/xml"
    if head.startswith((b"{", b"[")) and is_json(body):
        return JSON
    return sniff_text(body[:65536])


def sniff_zip(body: bytes) -> str:
    """Which kind of file a ZIP container is."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
            kind = ""
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(LONGEST_TYPE).decode("ascii", "replace")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return ZIP
    return kind or next((media_type for member, media_type in MEMBERS if member in names), ZIP)


def is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def sniff_text(head: bytes) -> str:
    """CSV when the first lines have the same number (over one) of fields, else text; NUL bytes mean binary."""
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return BINARY
    lines = head.decode("utf-8", "replace").splitlines()[:20]
    rows = list(csv.reader(lines[:-1] or lines, delimiter=delimiter(lines)))
    widths = {len(row) for row in rows if row}
    return CSV if len(rows) > 1 and len(widths) == 1 and widths.pop() > 1 else TEXT


def delimiter(lines: Sequence[str]) -> str:
    """The separator that occurs most in the first line of a table."""
    return max(",;\t|", key=lines[0].count) if lines else ","


def same_family(one: str, other: str) -> bool:
    """Whether a body of type `one` may pass for type `other`."""
    return one == other or any(one in family and other in family for family in FAMILIES)


def by_name(url: str) -> str | None:
    """The media type that the end of a URL's path promises, None when it promises nothing."""
    path = url.partition("#")[0].partition("?")[0].lower()
    return next((media_type for extension, media_type in EXTENSIONS.items() if path.endswith(extension)), None)


def is_broken(body: bytes, media_type: str) -> bool:
    """Whether a file of this type misses its end: the server or the network cut it off."""
    if media_type == PDF:
        return b"%%EOF" not in body[-2048:] and b"startxref" not in body[-4096:]
    if media_type in (ZIP, XLSX, ODS, DOCX, PPTX, ODT, ODP):
        return b"PK\x05\x06" not in body[-66_000:]
    if media_type == HTML:
        tail = body[-4096:]
        return tail.rfind(b"<") > tail.rfind(b">") and b"</html" not in tail.lower()
    return False
