"""The manifest as JSON: one form only, so that its digest means something."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from archive.errors import Corrupt
from archive.model import Manifest, StoredObject


def to_json(manifest: Manifest) -> bytes:
    """UTF-8 JSON with sorted keys, two spaces and a final newline."""
    fields = asdict(manifest)
    fields["started"] = manifest.started.isoformat(timespec="microseconds")
    fields["finished"] = manifest.finished.isoformat(timespec="microseconds")
    return (json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def from_json(data: bytes, *, where: str = "manifest.json") -> Manifest:
    """The manifest in `data`; raises Corrupt when it is none."""
    try:
        fields: dict[str, Any] = json.loads(data)
        fields["objects"] = tuple(StoredObject(**item) for item in fields["objects"])
        fields["started"] = datetime.fromisoformat(fields["started"])
        fields["finished"] = datetime.fromisoformat(fields["finished"])
        return Manifest(**fields)
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt(f"{where} is no manifest: {error}", where=where, rule="manifest-form") from error
