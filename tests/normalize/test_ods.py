"""ODS spreadsheets: what a cell shows is quoted, what it stores is its value."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from shaping import release

from normalize import cite, dsa_report, enforcement

KINDS = ("office", "table", "text")
SPACE = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in KINDS)
COMMENT = "<office:annotation><text:p>as in 2024</text:p></office:annotation>"
HEAD = ["Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"]
ROW = ["All", "Lantern", "2025-07-01/2025-12-31", "AMAR", "Recipients"]


def text(said: str) -> str:
    return f"<table:table-cell><text:p>{said}</text:p></table:table-cell>"


def stored(number: str, shown: str, kind: str = "float") -> str:
    value = f'office:value-type="{kind}" office:value="{number}"'
    return f"<table:table-cell {value}><text:p>{shown}</text:p></table:table-cell>"


def as_ods(*rows: str, start: str = "") -> bytes:
    """A spreadsheet with one table, from its rows in XML."""
    table = f'<table:table table:name="10_users">{start}{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        made.writestr("content.xml", f"<office:document-content {SPACE}>{body}</office:document-content>")
    return kept.getvalue()


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def read(cell: str) -> tuple[str, Decimal | None, str | None]:
    """The raw value, the value and the unit of a figure."""
    payload = as_ods(row(*map(text, HEAD)), row(*map(text, ROW), text("AT"), cell))
    (fact,) = dsa_report.parse(release(payload, "https://lantern.example/report.ods", "")).facts
    assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value
    return fact.raw_value, fact.value, fact.unit


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (stored("1234", "1.234"), ("1.234", 1234, "count")),
        (stored("1234", "1,234"), ("1,234", 1234, "count")),
        (stored("1234567", "1.23M"), ("1.23M", 1234567, "count")),
        (stored("1234", "###"), ("###", 1234, "count")),
        (stored("0.125", "13%", "percentage"), ("13%", Decimal("12.5"), "percent")),
        (stored("1234.5", "€ 1.234", "currency"), ("€ 1.234", None, None)),
        (stored("1234", ""), ("1234", 1234, "count")),
        (stored("NaN", "7"), ("7", 7, "count")),
        (text("1.234"), ("1.234", None, None)),
        (text("1<text:s/>234"), ("1 234", 1234, "count")),
        (text("5").replace("<text:p>", f"{COMMENT}<text:p>"), ("5", 5, "count")),
    ],
)  # fmt: skip
def test_the_value_is_what_is_stored(cell: str, found: tuple[str, Decimal | None, str | None]) -> None:
    assert read(cell) == found


def test_figures_of_enforcement_are_what_is_stored() -> None:
    payload = as_ods(row(*map(text, ("Policy", "Actioned"))), row(text("Oil"), stored("1234", "1.234")))
    (fact,) = enforcement.parse(release(payload, "https://lantern.example/2022-q1", "")).facts
    assert (fact.raw_value, fact.value) == ("1.234", 1234)
