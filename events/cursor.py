"""How far a consumer got in the log of a source: `cursors/<consumer>/<source>.json`, replaced with If-Match."""

from __future__ import annotations

import json
from dataclasses import dataclass

from archive.errors import NotFound
from archive.layout import cursor_key
from archive.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """`position` is the consumer's own (a sequence, a run id); `tag` is what a write must match (None: no cursor)."""

    consumer: str
    source: str
    position: str
    tag: str | None


def load(store: Store, consumer: str, source: str) -> Cursor:
    """Where the consumer is; an empty position when it never was anywhere."""
    try:
        raw, tag = store.get_with_tag(cursor_key(consumer, source))
    except NotFound:
        return Cursor(consumer=consumer, source=source, position="", tag=None)
    return Cursor(consumer=consumer, source=source, position=json.loads(raw)["position"], tag=tag)


def advance(store: Store, cursor: Cursor, position: str) -> Cursor:
    """Move on; raises Conflict or AlreadyExists when another process moved this cursor meanwhile."""
    data = json.dumps({"consumer": cursor.consumer, "source": cursor.source, "position": position}).encode()
    key = cursor_key(cursor.consumer, cursor.source)
    tag = store.put(key, data, if_absent=cursor.tag is None, if_match=cursor.tag)
    return Cursor(consumer=cursor.consumer, source=cursor.source, position=position, tag=tag)
