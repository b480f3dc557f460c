"""Files saved again say the same; a changed value does not."""

from __future__ import annotations

import pytest
from saved import ROWS, TEXT, archived, pdf, xlsx

from changes.compare import compare
from changes.fingerprint import fingerprint


def verdict(before: bytes, after: bytes) -> str:
    url = "https://portal.example/file"
    return compare(fingerprint(before, url=url), fingerprint(after, url=url)).verdict


EDITED = (TEXT[0], "In total 1,205 accounts were restored.")
CSV, RESTATED = b"area,n\nspam,10\n", b"area,n\nspam,11\n"


@pytest.mark.parametrize(
    ("one", "again", "other"),
    [
        (xlsx(ROWS, saved=1), xlsx(ROWS, saved=2, bold=True), xlsx((*ROWS[:2], ("hate", 20.6)), saved=2)),
        (pdf(TEXT, saved=1), pdf(TEXT, saved=2, size=13), pdf(EDITED, saved=1)),
        (
            archived(("a.csv", CSV), ("b.csv", CSV), saved=1),
            archived(("b.csv", CSV), ("a.csv", CSV), saved=2, stored=True),
            archived(("a.csv", CSV), ("b.csv", RESTATED), saved=1),
        ),
        (
            archived(("in.zip", archived(("a.csv", CSV), saved=1)), saved=1),
            archived(("in.zip", archived(("a.csv", CSV), saved=2)), saved=2),
            archived(("in.zip", archived(("a.csv", RESTATED), saved=1)), saved=1),
        ),
        (
            archived(("t.xlsx", xlsx(ROWS, saved=1)), saved=1),
            archived(("t.xlsx", xlsx(ROWS, saved=3, bold=True)), saved=1),
            archived(("t.xlsx", xlsx(ROWS[:2], saved=1)), saved=1),
        ),
    ],
    ids=["xlsx", "pdf", "zip", "zip in zip", "xlsx in zip"],
)
def test_only_values_count(one: bytes, again: bytes, other: bytes) -> None:
    assert one != again
    assert verdict(one, again) in ("unchanged", "cosmetic")
    assert verdict(one, other) == "changed"
    assert verdict(other, one) == "changed"


def test_a_change_is_located() -> None:
    other = xlsx((*ROWS[:2], ("hate", 20.6)), saved=2)
    found = compare(fingerprint(xlsx(ROWS, saved=1), url=""), fingerprint(other, url=""))
    assert found.detail is not None
    assert found.detail["hunks"][0]["where"] == "xlsx:Sheet!3"
    assert found.detail["hunks"][0]["words"] == [["20.5", "20.6"]]


def test_a_member_that_is_gone_is_a_change() -> None:
    assert verdict(archived(("a.csv", CSV), ("b.csv", CSV), saved=1), archived(("a.csv", CSV), saved=1)) == "changed"


@pytest.mark.parametrize("damaged", [pdf(TEXT, saved=1)[:400], xlsx(ROWS, saved=1)[:500], b"PK\x03\x04nothing"])
def test_a_damaged_file_is_compared_by_its_bytes(damaged: bytes) -> None:
    assert verdict(damaged, damaged) == "unchanged"
    assert verdict(damaged, damaged + b"x") == "changed"


def test_json_items_may_be_lists_or_numbered_objects() -> None:
    listed = b'{"chapters": [{"id": 7, "name": "A"}, {"id": 8, "name": "B"}], "updated_at": "2026-01-01"}'
    numbered = b'{"chapters": {"0": {"id": 7, "name": "A"}, "5": {"id": 8, "name": "B"}}, "updated_at": "2026-02-01"}'
    assert verdict(listed, numbered) in ("unchanged", "cosmetic")
    assert verdict(listed, numbered.replace(b'"B"', b'"C"')) == "changed"
