"""SHA-256 as `sha256:<lower-case hex>`, the form every WARC tool reads, and what is measured of an HTTP response."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from archive.http import Headers, NotHttp, ResponseHead, decoded_body, header, parse_head, read_pieces


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A response block measured: `block` and `payload` digests as recorded, `digest` and `size` of the decoded body.

    `payload` covers the bytes after the head as they are, chunk framing included (docs/adr/0003-payload-digests.md).
    `head` is None when the block is no HTTP.
    """

    head: ResponseHead | None
    block: str
    payload: str
    digest: str
    size: int


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def sha256_stream(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Digest and size in bytes of all pieces."""
    state, size = hashlib.sha256(), 0
    for piece in pieces:
        state.update(piece)
        size += len(piece)
    return "sha256:" + state.hexdigest(), size


def measure(stream: IO[bytes]) -> Measured:
    """Measure a whole response block without holding it in memory."""
    try:
        head: ResponseHead | None = parse_head(stream)
    except NotHttp:
        head = None
    start = head.body_start if head else 0
    stream.seek(0)
    before = io.BytesIO(stream.read(start))
    block, payload, size = hashlib.sha256(before.getvalue()), hashlib.sha256(), 0
    for piece in read_pieces(stream):
        block.update(piece)
        payload.update(piece)
        size += len(piece)
    as_sent = "sha256:" + payload.hexdigest()
    plain = head is None or not is_coded(head.headers)
    digest, size = (as_sent, size) if head is None or plain else sha256_stream(decoded_body(stream, head))
    return Measured(head=head, block="sha256:" + block.hexdigest(), payload=as_sent, digest=digest, size=size)


def is_coded(headers: Headers) -> bool:
    """Whether the body as sent differs from the payload: chunk framing or content coding."""
    return header(headers, "Transfer-Encoding") is not None or header(headers, "Content-Encoding") is not None
