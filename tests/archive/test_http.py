"""Heads, chunk framing and content coding, whole, cut off and wrong."""

from __future__ import annotations

import gzip
import io
import zlib

import brotli
import pytest
from archive_visits import chunked
from backports import zstd

from archive import http
from archive.coding import DECODERS
from archive.http import NotHttp, decoded_body, header, parse_head

TEXT = b"Reports on systemic risks, " * 5000


def body(block: bytes) -> bytes:
    stream = io.BytesIO(block)
    return b"".join(decoded_body(stream, parse_head(stream)))


def answer(content: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *fields, b"", content])


def raw_deflate(content: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(content) + engine.flush()


CODINGS = {
    b"gzip": gzip.compress(TEXT),
    b"x-gzip": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    b"deflate": zlib.compress(TEXT),
    b"Deflate": raw_deflate(TEXT),
    b"br": brotli.compress(TEXT),
    b"zstd": zstd.compress(TEXT[:100]) + zstd.compress(TEXT[100:]),
    b"gzip, br": brotli.compress(gzip.compress(TEXT)),
}


def test_a_head_keeps_order_case_repetition_and_reason() -> None:
    block = b"HTTP/1.0 404 Not  here \r\nX-b: 1\r\nx-A:2\r\nX-b: 3 \r\nFolded: a\r\n\t b\r\nL: caf\xe9\r\n\r\nbody"
    head = parse_head(io.BytesIO(block))
    assert (head.status, head.reason, head.version) == (404, "Not  here ", "HTTP/1.0")
    assert head.headers == (("X-b", "1"), ("x-A", "2"), ("X-b", "3"), ("Folded", "a b"), ("L", "café"))
    assert block[head.body_start :] == b"body"
    assert header(head.headers, "x-B") == "1" and header(head.headers, "none") is None


def test_a_head_without_reason_or_with_bare_line_feeds_is_read() -> None:
    head = parse_head(io.BytesIO(b"HTTP/1.1 204\nContent-Type: Text/HTML; charset=x\n\n"))
    assert (head.status, head.reason, head.media_type) == (204, "", "text/html")


@pytest.mark.parametrize("block", [b"", b"\r\n", b"<html>", b"HTTP/1.1 OK\r\n\r\n", b"\x16\x03\x01"])
def test_what_is_no_http_says_so(block: bytes) -> None:
    with pytest.raises(NotHttp):
        parse_head(io.BytesIO(block))


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("framed", [False, True])
def test_every_coding_is_undone(coding: bytes, framed: bool) -> None:
    content = chunked(CODINGS[coding]) if framed else CODINGS[coding]
    fields = [b"Content-Encoding: " + coding, *([b"Transfer-Encoding: chunked"] if framed else [])]
    assert body(answer(content, *fields)) == TEXT


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_a_body_cut_off_gives_what_came(coding: bytes) -> None:
    noise = bytes(byte * 7919 % 251 for byte in range(90_000))
    whole = {b"gzip": gzip.compress, b"deflate": zlib.compress, b"br": brotli.compress, b"zstd": zstd.compress}
    sent = whole[coding](noise)
    got = body(answer(sent[: len(sent) // 2], b"Content-Encoding: " + coding))
    assert noise.startswith(got) and len(got) < len(noise)


def test_framing_cut_off_gives_what_came() -> None:
    framed = chunked(TEXT, 1000)
    got = body(answer(framed[:2500], b"Transfer-Encoding: chunked"))
    assert TEXT.startswith(got) and 2400 < len(got) < 2500


def test_frames_without_end_that_hold_nothing_are_given_up() -> None:
    frames = zstd.compress(b"") * 20_000
    assert body(answer(frames, b"Content-Encoding: zstd")) == frames
    with pytest.raises(zstd.ZstdError, match="empty frames"):
        list(DECODERS["zstd"](iter([frames])))


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd", b"klingon", b"identity"])
def test_a_body_that_is_not_coded_as_declared_comes_back_as_it_is(coding: bytes) -> None:
    page = b"<!doctype html>" + TEXT
    assert body(answer(page, b"Content-Encoding: " + coding)) == page


def test_a_body_that_is_not_framed_as_declared_comes_back_as_it_is() -> None:
    assert body(answer(b"<p>plain</p>", b"Transfer-Encoding: chunked")) == b"<p>plain</p>"


def test_a_decompression_bomb_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_DECODED", 1 << 20)
    bomb = bytes(64 << 20)
    for coding, packed in {b"gzip": gzip.compress(bomb), b"br": brotli.compress(bomb, quality=1)}.items():
        stream = io.BytesIO(answer(packed, b"Content-Encoding: " + coding))
        pieces = list(decoded_body(stream, parse_head(stream)))
        assert sum(map(len, pieces)) == 1 << 20
        assert max(map(len, pieces)) <= 1 << 20
