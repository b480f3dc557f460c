"""The schemas of events, as a program that installed the package finds them."""

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = files("events") / "schemas"
SCHEMAS = {path.name.removesuffix(".json"): json.loads(path.read_text()) for path in FOLDER.iterdir()}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{name}.json", Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


def faults(line: dict[str, Any]) -> list[str]:
    """What is wrong with an event by the schema of its type."""
    validator = Draft202012Validator(SCHEMAS[line["type"]], registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(line)]
