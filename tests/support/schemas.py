"""The schemas of events, as a program that installed the package finds them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from events.model import Event

HEX_DIGITS = re.compile("[0-9a-f]")
FOLDER = files("events") / "schemas"
SCHEMAS = {path.name.removesuffix(".json"): json.loads(path.read_text()) for path in FOLDER.iterdir()}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{name}.json", Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[kind], registry=REGISTRY)


def faults(line: dict[str, Any]) -> list[str]:
    """What is wrong with an event by the schema of its type."""
    return [f"{error.json_path}: {error.message}" for error in validator(line["type"]).iter_errors(line)]


@contextmanager
def enforced() -> Iterator[None]:
    """No event is written that does not fit its schema: whoever tries fails with what is wrong with it.

    Of events that differ in hexadecimal digits alone (numbers, digests, letters a to f) one is checked: it takes five
    milliseconds.
    """
    written = Event.to_json
    checked: set[str] = set()

    def check(self: Event, **extensions: str) -> str:
        line = written(self, **extensions)
        if (alike := HEX_DIGITS.sub("0", line)) not in checked:
            assert faults(json.loads(line)) == [], line
            checked.add(alike)
        return line

    Event.to_json = check  # type: ignore[method-assign]
    try:
        yield
    finally:
        Event.to_json = written  # type: ignore[method-assign]
