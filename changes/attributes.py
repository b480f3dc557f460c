"""The texts that custom elements show and carry in their attributes."""

from __future__ import annotations

import json
import re
from typing import Any

from changes.html import Element, raw_text

# Two words, a figure of something, or a word written like a title: text for people. Ids, flags and classes are not.
WORDY = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}|\A\d[\d.,]* [^\W\d_]{2,}|\A[A-Z][^\W\d_]{3,}\Z")
SETTINGS = re.compile(
    r"(class|style|id|slot|theme|type|variant|color|aria|data-|on|role|level|target|rel|alt|name|src)", re.IGNORECASE
)

# Members of a component's data that are figures to read, and attributes of plain elements that hold such data.
FIGURE_NAMES = re.compile(
    r"(value|values|number|count|total|amount|figure|percent(age)?|share|data|rows|series|y)\Z", re.IGNORECASE
)
# Members that say what the figures beside them are of: these are then read, unless their names say otherwise.
DIMENSION = re.compile(
    r"(country|market|region|(member)?state|language|category|policy|policy(area|type)|topic|reason|violation|harm"
    r"|platform|service)(name)?\Z"
)
DONE = re.compile(
    r"remov|action|appeal|restor|report|request|notice|orders|suspen|banned|proactiv|automat|violat|median|averag|accura",
    re.IGNORECASE,
)
POINTS = re.compile(r"[Ii]ds?\Z|ID\Z|At\Z")  # to something, or to a moment
SILENT = re.compile(
    r"(?<![a-z])(x|y|z|ts|ttl|min|(max|step|page|tab|top|left|right)s?)(?![a-z])|key|index|order|rank|posit|"
    r"priority|width|height|size|length|margin|padding|radius|zoom|scale|lat|lng|lon|column|depth|level|limit|offset|slot|"
    r"version|release|revision|build|seed|hash|nonce|token|session|visit|user|variant|experiment|bucket|test|group|rand|"
    r"cache|time|minute|second|days|date|expire|delay|duration|interval|speed|opacity|score|progress|status|type|code|"
    r"color|view|like|share|comment|click|follow|download|read|hits|play|online|rating|price",
    re.IGNORECASE,
)
LONGEST = 9  # digits of a figure; longer ones are ids and times, unless their names say what was done
FIGURE = re.compile(r"[-+−]?[\d., \u00a0\u202f]*\d ?[%‰]?\Z")
DATA = re.compile(
    r"data-((initial|react|component|page|vue|svelte)-?)?(props?|content|items|rows|chart|series|table|model|json|page)\Z"
)


def strings_of(name: str, value: str) -> list[str]:
    """The different texts and pieces of HTML in an attribute of a custom element."""
    if not value:
        return []
    if value[0] in "[{":
        return [leaf for leaf in dict.fromkeys(leaves(value)) if is_text(leaf)]
    if FIGURE_NAMES.match(name) and FIGURE.match(value):
        return [value]
    return [value] if not SETTINGS.match(name) and is_text(value) else []


def data_of(node: Element, name: str, value: str) -> list[str]:
    """The texts in the data of an element that a script fills: it is empty, and its data is named as such."""
    if value[:1] not in "[{" or not DATA.match(name) or raw_text(node).strip():
        return []
    return [text for text in strings_of(name, value) if "<" not in text]


def is_text(value: str) -> bool:
    if ("<" in value and ">" in value) or " | " in value:
        return True
    return bool(WORDY.search(value)) and not value.startswith(("http", "/"))


def leaves(value: str) -> list[str]:
    """All strings in a JSON value, in order; nothing when it is no JSON. A list of plain values is one string."""
    try:
        pending: list[tuple[Any, bool]] = [(json.loads(value), False)]
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    while pending:
        item, record = pending.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            record = record or any(map(is_dimension, item.items()))
            pending.extend((figures(name, one, record), record) for name, one in reversed(item.items()))
        elif isinstance(item, list):
            pending.extend((figures("", one), record) for one in reversed(item))
    return found


def figures(name: str, item: Any, record: bool = False) -> Any:
    """A row of plain values, or a figure with a name that says so, as one line (`Germany | 12`); all else as it is.

    In a `record`, which says what it is of, every figure does unless its name says otherwise.
    """
    if isinstance(item, list) and any(map(is_number, item)) and all(map(is_plain, item)):
        return (
            " | ".join(map(str, item)) if FIGURE_NAMES.match(name) or any(isinstance(one, str) for one in item) else ""
        )
    told = (is_number(item) and FIGURE_NAMES.match(name)) or (record and is_figure(name, item))
    return f"{name} | {item}" if told else item


def is_dimension(member: tuple[str, Any]) -> bool:
    """Whether a member says what the figures of its object are of."""
    name, item = member
    plain = re.sub(r"[\W_]", "", name).lower()
    return isinstance(item, str) and bool(item.strip()) and DIMENSION.match(plain) is not None


def is_figure(name: str, item: Any) -> bool:
    """Whether a member is a figure to read: none that only scripts need, no id, no time."""
    plain = is_number(item) or (isinstance(item, str) and FIGURE.match(item))
    if not plain or POINTS.search(name):
        return False
    whole = str(item).partition(".")[0]
    return bool(DONE.search(name)) or (not SILENT.search(name) and sum(map(str.isdigit, whole)) <= LONGEST)


def is_number(item: Any) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def is_plain(item: Any) -> bool:
    return isinstance(item, str) or is_number(item)
