"""More bad input: hostile XML, formulas, huge JSON: a reason each, in bounded memory and time."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest
from shaping import release

from normalize import families

URL = "https://lantern.example/2022-q1"
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;">' % (n, n - 1, n - 1, n - 1) for n in range(98, 118))
    + b"]><x>&u;</x>"
)


def test_formulas_that_were_never_computed_are_reported() -> None:
    book = openpyxl.Workbook()
    for row in (["2022-Q1 lamps", "Lamps"], ["Oil", 3], ["Sum", "=SUM(B2:B2)"]):
        book.worksheets[0].append(row)
    kept = io.BytesIO()
    book.save(kept)
    parsed = families.shaped("enforcement", release(kept.getvalue(), URL, "")).parsed
    assert parsed is not None
    assert [(fact.raw_value, fact.value) for fact in parsed.facts] == [("3", 3), ("=SUM(B2:B2)", None)]
    assert {problem.pointer for problem in parsed.problems} == {"xlsx:Sheet!B3"}


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("hostile", [XXE, LAUGHS], ids=["xxe", "laughs"])
def test_hostile_xml_in_a_workbook(part: str, hostile: bytes) -> None:
    book, made = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as parts, zipfile.ZipFile(made, "w") as changed:
        for name in {*parts.namelist(), part}:
            changed.writestr(name, hostile if name == part else parts.read(name))
    started = time.monotonic()
    result = families.shaped("dsa_report", release(made.getvalue(), URL, ""))
    assert "declares entities" in result.reason
    assert time.monotonic() - started < 20


def test_hostile_markup_of_a_page_reads_no_file() -> None:
    page = (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body><h1>Oil</h1><p>&a; burns</p></body></html>'
    )
    parsed = families.shaped("policy", release(page, URL, "text/html")).parsed
    assert parsed is not None
    assert not any("root:" in fact.raw_value for fact in parsed.facts)


def test_json_of_two_hundred_megabytes_is_refused_unread() -> None:
    payload = b'{"chapters": [' + b" " * 200_000_000 + b"]}"
    started = time.process_time()
    result = families.shaped("code_report", release(payload, URL, "application/json"))
    assert "too many for a report in JSON" in result.reason
    assert time.process_time() - started < 2
