"""Harmonised transparency reports: eleven tables in all their packings and translations."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from shaping import release

from normalize import cite, dsa_report, dsa_tables
from normalize.files import normalize_files
from normalize.model import Fact, Parsed, Rejected

URL = "https://lantern.example/dsa/report.zip"
PERIOD = "2025-07-01/2025-12-31"
LONG = [
    "Applicability",
    "Service",
    "Reporting period",
    "Section",
    "Indicator",
    "Scope",
    "Value",
    "Contextual information",
]
AMAR = [
    LONG[:7], ["All", "Lantern", PERIOD, "AMAR", "Recipients", "TOTAL", "1,004"],
    ["", "", "", "", "", "AT", "400"], ["", "", "", "", "", "SE", "600"],
]  # fmt: skip
NOTICES = [
    [*LONG[:3], "Category", "Other", *(f"M{n}" for n in range(10)), *(f"C{n}" for n in range(10))],
    ["All", "Lantern", PERIOD, "TOTAL", "", "12", *[""] * 9, "counted once"],
    ["All", "", "", "STATEMENT_CATEGORY_ANIMAL_WELFARE", "", "5"],
    ["All", "", "", "KEYWORD_OTHER", "wet cats", "2"],
    ["All", "", "", "STATEMENT_CATEGORY_SELF_HARM", "", "7"],
    ["All", "", "", "KEYWORD_OTHER", "candles", "3"],
]  # fmt: skip


def as_csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    kept = io.StringIO()
    csv.writer(kept, delimiter=delimiter).writerows(rows)
    return kept.getvalue().encode()


def as_zip(**members: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return kept.getvalue()


def as_workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def parse(payload: bytes, url: str = URL) -> Parsed:
    """Parsed, and every fact found again where it says it is."""
    parsed = dsa_report.parse(release(payload, url, "application/octet-stream"))
    for fact in parsed.facts:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value
    return parsed


def stated(facts: tuple[Fact, ...]) -> dict[tuple[str, ...], str]:
    return {fact.key: fact.raw_value for fact in facts if fact.raw_value}


def test_wide_tables_become_one_row_per_cell() -> None:
    facts = parse(as_csv(NOTICES), "https://lantern.example/4_notices.csv").facts
    place = ("lantern", "2025H2", "4")
    assert stated(facts) == {
        (*place, "total", "notices"): "12",
        (*place, "total", "notices_context"): "counted once",
        (*place, "statement category animal welfare", "notices"): "5",
        (*place, "statement category animal welfare", "keyword other", "wet cats", "notices"): "2",
        (*place, "statement category self harm", "notices"): "7",
        (*place, "statement category self harm", "keyword other", "candles", "notices"): "3",
    }
    assert len(facts) == 5 * 10 + 1  # blank values say that nothing was reported
    assert facts[0].period and (facts[0].period.start, facts[0].period.end) == (date(2025, 7, 1), date(2026, 1, 1))
    assert (facts[0].unit, facts[0].labels["header"], facts[0].labels["service"]) == ("count", "M0", "Lantern")


def test_keywords_belong_to_the_category_that_the_template_says() -> None:
    codes = ("STATEMENT_CATEGORY_VIOLENCE", "KEYWORD_COORDINATED_HARM", "KEYWORD_SUICIDE", "KEYWORD_OTHER")
    rows = [NOTICES[0], *(["All", "Lantern", PERIOD, code, "", str(n)] for n, code in enumerate(codes, 1))]
    parsed = parse(as_csv(rows), "https://lantern.example/4_notices.csv")
    assert {key[3:-1]: raw for key, raw in stated(parsed.facts).items()} == {
        ("statement category violence",): "1", ("statement category violence", "keyword coordinated harm"): "2",
        ("statement category self harm", "keyword suicide"): "3", ("keyword other",): "4",
    }  # fmt: skip
    reasons = [problem.reason.partition(" below")[0] for problem in parsed.problems]
    assert reasons == ["'KEYWORD_SUICIDE' stands", "'KEYWORD_OTHER'"]


def test_totals_that_differ_from_their_parts_are_recorded_not_corrected() -> None:
    parsed = parse(as_csv(AMAR, ";"), "https://lantern.example/10_AMAR.csv")
    assert [fact.raw_value for fact in parsed.facts] == ["1,004", "400", "600"]
    assert [fact.labels["country"] for fact in parsed.facts] == ["TOTAL", "AT", "SE"]
    assert [problem.reason for problem in parsed.problems] == [
        "the total 1,004 is +4 apart from the sum of its parts (scope)"
    ]
    assert not parse(as_csv(NOTICES), "https://lantern.example/4_notices.csv").problems


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("a/3_member_states_orders.csv", 3), ("10_NMDA", 10), ("4_notifications", 4), ("11 qualitativ", 11), ("7", 7),
        ("4_EN_Annex_I__CSV_Part_10_AMAR.csv", 10), ("4_FR_Annexe_I__CSV_Partie_3_injonctions.csv", 3),
        ("lantern_5_own_initiative_illegal.csv", 5), ("8_automated_2_final.csv", 8), ("10_AMAR_2025.csv", 10),
        ("12_other.csv", None), ("report-2025.csv", None), ("Instructions", None), ("2025_H2", None),
    ],
)  # fmt: skip
def test_tables_are_told_by_their_number(name: str, number: int | None) -> None:
    assert dsa_tables.number_of(name) == number


def as_ods(**sheets: list[list[str]]) -> bytes:
    """A spreadsheet as OpenDocument, with a row and a cell that repeat to the end of the sheet."""
    names = {"office": "office", "table": "table", "text": "text"}
    space = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for one, name in names.items())
    tables = ""
    for name, rows in sheets.items():
        lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
        rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        tables += f'<table:table table:name="{name}">{lines}{rest}</table:table>'
    body = (
        f"<office:document-content {space}><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", body + "</office:document-content>")
    return kept.getvalue()


def ods_cell(text: str) -> str:
    if not text:
        return '<table:table-cell table:number-columns-repeated="1"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{html.escape(text)}</text:p></table:table-cell>'


def test_every_packing_says_the_same() -> None:
    zipped = as_zip(**{"a/4_notices.csv": as_csv(NOTICES), "a/10_AMAR.csv": as_csv(AMAR), "__MACOSX/x": b"x"})
    workbook = as_workbook(**{"4_notifications": NOTICES, "10_NMDA": AMAR})
    document = as_ods(**{"4_notificari": NOTICES, "10_NMDA": AMAR})
    nested = as_zip(**{"inner!.zip": zipped})
    facts = [
        parse(payload).facts for payload in (zipped, workbook, nested, document, as_zip(**{"report.xlsx": workbook}))
    ]
    assert all(stated(found) == stated(facts[0]) for found in facts)
    assert facts[2][0].citation.pointer == "zip:inner%21.zip!zip:a/4_notices.csv!csv:row=2,column=#6"


def test_what_is_missing_twice_or_unknown_is_reported() -> None:
    extra = [[*row, "x"] if at else [*row, "Remarks of ours"] for at, row in enumerate(AMAR)]
    wrong = [*NOTICES, ["All", "", "", "STATEMENT_CATEGORY_LAMPS", "", "0"]]
    parsed = parse(
        as_zip(
            **{
                "4_notices.csv": as_csv(wrong),
                "10_A.csv": as_csv(AMAR),
                "10_A_version2.csv": as_csv(extra),
                "x.csv": b"1",
            }
        )
    )
    reasons = [problem.reason for problem in parsed.problems]
    assert "'x.csv' is none of the eleven tables" in reasons
    assert "table 10 is there again in '10_A_version2.csv', after '10_A.csv'" in reasons
    assert "tables 1, 2, 3, 5, 6, 7, 8, 9, 11 are not in the report" in reasons
    assert "unknown category 'STATEMENT_CATEGORY_LAMPS'" in reasons
    assert "column 'Remarks of ours' is not in the template of table 10" in reasons
    assert sum("apart from the sum" in reason for reason in reasons) == 2
    assert sum("duplicate key" in reason for reason in reasons) == 3
    assert len(reasons) == 10
    again = [fact for fact in parsed.facts if fact.occurrence == 2 and fact.labels["country"] == "AT"]
    assert [fact.key for fact in again] == [("lantern", "2025H2", "10", "amar", "recipients", "AT", "value")]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (as_csv([["lamp", "oil"], ["1", "2"]]), "none of the harmonised tables"),
        (as_zip(**{"10_AMAR.csv": as_csv(AMAR)})[:-30], "cut off"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted, cut off or broken"),
        (as_zip(**{"10_AMAR.csv": b"\x00\x01"}), "binary data"),
    ],
)
def test_what_is_no_report_is_rejected(payload: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        parse(payload)


# (sheet names of tables 3, 4, 10; headers; words for total, category, Austria, no header of which is English)
LANGUAGES = {
    "de": ("3_Anordnungen", "4_Meldungen", "10_DMA", "Anwendbarkeit|Dienst|Berichtszeitraum", "GESAMT", "Österreich"),
    "fr": ("3_injonctions", "4_notifications", "10_NMDA", "Applicabilité|Service|Période", "TOTAL", "Autriche"),
    "el": ("3_Εντολές", "4_Ειδοποιήσεις", "10_ΜΜΕΑ", "Εφαρμογή|Υπηρεσία|Περίοδος αναφοράς", "ΣΥΝΟΛΟ", "Αυστρία"),
    "bg": ("3_Заповеди", "4_Уведомления", "10_СМАП", "Приложимост|Услуга|Отчетен период", "ОБЩО", "Австрия"),
    "pl": ("3_Nakazy", "4_Zgłoszenia", "10_ŚMA", "Stosowanie|Usługa|Okres", "OGÓŁEM", "Austria"),
    "hu": ("3_Végzések", "4_Bejelentések", "10_HAF", "Alkalmazhatóság|Szolgáltatás|Időszak", "ÖSSZESEN", "Ausztria"),
    "fi": ("3_Määräykset", "4_Ilmoitukset", "10_KAK", "Soveltuvuus|Palvelu|Kausi", "YHTEENSÄ", "Itävalta"),
}


def translated(language: str) -> dict[str, list[list[str]]]:
    """Three tables of a report in a language: all is translated but the codes."""
    orders, notices, users, base, total, austria = LANGUAGES[language]
    names = base.split("|")
    order_row = ["x", "Lantern", "01.07.2025 - 31.12.2025"]
    return {
        orders: [
            [*names, "a", "b", "c", *(f"v{n}" for n in range(7)), *(f"k{n}" for n in range(7))],
            [*order_row, "TOTAL", "", total, "9"],
            ["", "", "", "STATEMENT_CATEGORY_VIOLENCE", "", austria, "9"],
        ],
        notices: [[*names, *NOTICES[0][3:]], *NOTICES[1:]],
        users: [
            [*names, "d", "e", "f", "g"], ["x", "Lantern", PERIOD, "d", "e", total, "1 000"],
            ["", "", "", "", "", austria, "400"], ["", "", "", "", "", "SE", "600"],
        ],
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("named", [True, False])
def test_reports_in_all_languages_are_read_by_their_codes(language: str, named: bool) -> None:
    tables = translated(language)
    sheets = tables if named else {f"x{chr(97 + at)}": rows for at, rows in enumerate(tables.values())}
    parsed = parse(as_workbook(**sheets))
    found = stated(parsed.facts)
    place = ("lantern", "2025H2")
    assert found[*place, "3", "total", "TOTAL", "orders_to_act"] == "9"
    assert found[*place, "3", "statement category violence", "AT", "orders_to_act"] == "9"
    assert found[*place, "4", "statement category self harm", "notices"] == "7"
    assert found[*place, "10", "d", "e", "SE", "value"] == "600"
    assert [problem.reason for problem in parsed.problems] == ["tables 1, 2, 5, 6, 7, 8, 9, 11 are not in the report"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1253"])
def test_csvs_in_other_encodings(encoding: str) -> None:
    rows = translated("el")["4_Ειδοποιήσεις"]
    payload = as_csv(rows, ";").decode().encode(encoding)
    parsed = dsa_report.parse(release(payload, "https://lantern.example/4_el.csv", "text/csv"))
    assert stated(parsed.facts)["lantern", "2025H2", "4", "statement category self harm", "notices"] == "7"
    reasons = [problem.reason for problem in parsed.problems]
    assert reasons == (
        ["the text is not UTF-8: read as Windows-1252, letters with accents may be others"]
        if encoding == "cp1253"
        else []
    )


def test_columns_are_found_where_they_were_moved_to() -> None:
    moved = [["Nr", *row] for row in NOTICES]
    facts = parse(as_csv(moved), "https://lantern.example/4_notices.csv")
    assert stated(facts.facts)["lantern", "2025H2", "4", "total", "notices"] == "12"
    assert [problem.reason for problem in facts.problems] == ["column 'Nr' is not in the template of table 4"]
    lacking = [row[1:] for row in NOTICES]
    facts = parse(as_csv(lacking), "https://lantern.example/4_notices.csv")
    assert stated(facts.facts)["lantern", "2025H2", "4", "total", "notices"] == "12"
    assert [problem.reason for problem in facts.problems] == ["table 4 has no column for: applicability"]


def test_a_table_that_is_called_otherwise_is_read_for_what_it_is() -> None:
    renumbered = as_zip(**{"3_notices.csv": as_csv(NOTICES), "9_users.csv": as_csv(AMAR)})
    parsed = parse(renumbered)
    assert stated(parsed.facts)["lantern", "2025H2", "4", "total", "notices"] == "12"
    reasons = [problem.reason for problem in parsed.problems]
    assert "'3_notices.csv' is called table 3, but holds table 4: read as that" in reasons
    assert "'9_users.csv' is called table 9, but holds table 10: read as that" in reasons


def test_all_tables_in_one_sheet() -> None:
    stacked = as_csv([["Notices"], *NOTICES, [], ["10 AMAR"], *AMAR])
    parsed = parse(stacked, "https://lantern.example/report.csv")
    assert {fact.labels["table"] for fact in parsed.facts} == {"4", "10"}
    assert stated(parsed.facts)["lantern", "2025H2", "10", "amar", "recipients", "SE", "value"] == "600"


def test_names_of_categories_and_the_period_come_from_the_other_tables() -> None:
    tables = {
        "1_id": [
            ["Applicability", "Service", "Indicator", "Value"], ["All", "Lantern", "Publication", "2026-02-28"],
            ["All", "Lantern", "Start", "2025-07-01"], ["All", "Lantern", "End", "2025-12-31"],
        ],
        "2_names": [
            ["Label", "Text", "Code", "Context"], ["Cat 1", "Dyrevelfærd", "STATEMENT_CATEGORY_ANIMAL_WELFARE"],
        ],
        "4_notices": [NOTICES[0], ["All", "Lantern", "", "Dyrevelfærd", "", "12"], ["All", "", "", "Lamps", "", "1"]],
    }  # fmt: skip
    parsed = parse(as_workbook(**tables))
    found = stated(parsed.facts)
    assert found["lantern", "2025H2", "4", "statement category animal welfare", "notices"] == "12"
    assert "unknown category 'Lamps'" in [problem.reason for problem in parsed.problems]


def test_a_member_state_nobody_knows_is_reported() -> None:
    parsed = parse(as_csv([*AMAR, ["", "", "", "", "", "Atlantis", "4"]]), "https://lantern.example/10_AMAR.csv")
    assert [problem.reason for problem in parsed.problems if "unknown" in problem.reason] == [
        "unknown Member State 'Atlantis'"
    ]


@pytest.mark.captures
def test_the_official_templates_are_recognised(captures: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(captures / "dsa-templates.zip") as files:
        templates = [
            name for name in files.namelist() if "Templates" in name and name.lower().endswith((".csv", ".xlsx"))
        ]
        paths = [Path(files.extract(name, tmp_path)) for name in templates]
    found: Counter[str] = Counter()
    for path in paths:
        for line in normalize_files("dsa_report", "https://lantern.example/report", [path]):
            if line["kind"] == "fact":
                found[line["labels"]["table"]] += 1
            else:
                assert "duplicate key" in line["reason"]  # the places for other languages are all called [...]
    assert sorted(found, key=int) == [str(number) for number in range(1, 12)]
    assert found["5"] == 90 * 16
    assert found["6"] == 98 * 16
