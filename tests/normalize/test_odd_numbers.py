"""Numbers of any length, or none, where documents say how often, how far or which: they cost nothing but themselves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from pdfs import document, stream, text
from shaping import REPORTS, release, report_json, report_page

from normalize import families
from normalize.model import Parsed, Result

LONG = "7" * 5_000
ODD = ("²", "٣", LONG, "", "-1", "1e999", "x", "1.5")
URL = "https://lantern.example/2022-q1"


def parsed(family: str, payload: bytes, media_type: str, url: str = URL) -> Parsed:
    result: Result = families.shaped(family, release(payload, url, media_type))
    assert result.parsed, result.reason
    return result.parsed


def lamps(odd: str) -> bytes:
    rows = "<tr><th>Country</th><th>Lamps</th></tr><tr><td colspan='{0}'>Malta</td><td rowspan='{0}'>7</td></tr>"
    return f"<table>{rows.format(odd)}</table><ol start='{odd}'><li>oil</li></ol>".encode()


def of_page(odd: str) -> Parsed:
    page = f"<h1>Lamps</h1><div role=heading aria-level='{odd}'>Oil</div><p>{odd}</p>".encode() + lamps(odd)
    return parsed("policy", page, "text/html")


def of_report(odd: str) -> Parsed:
    page = report_page({"code": "16", "text": "Lamps.", "answers": [""] * 5, "measures": []}).encode()
    return parsed("code_report", page.replace(b"</main>", lamps(odd) + b"</main>"), "text/html", REPORTS)


def of_json(odd: str) -> Parsed:
    made = report_json()
    made["id"] = made["publish_date"] = odd
    payload = json.dumps(made).replace('"order": 1', '"order": ' + (odd if odd in (LONG, "-1", "1e999") else "0"))
    return parsed("code_report", payload.encode(), "application/json", REPORTS + "/json")


def of_pdf(odd: str) -> Parsed:
    odd = odd.encode("cp1252", "ignore").decode("cp1252")[:900]
    rows = b"".join(
        text(x, 700 - 18 * n, said) for n in range(5) for x, said in ((72, f"Lamps {n}"), (300, odd or "1"))
    )
    return parsed("narrative", document([stream(text(72, 800, odd) + rows) for _ in range(2)]), "application/pdf")


def of_csv(odd: str) -> Parsed:
    lines = ["app,policy area,metric,period,value", "L,Oil,Lit,Q1 2022,5", f"L,Oil,Burnt,Q1 2022,{odd}"]
    return parsed("enforcement", "\n".join([*lines, f"L,Wick,Lit,Mar {odd},5"]).encode(), "text/csv")


def of_workbook(odd: str) -> Parsed:
    book = openpyxl.Workbook()
    for row in (["Policy", "Lamps"], ["Oil", 3]):
        book.worksheets[0].append(row)
    book.worksheets[0].append(["Wick", 5])
    kept, made = io.BytesIO(), io.BytesIO()
    book.save(kept)
    with zipfile.ZipFile(kept) as parts, zipfile.ZipFile(made, "w") as changed:
        for name in parts.namelist():
            changed.writestr(name, _with(parts.read(name).decode(), odd))
    return parsed("enforcement", made.getvalue(), "application/vnd.ms-excel")


def _with(part: str, odd: str) -> str:
    """A part whose last row has an odd number, styles and places."""
    for was in ('<row r="3"', 's="0"', 'numFmtId="0"'):
        part = part.replace(was, f'{was[: was.index(chr(34))]}"{odd}"')
    cell = f'<c r="{odd}3" s="{odd}" t="s"><v>{odd}</v></c><c r="{"Z" * 9}3"><v>{odd}</v></c>'
    return part.replace("</row></sheetData>", f"{cell}</row></sheetData>")


def of_ods(odd: str) -> Parsed:
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>{}</table:table-row>"
    cell = '<table:table-cell table:number-columns-repeated="{}"><text:p>{}</text:p></table:table-cell>'
    rows = row.format("Policy", cell.format(1, "Lamps")) + row.format("Oil", cell.format(odd, 5))
    rows += f'<table:table-row table:number-rows-repeated="{odd}"/>'
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><table:table table:name='L'>{rows}</table:table></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
    return parsed("enforcement", made.getvalue(), "")


@pytest.mark.parametrize("odd", ODD, ids=["raised", "arabic", "long", "none", "less", "huge", "letter", "fraction"])
@pytest.mark.parametrize("read", [of_page, of_report, of_json, of_pdf, of_csv, of_workbook, of_ods])
def test_an_odd_number_costs_nothing_but_itself(read: Callable[[str], Parsed], odd: str) -> None:
    found = read(odd)
    assert any("oil" in " ".join(one.key) or "amps" in one.raw_value for one in found.facts)


def test_a_number_in_json_is_kept_as_it_is_written() -> None:
    made = report_json()
    element = made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]
    element["table_value"] = [["Country", "Lamps"], ["Malta", "NUMBER"]]
    for written in ("1.10", "1E3", LONG):
        payload = json.dumps(made).replace('"NUMBER"', written).encode()
        found = parsed("code_report", payload, "application/json", REPORTS + "/json")
        assert [one.raw_value for one in found.facts if one.kind == "cell"] == [written]
