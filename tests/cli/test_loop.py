"""The whole loop on the command line, without Airflow: the demo's site in two editions, into a folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.origin.published import EDITIONS
from fanlight.origin.site import DemoSite

Run = Callable[..., subprocess.CompletedProcess[str]]
REPORT = "https://code.example/reports/social-photos/8/json"


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def visited(run: Run, origin: tuple[DemoSite, dict[str, str]]) -> Run:
    site, environment = origin
    for edition in EDITIONS:
        site.edition = edition
        done = run("crawl", "demo_code", **environment)
        assert done.returncode in (0, 10), done.stdout + done.stderr
    return lambda *words: run(*words, **environment)


def test_two_visits_from_source_to_table(visited: Run) -> None:
    visits = lines(visited("captures", "--json"))
    assert [visit["source"] for visit in visits] == ["demo_code", "demo_code"]
    assert visits[1]["previous"] == visits[0]["run_id"]

    told = lines(visited("events", "--json", "--source", "demo_code"))
    restated = [event for event in told if event["type"] == "fact.restated"]
    assert restated
    assert [event["sequence"] for event in told] == sorted((str(event["sequence"]) for event in told), key=int)
    assert lines(visited("events", "--json", "--type", "fact.restated")) == restated

    rows = lines(visited("table", "code_report", "--format", "json", "--limit", "0"))
    values = {row["raw_value"] for row in rows}
    for event in restated:
        assert event["data"]["raw_value"]["after"] in values  # type: ignore[index]

    for row in lines(visited("table", "code_report_latest", "--format", "json", "--where", "kind = 'cell'"))[:3]:
        assert str(row["raw_value"]) in visited("cite", json.dumps(row)).stdout
    for event in restated[:3]:
        assert event["data"]["raw_value"]["after"] in visited("cite", json.dumps(event)).stdout  # type: ignore[index]
    moment = ("--as-of", _start(visits[1]), "--where", "kind = 'cell'", "--format", "json", "--limit", "0")
    now = {row["raw_value"] for row in lines(visited("table", "code_report", *moment))}
    assert restated[0]["data"]["raw_value"]["before"] in now  # type: ignore[index]
    counted = visited("query", "select count(*) as n from restatements", "--format", "csv").stdout.split()
    assert counted == ["n", str(len(restated))]

    before, after = (json.loads(visited("get", REPORT, *at).stdout) for at in (("--at", _start(visits[1])), ()))
    assert before["id"] == after["id"]
    assert before != after
    assert visited("verify").returncode == 0


def test_history_again_says_the_same(visited: Run) -> None:
    rows = ("table", "code_report", "--format", "json", "--limit", "0")
    before = sorted(visited(*rows).stdout.splitlines())
    assert "0 of them others than before" in visited("recompare", "demo_code").stdout
    assert "no visit to shape again" in visited("reprocess", "--since", "2999-01-01").stdout
    second = str(lines(visited("captures", "--json"))[1]["run_id"])
    assert "never put in the place" in visited("reprocess", "--since", second, "--name", "part").stdout
    done = visited("reprocess", "--name", "again")
    assert "the tables in use are the new ones" in done.stdout, done.stderr
    assert sorted(visited(*rows).stdout.splitlines()) == before


def test_a_flipped_byte_is_found_and_named(visited: Run, tmp_path: Path) -> None:
    warc = sorted((tmp_path / "archive" / "runs").rglob("*.warc.gz"))[0]
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.chmod(0o644)
    warc.write_bytes(data)
    done = visited("verify")
    assert done.returncode == 1
    assert warc.name in done.stdout
    assert "Traceback" not in done.stderr


def _start(visit: dict[str, object]) -> str:
    return str(visit["started"])
