"""Passing an answer on to the browser while it is recorded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass, field

from spiders.connection import Connection
from spiders.framing import CHUNK, Abandoned, NotHttp

HELLO_SECONDS = 60.0  # as asyncio gives a TLS handshake


@dataclass(kw_only=True, slots=True, eq=False)
class Passed:
    """One connection of the browser: a `Listener` of the wire. Counts what crosses after a switch of protocols."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    taken_over: bool = False
    sent: int = 0
    received: int = 0
    _held: bytearray = field(default_factory=bytearray)

    async def hear(self, piece: bytes) -> None:
        """A head is heard line by line: what arrives together is passed on together."""
        if not self.wants_more():
            raise Abandoned("the browser closed the connection before the end")
        if not self._held:
            asyncio.get_running_loop().call_soon(self._release)
        self._held += piece
        if len(self._held) >= CHUNK:
            self._release()
            with contextlib.suppress(OSError):  # it is closed, as the next piece will notice
                await self.writer.drain()

    def _release(self) -> None:
        self.writer.write(bytes(self._held))
        self._held.clear()

    def wants_more(self) -> bool:
        return not (self.reader.at_eof() or self.writer.is_closing())

    async def take_over(self, connection: Connection) -> None:
        """Both directions until either side ends. A WebSocket's frames pass; their number of bytes is noted."""
        self.taken_over = True
        ways = [
            asyncio.create_task(self._pump(self.reader, connection.writer, outward=True)),
            asyncio.create_task(self._pump(connection.reader, self.writer, outward=False)),
        ]
        _, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()

    def told(self) -> bytes:
        return f"passed through, not archived: {self.sent} bytes sent, {self.received} bytes received\n".encode()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, outward: bool) -> None:
        try:
            while piece := await source.read(CHUNK):
                target.write(piece)
                await target.drain()
                if outward:
                    self.sent += len(piece)
                else:
                    self.received += len(piece)
        except OSError:
            return  # it ended the hard way


async def first_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The byte that comes next on a connection whose reading is paused, and stays there; empty at its end.

    Raises `NotHttp` when something had come before the pause, and `TimeoutError` when nothing comes.
    """
    if reader._buffer:  # type: ignore[attr-defined]  # there is no public way to look; TLS would never see it
        raise NotHttp("the browser did not wait for its tunnel")
    loop, waiting = asyncio.get_running_loop(), asyncio.Event()
    with socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno())) as same:
        loop.add_reader(same, waiting.set)
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                await waiting.wait()
        finally:
            loop.remove_reader(same)
        return same.recv(1, socket.MSG_PEEK)
