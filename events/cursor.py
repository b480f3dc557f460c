"""How far a consumer got in the log of a source: `cursors/<consumer>/<source>.json`, replaced with If-Match."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.errors import NotFound
from archive.layout import cursor_key
from archive.store import Store

SHAPING = "normalize"  # the consumer that turns what is told into rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """`position` is the consumer's own (a sequence, a place), `state` what else it has to remember.

    `tag` is what a write must match (None: there is no cursor yet).
    """

    consumer: str
    source: str
    position: str
    tag: str | None
    state: Mapping[str, Any] = field(default_factory=dict)


def load(store: Store, consumer: str, source: str) -> Cursor:
    """Where the consumer is; an empty position when it never was anywhere."""
    try:
        raw, tag = store.get_with_tag(cursor_key(consumer, source))
    except NotFound:
        return Cursor(consumer=consumer, source=source, position="", tag=None)
    kept = json.loads(raw)
    position, state = kept["position"], kept.get("state", {})
    return Cursor(consumer=consumer, source=source, position=position, tag=tag, state=state)


def advance(store: Store, cursor: Cursor, position: str, state: Mapping[str, Any] | None = None) -> Cursor:
    """Move on; raises Conflict or AlreadyExists when another process moved this cursor meanwhile."""
    remembered = dict(state or {})
    kept = {"consumer": cursor.consumer, "source": cursor.source, "position": position, "state": remembered}
    key = cursor_key(cursor.consumer, cursor.source)
    tag = store.put(key, json.dumps(kept).encode(), if_absent=cursor.tag is None, if_match=cursor.tag)
    return Cursor(consumer=cursor.consumer, source=cursor.source, position=position, tag=tag, state=remembered)
