"""What earlier visits know of what is missing."""

from typing import Any

import pytest
from archive_visits import START, exchange, page

from archive.model import Label
from archive.reader import latest_run, load_manifest
from archive.store import Store
from spiders.known import LONGEST_SEARCH, Known, known_before

GONE = page(b"none", head=b"HTTP/1.1 404 Not Found\r\n")


@pytest.fixture
def days(file_store: Store, make_visit: Any) -> Any:
    """Keeps a visit for each answer: there, missing, or none at all."""
    numbers = iter(range(100))

    def keep(*answers: str, outcome: str = "complete") -> Known:
        for answer in answers:
            visit = make_visit(file_store, f"20260304T0506{next(numbers):02d}Z-00000a")
            if answer:
                label = Label(quality="gone" if answer == "missing" else "ok", role="document", document="a")
                visit.record(exchange(GONE if answer == "missing" else page(b"x")), label)
            visit.commit(outcome=outcome, reason="", finished=START)
        last = latest_run(file_store, "demo")
        return known_before(file_store, load_manifest(file_store, "demo", last) if last else None)

    return keep


def test_the_search_for_what_is_missing_ends(days: Any) -> None:
    assert set(days("there").documents) == {"a"}
    for _ in range(LONGEST_SEARCH - 1):
        assert set(days("missing").missing) == {"a"}
    assert days("missing").missing == {}
    assert days("").missing == {}  # from then on nobody asks, and no visit says that it is missing


def test_only_complete_visits_in_a_row_count(days: Any) -> None:
    days("there", *["missing"] * (LONGEST_SEARCH - 1))
    assert set(days("", "", outcome="blocked").missing) == {"a"}
    assert set(days("missing", outcome="partial").missing) == {"a"}
    assert set(days("there").documents) == {"a"}
    assert set(days("missing").missing) == {"a"}
