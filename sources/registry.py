"""Finds sources: one `SOURCE` per file.

`FANLIGHT_SOURCES` may name other folders (joined by the path separator). `FANLIGHT_CONTACT` is who visits: the address
that publishers are told, in place of the declared one.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sources.model import Source

HERE = Path(__file__).parent
NOT_SOURCES = {"__init__", "checks", "due", "model", "registry"}
ID = re.compile(r"[a-z][a-z0-9_]*\Z")


class SourceError(Exception):
    """A source file that cannot be used, or a source nobody declared. The message says what to do."""


def load_file(path: Path) -> Source:
    """The source declared in one Python file; its id is the file's name."""
    if not ID.match(path.stem):
        raise SourceError(f"{path}: a source file's name is its id: lower-case letters, digits and underscores only")
    spec = importlib.util.spec_from_file_location(f"_fanlight_source_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SourceError(f"{path}: no such Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SourceError(f"{path}: this source file does not load: {type(error).__name__}: {error}") from error
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        raise SourceError(f"{path}: it must set SOURCE = Source(...) from sources.model")
    return replace(source, id=path.stem, contact=os.environ.get("FANLIGHT_CONTACT") or source.contact)


def folders() -> list[Path]:
    """Where sources are looked for: `FANLIGHT_SOURCES`, else this package."""
    named = os.environ.get("FANLIGHT_SOURCES", "")
    return [Path(part) for part in named.split(os.pathsep) if part] or [HERE]


def files() -> Mapping[str, Path]:
    """The files of all declared sources by id, in the order of their ids."""
    paths = [path for folder in folders() for path in folder.glob("*.py") if path.stem not in NOT_SOURCES]
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def load_all() -> Mapping[str, Source]:
    """All declared sources by id, in the order of their ids. Raises SourceError when any of them does not load."""
    return {name: load_file(path) for name, path in files().items()}


def load_each() -> tuple[Mapping[str, Source], Mapping[str, SourceError]]:
    """The sources that load, and what is wrong with each of the others, by id."""
    good: dict[str, Source] = {}
    bad: dict[str, SourceError] = {}
    for name, path in files().items():
        try:
            good[name] = load_file(path)
        except SourceError as error:
            bad[name] = error
    return good, bad


def find(name: str) -> Source:
    """The source with this id, or the one in the file `name` when it ends in `.py`. Other files may be broken."""
    if name.endswith(".py"):
        return load_file(Path(name))
    known = files()
    if name not in known:
        raise SourceError(f"there is no source {name!r}; known: {', '.join(known) or 'none'} (see `fanlight sources`)")
    return load_file(known[name])
