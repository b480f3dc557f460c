"""Feeds as a reader sees them."""

from typing import Any

from lxml import etree
from receiver import Clock
from told import happened, restated

from archive.store import Store
from events import log
from events.deliveries.model import Delivery
from events.deliveries.run import deliver

NS = {"a": "http://www.w3.org/2005/Atom"}
NEEDED = ("id", "title", "updated")


def feeds(store: Store, **more: Any) -> int:
    return deliver(store, Delivery(name="feeds", kind="atom", start="beginning", **more), Clock(), {}).delivered


def read(store: Store, name: str) -> etree._Element:
    return etree.fromstring(store.get(f"feeds/{name}.atom"))


def titles(store: Store, name: str) -> list[str]:
    return read(store, name).xpath("a:entry/a:title/text()", namespaces=NS)  # type: ignore[return-value]


def test_there_is_a_feed_per_source_and_one_for_all(store: Store) -> None:
    log.append(store, "demo", [happened("a"), restated("x", 2)])
    log.append(store, "other", [happened("b", 3, source="other")])
    assert feeds(store) == 3
    restatement = "Restated in a.example/data.csv: x was 1, is 2"
    assert titles(store, "demo") == [restatement, "The page a changed"]
    assert titles(store, "other") == ["The page b changed"]
    assert titles(store, "all") == ["The page b changed", restatement, "The page a changed"]


def test_a_feed_has_all_that_a_feed_must_have(file_store: Store) -> None:
    log.append(file_store, "demo", [happened("a"), happened("b", 2)])
    feeds(file_store)
    root = read(file_store, "demo")
    assert etree.QName(root) == etree.QName(NS["a"], "feed")
    assert root.findtext("a:author/a:name", namespaces=NS) == "Fanlight"
    for element in (root, *root.findall("a:entry", NS)):
        assert [len(element.findall(f"a:{name}", NS)) for name in NEEDED] == [1, 1, 1]
        assert (element.findtext("a:id", namespaces=NS) or "").startswith("urn:uuid:")
    assert root.findtext("a:updated", namespaces=NS) == "2026-03-02T04:00:00Z"
    ids = [one.text for one in root.findall(".//a:id", NS)]
    assert len(set(ids)) == 3
    links = root.findall("a:entry/a:link", NS)
    assert [link.get("href") for link in links] == ["https://a.example/b", "https://a.example/a"]


def test_whatever_was_published_is_escaped(file_store: Store) -> None:
    odd = "<b>&amp; ]]> \x00\x0b\ufffe \ud83d Größe"
    log.append(file_store, "demo", [restated(odd), happened('"><script>')])
    feeds(file_store)
    assert set(titles(file_store, "demo")) == {
        'The page "><script> changed',
        "Restated in a.example/data.csv: <b>&amp; ]]> \ufffd\ufffd\ufffd \ufffd Größe was 1, is 2",
    }
    assert b"<script>" not in file_store.get("feeds/demo.atom")


def test_an_event_that_comes_twice_is_one_entry_and_the_feed_the_same(file_store: Store) -> None:
    log.append(file_store, "demo", [happened("a"), happened("b")])
    feeds(file_store)
    before = file_store.get("feeds/all.atom")
    deliver(file_store, Delivery(name="again", kind="atom", start="beginning"), Clock(), {})
    assert file_store.get("feeds/all.atom") == before


def test_a_feed_keeps_the_newest(file_store: Store) -> None:
    for day in range(1, 8):
        log.append(file_store, "demo", [happened(f"of day {day}", day)])
    feeds(file_store, keep=3)
    assert titles(file_store, "demo") == [f"The page of day {day} changed" for day in (7, 6, 5)]
