"""The truth agrees with the site, and the check finds what is missing and what is invented."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from changes.identity import document_id
from fanlight.origin import truth
from fanlight.origin.published import EDITIONS
from fanlight.origin.site import everything, hosts
from sources.registry import load_file


def told(edition):
    """The events of a visit that saw all."""
    events = [
        {"type": one.type, "source": one.source, "document": one.document, "url": one.url, "data": {}}
        for one in truth.expected_events(edition)
    ]
    return [*events, *(fact_event(fact, fact.urls[0]) for fact in truth.restated_facts(edition))]


def fact_event(fact, url):
    key = ["more", *(part[-1].lower() for part in fact.parts)]
    data = {"key": key, "raw_value": {"before": fact.before, "after": fact.after}}
    return {"type": truth.FACT, "source": fact.source, "document": document_id(url), "url": url, "data": data}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_whole_truth_has_no_differences(edition):
    assert truth.check(edition, told(edition)) == []


def test_edition_two_contains_what_it_must():
    kinds = {one.type for one in truth.expected_events(2)}
    assert kinds == {"document.published", "document.restated", "document.withdrawn", "page.changed", "page.gone"}
    sources = {fact.source for fact in truth.restated_facts(2)}
    assert sources == {"demo_code", "demo_cser"}
    assert truth.restated_facts(1) == ()
    assert truth.bad_captures(1) == ()


def test_documents_have_names_of_their_own():
    for edition in EDITIONS:
        kept = [url for url, thing in everything(edition).items() if thing.role != "asset"]
        assert len({document_id(url) for url in kept}) == len(kept)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_single_event_is_needed_and_no_other_is_allowed(edition):
    events = told(edition)
    for left_out in range(len(events)):
        found = truth.check(edition, events[:left_out] + events[left_out + 1 :])
        assert len(found) == 1, found
        assert "not told" in found[0]
    for twice in range(len(events)):
        assert len(truth.check(edition, [*events, events[twice]])) == 1


def test_an_invented_event_is_named():
    extra = {"type": "source.blocked", "source": "demo_cser", "document": "demo_cser", "url": "", "data": {}}
    (found,) = truth.check(2, [*told(2), extra])
    assert "source.blocked of demo_cser was told, but nothing of the kind happened" in found


def test_a_wrong_value_is_both_missing_and_invented():
    events = told(2)
    wrong = next(event for event in events if event["type"] == truth.FACT)
    wrong["data"] = {**wrong["data"], "raw_value": {"before": "1", "after": "2"}}
    assert len(truth.check(2, events)) == 2


def test_a_fact_may_be_told_for_each_of_its_documents_once():
    fact = next(fact for fact in truth.restated_facts(2) if len(fact.urls) == 2)
    assert truth.check(2, [*told(2), fact_event(fact, fact.urls[1])]) == []
    assert len(truth.check(2, [*told(2), fact_event(fact, fact.urls[0])])) == 1


def test_captures_are_checked_when_given():
    (bad,) = truth.bad_captures(2)
    good = {"source": "demo_dsa", "url": "https://legal.fruit.example/dsa/", "quality": "ok"}
    walled = {"source": bad.source, "url": truth.RENDERED + bad.url, "quality": "blocked"}
    assert truth.check(2, told(2), [good, walled]) == []
    assert "should be blocked, it is ok" in truth.check(2, told(2), [good, {**walled, "quality": "ok"}])[0]
    assert "answered well" in truth.check(2, told(2), [walled, {**good, "quality": "soft_404"}])[0]


def test_the_sources_reach_the_demo_and_nothing_else(pytestconfig):
    folder = pytestconfig.rootpath / "fanlight" / "origin" / "sources"
    sources = {path.stem: load_file(path) for path in folder.glob("demo_*.py")}
    for edition in EDITIONS:
        for url, thing in everything(edition).items():
            if thing.source:
                assert sources[thing.source].allows(urlsplit(url).hostname)
    assert {thing.source for thing in everything(1).values()} - {""} == set(sources)
    for source in sources.values():
        assert all(host.strip(".").endswith(".example") for host in source.allowed_hosts)
        assert source.robots.obey
        assert all(urlsplit(url).hostname in hosts() for url in source.start_urls)
