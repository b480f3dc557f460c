"""Published text inside JSON: a string of markup, a number, or lists and objects of these that an editor made."""

from __future__ import annotations

from typing import Any

from normalize import html

NAMED = ("html", "text", "value", "label", "name", "title", "content", "answer")
CHOSEN = ("checked", "selected", "signed", "active")


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
    return html.fragment_text(value) if isinstance(value, str) else str(value)


def _of_object(value: dict[str, Any]) -> str:
    if all(str(key).isdigit() for key in value):
        return joined(list(value.values()))
    if all(isinstance(one, bool) for one in value.values()):
        return " ".join(key for key, chosen in value.items() if chosen)
    if any(value.get(name) is False for name in CHOSEN):
        return ""
    for name in NAMED:
        if isinstance(value.get(name), str | int | float) and not isinstance(value[name], bool):
            return joined(value[name])
    raise ValueError(f"an object with the fields {', '.join(map(str, value))}"[:200])
