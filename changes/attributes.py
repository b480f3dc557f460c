"""The texts that custom elements show and carry in their attributes."""

from __future__ import annotations

import json
import re
from typing import Any

# Two words, or one that is written like a title: text for people. Ids, flags and class names are neither.
WORDY = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}|\A[A-Z][^\W\d_]{3,}\Z")
SETTINGS = re.compile(
    r"(class|style|id|slot|theme|type|variant|color|aria|data-|on|role|level|target|rel|alt|name|src)", re.IGNORECASE
)


def strings_of(name: str, value: str) -> list[str]:
    """The different texts and pieces of HTML in an attribute of a custom element."""
    if not value:
        return []
    if value[0] in "[{":
        return [leaf for leaf in dict.fromkeys(leaves(value)) if is_text(leaf)]
    return [value] if not SETTINGS.match(name) and is_text(value) else []


def is_text(value: str) -> bool:
    if "<" in value and ">" in value:
        return True
    return bool(WORDY.search(value)) and not value.startswith(("http", "/"))


def leaves(value: str) -> list[str]:
    """All strings in a JSON value, in order; nothing when it is no JSON."""
    try:
        pending: list[Any] = [json.loads(value)]
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            pending.extend(reversed(item.values()))
        elif isinstance(item, list):
            pending.extend(reversed(item))
    return found
