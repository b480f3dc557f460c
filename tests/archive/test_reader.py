"""Retrieval: which visits there are, and exactly this URL at that time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from archive_visits import LIST, MakeVisit, exchange, page

from archive import layout, reader
from archive.errors import Corrupt, NotFound
from archive.model import Label
from archive.store import Store

RUNS = ["20251231T235959Z-0000ff", "20260304T050607Z-00000a", "20260305T050607Z-00000b"]


def keep(archive: Store, make_visit: MakeVisit, run: str, url: str = LIST) -> datetime:
    """A visit with one capture of `url`, whose body is the run's id, a second after its start."""
    started = layout.run_time(run)
    visit = make_visit(archive, run, started)
    moment = started + timedelta(seconds=1)
    visit.record(exchange(page(run.encode()), url=url, started=moment), Label())
    visit.record(exchange(None, url=url, started=moment + timedelta(hours=1)), Label(quality="error"))
    visit.commit(outcome="complete", reason="", finished=moment)
    return moment


def test_only_committed_visits_are_listed(store: Store, make_visit: MakeVisit) -> None:
    assert reader.sources(store) == [] and reader.latest_run(store, "demo") is None
    for run in reversed(RUNS):
        keep(store, make_visit, run)
    unfinished = layout.run_prefix("demo", "20260306T000000Z-00000c") + "captures.cdxj.gz"
    store.put(unfinished, b"")
    assert reader.sources(store) == ["demo"]
    assert reader.runs(store, "demo") == RUNS
    assert reader.latest_run(store, "demo") == RUNS[2]
    assert reader.latest_run(store, "demo", before=RUNS[1]) == RUNS[0]
    assert reader.latest_run(store, "demo", before=RUNS[0]) is None
    assert reader.runs(store, "dem") == []


def test_a_url_is_found_as_it_was_at_a_time(store: Store, make_visit: MakeVisit) -> None:
    moments = [keep(store, make_visit, run) for run in RUNS]

    def body(at: datetime | None) -> str:
        return reader.read_payload(store, reader.find(store, LIST, at).citation()).body.decode()

    assert body(None) == RUNS[2]
    assert body(moments[1]) == RUNS[1]
    assert body(moments[1] + timedelta(hours=3)) == RUNS[1]
    assert body(moments[1] - timedelta(microseconds=1)) == RUNS[0]
    with pytest.raises(NotFound):
        reader.find(store, LIST, moments[0] - timedelta(seconds=1))


def test_what_was_captured_after_the_clock_was_put_back_is_found(file_store: Store, make_visit: MakeVisit) -> None:
    """Ids go on from the latest then, ahead of the times of their captures."""
    keep(file_store, make_visit, RUNS[2])
    now = layout.run_time(RUNS[1])
    visit = make_visit(file_store, "20260305T050608Z-000000", now)
    first = visit.record(exchange(page(b"new"), url=f"{LIST}&new", started=now), Label())
    visit.commit(outcome="complete", reason="", finished=now)
    again = make_visit(file_store, "20260305T050609Z-000000", now)
    known = again.revisit(exchange(page(b"new"), url=first.url, started=now + timedelta(hours=1)), first, Label())
    again.commit(outcome="complete", reason="", finished=now)

    assert reader.find(file_store, first.url, now) == first
    own = replace(
        known.citation(), warc=known.warc, offset=known.offset, length=known.length, record_id=known.record_id
    )
    assert reader.read_payload(file_store, own).body == b"new"


def test_only_the_exact_url_is_found(file_store: Store, make_visit: MakeVisit) -> None:
    keep(file_store, make_visit, RUNS[0])
    for other in (
        "https://reports.example/list?page=1",
        "https://reports.example/list",
        "http://reports.example/list?page=2",
    ):
        with pytest.raises(NotFound, match="was not captured"):
            reader.find(file_store, other)
    with pytest.raises(NotFound):
        reader.find(file_store, LIST, source="other")
    assert reader.find(file_store, LIST, source="demo").url == LIST


def test_a_citation_that_does_not_fit_is_corrupt(file_store: Store, make_visit: MakeVisit) -> None:
    keep(file_store, make_visit, RUNS[0])
    citation = reader.find(file_store, LIST).citation()
    for wrong in (
        replace(citation, offset=citation.offset + 1),
        replace(citation, length=citation.length - 1),
        replace(citation, length=citation.length + 50),
        replace(citation, record_id="urn:uuid:0"),
        replace(citation, digest="sha256:0"),
    ):
        with pytest.raises(Corrupt) as caught:
            reader.read_payload(file_store, wrong)
        assert citation.warc in caught.value.where and caught.value.rule
    with pytest.raises(NotFound):
        reader.read_payload(file_store, replace(citation, warc="runs/none.warc.gz"))


def test_a_run_that_is_not_there_is_not_found(file_store: Store) -> None:
    for load in (reader.load_manifest, reader.load_captures):
        with pytest.raises(NotFound):
            load(file_store, "demo", RUNS[0])
