"""What the rooms hand each other about one visit: exchanges in, captures and a manifest out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Literal

Quality = Literal[
    "ok", "not_modified", "gone", "blocked", "consent_wall", "login_wall", "soft_404",
    "wrong_media_type", "wrong_locale", "truncated", "error",
]  # fmt: skip
Outcome = Literal["complete", "partial", "blocked", "failed"]
Role = Literal["page", "document", "asset", "robots", "view", "text", "info"]
GOOD: frozenset[str] = frozenset({"ok", "not_modified"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One HTTP exchange as it crossed the connection, above TLS.

    `request` is the whole request block. `response` is a seekable file over the final response block (status line,
    headers, body as sent: content coding and chunk framing untouched), None when nothing came back; `interim` holds
    the 1xx heads that came before it, `surplus` what the server sent behind its end. `truncated` is the
    WARC-Truncated reason when the body was cut off.
    """

    url: str
    method: str
    request: bytes
    response: IO[bytes] | None
    started: datetime
    finished: datetime
    interim: bytes = b""
    surplus: bytes = b""
    peer: str | None = None
    tls: str | None = None
    cipher: str | None = None
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What the visitor says of a capture.

    `role`: `page` and `document` captures are compared and shaped, one per `document` and visit; all others are
    evidence only. `document` is the identity from `changes.identity`; `via` the URL of the page that linked here and
    `anchor` that link's text. `why` explains a quality other than ok. `etag` and `modified` are the validators that the
    server gave (ETag, Last-Modified), for asking again.
    """

    quality: Quality = "ok"
    why: str = ""
    role: Role = "asset"
    document: str | None = None
    via: str | None = None
    anchor: str | None = None
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Where archived bytes are: a gzip member in a WARC, and where in its payload.

    `pointer` is a JSON pointer (`json:/chapters/0`), `csv:row=12,column=value`, `xlsx:Sheet1!B4`, `pdf:page=3`,
    `css:table:nth-of-type(2) tr:nth-of-type(4)`, or empty for the whole payload. `digest` is `sha256:<hex>` of the
    decoded payload; `offset` and `length` are bytes of the compressed member.
    """

    warc: str
    offset: int
    length: int
    record_id: str
    digest: str
    pointer: str = ""

    def at(self, pointer: str) -> Citation:
        """The same bytes at another place; made by hand, because each of a million facts has one."""
        return Citation(
            warc=self.warc, offset=self.offset, length=self.length, record_id=self.record_id, digest=self.digest,
            pointer=pointer,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """The capture whose payload a revisit has: its URL and time, and the place of its record."""

    url: str
    time: datetime
    warc: str
    offset: int
    length: int
    record_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One line of the index: an archived exchange or resource. `warc` is the full key in the bucket.

    `media_type` is lower-case without parameters; `size` counts bytes of the decoded payload; `status` is 0 for an
    exchange without a response. `type` is the WARC record type. A revisit has the status, media type, digest and size
    of its `original`. `payload` is the WARC-Payload-Digest where it is not `digest`: that of a coded or framed body.
    """

    url: str
    time: datetime
    method: str
    status: int
    media_type: str
    digest: str
    size: int
    warc: str
    offset: int
    length: int
    record_id: str
    type: Literal["response", "resource", "revisit", "request"]
    label: Label = field(default_factory=Label)
    original: Original | None = None
    payload: str | None = None

    def citation(self, pointer: str = "") -> Citation:
        """Where the payload is: for a revisit, in its original."""
        place = self.original or self
        return Citation(
            warc=place.warc, offset=place.offset, length=place.length,
            record_id=place.record_id, digest=self.digest, pointer=pointer,
        )  # fmt: skip

    def as_original(self) -> Original:
        """What a revisit of this capture names."""
        return self.original or Original(
            url=self.url, time=self.time, warc=self.warc, offset=self.offset, length=self.length,
            record_id=self.record_id,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredObject:
    """An object of a visit: key in the bucket, `sha256:<hex>` and size in bytes."""

    key: str
    digest: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The commit of a visit, written last.

    `previous` is the visit this one is compared with, pinned at its start; `previous_digest` is the SHA-256 of that
    manifest's bytes (the hash chain of the source). `declaration` is the source's declaration as data.
    """

    source: str
    run_id: str
    started: datetime
    finished: datetime
    outcome: Outcome
    reason: str
    previous: str | None
    previous_digest: str | None
    counts: dict[str, int]
    objects: tuple[StoredObject, ...]
    software: dict[str, str]
    declaration: dict[str, Any]
    declaration_digest: str
    schema: int = 1
