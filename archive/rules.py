"""What ISO 28500 (WARC 1.0 and 1.1) demands of the head of a record, as named rules.

version         the version is one that was published (or one of its last drafts)
line-end        lines of the head end with CR LF
field-form      a line of the head is `name: value`, in UTF-8
field-value     a named field has a value of its form
field-name      no name differs from that of a defined field in one character (a warning)
field-repeated  a defined field occurs once, except those that may be repeated
field-type      a field stands only in types of records that may have it
field-required  fields that a record (of this type) must have
content-type    a block has a content type, and one that fits the type of record
message         what came over HTTP is an HTTP message (a warning)
type, profile, digest-algorithm   the type of record, the profile of a revisit, an algorithm are known (warnings)
segment         segment numbers fit the type of record
member          a gzip member holds one record
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.digests import SIZES, Digest
from archive.records import Record, is_number

Fault = tuple[str, str]  # rule, message

VERSIONS = {"WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"}
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # not a secret: HTTP's word for a word
FIELD_LINE = re.compile(rf"{TOKEN}[ \t]*:".encode())
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\x00-\x1f\x7f]+\Z")
PROFILE = re.compile(
    r"https?://netpreserve\.org/warc/\d\.\d+/revisit/"
    r"((uri-agnostic-)?identical-payload-digest|server-not-modified)/?\Z"
)
MEDIA_TYPE = re.compile(rf"{TOKEN}/{TOKEN}[ \t]*(;.*)?\Z", re.DOTALL)
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?\Z", re.IGNORECASE)
MESSAGE = re.compile(r"application/http\s*(?:;\s*msgtype\s*=\s*\"?(\w+)\"?\s*)?\Z", re.IGNORECASE)

MESSAGES = {"request": "request", "response": "response", "revisit": "response"}
TYPES = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})
REPEATABLE = {"warc-concurrent-to", "warc-protocol"}
ALWAYS = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
REQUIRED = {
    **dict.fromkeys(("response", "resource", "request", "conversion"), ("WARC-Target-URI",)),
    "revisit": ("WARC-Target-URI", "WARC-Profile"),
    "continuation": ("WARC-Target-URI", "WARC-Segment-Origin-ID", "WARC-Segment-Number"),
}


def is_uri(value: str) -> bool:
    return bool(URI.match(value))


def is_id(value: str) -> bool:
    return value.startswith("<") and value.endswith(">") and is_uri(value[1:-1])


def is_date(value: str) -> bool:
    """W3C date and time in UTC, of a day that exists."""
    if not DATE.match(value):
        return False
    try:
        datetime.fromisoformat((value + "-01-01"[: 10 - len(value)] if len(value) < 10 else value)[:19])
    except ValueError:
        return False
    return True


def is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """What is demanded of a named field: the form of its value, and the types of records that may not have it."""

    form: Callable[[str], bool]
    never: frozenset[str] = field(default_factory=frozenset)


def _never(*types: str) -> frozenset[str]:
    return frozenset(types)


FIELDS = {
    "WARC-Type": Field(form=bool),
    "WARC-Record-ID": Field(form=is_id),
    "WARC-Date": Field(form=is_date),
    "Content-Length": Field(form=is_number),
    "Content-Type": Field(form=lambda value: bool(MEDIA_TYPE.match(value))),
    "WARC-Concurrent-To": Field(form=is_id, never=_never("warcinfo", "conversion", "continuation")),
    "WARC-Block-Digest": Field(form=lambda value: Digest.parse(value) is not None),
    "WARC-Payload-Digest": Field(form=lambda value: Digest.parse(value) is not None, never=_never("warcinfo")),
    "WARC-IP-Address": Field(form=is_address, never=_never("warcinfo", "conversion", "continuation")),
    "WARC-Refers-To": Field(form=is_id, never=_never("warcinfo", "response", "resource", "request", "continuation")),
    "WARC-Refers-To-Target-URI": Field(form=is_uri, never=TYPES - _never("revisit")),
    "WARC-Refers-To-Date": Field(form=is_date, never=TYPES - _never("revisit")),
    "WARC-Target-URI": Field(form=is_uri, never=_never("warcinfo")),
    "WARC-Truncated": Field(form=lambda value: bool(re.fullmatch(TOKEN, value))),
    "WARC-Warcinfo-ID": Field(form=is_id, never=_never("warcinfo")),
    "WARC-Filename": Field(form=bool, never=TYPES - _never("warcinfo")),
    "WARC-Protocol": Field(form=bool),  # an extension, as the next one
    "WARC-Cipher-Suite": Field(form=bool),
    "WARC-Profile": Field(form=is_uri, never=TYPES - _never("revisit")),
    "WARC-Identified-Payload-Type": Field(form=lambda value: bool(MEDIA_TYPE.match(value))),
    "WARC-Segment-Number": Field(form=is_number),
    "WARC-Segment-Origin-ID": Field(form=is_id, never=TYPES - _never("continuation")),
    "WARC-Segment-Total-Length": Field(form=is_number, never=TYPES - _never("continuation")),
}
BY_NAME = {name.lower(): (name, rule) for name, rule in FIELDS.items()}


def head_faults(record: Record) -> Iterator[Fault]:
    """What is wrong with the head of a record."""
    yield from form_faults(record)
    yield from _line_faults(record.head)
    yield from _field_faults(record)
    for name in (*ALWAYS, *REQUIRED.get(record.type, ())):
        if not record.field(name):
            yield "field-required", f"a {record.type or 'record'} needs {name}"
    yield from _content_type_faults(record)
    yield from _segment_faults(record)
    yield from _unknown(record)


def form_faults(record: Record) -> Iterator[Fault]:
    """What keeps a record from being found and read by itself."""
    if record.version.upper() not in VERSIONS:
        yield "version", f"{record.version} was never published"
    if not record.alone:
        yield "member", "the gzip member holds more than one record"


def _line_faults(head: bytes) -> Iterator[Fault]:
    if b"\n" in head.replace(b"\r\n", b""):
        yield "line-end", "a line of the head does not end with CR LF"
    for line in head.splitlines()[1:]:
        if line and line[:1] not in b" \t" and not FIELD_LINE.match(line):
            yield "field-form", f"{line[:60]!r} is no `name: value`"
        elif CONTROL.search(line):
            yield "field-form", f"{line[:60]!r} has a control character"
    try:
        head.decode()
    except UnicodeDecodeError as error:
        yield "field-form", f"{head[error.start : error.start + 20]!r} is no UTF-8"


def _field_faults(record: Record) -> Iterator[Fault]:
    kind, counts = record.type, Counter(name.lower() for name, _ in record.fields)
    for lower, count in counts.items():
        if lower not in BY_NAME:
            if meant := _meant(lower, BY_NAME):
                yield "field-name", f"{lower} is no defined field, and nearly {BY_NAME[meant][0]}"
            continue
        name, rule = BY_NAME[lower]
        if count > 1 and lower not in REPEATABLE:
            yield "field-repeated", f"{name} occurs {count} times"
        if kind in rule.never:
            yield "field-type", f"a {kind} cannot have {name}"
    for name, value in record.fields:
        found = BY_NAME.get(name.lower())
        if found and not found[1].form(value):
            yield "field-value", f"{name} has a value not of its form: {value[:80]!r}"


def _content_type_faults(record: Record) -> Iterator[Fault]:
    said = record.field("Content-Type")
    if not said and record.type != "continuation" and record.field("Content-Length") not in ("", "0"):
        yield "content-type", "the block has no Content-Type"
    elif said and record.type == "warcinfo" and said.partition(";")[0].strip().lower() != "application/warc-fields":
        yield "content-type", f"a warcinfo is application/warc-fields, not {said}"
    elif said and (wanted := MESSAGES.get(record.type)):
        message, over_http = MESSAGE.match(said), record.field("WARC-Target-URI").lower().startswith("http")
        if over_http and not message:
            yield "message", f"a {record.type} over HTTP is application/http; msgtype={wanted}, not {said}"
        elif message and (message[1] or wanted).lower() != wanted:
            yield "content-type", f"a {record.type} cannot have msgtype={message[1]}"


def _segment_faults(record: Record) -> Iterator[Fault]:
    number = record.field("WARC-Segment-Number")
    if not is_number(number):
        return
    if record.type == "continuation" and int(number) < 2:
        yield "segment", "a continuation has segment number 2 or more"
    if record.type != "continuation" and int(number) != 1:
        yield "segment", f"a {record.type} can only be segment 1"


def _unknown(record: Record) -> Iterator[Fault]:
    """What the standard leaves open, and no tool that we know of understands."""
    if record.type and record.type not in TYPES:
        yield "type", f"{record.type[:40]!r} is none of the standard's types of record"
    if (profile := record.field("WARC-Profile")) and not PROFILE.match(profile):
        yield "profile", f"{profile[:80]!r} is no known profile of revisits"
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        if (digest := Digest.parse(record.field(name))) and (meant := _meant(digest.algorithm, SIZES)):
            yield "digest-algorithm", f"{name} cannot be checked: {digest.algorithm} is nearly {meant}"


def _meant(name: str, known: Collection[str]) -> str | None:
    """The known name that differs in one character."""
    alike = (one for one in known if len(one) == len(name))
    return next((one for one in alike if sum(map(str.__ne__, one, name)) == 1), None)
