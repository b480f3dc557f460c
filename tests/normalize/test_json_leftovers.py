"""Nothing that a report's JSON says is lost without a word: what no row holds is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shaping import REPORTS, release, report_json, said

from normalize import code_report
from normalize.model import Parsed

Node = dict[str, Any]


def parse(made: Node) -> Parsed:
    return code_report.parse(release(json.dumps(made).encode(), REPORTS + "/json", "application/json"))


def parts(made: Node) -> dict[str, Node]:
    commitment = made["chapters"]["3"]["commitments"][0]
    measures = commitment["measures"]
    return {
        "commitment": commitment, "question": commitment["specialMeasures"][2], "measure": measures["0"],
        "qre": measures["0"]["qres"][0], "sli": measures["2"]["slis"][0],
    }  # fmt: skip


def reasons(part: str, **fields: Any) -> list[str]:
    made = report_json()
    parts(made)[part].update(fields)
    return [problem.reason for problem in parse(made).problems]


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("commitment", "sig_value", "Not signed"),
        ("measure", "sig_value", "<p>In part.</p>"),
        ("question", "table_value", [["Country", "Lamps"], ["Malta", "5"]]),
        ("question", "table_value", '[["Country","Lamps"],["Malta","5"]]'),
    ],
)
def test_an_answer_where_none_is_expected_is_reported(part: str, field: str, value: object) -> None:
    (reason,) = reasons(part, **{field: value})
    assert reason.startswith(f"{field!r} of a {part} is in no table: ")
    for blank in (None, "", [], {}, "[]", "null"):
        assert reasons(part, **{field: blank}) == []


def test_an_answer_with_more_than_its_text_is_reported() -> None:
    answer = {"text": "<p>See the annex.</p>", "files": ["lamps.pdf"]}
    assert reasons("qre", sig_value=answer) == ["'sig_value' says several things: its files is in no table"]
    assert reasons("qre", sig_value=json.dumps(answer)) == reasons("qre", sig_value=answer)
    assert reasons("qre", sig_value={"text": "See the annex.", "id": 5}) == []


@pytest.mark.parametrize("markup", ['<p><img src="lamps.png"></p>', "<iframe src='https://lamps.example'></iframe>"])
def test_an_answer_that_is_a_picture_is_reported(markup: str) -> None:
    (reason,) = reasons("qre", sig_value=markup)
    assert reason.startswith("'sig_value' is nothing but a picture or the like")
    assert reasons("qre", sig_value=f"<p>Lamps:</p>{markup}") == []


def test_a_table_that_lays_an_answer_out_is_text() -> None:
    made = report_json()
    parts(made)["qre"]["sig_value"] = "<table><tr><td><p>Of brass.</p></td></tr><tr><td>And tin.</td></tr></table>"
    parsed = parse(made)
    assert said(parsed.facts)[("lantern", "8", "qre", "14.1.1"), 1] == "Of brass.\nAnd tin."
    assert not parsed.problems


def test_a_table_of_one_column_is_reported() -> None:
    assert reasons("sli", table_value=[["Lamps"], ["Of brass"], ["Of tin"]]) == [
        "a table of one column: what its rows say is in no table"
    ]
    assert reasons("sli", table_value=[["Lamps"]]) == []


@pytest.mark.parametrize(("day", "month"), [("30/03/2026", ""), ("soon", ""), ("2026-03-30 08:00:00", "2026-03")])
def test_a_day_of_publication_that_is_none_is_reported(day: str, month: str) -> None:
    parsed = parse({**report_json(), "name": "Lamps", "publish_date": day})
    assert {fact.labels["report_date"] for fact in parsed.facts} == {month}
    assert [problem.reason for problem in parsed.problems] == ([] if month else [f"this is no day: {day!r}"])
