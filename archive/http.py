"""Reading HTTP as it was archived: heads, chunk framing and content coding.

What is archived may be cut off or wrong. Nothing here raises for a bad body: it yields what can be decoded, the same
bytes every time, so that digests of decoded bodies can be compared. Only a head that is no HTTP raises `NotHttp`.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_HEAD = 1 << 20
MAX_DECODED = 2 << 30  # a decompression bomb ends here, when written and when read alike
PIECE = 1 << 18
BLANK = " \t"  # not str.strip's idea of it, which would eat bytes of UTF-8
STATUS_LINE = re.compile(rb"(HTTP/\d\.\d|HTTP/\d) +(\d{3})(?: +(.*))?\Z")
CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,15})\s*(?:;.*)?\r?\n\Z", re.DOTALL)

Headers = tuple[tuple[str, str], ...]
Pieces = Iterator[bytes]


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
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def parse_head(stream: IO[bytes]) -> ResponseHead:
    """The head at the start of `stream` (a whole response block); raises NotHttp."""
    stream.seek(0)
    match = STATUS_LINE.match(stream.readline(MAX_HEAD).rstrip(b"\r\n"))
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
    stream.seek(head.body_start)
    pieces = _dechunked(stream) if _is_chunked(head) else read_pieces(stream)
    codings = [name for key, value in head.headers if key.lower() == "content-encoding" for name in value.split(",")]
    for coding in reversed(codings):
        decode = DECODERS.get(coding.strip().lower())
        if decode is not None:
            pieces = _tolerant(decode, pieces)
    return _limited(pieces)


def read_pieces(stream: IO[bytes]) -> Pieces:
    """The rest of `stream` in pieces."""
    while piece := stream.read(PIECE):
        yield piece


def _is_chunked(head: ResponseHead) -> bool:
    codings = [value.lower() for key, value in head.headers if key.lower() == "transfer-encoding"]
    return any("chunked" in coding for coding in codings)


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


def _tolerant(decode: Callable[[Pieces], Pieces], pieces: Pieces) -> Pieces:
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
    except (zlib.error, brotli.error, zstd.ZstdError):
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


def _gunzipped(pieces: Pieces) -> Pieces:
    """gzip, one member or several, or zlib; also raw deflate, which some servers send for `deflate`."""
    engine = None
    for piece in pieces:
        rest = piece
        while rest:
            if engine is None:
                raw = rest[0] & 0x0F != 8 and rest[:2] != b"\x1f\x8b"[: len(rest)]
                engine = zlib.decompressobj(-zlib.MAX_WBITS if raw else 32 + zlib.MAX_WBITS)
            if out := engine.decompress(rest, PIECE):
                yield out
            rest = engine.unconsumed_tail
            if engine.eof:
                rest = engine.unused_data if engine.unused_data[:2] == b"\x1f\x8b" else b""
                engine = None
                if not rest:
                    return


def _unbrotlied(pieces: Pieces) -> Pieces:
    engine = brotli.Decompressor()
    for piece in pieces:
        out = engine.process(piece, output_buffer_limit=PIECE)
        while out:
            yield out
            out = b"" if engine.can_accept_more_data() else engine.process(b"", output_buffer_limit=PIECE)
        if engine.is_finished():
            return


def _unzstded(pieces: Pieces) -> Pieces:
    engine = zstd.ZstdDecompressor()
    for piece in pieces:
        out = engine.decompress(piece, PIECE)
        while out:
            yield out
            out = b"" if engine.needs_input or engine.eof else engine.decompress(b"", PIECE)
        if engine.eof:
            return


DECODERS: dict[str, Callable[[Pieces], Pieces]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _gunzipped,
    "br": _unbrotlied,
    "zstd": _unzstded,
}
