"""Values of a report's JSON with all that editors and PHP do to them, each with its JSON pointer."""

from __future__ import annotations

import json
from typing import Any

from normalize import html, jsontext
from normalize.code_model import Text


def decoded(value: Any, pointer: str) -> tuple[Any, str]:
    """A string that holds a JSON list or object, or a string of one, is opened: the pointer goes on after `!json`."""
    while isinstance(value, str) and value.strip()[:1] in ("[", "{", '"'):
        try:
            inside = jsontext.load(value)
        except (ValueError, RecursionError):
            break
        if isinstance(inside, str) and inside.strip()[:1] not in ("[", "{", ""):
            break  # a text in quotation marks
        value, pointer = inside, pointer + "!json"
    return value, pointer


def items(value: Any, pointer: str) -> list[tuple[str, Any]]:
    """(pointer, item) of a list, of an object that a list with holes became, or of a string of either."""
    value, pointer = decoded(value, pointer)
    if isinstance(value, list):
        return [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
    if isinstance(value, dict) and all(str(key).isdigit() for key in value):
        return [(f"{pointer}/{key}", item) for key, item in value.items()]
    return [] if value in (None, "", "null") else [(pointer, value)]


def text_of(value: Any, pointer: str) -> Text:
    """Published text. A list of texts becomes one, joined by spaces, as the portal shows it.

    Raises ValueError naming the fields of an object that is no text.
    """
    value, pointer = decoded(value, pointer)
    if value is None or isinstance(value, bool | float | jsontext.Number):  # of floats there are only NaN and infinity
        text = "" if value is None else str(value) if isinstance(value, str) else json.dumps(value)
        return Text(text=text, pointer=pointer, typed=isinstance(value, jsontext.Number))
    markup = value if isinstance(value, str) and "<" in value else ""
    raised = html.fragment_said(markup) if "<sup" in markup else ""
    return Text(text=jsontext.joined(value), pointer=pointer + "!text", html=markup, raised=raised)


def is_list(value: Any) -> bool:
    """Whether this is a list, or the object that a list with holes became."""
    value, _ = decoded(value, "")
    return isinstance(value, list) or (isinstance(value, dict) and all(str(key).isdigit() for key in value))


def escape(name: str) -> str:
    """A member name as a step of a JSON pointer (RFC 6901); `!` is ours and is written `~2`."""
    return name.replace("~", "~0").replace("/", "~1").replace("!", "~2")
