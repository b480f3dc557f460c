"""A code report as portals and editors vary it: the same facts, or a report; never silently another value."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from shaping import COMMITMENTS, COUNTS, REPORTS, release, report_json, report_page

from normalize import code_report
from normalize.model import Fact, Parsed

Key = tuple[str, ...]
Node = dict[str, Any]
LISTS = ("chapters", "commitments", "measures", "qres", "slis", "specialMeasures", "table_value")
TEXTS = ("description", "sig_value", "name")


def of_json(data: object, url: str = REPORTS) -> Parsed:
    return code_report.parse(release(json.dumps(data).encode(), url + "/json", "application/json"))


def of_page(page: str, url: str = REPORTS) -> Parsed:
    return code_report.parse(release(page.encode(), url))


def stated(facts: object) -> dict[tuple[Key, int], tuple[str, Decimal | None, str | None]]:
    """What facts say: text apart from runs of spaces, value and unit."""
    found: list[Fact] = list(facts)  # type: ignore[call-overload]
    return {(one.key, one.occurrence): (" ".join(one.raw_value.split()), one.value, one.unit) for one in found}


def nodes(value: Any) -> Iterator[Node]:
    """All objects of a report, outer ones last."""
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)
    if isinstance(value, dict):
        yield value


def everywhere(names: tuple[str, ...], change: Callable[[Any], Any]) -> Node:
    """The report with some fields changed, wherever they are and say something."""
    made = report_json()
    for node in list(nodes(made)):
        for name in names:
            if node.get(name):
                node[name] = change(node[name])
    return made


def listed(value: Any) -> list[Any]:
    value = json.loads(value) if isinstance(value, str) else value
    return list(value.values()) if isinstance(value, dict) else value


def reordered(value: Any) -> Any:
    if isinstance(value, dict) and not all(key.isdigit() for key in value):
        return {key: reordered(value[key]) for key in reversed(value)}
    if isinstance(value, dict):
        return {key: reordered(one) for key, one in value.items()}
    return [reordered(one) for one in value] if isinstance(value, list) else value


def without(names: tuple[str, ...]) -> Node:
    made = report_json()
    for node in list(nodes(made)):
        for name in names:
            node.pop(name, None)
    return made


SAME: dict[str, Callable[[], Node]] = {
    "keys-reordered": lambda: reordered(report_json()),
    "lists": lambda: everywhere(LISTS, listed),
    "objects": lambda: everywhere(LISTS, lambda one: {str(n): part for n, part in enumerate(listed(one))}),
    "objects-with-holes": lambda: everywhere(LISTS, lambda one: {str(3 * n): p for n, p in enumerate(listed(one))}),
    "strings": lambda: everywhere(LISTS, lambda one: json.dumps(listed(one))),
    "strings-of-objects": lambda: everywhere(LISTS, lambda one: json.dumps(dict(enumerate(listed(one))))),
    "strings-of-strings": lambda: everywhere(LISTS, lambda one: json.dumps(json.dumps(listed(one)))),
    "strings-with-space": lambda: everywhere(LISTS, lambda one: f"\n {json.dumps(listed(one), indent=1)} "),
    "spans": lambda: everywhere(TEXTS, lambda one: f'<span style="color:red">{one}</span>'),
    "empty-paragraphs": lambda: everywhere(TEXTS, lambda one: f"<p></p><p>&nbsp;</p><p>{one}</p><p><br></p>"),
    "no-break-spaces": lambda: everywhere(TEXTS, lambda one: f"&nbsp;{one.replace(' ', '&nbsp;')}\u00a0 "),
    "numeric-entities": lambda: everywhere(TEXTS, lambda one: one.replace(" ", "&#32;").replace("a", "&#97;")),
    "comments": lambda: everywhere(TEXTS, lambda one: f"<!--StartFragment-->{one}<!--[if mso]>x<![endif]-->"),
    "word-tags": lambda: everywhere(TEXTS, lambda one: f"<o:p>{one}</o:p>"),
    "styles": lambda: everywhere(TEXTS, lambda one: f"<style>p {{color: red}}</style>{one}<script>x()</script>"),
    "zero-width": lambda: everywhere(("name", "code"), lambda one: f"\u200b{one}\ufeff"),
    "codes-with-words": lambda: everywhere(("code",), lambda one: f"<b>{one}</b> "),
    "codes-with-points": lambda: everywhere(("code",), lambda one: f"{one}."),
    "no-codes": lambda: without(("code",)),
    "no-names": lambda: {**without(("name",)), "name": "Report March 2026"},
    "no-orders-or-ids": lambda: without(("id", "order", "created_at", "updated_at")),
    "wrapped": lambda: {"data": {"report": report_json()}},
    "capitals": lambda: everywhere(("code",), str.upper),
}


@pytest.mark.parametrize("name", SAME)
def test_what_varies_in_json_says_the_same(name: str) -> None:
    plain, varied = of_json(report_json()), of_json(SAME[name]())
    assert stated(varied.facts) == stated(plain.facts)
    assert not varied.problems


TABLE: list[list[Any]] = COUNTS


def with_table(table: object) -> Parsed:
    made = report_json()
    made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]["table_value"] = table
    return of_json(made)


def page_with(table: str) -> Parsed:
    commitment = copy.deepcopy(COMMITMENTS[1])
    return of_page(report_page(commitment).replace("Twice a day.", f"Twice a day.{table}"))


def cells(parsed: Parsed) -> dict[Key, Decimal | None]:
    return {one.key[-2:]: one.value for one in parsed.facts if one.kind == "cell"}


def numbers(table: list[list[str]]) -> list[dict[Key, Decimal | None]]:
    """The cells of a table that stands in JSON, as JSON in it, and on a page."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
    found = [with_table(table), with_table(json.dumps(table)), page_with(f"<table>{rows}</table>")]
    return [cells(one) for one in found]


NAMES = {
    "AT": "Austria|AUSTRIA|austria|Österreich|OESTERREICH|Autriche|L-Awstrija|AT|AUT|Austria (AT)|AT - Austria|"
    "🇦🇹 Austria|Austria*|Austria ¹|Austria[1]|Austria<sup>1</sup>|<p>Austria</p>|Austria&nbsp;|\u200bAustria|"
    "Aus\u00adtria|Republic of Austria|Austria/Österreich|Austria:|1. Austria",
    "CZ": "Czechia|Czech Republic|Czech Rep.|The Czech Republic|Česko|CZECHIA|Czechia / Czech Republic|CZ|Tschechien",
    "EU": "EU|EU27|EU-27|EU Total|Total EU|Total (EU)|EU (27)|All EU Member States|Total for the EU|European Union|"
    "Union européenne|Gesamt EU|Total EU27|EU total*|Totals: EU|All Member States|EU - Total|Total across EU countries",
    "EEA": "EEA|Total EEA|EEA total|EU/EEA|EU+EEA|European Economic Area",
    "TOTAL": "Total|TOTAL|Grand total|Gesamt|Totale|Sum|Overall total|Total:",
    "GR": "Greece|Greece (EL)|EL|Ελλάδα|Hellas|GR - Greece",
    "NL": "Netherlands|The Netherlands|Netherlands, The|Nederland|Pays-Bas|NETHERLANDS (THE)",
}  # fmt: skip


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, all_ in NAMES.items() for name in all_.split("|")])
def test_countries_and_totals_in_every_spelling(code: str, name: str) -> None:
    for found in numbers([["Country", "Lamps"], [name, "7"], ["Malta", "8"]]):
        assert found == {(code, "lamps"): 7, ("MT", "lamps"): 8}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,204", "1204"), ("1 204", "1204"), ("1&nbsp;204", "1204"), ("1'204", "1204"), ("1,204.0", "1204.0"),
        ("1,204*", "1204"), ("1,204 *", "1204"), ("1,204¹", "1204"), ("1,204<sup>1</sup>", "1204"),
        ("1,204 <sup>(1)</sup>", "1204"), ("1,204<sup><a href='#n'>1</a></sup>", "1204"), ("1,204[1]", "1204"),
        ("<b>1,204</b>", "1204"), ("<p>1,204</p><p>&nbsp;</p>", "1204"), ("\u200b1,204", "1204"), ("1,204 ", "1204"),
        ("4.5%", "4.5"), ("4.5 %", "4.5"), ("4,5 %", "4.5"), ("4.5&nbsp;%", "4.5"), ("4.5<sup>2</sup>%", "4.5"),
        ("12<sup>2</sup>", "12"), ("0", "0"), ("N/A", None), ("n/a", None), ("-", None), ("–", None), ("", None),
        ("&nbsp;", None), ("not available", None), ("N/A*", None), ("<p>-</p>", None), ("N/A<sup>1</sup>", None),
        ("~1,204", "1204"), ("about 1,204", "1204"), ("€ 1,204", "1204"), ("1.2 million", "1200000"),
    ],
)  # fmt: skip
def test_numbers_as_editors_write_them(written: str, value: str | None) -> None:
    table = [["Country", "Lamps"], ["Malta", written], ["Norway", "88"]]
    for found in numbers(table):
        assert found == {("MT", "lamps"): None if value is None else Decimal(value), ("NO", "lamps"): 88}


@pytest.mark.parametrize("written", ["1.204", "1,204", "1.204¹"])
def test_marks_are_read_as_those_of_the_other_numbers(written: str) -> None:
    european, english = [["1.204.311", "0,5 %"], ["1,204,311", "0.5 %"]]
    for others in (european, english):
        rows = [["Country", "Lamps", "Share"], ["Malta", *others], ["Norway", written, "4%"]]
        meant = ("." in written) == (others is european)
        for parsed in (with_table(rows), page_with(_page_table(rows))):
            value = cells(parsed)["NO", "lamps"]
            reported = any("may be a thousand or a fraction" in one.reason for one in parsed.problems)
            assert (value == 1204 and meant) or (value is None and reported) or value == Decimal("1.204"), written
            assert not (meant and value == Decimal("1.204"))


@pytest.mark.parametrize("raised", ["1,204<sup>1</sup>", "1,204<sup>12</sup>", "~1,204 <sup>(a)</sup>"])
def test_raised_marks_settle_nothing(raised: str) -> None:
    table = [["Country", "Lamps"], ["Malta", raised], ["Norway", "1,300"], ["Austria", "2,500"]]
    for parsed in (with_table(table), page_with(_page_table(table))):
        assert cells(parsed) == {("MT", "lamps"): 1204, ("NO", "lamps"): 1300, ("AT", "lamps"): 2500}
        assert not parsed.problems


def _page_table(rows: list[list[str]]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"


HEADS = {
    "grouped": "<tr><th rowspan=2>Country<th colspan=2>Lamps<tr><th>Lit<th>Burnt",
    "grouped-loose": "<tr><th><th colspan=2>Lamps<tr><th>Country<th>Lit<th>Burnt",
    "titled": "<caption>Lamps</caption><tr><th>Country<th>Lamps Lit<th>Lamps Burnt",
    "title-row": "<tr><th colspan=3>Lamps<tr><th>Country<th>Lit<th>Burnt",
    "thead": "<thead><tr><th>Country<th>Lamps Lit<th>Lamps Burnt</thead>",
}


@pytest.mark.parametrize("name", HEADS)
def test_headers_that_are_merged_name_their_columns(name: str) -> None:
    parsed = page_with(f"<table>{HEADS[name]}<tr><td>Malta<td>7<td>8<tr><td>Total EU<td>9<td>10</table>")
    assert cells(parsed) == {
        ("MT", "lamps lit"): 7, ("MT", "lamps burnt"): 8, ("EU", "lamps lit"): 9, ("EU", "lamps burnt"): 10,
    }  # fmt: skip


def test_a_number_that_stands_in_several_cells_is_reported() -> None:
    merged = "<tr><td>Malta<td rowspan=2>7<td>8<tr><td>Total EU<td>10"
    parsed = page_with(f"<table><tr><th>Country<th>Lit<th>Burnt{merged}</table>")
    assert cells(parsed) == {("MT", "lit"): 7, ("MT", "burnt"): 8, ("EU", "lit"): 7, ("EU", "burnt"): 10}
    assert [one.reason for one in parsed.problems] == [
        "this cell stands in 2 rows or columns of the table: it is read for each"
    ]


@pytest.mark.parametrize("blank", ["", None, "&nbsp;"])
def test_headers_of_two_rows_in_json(blank: object) -> None:
    table = [["Country", "Lamps", blank], [blank, "Lit", "Burnt"], ["Malta", "7", "8"]]
    assert cells(with_table(table)) == {("MT", "lamps lit"): 7, ("MT", "lamps burnt"): 8}


@pytest.mark.parametrize("table", [None, "", "[]", "{}", [], {}, [[]], "[[]]", [["Country", "Lamps"]], "null", '""'])
def test_a_table_without_rows_says_nothing(table: object) -> None:
    parsed = with_table(table)
    assert not cells(parsed)
    assert not parsed.problems


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Country<td>Lamps<tr><td>Malta<td>7</table>", "Country;Lamps\nMalta;7", '[["Country","Lamps"',
        [["Country", "Lamps"], "Malta 7"], [["Country", "Lamps"], ["Malta", "7", "8"]], {"lamps": 7}, 7, True,
        [["Country", "Lamps"], ["Atlantis", "7"]], [["Country", "Lamps"], ["Malta", {"a": 7}]],
    ],
)  # fmt: skip
def test_a_table_that_is_odd_is_read_or_reported(table: object) -> None:
    parsed = with_table(table)
    assert parsed.problems or cells(parsed) == {("MT", "lamps"): 7}


@pytest.mark.parametrize(
    ("table", "stated", "reported"),
    [
        ([["Country", "Lamps"], ["Malta", {"value": "7", "note": "x"}]], {("MT", "lamps"): 7}, "its note is in no"),
        ([{"cells": ["Country", "Lamps"]}, {"id": 1, "cells": ["Malta", "7"]}], {("MT", "lamps"): 7}, ""),
        ({"columns": ["Country", "Lamps"], "rows": [{"cells": ["Malta", "7"]}]}, {("MT", "lamps"): 7}, ""),
        ([{"id": 3, "Country": "Malta", "Lamps": "7"}], {("MT", "lamps"): 7}, ""),
        (
            [["Malta", "7"], ["Norway", "8"]],
            {("MT", "column 2"): 7, ("NO", "column 2"): 8},
            "column 2 of the table has",
        ),
        ([["Country", ""], ["Malta", "7"]], {("MT", "column 2"): 7}, "column 2 of the table has no header"),
        (
            [["Number of lamps lit", "1,200"], ["Lamps out", "5"]],
            {("number of lamps lit", "column 2"): 1200, ("lamps out", "column 2"): 5}, "column 2 of the table has no",
        ),
        ([["Lamps lit", "1,200"]], {("lamps lit", "column 2"): 1200}, "column 2 of the table has no header"),
        ([["Kind", "1", "2"], ["Oil", "7", "8"]], {("oil", "1"): 7, ("oil", "2"): 8}, ""),
        ([["Country", "2024", "2025"], ["Malta", "7", "8"]], {("MT", "2024"): 7, ("MT", "2025"): 8}, ""),
        ([["Country", "Lamps"], ["Total", "15"], ["Malta", "7"]], {("TOTAL", "lamps"): 15, ("MT", "lamps"): 7}, ""),
        *(
            ([{"id": 1, name: "Oil", "lamps": 5}, {"id": 2, name: "Wick", "lamps": 6}],
             {("oil", "lamps"): 5, ("wick", "lamps"): 6}, "")
            for name in ("type", "key", "class", "format", "width", "header")
        ),
        ([{"type": "row", "Country": "Malta", "Lamps": 7}], {("MT", "lamps"): 7}, ""),
        (
            [{"Country": "Malta", "type": "Oil", "Lamps": 7}, {"Country": "Norway", "type": "Wick", "Lamps": 8}],
            {("MT", "type"): None, ("MT", "lamps"): 7, ("NO", "type"): None, ("NO", "lamps"): 8}, "",
        ),
        (
            [["", "Type", "Tool"], ["Oil", "Glass", "Tin"], ["Wick", "Cloth", "Rope"]],
            {(row, head): None for row in ("oil", "wick") for head in ("type", "tool")}, "",
        ),
        ([["", "Kind", ""], ["Oil", "Glass", "Tin"], ["Wick", "Rope", "Silk"]],
         {(row, head): None for row in ("oil", "wick") for head in ("kind", "column 3")}, "has no header"),
        *(
            ([heads, ["Malta", "5", "6", "7"]], {("MT", one.lower()): n for n, one in enumerate(heads[1:], 5)}, "")
            for heads in (
                ["Country", "18-24", "25-34", "Total"], ["", "<24", "24-48", "Total"], ["Kind", "Total", "Lit", "30+"],
            )
        ),
    ],
)  # fmt: skip
def test_rows_in_other_shapes(table: object, stated: dict[Key, int], reported: str) -> None:
    parsed = with_table(table)
    assert cells(parsed) == stated
    assert [reported in one.reason for one in parsed.problems] == ([True] if reported else [])


@pytest.mark.parametrize(
    "line", ["(QRE 14.1.1)", "[Measure 14.2]", "Measure 14.1 -", "(Commitment 14)", "SLI 14.2.1 –"]
)
def test_a_reference_to_a_part_is_no_heading(line: str) -> None:
    page = report_page(COMMITMENTS[0])
    plain, referring = (of_page(page.replace("</section>", f"<p>{said}</p><p>Seven.</p></section>", 1))
                        for said in ("See there.", line))  # fmt: skip
    assert [one.key for one in plain.facts] == [one.key for one in referring.facts]
    assert not referring.problems


@pytest.mark.parametrize(
    "line",
    [
        "(Measure 14.9)",
        "QRE 9.1.1 -",
        "SLI 14.1.9 (new)",
        "QRE 9.1.1: Oil?",
        "Measure 14.9: Oil.",
        "Commitment 15: Oil.",
    ],
)
def test_a_line_that_may_be_a_heading_is_reported(line: str) -> None:
    page = report_page(COMMITMENTS[0])
    assert not of_page(page).problems
    [problem] = of_page(page.replace("</section>", f"<p>{line}</p><p>Seven.</p></section>", 1)).problems
    assert problem.reason == f"this may be a heading, and was read as text: {line!r}"


@pytest.mark.parametrize("level", ["report", "chapter", "commitment", "question", "measure", "element"])
@pytest.mark.parametrize("value", ["lamp", None, 0, {"a": 1}, []])
def test_a_field_nobody_knows_is_reported_and_the_rest_is_the_same(level: str, value: object) -> None:
    made = report_json()
    commitment = made["chapters"]["3"]["commitments"][0]
    at = {
        "report": made, "chapter": made["chapters"]["3"], "commitment": commitment,
        "question": commitment["specialMeasures"][0], "measure": commitment["measures"]["0"],
        "element": commitment["measures"]["2"]["slis"][0],
    }[level]  # fmt: skip
    at["lamp_shade"] = value
    parsed = of_json(made)
    assert stated(parsed.facts) == stated(of_json(report_json()).facts)
    assert [one.reason for one in parsed.problems] == [f"unknown field 'lamp_shade' of a {level}"]


@pytest.mark.parametrize("code", ["99.9.9", "15.1.1", "X", "14", "", None, "14.1.1a", "QRE"])
@pytest.mark.parametrize("kind", ["qres", "slis"])
def test_a_code_that_does_not_belong_is_reported(kind: str, code: str | None) -> None:
    made = report_json()
    element = made["chapters"]["3"]["commitments"][0]["measures"]["2"][kind][0]
    element.update(code=code, name=code)
    assert of_json(made).problems or code == "14.1.1a"


@pytest.mark.parametrize("missing", [None, "", "DROP", [], {}, "[]", " ", "<p></p>", "&nbsp;"])
def test_a_question_that_is_not_answered_has_no_answer(missing: object) -> None:
    made = report_json()
    for question in made["chapters"]["3"]["commitments"][0]["specialMeasures"][1:]:
        question["sig_value"] = missing
        if missing == "DROP":
            del question["sig_value"]
    parsed = of_json(made)
    answers = {one.key[3:]: one.raw_value.strip() for one in parsed.facts if one.kind == "question"}
    assert [answers["14", name] for name in ("new_measures", "further_measures")] == ["", ""]
    assert not parsed.problems


@pytest.mark.parametrize(
    "signed",
    [
        "14.1, 14.2", "14.1;14.2", "14.1 and 14.2", "Measures 14.1 and 14.2", "M14.1 M14.2", "Measure&nbsp;14.1\n14.2",
        "<ul><li>Measure 14.1</li><li>Measure 14.2</li></ul>", ["14.1", "14.2"],
        {"14.1": True, "14.2": True, "14.3": False},
        '["14.1","14.2"]', {"0": "Measure 14.1", "4": "Measure 14.2"}, ["<p>Measure 14.1</p>", "Measure 14.2."],
        "MEASURE 14.1/MEASURE 14.2", [{"name": "14.1", "checked": True}, {"name": "14.2", "checked": True}],
    ],
)  # fmt: skip
def test_measures_that_were_signed_are_rows(signed: object) -> None:
    made = report_json()
    made["chapters"]["3"]["commitments"][0]["specialMeasures"][0]["sig_value"] = signed
    parsed = of_json(made)
    assert [one.key[3] for one in parsed.facts if one.kind == "signed_measures"] == ["14.1", "14.2", "16.1"]
    assert not parsed.problems


PAGES: Mapping[str, Callable[[str], str]] = {
    "no-break-spaces": lambda page: page.replace("Measure 14", "Measure&nbsp;14").replace("QRE ", "QRE&nbsp;"),
    "capitals": lambda page: page.replace(">Measure 14.1<", ">MEASURE 14.1<").replace(">QRE 1", ">qre 1"),
    "colons": lambda page: page.replace("14.1.1<", "14.1.1:<").replace("Commitment 14<", "Commitment 14.<"),
    "dashes": lambda page: page.replace(">Measure 14.2<", ">Measure 14.2 –<").replace(">SLI 14.2.1<", ">SLI 14.2.1 -<"),
    "spans": lambda page: page.replace(">Measure 14.1<", "><span>Measure</span> <span>14.1</span><"),
    "one-line": lambda page: page.replace("QRE 14.1.1</h4><p>", "QRE 14.1.1: ").replace("kept?</p>", "kept?</h4>"),
    "zero-width": lambda page: page.replace(">QRE 1", ">\u200bQRE\u200b 1").replace(">Measure", ">\ufeffMeasure"),
    "soft-hyphens": lambda page: page.replace(">Measure 14.2<", ">Mea\u00adsure 14.2<"),
    "brackets": lambda page: page.replace(">QRE 14.1.1<", ">(QRE 14.1.1)<").replace(">SLI 14.2.1<", ">[SLI 14.2.1]<"),
    "entities": lambda page: page.replace("Measure 14.1", "Measure &#49;4.1"),
    "empty-paragraphs": lambda page: page.replace("<p>", "<p></p><p>&nbsp;</p><p>"),
    "wrapped": lambda page: page.replace("<h4>", "<div><section><h4>").replace("</h4>", "</h4></section></div>"),
    "divs": lambda page: page.replace("h4>", "div>").replace("h3>", "div>"),
    "crlf": lambda page: page.replace("><", ">\r\n\t<"),
    "smart-question": lambda page: page.replace("did you deploy", "did&nbsp;you deploy").replace("(e.g.", "( e.g."),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_what_varies_on_a_page_says_the_same(name: str) -> None:
    page = report_page(COMMITMENTS[0])
    assert PAGES[name](page) != page
    assert stated(of_page(PAGES[name](page)).facts) == stated(of_page(page).facts)


LINES = {
    "crlf": lambda text: text.replace("\n", "\r\n"), "blank-lines": lambda text: text.replace("\n", "\n\n \n"),
    "indented": lambda text: "\n".join(f"\t {line} " for line in text.splitlines()),
    "no-break": lambda text: "\n".join(f"\u00a0{line}\u00a0" for line in text.splitlines()),
    "mark": lambda text: f"\ufeff{text}",
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_what_varies_in_a_text_says_the_same(name: str) -> None:
    lines = [
        "Lantern",
        "Report March 2026",
        "Commitment 14",
        "Lamps.",
        "Measure 14.1",
        "Keep.",
        "QRE 14.1.1",
        "Which?",
        "All.",
    ]
    plain, varied = ("\n".join(lines), LINES[name]("\n".join(lines)))  # type: ignore[no-untyped-call]
    found = [code_report.parse(release(one.encode(), REPORTS + "/text", "text/plain")) for one in (plain, varied)]
    assert stated(found[0].facts) == stated(found[1].facts)
    assert len(found[0].facts) == 3


@pytest.mark.parametrize("wave", ["1", "9", "12"])
def test_waves_are_told_apart_by_the_address(wave: str) -> None:
    made = {**report_json(), "name": "Report September 2026", "publish_date": "2026-09-30"}
    first, other = of_json(report_json()), of_json(made, REPORTS[:-1] + wave)
    moved = {((key[0], wave, *key[2:]), at): said for (key, at), said in stated(first.facts).items()}
    assert stated(other.facts) == moved
    assert {one.labels["report_date"] for one in other.facts} == {"2026-09"}
