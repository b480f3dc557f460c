"""A few kilobytes that unpack to gigabytes of tables get a reason, in bounded memory and time."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from shaping import release

from normalize import bounds, container, enforcement, families, workbook
from normalize.model import Problem

URL = "https://lantern.example/4_notices"
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table"))
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@contextmanager
def bounded(*, seconds: float, megabytes: int) -> Iterator[None]:
    """Fails when the block takes longer, or more memory of Python's."""
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < seconds


def as_zip(**members: str | bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, data in members.items():
            made.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return kept.getvalue()


def as_ods(table: str) -> bytes:
    content = f"<office:document-content {SPACES}><table:table>{table}</table:table></office:document-content>"
    return as_zip(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def as_xlsx(rows: str, strings: str = "", below: str = "") -> bytes:
    return as_zip(
        **{
            "[Content_Types].xml": "<Types/>",
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="a" Target="a.xml"/></Relationships>',
            "xl/workbook.xml": f'<book xmlns:r="{RELATIONS}"><sheet name="4" r:id="a"/></book>',
            "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
            "xl/a.xml": f"<worksheet><sheetData>{rows}</sheetData>{below}</worksheet>",
        }
    )


def reason(payload: bytes, family: str) -> str:
    result = families.shaped(family, release(payload, URL, "application/octet-stream"))
    said = [problem.reason for problem in result.parsed.problems] if result.parsed else []
    return result.reason or " ".join(said)


BLANK = '<c s="1"/>'
CELL = '<table:table-cell table:number-columns-repeated="19999"><text:p xmlns:text="{}">{}</text:p></table:table-cell>'
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
REPEATED = '<table:table-row table:number-rows-repeated="900000">{}</table:table-row>'


@pytest.mark.parametrize("family", ["dsa_report", "enforcement"])
@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"a,b\n1" + b"," * 4_000_000 + b"\n", "3,000,000 cells"),
        (as_ods(REPEATED.format(CELL.format(TEXT, "x" * 10_000))), "50,000,000 letters"),
        (as_ods("<a/>" * 2_100_000), "2,000,000 elements"),
        (as_xlsx(f'<row r="1">{"<c/>" * 2_100_000}</row>'), "2,000,000 elements"),
        (as_xlsx('<row r="1"><c t="s"><v>0</v></c></row>', "<si/>" * 2_100_000), "2,000,000 elements"),
    ],
    ids=["commas", "ods-repeated", "ods-elements", "xlsx-cells", "xlsx-strings"],
)
def test_what_is_too_much_has_its_reason(payload: bytes, why: str, family: str) -> None:
    with bounded(seconds=20, megabytes=250):
        assert why in reason(payload, family)


GOOD = b"policy,2024-Q1\nOil,3\nGas,4\n"


def test_one_budget_for_all_that_a_zip_unpacks_to() -> None:
    zeros = as_zip(**{f"{at}.csv": bytes(60_000_000) for at in range(2)})
    nested = as_zip(**{"good.csv": GOOD, **{f"{at}.zip": zeros for at in range(20)}})
    problems: list[Problem] = []
    with bounded(seconds=20, megabytes=300):
        assert [part.name for part in container.parts(nested, "report.zip", problems)] == ["good.csv"]
        parsed = families.shaped("enforcement", release(nested, URL, "application/zip")).parsed
    assert parsed is not None and len(parsed.facts) == 2
    for found in (problems, parsed.problems):
        assert sum("unpacks to 60,000,000 bytes: too large" in one.reason for one in found) == 37


@pytest.mark.parametrize("family", ["dsa_report", "enforcement"])
def test_one_budget_for_the_cells_of_all_members(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (container, enforcement):
        monkeypatch.setattr(room, "Budget", partial(bounds.Budget, cells=10))
    assert "3,000,000 cells" not in reason(as_zip(**{"a.csv": GOOD}), family)
    assert "b.csv: it has more than 3,000,000 cells" in reason(as_zip(**{"a.csv": GOOD, "b.csv": GOOD}), family)


def test_blank_cells_with_a_format_are_no_cells() -> None:
    blanks = "".join(f'<row r="{at}">{BLANK * 300}</row>' for at in range(2, 3_000))
    [sheet] = workbook.read(as_xlsx(f'<row r="1"><c><v>7</v></c></row>{blanks}'))[0]
    assert [[cell.text for cell in row] for row in sheet.rows] == [["7"]]


def test_merged_cells_that_cover_each_other() -> None:
    rows = "".join(f'<row r="{at}"><c><v>1</v></c></row>' for at in range(1, 2_001))
    merged = "<mergeCells>" + '<mergeCell ref="A1:CV9000"/>' * 2_000 + "</mergeCells>"
    with bounded(seconds=60, megabytes=100):
        assert "merged cells cover each other" in reason(as_xlsx(rows, below=merged), "dsa_report")
