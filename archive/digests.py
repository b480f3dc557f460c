"""SHA-256 as `sha256:<lower-case hex>`, the form every WARC tool reads, and what is measured of an HTTP response."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from archive.http import Headers, NotHttp, ResponseHead, decoded_body, header, parse_head, read_pieces

SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
URL_SAFE = str.maketrans("-_", "+/")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A labelled digest as others write it: `algorithm:value`, the value in hexadecimal, base 32 or base 64."""

    algorithm: str
    value: bytes

    @classmethod
    def parse(cls, text: str) -> Digest | None:
        """None when it is no digest; of an algorithm that we do not know, the value as text."""
        name, _, value = text.partition(":")
        algorithm = name.strip().lower().replace("sha-", "sha")
        if not re.fullmatch(r"[a-z0-9._-]+", algorithm) or not value.strip():
            return None
        if algorithm not in SIZES:
            return cls(algorithm=algorithm, value=value.encode())
        decoded = _decoded(value.strip(), SIZES[algorithm])
        return cls(algorithm=algorithm, value=decoded) if decoded is not None else None

    def fits(self, pieces: Iterable[bytes]) -> bool:
        """Whether it is the digest of these bytes; yes if the algorithm is unknown."""
        if self.algorithm not in SIZES:
            return True
        state = hashlib.new(self.algorithm, usedforsecurity=False)
        for piece in pieces:
            state.update(piece)
        return state.digest() == self.value


def _decoded(value: str, size: int) -> bytes | None:
    """`size` bytes in whichever of the three forms they are; the lengths tell which."""
    bare = value.rstrip("=")
    try:
        if re.fullmatch(f"[0-9a-fA-F]{{{2 * size}}}", value):
            return bytes.fromhex(value)
        if len(bare) == (8 * size + 4) // 5:
            return base64.b32decode(bare.upper() + "=" * (-len(bare) % 8))
        if len(bare) == (8 * size + 5) // 6:
            return base64.b64decode(bare.translate(URL_SAFE) + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        pass
    return None


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
