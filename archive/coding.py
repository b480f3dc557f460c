"""Content codings: gzip, deflate, br and zstd undone piece by piece, in bounded memory.

A decoder yields pieces of bounded size. It raises one of UNDECODABLE for what is not so coded, and CutOff, after
everything that could be decoded, when the coding is not complete.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 1 << 18
EMPTY_FRAMES = 1000  # in a row
INFLATED = 1 << 20  # what zlib may yield at once: with less it copies its unread input too often
UNDECODABLE = (zlib.error, brotli.error, zstd.ZstdError)

Pieces = Iterator[bytes]
Decoder = Callable[[Pieces], Pieces]


class CutOff(ValueError):
    """A content coding ends before its end."""


def _gunzipped(pieces: Pieces) -> Pieces:
    """gzip, one member or several, or zlib; also raw deflate, which some servers send for `deflate`."""
    engine = None
    for piece in pieces:
        rest = piece
        while rest:
            if engine is None:
                raw = rest[0] & 0x0F != 8 and rest[:2] != b"\x1f\x8b"[: len(rest)]
                engine = zlib.decompressobj(-zlib.MAX_WBITS if raw else 32 + zlib.MAX_WBITS)
            if out := engine.decompress(rest, INFLATED):
                yield out
            rest = engine.unconsumed_tail
            if engine.eof:
                rest = engine.unused_data if engine.unused_data[:2] == b"\x1f\x8b" else b""
                engine = None
                if not rest:
                    return
    if engine is not None:
        raise CutOff


def _unbrotlied(pieces: Pieces) -> Pieces:
    engine = brotli.Decompressor()
    for piece in pieces:
        out = engine.process(piece, output_buffer_limit=PIECE)
        while out:
            yield out
            out = b"" if engine.can_accept_more_data() else engine.process(b"", output_buffer_limit=PIECE)
        if engine.is_finished():
            return
    raise CutOff


def _unzstded(pieces: Pieces) -> Pieces:
    """zstd, one frame or several; thousands in a row that hold nothing are no body, but an attack on our time."""
    engine, idle = None, 0
    for piece in pieces:
        rest = piece
        while rest:
            engine = engine or zstd.ZstdDecompressor()
            out = engine.decompress(rest, PIECE)
            idle = 0 if out else idle + engine.eof
            if idle > EMPTY_FRAMES:
                raise zstd.ZstdError("it is nothing but empty frames")
            while out:
                yield out
                out = b"" if engine.needs_input or engine.eof else engine.decompress(b"", PIECE)
            rest = b""
            if engine.eof:
                rest, engine = engine.unused_data, None
    if engine is not None:
        raise CutOff


DECODERS: dict[str, Decoder] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _gunzipped,
    "br": _unbrotlied,
    "zstd": _unzstded,
}
