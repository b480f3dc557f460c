"""Published text inside JSON: a string of markup, a number, or lists and objects of these that an editor made."""

from __future__ import annotations

import json
from typing import Any

from normalize import html

NAMED = ("value", "html", "text", "label", "name", "title", "content", "answer")
SILENT = frozenset(
    {"id", "_id", "uuid", "key", "order", "type", "field_type", "format", "style", "class", "align", "width", "height",
     "colspan", "rowspan", "bold", "header", "created_at", "updated_at"}
)  # fmt: skip
CHOSEN = ("checked", "selected", "signed", "active")


class Number(str):
    """A number in JSON as it is written there: `1.10` is not `1.1`, and no number of digits is too many."""

    __slots__ = ()


def load(text: str | bytes) -> Any:
    """What JSON says, numbers as they are written. Raises ValueError, also where a field says two things, or
    RecursionError."""
    return json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=_object)


def _object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(fields)
    for name, said in fields if len(made) < len(fields) else ():
        if made[name] != said:
            raise ValueError(f"an object has two fields {name[:80]!r} that differ")
    return made


def joined(value: Any) -> str:
    """The text of a value. Of choices those that were chosen: `{"14.1": true, "14.2": false}` says `14.1`.

    Raises ValueError naming the fields of an object that is no text.
    """
    if isinstance(value, list):
        return " ".join(text for text in map(joined, value) if text)
    if isinstance(value, dict):
        return _of_object(value)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return html.fragment_text(value) if isinstance(value, str) and not isinstance(value, Number) else str(value)


def _of_object(value: dict[str, Any]) -> str:
    if all(str(key).isdigit() for key in value):
        return joined(list(value.values()))
    if all(isinstance(one, bool) for one in value.values()):
        return " ".join(key for key, chosen in value.items() if chosen)
    if any(value.get(name) is False for name in CHOSEN):
        return ""
    if named := _named(value):
        return next((text for text in named.values() if text), "")
    raise ValueError(f"an object with the fields {', '.join(map(str, value))}"[:200])


def _named(value: dict[str, Any]) -> dict[str, str]:
    """The texts and numbers of an object under the names that editors give them; the one that is meant comes first."""
    scalars = {name: value[name] for name in NAMED if isinstance(value.get(name), str | int | float)}
    return {name: joined(one) for name, one in scalars.items() if not isinstance(one, bool)}


def unread(value: Any) -> list[str]:
    """The fields of an object that say something else than what `joined` made of it."""
    named = {name: text for name, text in _named(value).items() if text} if isinstance(value, dict) else {}
    others = value.keys() - {*NAMED, *CHOSEN, *SILENT} if named else set()
    strange = [name for name in sorted(others) if not name.isdigit() and value[name] not in (None, "", False)]
    return [*(name for name, text in named.items() if text != next(iter(named.values()))), *strange]
