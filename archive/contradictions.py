"""Where the HTTP head in a record contradicts the body beside it.

http-head      the block is no HTTP message
http-length    Content-Length and the bytes there are differ
http-framing   the body is not in chunks as declared, or its last chunk is missing
http-coding    the body is not coded as declared, or its coding is not complete
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import IO

from archive.coding import UNDECODABLE, CutOff
from archive.http import CHUNK_SIZE, ResponseHead, dechunked_body, decoders, header, is_chunked
from archive.records import Record, is_number

REQUEST_LINE = re.compile(rb"[!-~]+ [!-~]+( HTTP/\d(\.\d)?)?\r?\n")
NO_BODY = {204, 304}


def request_faults(record: Record) -> Iterator[tuple[str, str]]:
    record.block.seek(0)
    if not REQUEST_LINE.match(record.block.readline(1 << 16)):
        yield "http-head", "the block does not begin with a request line"


def response_faults(record: Record, head: ResponseHead, *, to_head: bool) -> Iterator[tuple[str, str]]:
    """`to_head`: it may answer a HEAD request, and then has no body whatever it declares."""
    size = record.block.seek(0, os.SEEK_END) - head.body_start
    bodiless = head.status < 200 or head.status in NO_BODY or to_head
    if record.field("WARC-Truncated") or (bodiless and not size):
        return
    if is_chunked(head):
        if fault := _framing_fault(record.block, head):
            yield "http-framing", fault
            return
    elif (said := header(head.headers, "Content-Length")) and is_number(said) and int(said) != size:
        yield "http-length", f"Content-Length says {said}, the body has {size} bytes"
    if fault := _coding_fault(record.block, head):
        yield "http-coding", fault


def _framing_fault(stream: IO[bytes], head: ResponseHead) -> str | None:
    stream.seek(head.body_start)
    while True:
        line = stream.readline(1 << 16)
        match = CHUNK_SIZE.match(line)
        if not match:
            return f"the body is declared as chunked, but has {line[:20]!r} for a chunk size"
        if not int(match[1], 16):
            break
        stream.seek(int(match[1], 16), os.SEEK_CUR)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            return "a chunk does not end where its size says"
    while trailer := stream.readline(1 << 16):
        if trailer in (b"\r\n", b"\n"):
            return f"{len(rest)} bytes follow the last chunk" if (rest := stream.read()) else None
    return "the line after the last chunk is missing"


def _coding_fault(stream: IO[bytes], head: ResponseHead) -> str | None:
    declared = header(head.headers, "Content-Encoding")
    pieces = dechunked_body(stream, head)
    for decode in decoders(head):
        pieces = decode(pieces)
    try:
        for _ in pieces:
            pass
    except CutOff:
        return f"the body ends in the middle of its coding, {declared}"
    except UNDECODABLE as error:
        return f"the body is not coded as declared, {declared}: {error}"
    return None
