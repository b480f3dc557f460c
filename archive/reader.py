"""Retrieving: what visits there are, what they captured, and one payload by one range request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archive import index, layout, manifest
from archive.digests import sha256
from archive.errors import Corrupt, NotFound
from archive.http import Headers, NotHttp, decoded_body, parse_head
from archive.model import Capture, Citation, Manifest
from archive.records import Record, parse_member
from archive.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """What was archived, decoded: `body` without chunk framing and content coding, `media_type` without parameters."""

    status: int
    headers: Headers
    media_type: str
    body: bytes
    url: str
    time: datetime


def sources(store: Store) -> list[str]:
    """Ids of all sources that have something in the store."""
    return store.folders("runs/")


def runs(store: Store, source: str) -> list[str]:
    """Ids of a source's committed visits, oldest first."""
    return _committed(store, layout.runs_prefix(source))


def latest_run(store: Store, source: str, before: str | None = None) -> str | None:
    """The newest committed visit (of those whose id is smaller than `before`), or None."""
    for year in reversed(store.folders(layout.runs_prefix(source))):
        found = [run for run in _committed(store, f"{layout.runs_prefix(source)}{year}/") if not before or run < before]
        if found:
            return found[-1]
    return None


def load_manifest(store: Store, source: str, run_id: str) -> Manifest:
    """The manifest of a committed visit; raises NotFound or Corrupt."""
    key = layout.manifest_key(source, run_id)
    return manifest.from_json(store.get(key), where=key)


def load_captures(store: Store, source: str, run_id: str) -> list[Capture]:
    """Every capture of a visit in the order of the index (by URL, then time); raises NotFound or Corrupt."""
    return index.unpack(store.get(layout.index_key(source, run_id)), layout.run_prefix(source, run_id))


def read_payload(store: Store, citation: Citation) -> Payload:
    """The payload that `citation` names, read by one range request. Raises Corrupt when it is not what was cited.

    A citation of a revisit's own record is followed to its original, which has to be looked for (NotFound).
    """
    where = f"{citation.warc}@{citation.offset}"
    member = store.get(citation.warc, start=citation.offset, length=citation.length)
    record = parse_member(member, where=citation.warc, offset=citation.offset)
    if record.id != citation.record_id:
        raise Corrupt(f"{where} holds {record.id}, not {citation.record_id}", where=where, rule="index-record")
    if record.type == "revisit":
        return read_payload(store, replace(_original(store, record, citation.warc), digest=citation.digest))
    payload = _payload(record)
    if (found := sha256(payload.body)) != citation.digest:
        raise Corrupt(f"the payload at {where} is {found}, not {citation.digest}", where=where, rule="payload-digest")
    return payload


def find(store: Store, url: str, at: datetime | None = None, source: str | None = None) -> Capture:
    """The capture of exactly `url` closest at or before `at` (None: the newest); raises NotFound."""
    names = [source] if source else sources(store)
    found = [capture for name in names if (capture := _find_in(store, name, url, at))]
    if not found:
        moment = f" at or before {at:%Y-%m-%d %H:%M:%S} UTC" if at else ""
        raise NotFound(f"{url} was not captured{moment}")
    return max(found, key=lambda capture: capture.time)


def _committed(store: Store, prefix: str) -> list[str]:
    return sorted(key.split("/")[-2] for key in store.list(prefix) if key.endswith("/manifest.json"))


def _find_in(store: Store, source: str, url: str, at: datetime | None) -> Capture | None:
    for run in _likely(runs(store, source), at):
        matching = [
            capture
            for capture in load_captures(store, source, run)
            if capture.url == url and capture.type != "request" and (at is None or capture.time <= at)
        ]
        if matching:
            return max(matching, key=lambda capture: capture.time)
    return None


def _likely(found: list[str], at: datetime | None) -> list[str]:
    """Newest first, but those with ids later than `at` last: after a clock was put back, ids are ahead of it."""
    ahead = [run for run in found if at and layout.run_time(run) > at]
    return [*reversed(found[: len(found) - len(ahead)]), *reversed(ahead)]


def _original(store: Store, record: Record, warc: str) -> Citation:
    """The capture that a revisit record refers to, looked for in the visits of its source."""
    wanted, moment = record.field("WARC-Refers-To").strip("<>"), record.field("WARC-Refers-To-Date")
    source = warc.split("/")[1]
    for run in _likely(runs(store, source), datetime.fromisoformat(moment) if moment else None):
        for capture in load_captures(store, source, run):
            if capture.record_id == wanted:
                return capture.citation()
    raise NotFound(f"{record.id} in {warc} refers to {wanted}, which is not in the archive")


def _payload(record: Record) -> Payload:
    media_type = record.field("Content-Type").partition(";")[0].strip().lower()
    time = datetime.fromisoformat(record.field("WARC-Date"))
    status, headers, body = 200, record.fields, b""
    if record.type == "request":
        status, body = 0, record.block.read().partition(b"\r\n\r\n")[2]
    elif media_type == "application/http":
        try:
            head = parse_head(record.block)
            status, headers, media_type = head.status, head.headers, head.media_type
            body = b"".join(decoded_body(record.block, head))
        except NotHttp:
            status, body = 0, _whole(record)
    else:
        body = _whole(record)
    return Payload(
        status=status, headers=headers, media_type=media_type, body=body, url=record.field("WARC-Target-URI"), time=time
    )


def _whole(record: Record) -> bytes:
    record.block.seek(0)
    return record.block.read()
