"""The index of a visit as CDXJ: `surt timestamp {json}`, one line per capture.

The common fields (url, mime, status, digest, length, offset, filename) are what replay tools read; the others are ours
and make a line hold a whole Capture.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from archive import layout
from archive.errors import Corrupt
from archive.model import Capture, Label, Original

UNSAFE = re.compile(r"[\s\x00-\x20\x7f\ud800-\udfff]")
DIGITS_ONLY = str.maketrans("", "", "-T:")
DEFAULT_PORTS = {"http": 80, "https": 443}
REVISIT = "warc/revisit"


def surt(url: str) -> str:
    """The sort key of a URL: host parts reversed, no `www.`, lower-case, query parameters sorted."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        return UNSAFE.sub(_escaped, url.lower())
    name = re.sub(r"\Awww\d*\.", "", host)
    labels = [name] if ":" in name or name.replace(".", "").isdigit() else reversed(name.split("."))
    port_part = f":{port}" if port and port != DEFAULT_PORTS.get(parts.scheme) else ""
    return UNSAFE.sub(_escaped, f"{','.join(labels)}{port_part}){_path_key(parts)}")


def _path_key(parts: SplitResult) -> str:
    query = "?" + "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return (parts.path.lower() or "/") + query


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in match[0].encode(errors="surrogatepass"))


def to_line(capture: Capture) -> str:
    """One CDXJ line without its newline."""
    moment = capture.time.astimezone(UTC)
    revisit = _revisit_fields(capture)
    label = {name: value for name in Label.__slots__ if (value := getattr(capture.label, name)) not in (None, "")}
    fields = {
        "url": capture.url,
        "mime": REVISIT if revisit else capture.media_type,
        "status": str(capture.status),
        "digest": capture.digest,
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.warc.rpartition("/")[2],
        "time": moment.isoformat(timespec="microseconds"),
        "method": capture.method,
        "size": capture.size,
        "type": capture.type,
        "id": capture.record_id,
        **({"payload": capture.payload} if capture.payload else {}),
        **revisit,
        **label,
    }
    timestamp = moment.isoformat(timespec="seconds")[:19].translate(DIGITS_ONLY)
    return f"{surt(capture.url)} {timestamp} {json.dumps(fields)}"


def from_line(line: str, folder: str) -> Capture:
    """The capture of one line; `folder` is the run's prefix in the bucket. Raises Corrupt."""
    try:
        fields: dict[str, Any] = json.loads(line.split(" ", 2)[2])
        label = {name: fields[name] for name in Label.__slots__ if name in fields}
        return Capture(
            url=fields["url"],
            time=datetime.fromisoformat(fields["time"]),
            method=fields["method"],
            status=int(fields["status"]),
            media_type=fields.get("media_type", fields["mime"]),
            digest=fields["digest"],
            size=fields["size"],
            warc=folder + fields["filename"],
            offset=int(fields["offset"]),
            length=int(fields["length"]),
            record_id=fields["id"],
            type=fields["type"],
            label=Label(**label),
            original=_original(fields, folder),
            payload=fields.get("payload"),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Corrupt(f"not an index line: {line[:80]!r}", where=folder, rule="index-form") from error


def _revisit_fields(capture: Capture) -> dict[str, Any]:
    """What a revisit says beside the rest: the media type that `mime` hides, and where its original is."""
    if capture.type != "revisit":
        return {}
    place = capture.original
    if place is None:
        return {"media_type": capture.media_type}
    run, name = place.warc.split("/")[-2:]
    return {
        "media_type": capture.media_type, "orig.run": run, "orig.filename": name, "orig.offset": str(place.offset),
        "orig.length": str(place.length), "orig.id": place.record_id, "orig.url": place.url,
        "orig.time": place.time.astimezone(UTC).isoformat(timespec="microseconds"),
    }  # fmt: skip


def _original(fields: dict[str, Any], folder: str) -> Original | None:
    """`folder` is that of the revisit; its original lies in a folder of the same source."""
    if "orig.id" not in fields:
        return None
    source = folder.split("/")[1]
    return Original(
        url=fields["orig.url"], time=datetime.fromisoformat(fields["orig.time"]), record_id=fields["orig.id"],
        warc=layout.run_prefix(source, fields["orig.run"]) + fields["orig.filename"],
        offset=int(fields["orig.offset"]), length=int(fields["orig.length"]),
    )  # fmt: skip


def pack(captures: Iterable[Capture]) -> bytes:
    """Sorted CDXJ, gzip; the same captures always give the same bytes."""
    lines = sorted(to_line(capture) for capture in captures)
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def unpack(data: bytes, folder: str) -> list[Capture]:
    """The captures of a packed index, in the index's order; raises Corrupt."""
    try:
        text = gzip.decompress(data).decode()
    except (OSError, EOFError, ValueError) as error:
        raise Corrupt(f"the index cannot be read: {error}", where=folder, rule="index-gzip") from error
    return [from_line(line, folder) for line in text.split("\n") if line]
