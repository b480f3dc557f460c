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
# Members that say how something is shown, found again or kept, in figures that tell nobody anything.
SILENT = re.compile(
    r"(ids?|key|index|idx|order|rank|position|priority|width|height|size|length|margin|padding|radius|x|z|zoom|lat|lng"
    r"|latitude|longitude|columns?|depth|level|limit|offset|page|slot|step|tab|version|revision|build|seed|hash|nonce"
    r"|token|session|visitor|user|variant|experiment|bucket|time|timestamp|ts|ttl|expires|delay|duration|interval|timeout"
    r"|speed|opacity|score|progress|state|status|type|code|color|views?|likes?|shares?|comments?|clicks?)\Z",
    re.IGNORECASE,
)
WORDS_OF = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")  # of the name of a member
LONGEST = 9  # digits of a figure; longer ones are ids and times
FIGURE = re.compile(r"[-+−]?[\d.,]*\d ?[%‰]?\Z")
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
        pending: list[Any] = [json.loads(value)]
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            record = any(map(is_label, item.values()))
            pending.extend(reversed([figures(name, one, record) for name, one in item.items()]))
        elif isinstance(item, list):
            pending.extend(reversed([figures("", one) for one in item]))
    return found


def figures(name: str, item: Any, record: bool = False) -> Any:
    """A row of plain values, or a figure with a name that says so, as one line (`Germany | 12`); all else as it is.

    In a `record`, which says in words what it is about, every figure does unless its name says otherwise.
    """
    if isinstance(item, list) and any(map(is_number, item)) and all(map(is_plain, item)):
        return (
            " | ".join(map(str, item)) if FIGURE_NAMES.match(name) or any(isinstance(one, str) for one in item) else ""
        )
    told = (is_number(item) and FIGURE_NAMES.match(name)) or (record and is_figure(name, item))
    return f"{name} | {item}" if told else item


def is_label(item: Any) -> bool:
    """Whether a member says in words what its object is about."""
    return isinstance(item, str) and "<" not in item and bool(WORDY.search(item)) and not item.startswith(("http", "/"))


def is_figure(name: str, item: Any) -> bool:
    """Whether a member is a figure to read: none that only scripts need, no id, no time."""
    said = str(item)
    parts = WORDS_OF.findall(name)
    silent = bool(parts) and SILENT.match(parts[-1])
    plain = is_number(item) or (isinstance(item, str) and FIGURE.match(said))
    return bool(plain) and not silent and sum(map(str.isdigit, said)) <= LONGEST


def is_number(item: Any) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def is_plain(item: Any) -> bool:
    return isinstance(item, str) or is_number(item)
