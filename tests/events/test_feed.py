"""Feeds as a reader sees them."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from receiver import Clock
from told import every_event, happened, restated

from archive.store import Store
from events import log
from events.deliveries.model import Delivery
from events.deliveries.run import deliver

NS = {"a": "http://www.w3.org/2005/Atom"}
NEEDED = ("id", "title", "updated")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ODD = "<b>&amp; ]]> \x00\x0b\ufffe \ud83d Größe"


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


def missing(root: etree._Element) -> list[str]:
    """What RFC 4287 says that a feed must be and this one is not."""
    wrong = [] if etree.QName(root) == etree.QName(NS["a"], "feed") else ["the root is no feed"]
    entries = root.findall("a:entry", NS)
    for element in (root, *entries):
        wrong += [
            f"{name} is there {count} times" for name in NEEDED if (count := len(element.findall(f"a:{name}", NS))) != 1
        ]
        wrong += ["updated is no date"] * (not DATE.fullmatch(element.findtext("a:updated", "", NS)))
        wrong += ["id is no IRI"] * (not urlsplit(element.findtext("a:id", "", NS)).scheme)
        wrong += ["two alternates"] * (len(element.findall("a:link[@rel='alternate']", NS)) > 1)
        wrong += ["a link without href"] * sum(not link.get("href") for link in element.findall("a:link", NS))
        wrong += ["a category without term"] * sum(not one.get("term") for one in element.findall("a:category", NS))
    named = [root.findtext("a:author/a:name", "", NS)] if entries else []
    wrong += ["no author"] * (not all(named))
    for entry in entries:
        content = entry.find("a:content", NS)
        if content is None:
            wrong += ["neither content nor alternate"] * (entry.find("a:link[@rel='alternate']", NS) is None)
        elif content.get("type", "text") not in ("text", "html") or len(content):
            wrong += ["content that is no text"]
    ids = [one.text for one in root.iter(f"{{{NS['a']}}}id")]
    return wrong + ["an id is there twice"] * (len(set(ids)) != len(ids))


def test_a_feed_is_all_that_a_feed_must_be(file_store: Store) -> None:
    log.append(file_store, "demo", every_event())
    log.append(file_store, "demo", [restated(ODD), happened('"><script>')])
    feeds(file_store)
    for name in ("demo", "all"):
        assert missing(read(file_store, name)) == []


def test_an_entry_leads_to_the_page_and_holds_the_event(file_store: Store) -> None:
    log.append(file_store, "demo", [happened("a"), happened("b", 2)])
    feeds(file_store)
    root = read(file_store, "demo")
    assert root.findtext("a:updated", namespaces=NS) == "2026-03-02T04:00:00Z"
    links = root.findall("a:entry/a:link", NS)
    assert [link.get("href") for link in links] == ["https://a.example/b", "https://a.example/a"]
    held = [json.loads(text)["id"] for text in root.xpath("a:entry/a:content/text()", namespaces=NS)]
    assert held == [happened("b", 2).id, happened("a").id]


def test_whatever_was_published_is_escaped(file_store: Store) -> None:
    log.append(file_store, "demo", [restated(ODD), happened('"><script>')])
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
