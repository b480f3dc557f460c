"""One WARC checked record by record: rules on each, and rules that need to have seen the whole file.

empty          a file has records
duplicate-id   a record id is used once
dangling       a record that another one names (concurrent to, warcinfo) is in the file
concurrent     a request is for the address that its response came from
revisit        a revisit says of its original what that says, if it is in the file
block-digest   the block's digest is the one it is said to have
payload-digest the payload's digest is; with chunk framing (as we write it) or without (as the standard words it)
index-record   the index says of a record what the record says
index-offset   every line of the index leads to a record
index-missing  every response and resource has a line in the index
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.contradictions import request_faults, response_faults
from archive.digests import Digest, Measured, measure, sha256_stream
from archive.http import Headers, ResponseHead, dechunked_body, is_chunked, parse_fields, read_pieces
from archive.model import Capture
from archive.records import Record
from archive.rules import Fault, form_faults, head_faults
from archive.warc import CLOSING, as_uri, warc_date

INDEXED = {"response", "resource", "revisit"}
HTTP = "application/http"
SAID = ("WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest")  # what records say of each other
Saying = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the index has to say of a record; `digest` is that of the decoded payload, None where it is elsewhere.

    `original` is the id of the record that a revisit refers to.
    """

    type: str
    record_id: str
    length: int
    url: str
    time: str
    original: str
    digest: str | None


class FileCheck:
    """The state of checking one file."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._told: dict[int, Told] = {}
        self._named: list[tuple[int, str, str]] = []
        self._heads: set[str] = set()  # ids of responses to HEAD requests
        self._sayings: dict[str, Saying] = {}
        self._about: list[tuple[int, str, str, Saying]] = []  # offset, rule, id of the other record, what it should say
        self._bodiless: dict[str, tuple[int, Fault]] = {}
        self._closing: str | None = None  # the id of the warcinfo that announced a closing record not come yet
        self._count = 0

    def record_faults(self, record: Record) -> Iterator[Fault]:
        """What is wrong with this record, given those before it."""
        yield from head_faults(record)
        yield from self._own_faults(record)
        self._named += [
            (record.offset, name, value.strip("<>"))
            for name, value in record.fields
            if name.lower() in ("warc-concurrent-to", "warc-warcinfo-id")
        ]
        self._compare_later(record)
        found = _measured(record)
        yield from _digest_faults(record, found)
        if record.field("Content-Type").lower().startswith(HTTP):
            yield from self._http_faults(record, found.head)
        self._told[record.offset] = _told(record, found)

    def written_faults(self, record: Record, written: Measured | None) -> Iterator[Fault]:
        """Only what tells whether a record of our own is in the file as it was written, and can be found again.

        `written` is what its block was measured as; the same bytes need not be measured again.
        """
        yield from form_faults(record)
        yield from self._own_faults(record)
        found = _measured(record, written)
        yield from _digest_faults(record, found)
        self._told[record.offset] = _told(record, found)

    def index_faults(self, captures: Iterable[Capture]) -> Iterator[tuple[int, str, str]]:
        """Where `captures`, what the index says is in this file, and the records differ: offset, rule, message."""
        index = {capture.offset: capture for capture in captures}
        for offset, told in self._told.items():
            for rule, message in _index_faults(told, index.pop(offset, None)):
                yield offset, rule, message
        for offset, capture in index.items():
            yield offset, "index-offset", f"the index names a record for {capture.url} that is not there"

    def end_faults(self) -> Iterator[tuple[int, str, str]]:
        """What is wrong with the file as a whole: offset, rule, message."""
        if not self._seen:
            yield 0, "empty", "there is no whole record in it"
        if self._closing:
            last = max(self._seen.values(), default=0)
            yield last, "cut", "the file announces a closing record and ends without: something was cut off"
        for offset, name, record_id in self._named:
            if record_id not in self._seen:
                yield offset, "dangling", f"{name} names {record_id}, which is not in this file"
        for offset, rule, record_id, wanted in self._about:
            there = self._sayings.get(record_id, wanted)
            for name in [name for name, value in wanted.items() if value and value != there.get(name, value)]:
                yield offset, rule, f"{name} is {wanted[name]} here, and {there[name]} in {record_id}"
        for record_id, (offset, fault) in self._bodiless.items():
            if record_id not in self._heads:
                yield offset, *fault

    def _own_faults(self, record: Record) -> Iterator[Fault]:
        yield from self._closing_faults(record)
        if record.id in self._seen:
            yield "duplicate-id", f"{record.id} was used before, at offset {self._seen[record.id]}"
        self._seen.setdefault(record.id, record.offset)

    def _compare_later(self, record: Record) -> None:
        """Note what this record says, and what it says of others."""
        self._sayings[record.id] = {name: record.field(name) for name in SAID if record.field(name)}
        if record.type == "request":
            for name, other in record.fields:
                if name.lower() == "warc-concurrent-to":
                    wanted = {SAID[0]: record.field(SAID[0])}
                    self._about.append((record.offset, "concurrent", other.strip("<>"), wanted))
        elif record.type == "revisit" and (other := record.field("WARC-Refers-To")):
            said = {SAID[0]: "WARC-Refers-To-Target-URI", SAID[1]: "WARC-Refers-To-Date", SAID[2]: SAID[2]}
            wanted = {name: record.field(field) for name, field in said.items()}
            self._about.append((record.offset, "revisit", other.strip("<>"), wanted))

    def _closing_faults(self, record: Record) -> Iterator[Fault]:
        if self._closing and record.field("WARC-Refers-To").strip("<>") == self._closing:
            self._closing = None
            said = dict(_warc_fields(record)).get("records")
            if said != str(self._count):
                yield "cut", f"the closing record counts {said} records, there are {self._count} before it"
        elif record.type == "warcinfo" and CLOSING in dict(_warc_fields(record)):
            self._closing, self._count = record.id, 0
        elif self._begun_elsewhere(record):
            yield "cut", f"it closes a file that {record.field('WARC-Refers-To')} began, which is not in this one"
        self._count += 1

    def _begun_elsewhere(self, record: Record) -> bool:
        """Whether this is the closing record of a file whose beginning was not seen."""
        other = record.field("WARC-Refers-To").strip("<>")
        closing = record.type == "metadata" and bool(other) and dict(_warc_fields(record)).keys() == {"records"}
        return closing and other not in self._seen

    def _http_faults(self, record: Record, head: ResponseHead | None) -> Iterator[Fault]:
        if record.type == "request":
            yield from request_faults(record)
            record.block.seek(0)
            if record.block.read(5) == b"HEAD ":
                self._heads.add(record.field("WARC-Concurrent-To").strip("<>"))
        elif record.type == "response" and head is None:
            yield "http-head", "the block does not begin with a response head"
        elif head:
            yield from self._response_faults(record, head)

    def _response_faults(self, record: Record, head: ResponseHead) -> Iterator[Fault]:
        """A body that is missing altogether is right for HEAD; the request that tells may come later."""
        faults = list(response_faults(record, head, to_head=record.id in self._heads))
        if faults and record.block.seek(0, os.SEEK_END) == head.body_start:
            self._bodiless[record.id] = (record.offset, faults[0])
        else:
            yield from faults


def _warc_fields(record: Record) -> Headers:
    record.block.seek(0)
    return parse_fields(record.block)


def _measured(record: Record, written: Measured | None = None) -> Measured:
    """What the block is measured as: the payload of what is no response is the block."""
    if record.type == "response" and written is None:
        return measure(record.block)
    record.block.seek(0)
    digest, size = sha256_stream(read_pieces(record.block))
    if record.type == "response":
        return written if written and written.block == digest else measure(record.block)
    return Measured(head=None, block=digest, payload=digest, digest=digest, size=size)


def _digest_faults(record: Record, found: Measured) -> Iterator[Fault]:
    said = record.field("WARC-Block-Digest")
    if said != found.block and not _fits(said, record, 0):
        yield "block-digest", f"the block is not what {said} was made of"
    said = record.field("WARC-Payload-Digest")
    if record.type not in ("response", "resource") or said == found.payload:
        return
    head = found.head
    if _fits(said, record, head.body_start if head else 0):
        return
    digest = Digest.parse(said)
    if not head or not is_chunked(head) or not digest or not digest.fits(dechunked_body(record.block, head)):
        yield "payload-digest", f"the payload is not what {said} was made of"


def _fits(said: str, record: Record, start: int) -> bool:
    """Whether the block from `start` has this digest; what is no digest is another rule's."""
    digest = Digest.parse(said)
    record.block.seek(start)
    return digest is None or digest.fits(read_pieces(record.block))


def _told(record: Record, found: Measured) -> Told:
    return Told(
        type=record.type, record_id=record.id, length=record.length, url=record.field(SAID[0]),
        time=record.field(SAID[1]), digest=found.digest if record.type in ("response", "resource") else None,
        original=record.field("WARC-Refers-To").strip("<>") if record.type == "revisit" else "",
    )  # fmt: skip


def _index_faults(told: Told, capture: Capture | None) -> Iterator[Fault]:
    if capture is None:
        if told.type in INDEXED:
            yield "index-missing", f"the index has no line for this {told.type}"
        return
    pairs = {
        "length": (capture.length, told.length),
        "record id": (capture.record_id, told.record_id),
        "type": (capture.type, told.type),
        "url": (as_uri(capture.url), told.url),
        "time": (warc_date(capture.time), told.time),
        "original": (capture.original.record_id if capture.original else told.original, told.original),
        "digest": (capture.digest, told.digest or capture.digest),
    }
    for name, (said, is_so) in pairs.items():
        if said != is_so:
            yield "index-record", f"the index says {name} {said}, the record {is_so}"
