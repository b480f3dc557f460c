"""Files saved again say the same; a changed value does not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pypdf
import pytest
from saved import ROWS, TEXT, archived, pdf, xlsx

from changes.compare import compare
from changes.fingerprint import fingerprint


def verdict(before: bytes, after: bytes) -> str:
    url = "https://portal.example/file"
    return compare(fingerprint(before, url=url), fingerprint(after, url=url)).verdict


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EDITED = (TEXT[0], "In total 1,205 accounts were restored.")
CSV, RESTATED = b"area,n\nspam,10\n", b"area,n\nspam,11\n"


@pytest.mark.parametrize(
    ("one", "again", "other"),
    [
        (xlsx(ROWS, saved=1), xlsx(ROWS, saved=2, bold=True), xlsx((*ROWS[:2], ("hate", 20.6)), saved=2)),
        (pdf(TEXT, saved=1), pdf(TEXT, saved=2, size=13), pdf(EDITED, saved=1)),
        (
            archived(("a.csv", CSV), ("b.csv", CSV), saved=1),
            archived(("b.csv", CSV), ("a.csv", CSV), saved=2, stored=True),
            archived(("a.csv", CSV), ("b.csv", RESTATED), saved=1),
        ),
        (
            archived(("in.zip", archived(("a.csv", CSV), saved=1)), saved=1),
            archived(("in.zip", archived(("a.csv", CSV), saved=2)), saved=2),
            archived(("in.zip", archived(("a.csv", RESTATED), saved=1)), saved=1),
        ),
        (
            archived(("t.xlsx", xlsx(ROWS, saved=1)), saved=1),
            archived(("t.xlsx", xlsx(ROWS, saved=3, bold=True)), saved=1),
            archived(("t.xlsx", xlsx(ROWS[:2], saved=1)), saved=1),
        ),
    ],
    ids=["xlsx", "pdf", "zip", "zip in zip", "xlsx in zip"],
)
def test_only_values_count(one: bytes, again: bytes, other: bytes) -> None:
    assert one != again
    assert verdict(one, again) in ("unchanged", "cosmetic")
    assert verdict(one, other) == "changed"
    assert verdict(other, one) == "changed"


TABLE = b'area,removed,note\r\nspam,1204,"a, b"\r\nhate,20.5,c\r\n'
SAVED = {
    "line ends": TABLE.replace(b"\r\n", b"\n"),
    "quotes": b'"area","removed","note"\n"spam","1204","a, b"\n"hate","20.50","c"\n',
    "byte order mark": b"\xef\xbb\xbf" + TABLE,
    "separator": b"area;removed;note\nspam;1204;a, b\nhate;20.5;c\n",
    "wide": ("\ufeff" + TABLE.decode()).encode("utf-16-le"),
    "thousands": TABLE.replace(b"1204", b'"1,204"'),
    "empty lines": TABLE + b"\r\n\r\n",
}


@pytest.mark.parametrize("how", SAVED)
def test_a_table_saved_by_another_program_is_the_same(how: str) -> None:
    assert SAVED[how] != TABLE
    for one, other in ((TABLE, SAVED[how]), (SAVED[how], TABLE)):
        assert verdict(one, other) in ("unchanged", "cosmetic")
    assert verdict(TABLE, SAVED[how].replace(b"c", b"d")) == "changed"


def inline_xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook whose texts stand in their cells, its members stored, in another order and without styles."""

    def cell(one: object) -> str:
        return f'<c t="inlineStr"><is><t>{one}</t></is></c>' if isinstance(one, str) else f"<c><v>{one}</v></c>"

    cells = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'
    with zipfile.ZipFile(io.BytesIO(xlsx(rows, saved=1))) as book:
        members = {entry.filename: book.read(entry) for entry in reversed(book.infolist())}
    return archived(*{**members, "xl/worksheets/sheet1.xml": sheet.encode()}.items(), saved=3, stored=True)


def test_texts_in_cells_are_those_of_the_shared_list() -> None:
    for one, other in ((xlsx(ROWS, saved=1), inline_xlsx(ROWS)), (inline_xlsx(ROWS), xlsx(ROWS, saved=1))):
        assert verdict(one, other) == "unchanged"
    assert verdict(xlsx(ROWS, saved=1), inline_xlsx((*ROWS[:2], ("hate", 20.6)))) == "changed"


def test_a_pdf_of_another_producer_is_the_same() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(TEXT, saved=1)))
    writer.add_metadata({"/Producer": "Another"})
    for page in writer.pages:
        page.compress_content_streams(level=1)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue() != pdf(TEXT, saved=1)
    assert verdict(pdf(TEXT, saved=1), out.getvalue()) == "unchanged"
    assert verdict(out.getvalue(), pdf(EDITED, saved=1)) == "changed"


def test_a_change_is_located() -> None:
    other = xlsx((*ROWS[:2], ("hate", 20.6)), saved=2)
    found = compare(fingerprint(xlsx(ROWS, saved=1), url=""), fingerprint(other, url=""))
    assert found.detail is not None
    assert found.detail["hunks"][0]["where"] == "xlsx:Sheet!3"
    assert found.detail["hunks"][0]["words"] == [["20.5", "20.6"]]


def test_a_member_that_is_gone_is_a_change() -> None:
    assert verdict(archived(("a.csv", CSV), ("b.csv", CSV), saved=1), archived(("a.csv", CSV), saved=1)) == "changed"


@pytest.mark.parametrize("damaged", [pdf(TEXT, saved=1)[:400], xlsx(ROWS, saved=1)[:500], b"PK\x03\x04nothing"])
def test_a_damaged_file_is_compared_by_its_bytes(damaged: bytes) -> None:
    assert verdict(damaged, damaged) == "unchanged"
    assert verdict(damaged, damaged + b"x") == "changed"


def test_json_items_may_be_lists_or_numbered_objects() -> None:
    listed = b'{"chapters": [{"id": 7, "name": "A"}, {"id": 8, "name": "B"}], "updated_at": "2026-01-01"}'
    numbered = b'{"chapters": {"0": {"id": 7, "name": "A"}, "5": {"id": 8, "name": "B"}}, "updated_at": "2026-02-01"}'
    assert verdict(listed, numbered) in ("unchanged", "cosmetic")
    assert verdict(listed, numbered.replace(b'"B"', b'"C"')) == "changed"
