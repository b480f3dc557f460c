"""Bad input gets a clear reason within bounds of memory and time, and the other documents go on."""

from __future__ import annotations

import io
import re
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest
from shaping import keep, release

from archive.store import open_store
from normalize import cite, families
from normalize.model import Release, Result
from normalize.run import shape

GOOD = b"app,policy_area,metric,period,value\nL,O,A,2021Q2,1\n"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(replaced: dict[str, bytes] | None = None) -> bytes:
    """A good little workbook, with some of its parts replaced or added."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["2022-Q1 lamps", "Lamps"])
    book.worksheets[0].append(["Oil", 3])
    kept, made = io.BytesIO(), io.BytesIO()
    book.save(kept)
    with zipfile.ZipFile(kept) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in parts.namelist():
            if name not in (replaced or {}):
                changed.writestr(name, parts.read(name))
        for name, data in (replaced or {}).items():
            changed.writestr(name, data)
    return made.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return start + rows + b"</sheetData></worksheet>"


def look(payload: bytes, family: str, media_type: str = "", url: str = "https://lantern.example/2022-q1") -> Result:
    return families.shaped(family, release(payload, url, media_type))


@contextmanager
def bounded(*, seconds: float, megabytes: int) -> Iterator[None]:
    """Fails when the block takes longer, or grows this process by more."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert time.monotonic() - started < seconds
    assert grown < megabytes


def bomb() -> bytes:
    """A few hundred kilobytes that unpack to 210 megabytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open("xl/bomb.xml", "w", force_zip64=True) as member:
            for _ in range(210):
                member.write(bytes(1_000_000))
        made.writestr("[Content_Types].xml", "<Types/>")
    return kept.getvalue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    payload = bomb()
    with bounded(seconds=60, megabytes=60):
        assert "unpacks to" in look(payload, "enforcement").reason
        assert "unpacks to" in look(payload, "dsa_report").reason
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as made:
        made.writestr("a.xlsx", payload)
        made.writestr("b.csv", GOOD)
    parsed = look(nested.getvalue(), "enforcement").parsed
    assert parsed is not None
    assert [fact.citation.pointer for fact in parsed.facts] == ["zip:b.csv!csv:row=2,column=value"]
    assert ["unpacks to" in problem.reason for problem in parsed.problems] == [True]


def test_empty_rows_cost_next_to_nothing() -> None:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(3, 300_000))
    cells = {"A1": b"2022-Q1 lamps", "B1": b"Lamps", "A2": b"Oil"}
    a1, b1, a2 = (b'<c r="%b" t="inlineStr"><is><t>%b</t></is></c>' % (at.encode(), text) for at, text in cells.items())
    good = b'<row r="1">' + a1 + b1 + b'</row><row r="2">' + a2 + b'<c r="B2"><v>3</v></c></row>'
    payload = workbook({SHEET: sheet_xml(good + rows)})
    with bounded(seconds=120, megabytes=100):
        parsed = look(payload, "enforcement").parsed
    assert parsed is not None
    assert [fact.raw_value for fact in parsed.facts] == ["3"]


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lamp"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("payload", "family", "media_type", "reason"),
    [
        (workbook({SHEET: ENTITIES}), "enforcement", "", "declares entities"),
        (workbook({SHEET: b"<worksheet><sheetData><row"}), "enforcement", "", "cut off or broken"),
        (workbook()[:-40], "enforcement", "application/zip", "cut off"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "enforcement", "", "encrypted, cut off or broken"),
        (b'{"chapters": ' + b"[" * 200_000, "code_report", "application/json", "not JSON"),
        (b'{"a":"' + b"x" * 64_000_001 + b'"}', "code_report", "application/json", "too many for a report in JSON"),
        (GOOD.replace(b"app", b"\xff\x00app"), "enforcement", "text/csv", "binary data"),
        (b"%PDF-1.7\n" + b"%x\n" * 100, "narrative", "application/pdf", "cannot be read"),
        (b"", "narrative", "text/html", "empty"),
    ],
    ids=["entities", "half-a-sheet", "cut-off", "ole", "deep-json", "large-json", "binary", "empty-pdf", "empty"],
)  # fmt: skip
def test_each_has_its_reason(payload: bytes, family: str, media_type: str, reason: str) -> None:
    result = look(payload, family, media_type)
    assert result.parsed is None
    assert re.search(reason, result.reason), result.reason


def test_pages_of_tens_of_thousands_of_blocks_are_read_in_bounds() -> None:
    page = b"<body>" + b"".join(b"<p>lamp %d</p><o:p>oil</o:p>" % n for n in range(4_000)) + b"</body>"
    with bounded(seconds=60, megabytes=250):
        parsed = look(page, "narrative", "text/html").parsed
    assert parsed is not None
    assert len(parsed.facts) >= 8_000
    for fact in (parsed.facts[0], parsed.facts[-1]):
        assert fact.raw_value in cite.resolve(page, "text/html", fact.citation.pointer)
    assert "more than 60,000 blocks" in look(page * 10, "narrative", "text/html").reason


def test_links_to_other_files_are_reported() -> None:
    parsed = look(workbook({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), "enforcement").parsed
    assert parsed is not None
    assert [problem.reason[:36] for problem in parsed.problems] == ["the workbook links to other files: c"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_csvs_in_other_encodings_keep_their_letters(encoding: str) -> None:
    payload = GOOD.decode().replace(",O,", ",Öl,").encode(encoding)
    parsed = look(payload, "enforcement", "text/csv").parsed
    assert parsed is not None
    assert parsed.facts[0].labels["policy_area"] == "Öl"


def test_a_pdf_with_a_broken_page_keeps_the_others() -> None:
    writer = pypdf.PdfWriter()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.pages[0][pypdf.generic.NameObject("/Contents")] = pypdf.generic.NumberObject(7)
    kept = io.BytesIO()
    writer.write(kept)
    assert "scanned" in look(kept.getvalue(), "narrative").reason


def test_a_parser_that_fails_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(given: Release) -> object:
        if b"boom" in given.payload:
            raise KeyError("boom")
        return whole(given)

    whole = families.ALL["enforcement"].parse
    monkeypatch.setattr(families, "pick", lambda _family, _release: _with(fragile))
    store = open_store(f"file://{tmp_path}/bucket")
    urls = [("https://portal.example/a.csv", GOOD + b"boom"), ("https://portal.example/b.csv", GOOD)]
    items = keep(store, tmp_path / "spool", "20260401T000000Z-00000a", [(url, "text/csv", body) for url, body in urls])
    done = shape(store, source="demo", publisher="P", family="enforcement", items=items)
    assert done.facts == 1
    assert done.rejected == ((urls[0][0], "the parser of enforcement failed: KeyError: 'boom'"),)


def _with(parse: object) -> object:
    return replace(families.ALL["enforcement"], parse=parse)  # type: ignore[arg-type]
