"""Atom feeds (RFC 4287) in the bucket: `feeds/<source>.atom`, and `feeds/all.atom` for all sources."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence

from lxml import etree

from archive.errors import AlreadyExists, Conflict, NotFound
from archive.layout import feed_key
from archive.store import Store
from events.deliveries.errors import Unavailable
from events.deliveries.model import Delivery, Message
from events.model import Event, stamp
from events.sentences import sentence

ATOM = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TRIES = 5


class Feeds:
    """Merges events into the two feeds they belong to. Entries are known by their ids: sent twice, an event is one."""

    chunk = 500

    def __init__(self, store: Store, delivery: Delivery) -> None:
        self.store = store
        self.delivery = delivery

    def send(self, messages: Sequence[Message]) -> None:
        events = [message.event for message in messages]
        self._merge(events[0].source, f"Fanlight: {events[0].source}", events)
        self._merge("all", "Fanlight: all sources", events)

    def _merge(self, name: str, title: str, events: Sequence[Event]) -> None:
        key = feed_key(name)
        for _ in range(TRIES):  # deliveries of other sources write the common feed too
            old, tag = self._load(key)
            made = feed(f"{self.store.url}/{key}", title, [*map(entry, events), *old], self.delivery.keep)
            try:
                self.store.put(key, made, if_absent=tag is None, if_match=tag)
                return
            except (AlreadyExists, Conflict):
                continue
        raise Unavailable(f"{key} was changed by others {TRIES} times while it was written")

    def _load(self, key: str) -> tuple[list[etree._Element], str | None]:
        try:
            raw, tag = self.store.get_with_tag(key)
        except NotFound:
            return [], None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        return etree.fromstring(raw, parser).findall(f"{{{ATOM}}}entry"), tag


def feed(address: str, title: str, entries: Iterable[etree._Element], keep: int) -> bytes:
    """A feed of the newest `keep` entries (0: all), newest first."""
    unique = {_text(one, "id"): one for one in entries}
    newest = sorted(unique.values(), key=lambda one: (_text(one, "updated"), _text(one, "id")), reverse=True)
    root: etree._Element = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # its stub knows no default namespace
    _add(root, "id", uuid.uuid5(uuid.NAMESPACE_URL, address).urn)
    _add(root, "title", title)
    _add(root, "updated", _text(newest[0], "updated"))
    _add(_add(root, "author", ""), "name", "Fanlight")
    root.extend(newest[: keep or None])
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def entry(event: Event) -> etree._Element:
    """An event as an entry that links to the page or document it is about."""
    made: etree._Element = etree.Element(f"{{{ATOM}}}entry", nsmap={None: ATOM})  # type: ignore[dict-item]
    _add(made, "id", uuid.uuid5(uuid.NAMESPACE_OID, event.id).urn)
    _add(made, "title", sentence(event))
    _add(made, "updated", stamp(event.time))
    _add(made, "category", "", term=event.type)
    _add(made, "category", "", term=event.source)
    if url := event.data.get("url"):
        _add(made, "link", "", rel="alternate", href=url)
    _add(made, "content", event.to_json(), type="text")  # as JSON's own media type it would have to be in Base64
    return made


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    made.text = _clean(text) or None
    return made


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{{ATOM}}}{name}") or ""
