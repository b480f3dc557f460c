"""A first look at what came back, before it is archived."""

from __future__ import annotations

import os
from dataclasses import dataclass

from archive.http import Headers, NotHttp, ResponseHead, decoded_body, parse_head
from archive.model import Exchange

IN_MEMORY = 33_554_432  # bytes of a decoded body that are looked at; the archive holds all of it anyway


@dataclass(slots=True)
class Look:
    """`size` is in bytes as received; a status of 0 means that nothing came, or nothing that is HTTP."""

    exchange: Exchange
    head: ResponseHead | None
    size: int
    _body: bytes | None = None

    @property
    def status(self) -> int:
        return self.head.status if self.head else 0

    @property
    def headers(self) -> Headers:
        return self.head.headers if self.head else ()

    @property
    def redirects(self) -> bool:
        return 300 <= self.status < 400 and self.status != 304

    def body(self) -> bytes:
        """The decoded body, `IN_MEMORY` bytes of it at most."""
        if self._body is None:
            self._body = _decoded(self.exchange, self.head)
        return self._body


def look(exchange: Exchange) -> Look:
    size = exchange.response.seek(0, os.SEEK_END) if exchange.response else 0
    return Look(exchange, response_head(exchange), size)


def response_head(exchange: Exchange) -> ResponseHead | None:
    """The head of what came back; None when nothing came, or nothing that is HTTP."""
    if exchange.response is None:
        return None
    try:
        return parse_head(exchange.response)
    except NotHttp:
        return None


def _decoded(exchange: Exchange, head: ResponseHead | None) -> bytes:
    if exchange.response is None or head is None:
        return b""
    body = bytearray()
    for piece in decoded_body(exchange.response, head):
        body += piece
        if len(body) >= IN_MEMORY:
            break
    return bytes(body[:IN_MEMORY])
