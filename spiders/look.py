"""A first look at what came back, before it is archived."""

from __future__ import annotations

import os
from dataclasses import dataclass

from archive.http import Headers, NotHttp, ResponseHead, decoded_body, header, parse_head
from archive.model import Exchange

IN_MEMORY = 16_777_216  # bytes of a decoded body that are looked at; the archive holds all of it anyway


@dataclass(slots=True)
class Look:
    """`size` is in bytes as received; a status of 0 means that nothing came, or nothing that is HTTP."""

    exchange: Exchange
    head: ResponseHead | None
    size: int
    ratio: int
    _body: bytes | None = None
    _decoded: int = 0

    @property
    def status(self) -> int:
        return self.head.status if self.head else 0

    @property
    def headers(self) -> Headers:
        return self.head.headers if self.head else ()

    @property
    def redirects(self) -> bool:
        return 300 <= self.status < 400 and self.status != 304

    @property
    def is_bomb(self) -> bool:
        """Whether it decodes to more than `ratio` times its size. What does not even fill our memory is harmless."""
        self.body()
        return self._decoded > max(IN_MEMORY, self.ratio * self.size)

    @property
    def is_whole(self) -> bool:
        """Whether `body` is all of it."""
        return len(self.body()) == self._decoded

    def body(self) -> bytes:
        """The decoded body, `IN_MEMORY` bytes of it at most."""
        if self._body is None:
            self._body, self._decoded = self._decode()
        return self._body

    def _decode(self) -> tuple[bytes, int]:
        if self.exchange.response is None or self.head is None:
            return b"", 0
        body, count = bytearray(), 0
        coded = header(self.headers, "Content-Encoding") is not None
        for piece in decoded_body(self.exchange.response, self.head):
            count += len(piece)
            if len(body) < IN_MEMORY:
                body += piece
            elif not coded or count > self.ratio * self.size:
                break
        return bytes(body[:IN_MEMORY]), count


def look(exchange: Exchange, ratio: int) -> Look:
    """`ratio`: how many times its size a body may decode to."""
    size = exchange.response.seek(0, os.SEEK_END) if exchange.response else 0
    return Look(exchange, response_head(exchange), size, ratio)


def response_head(exchange: Exchange) -> ResponseHead | None:
    """The head of what came back; None when nothing came, or nothing that is HTTP."""
    if exchange.response is None:
        return None
    try:
        return parse_head(exchange.response)
    except NotHttp:
        return None
