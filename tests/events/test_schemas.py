"""Every event that can be made, and every one in the documentation, against the schema of its type."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from schemas import SCHEMAS, faults
from told import comparison, every_event, verdict

from events.announce import BY_VERDICT, events_of
from events.model import TYPES, event, from_json

DOCS = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.+?)```", DOCS, re.DOTALL)]


def test_there_is_a_schema_for_each_type_and_no_other() -> None:
    assert set(SCHEMAS) - {"common"} == TYPES
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_every_event_that_can_be_made_fits_its_schema() -> None:
    made = every_event()
    assert {told.type for told in made} == TYPES
    for told in made:
        assert faults(json.loads(told.to_json())) == []
        assert faults(json.loads(told.to_json(logtime="2026-03-02T04:00:00Z", sequence="000000000001-0001"))) == []


def test_a_schema_refuses_page_content_and_what_is_missing() -> None:
    for told in every_event():
        line = json.loads(told.to_json())
        assert faults({**line, "data": {**told.data, "text": "the page"}})
        assert faults({**line, "text": "the page"})
        for name in told.data:
            assert faults({**line, "data": {key: value for key, value in told.data.items() if key != name}})


def test_every_documented_event_is_one_of_ours() -> None:
    assert {example["type"] for example in EXAMPLES} == TYPES
    for example in EXAMPLES:
        assert faults(example) == []
        told = from_json(json.dumps(example))
        again = event(told.type, source=told.source, subject=told.subject, time=told.time, data=told.data)
        assert again.id == example["id"]


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        (None, "complete", []),
        (None, "blocked", ["source.blocked"]),
        ("complete", "blocked", ["source.blocked"]),
        ("blocked", "blocked", []),
        ("blocked", "complete", ["source.recovered"]),
        ("blocked", "partial", ["source.recovered"]),
        ("blocked", "failed", []),
        ("failed", "complete", []),
    ],
)
def test_a_source_is_blocked_and_recovers(was: str | None, now: str, kinds: list[str]) -> None:
    told = events_of(comparison(outcome=now, previous_outcome=was))
    assert [event.type for event in told] == kinds


def test_each_verdict_has_its_event() -> None:
    for (name, role), kind in BY_VERDICT.items():
        assert [event.type for event in events_of(comparison(verdict(name, role)))] == [kind]  # type: ignore[arg-type]
    for quiet in ("unchanged", "cosmetic", "suspect"):
        assert events_of(comparison(verdict(quiet, "page"))) == []  # type: ignore[arg-type]


def test_a_document_that_moved_and_changed_is_told_of_twice() -> None:
    moved = verdict("changed", "document", relocated_from="https://b.example/report")
    told = events_of(comparison(moved))
    assert [event.type for event in told] == ["document.relocated", "document.restated"]
    assert told[0].data["url_before"] == "https://b.example/report"
