"""One HTTP/1.1 exchange, byte for byte: what both tiers fetch with.

The request block kept is what was written to the connection, above TLS. Through an upstream proxy a plain `http:`
request carries the whole URL in its request line (RFC 9112, 3.2.2), and is kept so; only Proxy-Authorization, a secret
between us and the proxy, is left out. See docs/adr/0006-wire.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from archive.errors import ArchiveError
from archive.model import Exchange
from spiders.connection import Connection, Pool
from spiders.framing import Abandoned, CutOff, Head, Inbound, NotHttp, parse_head
from spiders.message import Ask, Listener, Received, TooLong
from spiders.route import Route, Routes

Truncation = Literal["length", "time", "disconnect", "unspecified"]
SILENCE = 5.0  # seconds
MEMORY = 1_048_576  # a longer response goes to a file in the spool folder


@dataclass(kw_only=True, slots=True)
class Wire:
    """Makes exchanges. Raises `Refused` or `Unreachable` when no request was sent; all else is in the exchange.

    Raises ArchiveError, and tells `on_failure`, when what came could not be kept.
    """

    pool: Pool
    routes: Routes
    clock: Callable[[], datetime]
    spool: Path
    max_bytes: int
    on_chain: Callable[[Route, tuple[bytes, ...]], Awaitable[None]]
    on_failure: Callable[[ArchiveError], None]
    max_seconds: float
    _open: set[Connection] = field(default_factory=set)
    _chains: set[str] = field(default_factory=set)

    def abort(self) -> None:
        """Break off everything under way; what has come is kept as cut off."""
        for connection in self._open:
            connection.close()
        self.pool.close()

    async def fetch(self, ask: Ask, listener: Listener | None = None) -> Exchange:
        """The exchange for `ask`. `listener` hears it as it comes."""
        route = self.routes.to(ask.url)
        connection = await self.pool.take(ask.url, route)
        reused = connection.used
        exchange = await self._exchange(ask, route, connection, listener)
        if reused and exchange.response is None and ask.method in ("GET", "HEAD"):
            # The server had closed the kept connection before it saw this request: not an answer, not an attempt.
            connection = await self.pool.take(ask.url, route, fresh=True)
            exchange = await self._exchange(ask, route, connection, listener)
        return exchange

    async def _exchange(self, ask: Ask, route: Route, connection: Connection, listener: Listener | None) -> Exchange:
        await self._tell_chain(route, connection)
        started = self.clock()
        block = ask.block(route)
        file = tempfile.SpooledTemporaryFile(max_size=MEMORY, dir=str(self.spool))  # noqa: SIM115  # the archive closes it
        received = Received(file=file, limit=self.max_bytes, listener=listener)
        self._open.add(connection)
        whole = False
        try:
            truncated, error, whole = await self._transfer(ask, route, connection, block, received)
            received.end(self.spool)
        except ArchiveError as failure:  # the disk's, not the server's
            self.on_failure(failure)
            raise
        finally:
            self._open.discard(connection)
            if whole:
                self.pool.give_back(route, connection)
            else:
                connection.close()
        return Exchange(
            url=ask.url, method=ask.method, request=block, response=file if received.in_body else None,
            started=started, finished=self.clock(), interim=bytes(received.interim), surplus=received.surplus,
            peer=connection.peer, tls=connection.tls, cipher=connection.cipher, truncated=truncated, error=error,
        )  # fmt: skip

    async def _tell_chain(self, route: Route, connection: Connection) -> None:
        """The certificates of a host, once per visit."""
        if connection.chain and route.authority not in self._chains:
            self._chains.add(route.authority)
            await self.on_chain(route, connection.chain)

    async def _transfer(
        self, ask: Ask, route: Route, connection: Connection, block: bytes, received: Received
    ) -> tuple[Truncation | None, str | None, bool]:
        """Sends and receives. Returns why it was truncated, the error, and whether the connection can be used on."""
        try:
            async with asyncio.timeout(self.max_seconds):
                await _send(connection, route, block)
                return None, None, await _receive(ask, connection, received)
        except TooLong as error:
            return "length", str(error), False
        except TimeoutError:
            return "time", "the server was too slow", False
        except (CutOff, OSError) as error:
            return "disconnect", str(error) or type(error).__name__, False
        except (NotHttp, Abandoned) as error:
            return "unspecified", str(error), False


async def _send(connection: Connection, route: Route, block: bytes) -> None:
    secret = route.proxy.authorization if route.absolute and route.proxy else None
    if secret:
        line, _, rest = block.partition(b"\r\n")
        block = line + b"\r\nProxy-Authorization: " + secret + b"\r\n" + rest
    connection.writer.write(block)
    await connection.writer.drain()


async def _receive(ask: Ask, connection: Connection, received: Received) -> bool:
    inbound = Inbound(reader=connection.reader, keep=received.keep, wanted=received.wanted)
    head = await _final_head(inbound, received)
    if head.status == 101 and received.listener:
        await received.listener.take_over(connection)
        return False
    empty = ask.method == "HEAD" or head.status in (204, 304)
    try:
        marked = await inbound.body(head, empty=empty)
    except NotHttp:
        await _all_else(inbound)
        raise
    received.surplus = connection.surplus
    return marked and head.keeps_alive


async def _final_head(inbound: Inbound, received: Received) -> Head:
    while True:
        head = parse_head(await inbound.head())
        try:
            interim = 100 <= head.status < 200 and head.status != 101
        except NotHttp:
            received.end_head(interim=False)
            await _all_else(inbound)
            raise
        received.end_head(interim=interim)
        if not interim:
            return head


async def _all_else(inbound: Inbound) -> None:
    """What is no HTTP is kept as well, until its server closes or falls silent."""
    inbound.idle = SILENCE
    with contextlib.suppress(TimeoutError):
        await inbound.body(Head(first=b"", fields=()), empty=False)
