"""Code reports: JSON and pages make the same rows, and each row leads back to what was published."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from shaping import ASKED, COMMITMENTS, REPORTS, release, report_json, report_page, said

from normalize import cite, code_model, code_report
from normalize.model import Fact, Parsed, Rejected

SEEDS = {"000_affe036e2a7c3640.txt": "instagram/8", "001_f2fb73d7ebc7e67a.txt": "instagram/5"}


def parse_json(data: object) -> Parsed:
    return code_report.parse(release(json.dumps(data).encode(), REPORTS + "/json", "application/json"))


def parse_pages() -> list[Fact]:
    pages = [report_page(commitment).encode() for commitment in COMMITMENTS]
    parsed = [code_report.parse(release(page, f"{REPORTS}?commitmentId={n}")) for n, page in enumerate(pages)]
    assert not [problem for each in parsed for problem in each.problems]
    return [fact for each in parsed for fact in each.facts]


def test_json_and_pages_give_the_same_rows() -> None:
    parsed = parse_json(report_json())
    assert not parsed.problems
    assert said(parsed.facts) == said(parse_pages())


@pytest.mark.parametrize(("rows", "meant"), [(["7"], ["7"]), (["1,204", "8"], ["1,204", "8"]), (["Of brass"], [])])
def test_a_table_of_one_column_of_numbers_is_one_in_both(rows: list[str], meant: list[str]) -> None:
    made = report_json()
    (measure,) = made["chapters"]["3"]["commitments"][1]["measures"].values()
    measure["slis"][0]["table_value"] = [["Lamps"], *([row] for row in rows)]
    table = "".join(f"<tr><td>{row}</td></tr>" for row in ("Lamps", *rows))
    page = report_page(COMMITMENTS[1]).replace("Twice a day.", f"Twice a day.<table>{table}</table>")
    parsed = [parse_json(made), code_report.parse(release(page.encode()))]
    cells = [
        [fact.raw_value for fact in one.facts if fact.kind == "cell" and fact.key[3] == "16.1.1"] for one in parsed
    ]
    assert cells == [meant, meant]


def test_every_part_of_the_report_is_a_row() -> None:
    rows = {fact.key[2:]: fact for fact in parse_json(report_json()).facts}
    assert rows["commitment", "14"].raw_value == "Lamps shall not be lit by people who are not there."
    assert [rows["signed_measures", code].raw_value for code in ("14.1", "14.2")] == ["Measure 14.1", "Measure 14.2"]
    assert rows["question", "14", "new_measures"].raw_value == "Yes"
    assert rows["question", "14", "new_measures_list"].raw_value == "A new lamp register.\nA second lamp & its oil."
    assert rows["question", "16", "new_measures"].raw_value == ""
    assert rows["question", "16", "further_measures_list"].raw_value == "asd"
    assert rows["measure", "14.2"].raw_value == "Count the lamps."
    assert rows["qre", "14.1.1"].raw_value == "The register of 2025.\nlamps\noil"
    assert rows["qre", "14.1.1"].labels["question"] == "Which register is kept?"
    assert rows["sli", "14.2.1"].labels["answer_html"] == "<p>Counted <b>by hand</b> in all countries.</p>"
    cell = rows["cell", "14.2.1", "1", "AT", "accounts removed"]
    assert (cell.raw_value, str(cell.value), cell.unit) == ("1,204", "1204", "count")
    assert cell.labels["row"] == "Austria"
    assert cell.labels["chapter"] == "Integrity of Services"
    assert rows["cell", "14.2.1", "1", "CZ", "share of all, %"].value is None
    assert rows["cell", "14.2.1", "1", "EU", "share of all, %"].unit == "percent"
    assert (str(rows["cell", "14.2.1", "2", "MT", "euro not earned"].value)) == "12.50"
    assert rows["cell", "14.2.1", "2", "MT", "euro not earned"].unit == "eur"
    assert rows["commitment", "14"].labels["report_date"] == "2026-03"


def test_signed_measures_are_rows_however_they_are_listed() -> None:
    data = report_json()
    special = data["chapters"]["3"]["commitments"][0]["specialMeasures"][0]
    wanted = said(parse_json(data).facts)
    for listed in (
        "Measure 14.1, Measure 14.2",
        ["Measure 14.1", "Measure 14.2"],
        '{"0": "Measure 14.1", "3": "Measure 14.2"}',
    ):
        special["sig_value"] = listed
        assert said(parse_json(data).facts) == wanted
    special["sig_value"] = "None of them"
    rows = {fact.key[2:]: fact.raw_value for fact in parse_json(data).facts if fact.kind == "signed_measures"}
    assert rows == {("signed_measures", "14"): "None of them", ("signed_measures", "16.1"): "Measure 16.1"}


def test_questions_without_words_are_told_by_their_code() -> None:
    data = report_json()
    wanted = said(parse_json(data).facts)
    for question in data["chapters"]["3"]["commitments"][0]["specialMeasures"]:
        question["description"], question["name"] = None, ""
    parsed = parse_json(data)
    assert said(parsed.facts) == wanted
    assert not parsed.problems


def test_the_service_may_stand_in_the_name() -> None:
    data = report_json()
    del data["service"]
    for name, service in (
        ("Lamp Street March 2026", "Lamp Street"),
        ("Report March 2026", "lantern"),
        ("x", "lantern"),
    ):
        data["name"] = name
        fact = parse_json(data).facts[0]
        assert (fact.labels["service"], fact.labels["report_date"]) == (service, "2026-03")


def test_every_row_of_json_and_pages_resolves_to_its_raw_value() -> None:
    payload = json.dumps(report_json()).encode()
    for fact in parse_json(report_json()).facts:
        assert fact.raw_value in cite.resolve(payload, "application/json", fact.citation.pointer)
    for commitment in COMMITMENTS:
        page = report_page(commitment).encode()
        for fact in code_report.parse(release(page)).facts:
            found = cite.resolve(page, "text/html", fact.citation.pointer)
            assert " ".join(fact.raw_value.split()) in " ".join(found.split())


def test_lists_may_be_objects_or_strings_of_json() -> None:
    straight, bent = report_json(), report_json()
    straight["chapters"] = list(straight["chapters"].values())
    chapter = bent["chapters"]["3"]
    chapter["commitments"] = json.dumps({"0": chapter["commitments"][0], "7": chapter["commitments"][1]})
    bent["chapters"] = json.dumps([chapter])
    facts = parse_json(bent).facts
    assert said(facts) == said(parse_json(straight).facts)
    for fact in facts:
        assert fact.raw_value in cite.resolve(json.dumps(bent).encode(), "application/json", fact.citation.pointer)


def test_tables_may_be_rows_objects_or_decoded_already() -> None:
    wanted = {key: text for key, text in said(parse_json(report_json()).facts).items() if key[0][2] == "cell"}
    data = report_json()
    sli = data["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]
    tables = json.loads(sli["table_value"])
    sli["table_value"] = [[dict(zip(table[0], row, strict=True)) for row in table[1:]] for table in tables]
    assert {key: text for key, text in said(parse_json(data).facts).items() if key[0][2] == "cell"} == wanted
    sli["table_value"] = {"0": tables[0], "4": {str(n): row for n, row in enumerate(tables[1])}}
    assert {key: text for key, text in said(parse_json(data).facts).items() if key[0][2] == "cell"} == wanted


def test_what_nobody_knows_is_reported() -> None:
    data = report_json()
    commitment = data["chapters"]["3"]["commitments"][0]
    commitment["lamp_shade"] = "green"
    commitment["specialMeasures"].append({"name": "sm9", "description": "What colour is it?", "sig_value": "green"})
    sli = data["chapters"]["3"]["commitments"][1]["measures"]["0"]["slis"][0]
    sli["code"] = "15.1.1"
    sli["table_value"] = '[["Country","N"],["Atlantis","3","4"],"asd"]'
    reasons = [(problem.pointer, problem.reason) for problem in parse_json(data).problems]
    assert ("json:/chapters/3/commitments/0/lamp_shade", "unknown field 'lamp_shade' of a commitment") in reasons
    assert any("What colour is it?" in reason for _, reason in reasons)
    assert any(reason == "unknown country 'Atlantis'" for _, reason in reasons)
    assert any(reason == "'15.1.1' stands under '16.1'" for _, reason in reasons)
    assert any(reason == "column 3 of the table has no header" for _, reason in reasons)
    assert any(reason == "a row of a table was expected, not 'asd'" for _, reason in reasons)
    assert len(reasons) == 6


def test_an_answer_around_a_table_and_a_menu_is_cited_without_them() -> None:
    around = "<p>Before.</p><table><tr><th>A<th>B<tr><td>x<td>1</table><nav>Menu</nav><aside>Ad</aside>After.<br>Later."
    page = report_page(COMMITMENTS[1]).replace("Twice a day.", around).encode()
    rows = {fact.kind: fact for fact in code_report.parse(release(page)).facts}
    assert rows["sli"].raw_value == "Before.\nAfter.\nLater."
    assert rows["cell"].raw_value == "1"
    assert cite.resolve(page, "text/html", rows["sli"].citation.pointer) == rows["sli"].raw_value


def test_spanning_cells_stand_in_every_row_and_column_they_span() -> None:
    table = (
        "<table><tr><th>Country<th>A<th>B<th>C<tr><td rowspan=2>Malta<td colspan=2>7<td>8<tr><td>1<td>2<td>3</table>"
    )
    page = report_page(COMMITMENTS[1]).replace("Twice a day.", f"Twice a day.{table}")
    cells = [
        (fact.key[-1], fact.raw_value)
        for fact in code_report.parse(release(page.encode())).facts
        if fact.kind == "cell"
    ]
    assert cells == [("a", "7"), ("b", "7"), ("c", "8"), ("a", "1"), ("b", "2"), ("c", "3")]


@pytest.mark.parametrize(
    "payload", [b"{", b"[]", b'{"chapters": []}', b'{"name": "x"}', b'{"chapters": {"0": {"commitments": []}}}']
)
def test_json_that_is_no_report_is_rejected(payload: bytes) -> None:
    with pytest.raises(Rejected):
        code_report.parse(release(payload, REPORTS + "/json", "application/json"))


def test_a_field_that_says_two_things_is_no_report() -> None:
    twice = json.dumps(report_json()).replace('"chapters":', '"chapters": [], "chapters":', 1)
    with pytest.raises(Rejected, match="two fields 'chapters' that differ"):
        code_report.parse(release(twice.encode(), REPORTS + "/json", "application/json"))


def test_a_page_without_a_commitment_is_rejected() -> None:
    with pytest.raises(Rejected, match="no commitment"):
        code_report.parse(release(b"<html><body><nav>Commitment 1</nav><p>Just a moment...</p></body></html>"))


def test_answers_may_be_radio_buttons() -> None:
    radio = "<label><input type=radio> Yes</label><input type=radio id=n checked><label for=n>No</label>"
    page = report_page(COMMITMENTS[0]).replace("<div>Yes</div>", f"<div>{radio}</div>")
    rows = {fact.key[2:]: fact.raw_value for fact in code_report.parse(release(page.encode())).facts}
    assert rows["question", "14", "new_measures"] == "No"


def flat(lines: list[str]) -> str:
    """Every line a paragraph, the first ones headings."""
    tags = ["h1", "h2", *("p" for _ in lines)]
    return (
        "<body>" + "".join(f"<{t}>{html.escape(line)}</{t}>" for t, line in zip(tags, lines, strict=False)) + "</body>"
    )


def nested(lines: list[str]) -> str:
    """Every line deep in a box of its own, inside a frame that names other parts of the report."""
    frame = "<header><ul><li>Commitment 14</li><li>Commitment 15</li><li>QRE 1.1.1</li></ul></header>"
    boxes = "".join(
        f"<div class='k{n}'><div><span>{html.escape(line)}</span></div></div>" for n, line in enumerate(lines)
    )
    return f"<body>{frame}<main><article>{boxes}</article></main><footer>Imprint</footer></body>"


def listed(lines: list[str]) -> str:
    """Signed measures as a list, headings as buttons, answers as lines of one block."""
    parts: list[str] = []
    for line in lines:
        signed = re.findall(r"Measure \d+\.\d+", line)
        if len(signed) > 1:
            parts.append("<ul>" + "".join(f"<li>{measure}</li>" for measure in signed) + "</ul>")
        elif re.fullmatch(r"(QRE|SLI|Measure|Commitment) [\d.]+", line):
            parts.append(f"</p><button type=button><strong>{line}</strong></button><p>")
        else:
            parts.append(html.escape(line) + "<br>")
    return "<body><section><p>" + "".join(parts) + "</p></section></body>"


def stated_in(lines: list[str]) -> dict[tuple[str, str], str]:
    """What a text of the portal states, told without the parser: (kind, code) to all its words."""
    found: dict[tuple[str, str], str] = {}
    current: tuple[str, str] | None = None
    for line in lines:
        if match := re.fullmatch(r"(Commitment|Measure|QRE|SLI) ([\d.]+)", line):
            current = (match[1].lower(), match[2])
            found[current] = ""
        elif any(line.startswith(words[:40]) for _, words in ASKED):
            current = None
        elif current and not (current[0] == "measure" and line == lines[0]):
            found[current] += " " + line
    return {part: " ".join(words.split()) for part, words in found.items()}


def plain(lines: list[str]) -> str:
    """No page at all: the text of one."""
    return "\n\n".join(lines)


@pytest.mark.captures
@pytest.mark.parametrize("build", [flat, nested, listed, plain])
@pytest.mark.parametrize("name", SEEDS)
def test_seeds_as_pages_end_as_rows(captures: Path, name: str, build: object) -> None:
    text = (captures.parent / "seeds" / name).read_text()
    lines = [line for line in text.splitlines() if line.strip()]
    page = build(lines).encode()  # type: ignore[operator]
    parsed = code_report.parse(release(page, f"https://portal.example/reports/{SEEDS[name]}?commitmentId=1"))
    rows = {(fact.kind, fact.labels["code"]): fact for fact in parsed.facts if fact.kind != "question"}
    stated = stated_in(lines)
    assert {part for part in rows if part[0] != "signed_measures"} == stated.keys()
    for part, words in stated.items():
        question = rows[part].labels.get("question", "")
        assert " ".join(f"{question} {rows[part].raw_value}".split()) == words
    signed = [fact.raw_value for fact in parsed.facts if fact.kind == "signed_measures"]
    assert " ".join(signed) == next(line for line in lines if line.count("Measure ") > 1)
    asked = {fact.labels["field"]: fact.raw_value for fact in parsed.facts if fact.kind == "question"}
    assert asked.keys() == {"new_measures", "new_measures_list", "further_measures", "further_measures_list"}
    assert asked["further_measures"] == "No"
    assert {fact.labels["service"] for fact in parsed.facts} == {lines[0]}
    for fact in parsed.facts:
        found = cite.resolve(page, "text/html", fact.citation.pointer)
        assert " ".join(fact.raw_value.split()) in " ".join(found.split())


def sli_with(table: object, answer: object = "x") -> Parsed:
    """The report with one indicator whose table and answer are these."""
    made = report_json()
    element = made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]
    element.update(table_value=table, sig_value=answer)
    payload = json.dumps(made).encode()
    parsed = code_report.parse(release(payload, f"{REPORTS}/json", "application/json"))
    for fact in parsed.facts:
        assert fact.raw_value in cite.resolve(payload, "application/json", fact.citation.pointer)
    return parsed


ROWS = [["Country", "Lamps"], ["AT", "1"], ["Ελλάδα", "2"]]
BY_NAME = [{"Country": "AT", "Lamps": "1"}, {"Country": "Ελλάδα", "Lamps": "2"}]


@pytest.mark.parametrize(
    "table",
    [
        ROWS, json.dumps(ROWS), {"0": ROWS[0], "2": ROWS[1], "5": ROWS[2]}, [json.dumps(row) for row in ROWS],
        {"headers": ROWS[0], "rows": ROWS[1:]}, json.dumps({"columns": ROWS[0], "data": BY_NAME}), BY_NAME,
        [{"title": "Lamps", "table": ROWS}], [ROWS], {"rows": json.dumps(ROWS)},
        [["", "AT", "EL"], ["Lamps", "1", "2"]],
        [["#", "Country", "Lamps"], ["1", "AT", "1"], ["2", "Greece (EL)", "2"]],
    ],
)  # fmt: skip
def test_tables_in_every_shape_say_the_same(table: object) -> None:
    parsed = sli_with(table)
    cells = {fact.key[-2:]: fact.value for fact in parsed.facts if fact.kind == "cell" and fact.key[-1] == "lamps"}
    assert cells == {("AT", "lamps"): 1, ("GR", "lamps"): 2}
    assert not parsed.problems


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('[["Country","Lamps"],["AT"', "a row of a table was expected"),
        ({"AT": "1", "GR": {"x": 1}}, "a table was expected, not an object with the fields AT, GR"),
        ([["Country", "Lamps"], ["AT", {"a": 1, "b": 2}]], "a cell was expected, not an object with the fields a, b"),
        ([["Country", "Lamps"], ["Austira", "1"]], "unknown country 'Austira'"),
    ],
)
def test_a_table_of_a_shape_nobody_knows_is_reported(table: object, reason: str) -> None:
    assert any(problem.reason.startswith(reason) for problem in sli_with(table).problems)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (["a", "<p>b</p>"], "a b"), ('{"0": "a", "4": "b"}', "a b"), ({"html": "<p>a</p>"}, "a"), (True, "true"),
        ([{"name": "a", "checked": True}, {"name": "b", "checked": False}], "a"), ({"a": True, "b": False}, "a"),
        (None, ""), (12, "12"),
    ],
)  # fmt: skip
def test_answers_in_every_shape(answer: object, text: str) -> None:
    [fact] = [fact for fact in sli_with(None, answer).facts if fact.key[2:] == ("sli", "14.2.1")]
    assert fact.raw_value == text


def test_an_answer_of_a_shape_nobody_knows_names_the_field() -> None:
    [problem] = sli_with(None, {"blob": "x", "kind": 3}).problems
    assert problem.reason == "a text was expected in 'sig_value', not an object with the fields blob, kind"


@pytest.mark.parametrize("wrapped", [lambda one: {"report": one}, lambda one: {"data": [one]}, lambda one: [one]])
def test_a_report_in_a_wrapper(wrapped: Callable[[object], object]) -> None:
    payload = json.dumps(wrapped(report_json())).encode()
    parsed = code_report.parse(release(payload, f"{REPORTS}/json", "application/json"))
    assert len(parsed.facts) == 28
    for fact in parsed.facts:
        assert fact.raw_value in cite.resolve(payload, "application/json", fact.citation.pointer)


def test_a_point_in_a_text_is_left_open_but_not_in_a_number() -> None:
    parsed = sli_with([["Country", "Lamps"], ["AT", "1.234"], ["GR", 1.234], ["MT", "1,204"]])
    assert {fact.key[-2]: str(fact.value) for fact in parsed.facts if fact.kind == "cell"} == {
        "AT": "None", "GR": "1.234", "MT": "1204",
    }  # fmt: skip
    assert "may be a thousand or a fraction" in parsed.problems[-1].reason


@pytest.mark.parametrize(
    ("head", "unit", "reported"),
    [
        ("Revenue (EUR)", "eur", 0),
        ("Value in euros", "eur", 0),
        ("Ad spend (in Euro)", "eur", 0),
        ("Lamps in Europe", "count", 0),
        ("Lamps lit (in thousands)", None, 1),
        ("Revenue (EUR million)", None, 1),
        ("Lamps per million users", "count", 0),
    ],
)
def test_the_unit_of_a_column_is_in_its_header(head: str, unit: str | None, reported: int) -> None:
    made = report_json()
    element = made["chapters"]["3"]["commitments"][0]["measures"]["2"]["slis"][0]
    element["table_value"] = [["Country", head], ["Malta", "12"]]
    parsed = code_report.parse(release(json.dumps(made).encode(), REPORTS + "/json", "application/json"))
    assert [fact.unit for fact in parsed.facts if fact.kind == "cell"] == [unit]
    assert ["to be multiplied" in problem.reason for problem in parsed.problems] == [True] * reported


def test_crises_are_told_by_their_names() -> None:
    made = report_json()
    element = {"name": "Threats observed", "description": "Which?", "sig_value": "Fog."}
    made["chapters"]["3"]["commitments"] = [
        {"name": name, "description": "Lamps.", "qres": [element]}
        for name in ("Gales 2024 [North]", "Gales 2024 [South]")
    ]
    parsed = code_report.parse(release(json.dumps(made).encode(), REPORTS + "/json", "application/json"))
    assert [fact.key[2:] for fact in parsed.facts] == [
        ("commitment", "gales 2024 [north]"), ("qre", "gales 2024 [north]", "threats observed"),
        ("commitment", "gales 2024 [south]"), ("qre", "gales 2024 [south]", "threats observed"),
    ]  # fmt: skip
    assert not parsed.problems


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Commitment 14", "14"), ("sm33.1", "33.1"), ("QRE 14.1.1", "14.1.1"), ("SLI14.1.1:", "14.1.1"), ("14", "14"),
        ("14. Lamps", "14"), ("14 – Lamps", "14"), ("14.1 Lamps", "14.1"), ("M14.1", "14.1"),
        ("Gales 2024", "gales 2024"), ("2024 gales", "2024 gales"), ("Wave 2 lamps", "wave 2 lamps"),
    ],
)  # fmt: skip
def test_a_number_is_a_code_where_it_is_called_one(name: str, code: str) -> None:
    assert code_model.code_in(name) == code
