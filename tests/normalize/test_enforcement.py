"""Enforcement CSVs: keys that survive capitals, restatements that are none of reformatting, nothing lost."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest
from shaping import release

from normalize import cite, enforcement, facts, periods
from normalize.files import normalize_files
from normalize.model import Parsed, Rejected

HEADER = "app,policy_area,metric,period,value\r\n"
URL = "https://portal.example/enforcement.csv"


def parse(body: str, header: str = HEADER) -> Parsed:
    return enforcement.parse(release((header + body).encode(), URL, "text/csv"))


def restated(before: str, after: str) -> list[tuple[str, str]]:
    old, new = parse(before), parse(after)
    found = facts.restatements(release(b""), old.facts, new.facts, enforcement.FAMILY.compared)
    return [(change.before_raw, change.after_raw) for change in found]


def test_a_row_becomes_a_fact() -> None:
    (fact,) = parse('Lantern,Oil & Wick,Content Actioned,2021Q2,"20,800,000"\r\n').facts
    assert fact.key == ("lantern", "oil & wick", "content actioned", "2021Q2")
    assert fact.labels["policy_area"] == "Oil & Wick"
    assert (fact.raw_value, fact.value, fact.unit) == ("20,800,000", 20_800_000, "count")
    assert fact.period == periods.months(2021, 4, 3)
    assert fact.citation.pointer == "csv:row=2,column=value"


def test_units_come_from_the_value_then_from_the_metric() -> None:
    rows = "L,O,Proactive rate,2021Q2,96.20%\r\nL,O,Proactive rate,2021Q3,0.962\r\nL,O,Content Actioned,2021Q2,N/A\r\n"
    assert [fact.unit for fact in parse(rows).facts] == ["percent", "ratio", None]


def test_capitals_and_reformatting_are_no_restatement() -> None:
    assert restated("L,Oil And Wick,Actioned,2021Q2,7\r\n", "L,Oil and Wick,Actioned,2021Q2,8\r\n") == [("7", "8")]
    assert not restated("L,Oil And Wick,Actioned,2021Q2,920793\r\n", "L,Oil and wick,actioned,2021q2,920793.0\r\n")


@pytest.mark.parametrize(("before", "after"), [("1.234", "1234"), ("12.500", '"12,500"'), ("1234", "1.234")])
def test_a_mark_that_was_left_open_is_no_restatement(before: str, after: str) -> None:
    assert not restated(f"L,O,Actioned,2021Q2,{before}\r\n", f"L,O,Actioned,2021Q2,{after}\r\n")


def test_other_digits_or_a_mark_that_is_settled_are_a_restatement() -> None:
    row = "L,O,Actioned,2021Q2,{}\r\nL,O,B,2021Q2,0.5\r\n".format
    assert restated(row("1.234"), row("1235")) == [("1.234", "1235")]
    assert restated(row("12.34"), row("1234")) == [("12.34", "1234")]


def test_a_rolling_row_is_no_restatement() -> None:
    assert not restated("L,O,UBP,2021Q2,0.1\r\n", "L,O,UBP,2021Q3,0.2\r\n")


def withdrawn(before: str, after: str) -> list[str]:
    old, new = parse(before), parse(after)
    found = facts.withdrawals(release(b""), old.facts, new.facts, enforcement.FAMILY.compared)
    return [" ".join(change.key) for change in found]


def test_a_key_that_disappears_is_withdrawn_but_a_rolling_one_is_not() -> None:
    kept = "L,O,A,2021Q1,1\r\nL,O,A,2021Q2,2\r\n"
    assert withdrawn(kept + "L,O,B,2021Q1,1\r\nL,O,B,2021Q2,3\r\n", kept) == ["l o b 2021Q1", "l o b 2021Q2"]
    assert not withdrawn(kept + "L,O,UBP,2021Q2,.1\r\n", kept + "L,O,A,2021Q3,4\r\nL,O,UBP,2021Q3,.2\r\n")
    assert not withdrawn(kept + "L,O,UBP,2021Q2,.1\r\n", kept + "L,O,A,2021Q3,4\r\n")
    assert withdrawn(kept + "L,O,A,2021Q3,3\r\n", kept) == ["l o a 2021Q3"]
    assert withdrawn("L,O,A,2021Q1,3\r\nL,O,B,2021Q1,3\r\n", "L,O,A,2021Q1,3\r\n") == ["l o b 2021Q1"]  # one period


def test_a_reviewed_alias_is_the_same_key() -> None:
    assert restated("L,Hate Speech,A,2021Q2,1\r\n", "L,Hateful Conduct,A,2021Q2,2\r\n") == [("1", "2")]
    (fact,) = parse("L,Regulated Goods: Drugs,A,2021Q2,1\r\n").facts
    assert fact.labels["policy_area"] == "Regulated Goods: Drugs"
    assert fact.labels["policy_area_canonical"] == "restricted goods & services: drugs"


def test_duplicates_are_kept_and_reported() -> None:
    parsed = parse("L,O,A,2021Q2,1\r\nL,o,A,2021Q2,2\r\n")
    assert [(fact.occurrence, fact.raw_value) for fact in parsed.facts] == [(1, "1"), (2, "2")]
    assert [problem.pointer for problem in parsed.problems] == ["csv:row=3,column=value"]
    assert not restated("L,O,A,2021Q2,1\r\nL,O,A,2021Q2,2\r\n", "L,O,A,2021Q2,2\r\nL,O,A,2021Q2,1\r\n")
    assert restated("L,O,A,2021Q2,1\r\nL,O,A,2021Q2,2\r\n", "L,O,A,2021Q2,2\r\nL,O,A,2021Q2,3\r\n") == [("1", "3")]


def test_blank_cells_at_the_end_of_a_line_say_nothing() -> None:
    header = "app,policy_area,metric,period,value"
    wide = parse("L,O,A,2021Q2,1,\r\nL,O,B,2021Q2,2,,\r\nL,O,C,2021Q2,3,,4\r\n", header=f"{header}\r\n")
    assert [fact.raw_value for fact in wide.facts] == ["1", "2"]
    assert [one.reason for one in wide.problems] == ["a row has 7 cells, the header has 5"]
    narrow = parse("L,O,A,2021Q2,1\r\nL,O,B,2021Q2\r\n", header=f"{header},\r\n")
    assert [fact.raw_value for fact in narrow.facts] == ["1"]
    assert narrow.problems[-1].reason == "a row has 4 cells, the header has 6"


def test_what_cannot_be_used_is_reported() -> None:
    parsed = parse(
        "L,O,A,2021Q2,1,x\r\nL,O,A,soon,1,x\r\nL,O,A\r\n", header="app,policy_area,metric,period,value,shade\r\n"
    )
    assert len(parsed.facts) == 1
    assert [problem.reason for problem in parsed.problems] == [
        "unknown column 'shade': its cells are in no table",
        "nothing says which period 'soon' is",
        "a row has 3 cells, the header has 6",
    ]


@pytest.mark.parametrize("payload", [b"", b"app,metric\r\n", HEADER.encode(), b"\x00\x01\x02", b"<html>no</html>"])
def test_what_is_no_report_is_rejected(payload: bytes) -> None:
    with pytest.raises(Rejected):
        enforcement.parse(release(payload, URL, "text/csv"))


def test_every_fact_resolves_to_its_raw_value() -> None:
    body = (HEADER + 'L,"Oil, and ""wick""",A,2021Q2,"1,200"\r\n\r\nL,O,A,2021Q3,N/A\r\n').encode()
    found = enforcement.parse(release(body, URL, "text/csv")).facts
    assert [cite.resolve(body, "text/csv", fact.citation.pointer) for fact in found] == ["1,200", "N/A"]


@pytest.mark.captures
def test_restated_values_of_real_releases(captures: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(captures / "meta-cser-csv.zip") as files:
        files.extractall(tmp_path)
    releases = sorted(tmp_path.glob("*.csv"))
    lines = list(normalize_files("enforcement", URL, releases))
    count = Counter((line["kind"], line["file"]) for line in lines)
    assert [count["restatement", path.name] for path in releases] == [0, 71, 27, 96, 102, 113]
    assert [count["fact", path.name] for path in releases] == [1904, 2192, 2339, 2486, 2633, 2780]
    assert [count["withdrawal", path.name] for path in releases] == [0, 15, 16, 0, 0, 0]  # a metric renamed, and back
    assert not any(line["kind"] == "rejected" for line in lines)
    payload = releases[-1].read_bytes()
    last = [line for line in lines if line["kind"] == "fact" and line["file"] == releases[-1].name]
    for line in last[::97]:
        assert cite.resolve(payload, "text/csv", line["citation"]["pointer"]) == line["raw_value"]
