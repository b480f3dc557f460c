"""`changes/<source>/<run_id>.json`: a comparison and what is known after it, to and from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from archive.errors import Corrupt
from archive.model import Citation
from changes.model import Comparison, DocumentVerdict
from changes.state import Doubt, Known, State

SCHEMA = 1
Kept = tuple[Comparison, State, tuple[str, ...]]  # the last: entries of menus that many pages share


class BadComparison(Corrupt):
    """A kept comparison that cannot be read."""

    action = "delete this object: comparing the visit again makes it anew from the archive"


def pack(comparison: Comparison, state: State, entries: Sequence[str]) -> bytes:
    """UTF-8 JSON, keys and documents in a fixed order: the same comparison gives the same bytes."""
    content = {
        "schema": SCHEMA,
        "comparison": asdict(comparison),
        "entries": " ".join(entries),
        "state": [asdict(state[document]) for document in sorted(state)],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def unpack(data: bytes, *, where: str) -> Kept:
    """The comparison and what was known after it; raises Corrupt when `data` is neither."""
    try:
        content = json.loads(data)
        known = [read_known(item) for item in content["state"]]
        entries = tuple(content.get("entries", "").split())
        return read_comparison(content["comparison"]), {one.document: one for one in known}, entries
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadComparison(f"{where} is no comparison: {error}", where=where, rule="changes-form") from error


def read_comparison(data: Mapping[str, Any]) -> Comparison:
    verdicts = tuple(read_verdict(item) for item in data["verdicts"])
    return Comparison(**{**kept(Comparison, data), "verdicts": verdicts})


def read_verdict(data: Mapping[str, Any]) -> DocumentVerdict:
    links = {name: tuple((url, anchor) for url, anchor in data[name]) for name in ("links_added", "links_removed")}
    cited = {name: citation(data[name]) for name in ("before", "after")}
    return DocumentVerdict(**{**kept(DocumentVerdict, data), **links, **cited})


def read_known(data: Mapping[str, Any]) -> Known:
    lists = {name: tuple(data.get(name, ())) for name in ("links", "leads", "seen", "addresses")}
    doubt = Doubt(**data["doubt"]) if data.get("doubt") else None
    return Known(**{**kept(Known, data), **lists, "good": Citation(**data["good"]), "doubt": doubt})


def citation(data: Mapping[str, Any] | None) -> Citation | None:
    return Citation(**data) if data else None


def kept(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """The members of `data` that `kind` has: a file of a newer version may say more."""
    names = {field.name for field in fields(kind)}
    return {name: item for name, item in data.items() if name in names}
