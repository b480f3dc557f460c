"""Harmonised tables as publishers lay them out: merged, stacked, without headers, without a column."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from shaping import release

from normalize import dsa_report, facts
from normalize.model import Parsed, Rejected

PERIOD = "2025-07-01/2025-12-31"
USERS = ["Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"]
Rows = list[list[str]]


def users(service: str = "Lantern", **scopes: str) -> Rows:
    """Table 10 with a value for each scope."""
    return [USERS, *(["All", service, PERIOD, "AMAR", "Recipients", scope, value] for scope, value in scopes.items())]


def as_csv(rows: Rows) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue().encode()


def read(rows: Rows, name: str) -> Parsed:
    return dsa_report.parse(release(as_csv(rows), f"https://lantern.example/{name}", "text/csv"))


def read_all(**members: Rows) -> Parsed:
    """The report that is a ZIP of these files, in this order."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name, rows in members.items():
            made.writestr(name, as_csv(rows))
    return dsa_report.parse(release(kept.getvalue(), "https://lantern.example/report.zip", "application/zip"))


def reasons(parsed: Parsed) -> list[str]:
    return [problem.reason for problem in parsed.problems]


def test_a_value_that_is_merged_over_rows_is_reported() -> None:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "10_users"
    for row in users(TOTAL="1000", AT="400", SE="", DE="600"):
        sheet.append([*row[:6], int(row[6]) if row[6].isdigit() else row[6]])
    sheet.merge_cells("G3:G4")
    sheet.merge_cells("B2:B5")  # a name may be
    book.save(kept)
    parsed = dsa_report.parse(release(kept.getvalue(), "https://lantern.example/report.xlsx", ""))
    reason = "this cell stands in 2 rows or columns of the table: it is read for each"
    assert [one.pointer for one in parsed.problems if one.reason == reason] == ["xlsx:10_users!G3"]


def changes(before: Parsed, after: Parsed) -> list[object]:
    """What a release restates or withdraws of the one before."""
    made, compared = release(b""), dsa_report.FAMILY.compared
    restated = facts.restatements(made, before.facts, after.facts, compared)
    return [*restated, *facts.withdrawals(made, before.facts, after.facts, compared)]


def test_the_order_of_files_is_no_restatement() -> None:
    first, second = users(TOTAL="1000", AT="1000"), users(TOTAL="1200", AT="1200")
    one = read_all(**{"10_users.csv": first, "10_users_version2.csv": second})
    assert changes(one, read_all(**{"10_users_version2.csv": second, "10_users.csv": first})) == []
    assert sum("duplicate key" in reason for reason in reasons(one)) == 2


def test_another_service_withdraws_nothing() -> None:
    folders = {f"{name}/10_users.csv": users(name, TOTAL="1000", AT="1000") for name in ("maps", "play")}
    one = read_all(**folders)
    assert changes(one, read_all(**{"books/10_users.csv": users("books", TOTAL="7", AT="7")}, **folders)) == []
    below = [*folders["maps/10_users.csv"], *folders["play/10_users.csv"]]
    assert changes(one, read(below, "10_users.csv")) == []
    assert changes(one, read([*below[:3], *below[4:]], "10_users.csv")) == []


def test_thousands_of_duplicates_are_reported_once() -> None:
    again = read([*users(AT="400"), *users(AT="400")[1:] * 3_000], "10_users.csv")
    assert sum("duplicate key" in reason for reason in reasons(again)) == dsa_report.FEW
    assert reasons(again)[-1].startswith("2,900 more cells from here on")


def test_tables_without_headers_are_one_table_each() -> None:
    parsed = read(users(TOTAL="1000", AT="400", SE="600")[1:], "10_users.csv")
    assert [fact.key[-2:] for fact in parsed.facts] == [("TOTAL", "value"), ("AT", "value"), ("SE", "value")]
    assert reasons(parsed) == ["the table has no header: its columns are told by their place"]
    rows = [["All", "Lantern", name, text] for name, text in (("Name", "L Ltd"), ("From", "2025-07-01"))]
    parsed = read([*rows, ["All", "Lantern", "To", "2025-12-31"]], "1_identification.csv")
    assert [fact.raw_value for fact in parsed.facts] == ["L Ltd", "2025-07-01", "2025-12-31"]


@pytest.mark.parametrize("scopes", ["Total number", "BG DE FR ES IT PL", "BG CS DA", "bg de", "Total number|DE|FR"])
@pytest.mark.parametrize("number", [7, 8, 9])
def test_totals_and_languages_are_no_member_states(scopes: str, number: int) -> None:
    names = scopes.split("|") if "Total" in scopes else scopes.split()
    if number == 7 and len(names) > 1:
        names = names[:1]  # its scopes are no languages
    parsed = read(users(**dict.fromkeys(names, "20")), f"{number}_lamps.csv")
    assert {fact.labels["table"] for fact in parsed.facts} == {str(number)}
    assert not any("read as" in reason for reason in reasons(parsed))


def test_member_states_that_are_no_languages_are_table_10() -> None:
    parsed = read(users(TOTAL="3", DE="2", AT="1"), "9_lamps.csv")
    assert "'9_lamps.csv' is called table 9, but holds table 10: read as that" in reasons(parsed)
    parsed = read(users(**{"Total number": "3", "bg": "2", "de": "1"}), "languages.csv")
    assert {fact.labels["table"] for fact in parsed.facts} == {"9"}


def test_rows_that_name_only_the_service_say_nothing() -> None:
    filled = [
        *users(AT="400"),
        *([row] for row in ["All"] * 1_000),
        ["All", "Beacon", PERIOD],
        ["", "", "", "", "", "SE"],
    ]
    parsed = read(filled, "10_users.csv")
    assert [(fact.key[0], fact.key[-2], fact.raw_value) for fact in parsed.facts] == [
        ("lantern", "AT", "400"), ("beacon", "SE", "")
    ]  # fmt: skip
    assert reasons(parsed) == ["nothing stands beside 'Beacon'"]
    parsed = read([*users(AT="400"), ["Numbers are rounded"]], "10_users.csv")
    assert reasons(parsed) == ["nothing stands beside 'Numbers are rounded'"]


def test_too_many_facts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dsa_report, "MOST_FACTS", 3)
    assert len(read(users(TOTAL="3", AT="1", DE="2"), "10_users.csv").facts) == 3
    with pytest.raises(Rejected, match="more than 3 cells with values"):
        read(users(TOTAL="3", AT="1", DE="1", SE="1"), "10_users.csv")
