"""Reading HTTP as it was archived: heads, chunk framing and content coding.

What is archived may be cut off or wrong. Nothing here raises for a bad body: it yields what can be decoded, the same
bytes every time, so that digests of decoded bodies can be compared. Only a head that is no HTTP raises `NotHttp`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO

from archive.coding import DECODERS, PIECE, UNDECODABLE, CutOff, Decoder, Pieces

MAX_HEAD = 1 << 20
MAX_DECODED = 2 << 30  # a decompression bomb ends here, when written and when read alike
BLANK = " \t"  # not str.strip's idea of it, which would eat bytes of UTF-8
STATUS_LINE = re.compile(rb"(HTTP/\d\.\d|HTTP/\d) +(\d{3})(?: +(.*))?\Z")
EMPTY_LINES = (b"\r\n", b"\n")
CHUNK_SIZE = re.compile(rb"\s*0*([0-9A-Fa-f]{1,15})\s*(?:;.*)?\r?\n\Z", re.DOTALL)

Headers = tuple[tuple[str, str], ...]


class NotHttp(ValueError):
    """These bytes do not start with an HTTP response head."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseHead:
    """A response head; `headers` in their order, case and repetition (latin-1), `body_start` an offset in bytes."""

    status: int
    reason: str
    headers: Headers
    body_start: int
    version: str = "HTTP/1.1"

    @property
    def media_type(self) -> str:
        """The declared media type, lower-case without parameters; empty if none."""
        return (header(self.headers, "Content-Type") or "").partition(";")[0].strip().lower()


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name in any case, or None."""
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


def parse_head(stream: IO[bytes]) -> ResponseHead:
    """The head at the start of `stream` (a whole response block); raises NotHttp."""
    stream.seek(0)
    first = stream.readline(MAX_HEAD)
    while first in EMPTY_LINES:
        first = stream.readline(MAX_HEAD)
    match = STATUS_LINE.match(first.rstrip(b"\r\n"))
    if not match:
        raise NotHttp("no HTTP status line")
    version, status, reason = match.groups()
    headers = parse_fields(stream)
    return ResponseHead(
        status=int(status),
        reason=(reason or b"").decode("latin-1"),
        headers=headers,
        body_start=stream.tell(),
        version=version.decode(),
    )


def parse_fields(stream: IO[bytes]) -> Headers:
    """Header fields up to and including the blank line (or the end); folded lines are joined by one space."""
    fields: list[tuple[str, str]] = []
    left = MAX_HEAD
    while left > 0 and (line := stream.readline(left)).rstrip(b"\r\n"):
        left -= len(line)
        text = line.rstrip(b"\r\n").decode("latin-1")
        if text[0] in BLANK and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {text.strip(BLANK)}".strip(BLANK))
        else:
            name, _, value = text.partition(":")
            fields.append((name.strip(BLANK), value.strip(BLANK)))
    return tuple(fields)


def decoded_body(stream: IO[bytes], head: ResponseHead) -> Pieces:
    """The payload as the publisher meant it: without chunk framing and content coding, in pieces."""
    pieces = dechunked_body(stream, head)
    for decode in decoders(head):
        pieces = _tolerant(decode, pieces)
    return _limited(pieces)


def dechunked_body(stream: IO[bytes], head: ResponseHead) -> Pieces:
    """The body without chunk framing, but with its content coding."""
    stream.seek(head.body_start)
    return _dechunked(stream) if is_chunked(head) else read_pieces(stream)


def decoders(head: ResponseHead) -> list[Decoder]:
    """What undoes the content codings declared, in the order to apply them; unknown ones are left out.

    A decoder raises one of UNDECODABLE, or CutOff when the coding is not complete.
    """
    codings = [name for key, value in head.headers if key.lower() == "content-encoding" for name in value.split(",")]
    found = (DECODERS.get(coding.strip().lower()) for coding in reversed(codings))
    return [decode for decode in found if decode is not None]


def read_pieces(stream: IO[bytes]) -> Pieces:
    """The rest of `stream` in pieces."""
    while piece := stream.read(PIECE):
        yield piece


def is_chunked(head: ResponseHead) -> bool:
    """Whether the body is declared to be in chunks."""
    codings = ",".join(value.lower() for key, value in head.headers if key.lower() == "transfer-encoding")
    return "chunked" in (coding.strip() for coding in codings.split(","))


def _dechunked(stream: IO[bytes]) -> Pieces:
    """Chunk data up to the last chunk or the end; a body that never was framed comes back as it is."""
    start = stream.tell()
    first = CHUNK_SIZE.match(stream.readline(1 << 16))
    if not first:
        stream.seek(start)
        yield from read_pieces(stream)
        return
    size = int(first[1], 16)
    while size:
        while size and (piece := stream.read(min(size, PIECE))):
            size -= len(piece)
            yield piece
        stream.readline(1 << 16)
        line = CHUNK_SIZE.match(stream.readline(1 << 16))
        size = int(line[1], 16) if line and not size else 0


def _tolerant(decode: Decoder, pieces: Pieces) -> Pieces:
    """Decoded pieces up to an error; the pieces as they are if the very start does not decode."""
    undecoded: list[bytes] = []
    started = False

    def watched() -> Pieces:
        for piece in pieces:
            if not started:
                undecoded.append(piece)
            yield piece

    try:
        for piece in decode(watched()):
            started = True
            undecoded.clear()
            yield piece
    except CutOff:
        return
    except UNDECODABLE:
        if not started:
            yield from undecoded
            yield from pieces


def _limited(pieces: Pieces) -> Pieces:
    left = MAX_DECODED
    for piece in pieces:
        if len(piece) >= left:
            yield piece[:left]
            return
        left -= len(piece)
        yield piece
