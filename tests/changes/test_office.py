"""Office files by what they say; files that mean harm."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from changes.compare import compare
from changes.fingerprint import fingerprint

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
OPEN = f'xmlns:o="{ODF}:office:1.0" xmlns:table="{ODF}:table:1.0" xmlns:text="{ODF}:text:1.0"'


def packed(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def docx(value: str, saved: int) -> bytes:
    def said(text: str) -> str:
        return f'<w:p w:rsidR="{saved}"><w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>'

    row = f"<w:tr><w:tc>{said('spam')}</w:tc><w:tc>{said(value)}</w:tc></w:tr>"
    text = f'<w:document xmlns:w="{WORD}"><w:body>{said("A rule")}<w:tbl>{row}</w:tbl></w:body></w:document>'
    return packed(word__document_xml=text, docProps__core_xml=f"<saved>{saved}</saved>")


def pptx(value: str, saved: int) -> bytes:
    slide = f'<s xmlns:a="{DRAWING}"><a:p><a:r><a:t>In total {value}</a:t></a:r></a:p></s>'
    return packed(ppt__presentation_xml=f"<p n='{saved}'/>", ppt__slides__slide1_xml=slide)


def ods(value: str, saved: int) -> bytes:
    cells = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in ("spam", value))
    text = f"<o:document {OPEN}><table:table><table:table-row>{cells}</table:table-row></table:table></o:document>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed(mimetype=kind, content_xml=text, meta_xml=f"<saved>{saved}</saved>")


@pytest.mark.parametrize("make", [docx, pptx, ods])
def test_an_office_file_saved_again_is_the_same(make: object) -> None:
    def seen(value: str, saved: int) -> object:
        return fingerprint(make(value, saved), url="https://portal.example/file")  # type: ignore[operator]

    assert compare(seen("1204", 1), seen("1204", 2)).verdict == "unchanged"  # type: ignore[arg-type]
    found = compare(seen("1204", 1), seen("1205", 2))  # type: ignore[arg-type]
    assert found.verdict == "changed" and found.detail is not None
    assert found.detail["hunks"][0]["words"] == [["1204", "1205"]]


def test_an_archive_that_swells_is_compared_by_checksum() -> None:
    def swelling(last: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for number in range(4):
                with archive.open(f"{number}.txt", "w") as member:
                    for _ in range(100):
                        member.write(bytes(1_000_000))
                    member.write(last)
        return out.getvalue()

    start = time.process_time()
    one, other = (fingerprint(swelling(last), url="https://portal.example/a.zip") for last in (b"a", b"b"))
    assert compare(one, other).verdict == "changed"
    assert len(one.blocks) == 8 and time.process_time() - start < 30


def test_entities_that_multiply_are_not_expanded() -> None:
    names = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    said = f'<w:document xmlns:w="{WORD}"><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:document>'
    text = f'<!DOCTYPE d [<!ENTITY e0 "ha">{names}]>{said}'
    start = time.process_time()
    found = fingerprint(packed(word__document_xml=text), url="https://portal.example/a.docx")
    assert sum(len(block.text) for block in found.blocks) < 1000 and time.process_time() - start < 5
