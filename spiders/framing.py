"""HTTP/1.x messages off a stream: where they begin and end, and nothing lost on the way.

Every piece that is read is handed to `keep` before it is looked at, so a message that breaks off, or that is not
HTTP at all, is kept as far as it came.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from archive.records import is_number

CHUNK = 65_536
STEP = 1.0
Keep = Callable[[bytes], Awaitable[None]]


class CutOff(Exception):
    """The other side closed the connection inside a message."""


class Abandoned(Exception):
    """Whoever asked no longer wants the answer."""


class NotHttp(Exception):
    """What came is not an HTTP message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A message head: its first line, and the fields with lower-case names in the order sent, folded lines joined."""

    first: bytes
    fields: tuple[tuple[bytes, bytes], ...]

    def get(self, name: bytes) -> bytes:
        """All values of a field, joined by commas; empty when it is absent."""
        return b",".join(value for field, value in self.fields if field == name)

    def tokens(self, name: bytes) -> list[bytes]:
        return [token.strip().lower() for token in self.get(name).split(b",") if token.strip()]

    @property
    def status(self) -> int:
        """The status code of a response head."""
        parts = self.first.split(None, 2)
        if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not _is_number(parts[1]):
            raise NotHttp(f"not a status line: {self.first[:60]!r}")
        return int(parts[1])

    @property
    def chunked(self) -> bool:
        return b"chunked" in self.tokens(b"transfer-encoding")

    @property
    def length(self) -> int | None:
        """Content-Length; None when it is absent or makes no sense."""
        values = set(self.tokens(b"content-length"))
        value = values.pop() if len(values) == 1 else b""
        return int(value) if _is_number(value) else None

    @property
    def keeps_alive(self) -> bool:
        return b"HTTP/1.1" in self.first and b"close" not in self.tokens(b"connection")


def parse_head(block: bytes) -> Head:
    """A head from its bytes, leniently: lines without a colon are skipped, as browsers do."""
    first, *lines = block.replace(b"\r\n", b"\n").strip(b"\n").split(b"\n")
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, value + b" " + line.strip())
        elif b":" in line:
            name, _, value = line.partition(b":")
            fields.append((name.strip().lower(), value.strip()))
    return Head(first=first, fields=tuple(fields))


@dataclass(kw_only=True, slots=True)
class Inbound:
    """Reads messages off `reader`.

    `idle` is how many seconds it waits for the next byte; `wanted` is asked every second of them whether to go on.
    """

    reader: asyncio.StreamReader
    keep: Keep
    wanted: Callable[[], bool] = lambda: True
    idle: float = 60.0
    max_head: int = 262_144
    _since: float = math.inf  # when it began to wait, on the monotonic clock

    async def head(self) -> bytes:
        """The bytes of one head, through its empty line. An empty line before it is tolerated (RFC 9112, 2.2)."""
        block, begun = bytearray(), False
        with self._patience():
            while True:
                line = await self._line()
                block += line
                begun = begun or bool(line.strip())
                if line in (b"\r\n", b"\n") and begun:
                    return bytes(block)
                if len(block) > self.max_head:
                    raise NotHttp(f"the header is larger than {self.max_head} bytes")

    async def body(self, head: Head, *, empty: bool) -> bool:
        """Reads the body that follows `head`. True when its end was marked, so that the connection can be used on."""
        if empty:
            return True
        with self._patience():
            if head.chunked:
                await self._chunks()
            elif head.length is not None:
                await self._exactly(head.length)
            else:
                while piece := await self._piece(CHUNK):
                    await self.keep(piece)
        return head.chunked or head.length is not None

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """Ends the reading of this message where nothing comes, or where nobody wants it. One timer, not one a line."""
        loop = asyncio.get_running_loop()

        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal timer
            if not self.wanted():
                self.reader.set_exception(Abandoned("given up by who asked for it"))
            elif monotonic() - self._since >= self.idle:
                self.reader.set_exception(TimeoutError())
            else:
                timer = loop.call_later(STEP, look)

        timer = loop.call_later(STEP, look)
        try:
            yield
        finally:
            timer.cancel()

    async def _awaited(self, read: Awaitable[bytes]) -> bytes:
        self._since = monotonic()
        try:
            return await read
        finally:
            self._since = math.inf  # what is done with it does not count

    async def _chunks(self) -> None:
        while size := _chunk_size(await self._line()):
            await self._exactly(size)
            await self._line()
        while await self._line() not in (b"\r\n", b"\n"):
            pass  # trailer fields

    async def _exactly(self, size: int) -> None:
        while size:
            piece = await self._piece(min(size, CHUNK))
            if not piece:
                raise CutOff(f"the connection closed {size} bytes before the end")
            size -= len(piece)
            await self.keep(piece)

    async def _piece(self, size: int) -> bytes:
        return await self._awaited(self.reader.read(size))

    async def _line(self) -> bytes:
        try:
            line = await self._awaited(self.reader.readuntil(b"\n"))
        except asyncio.IncompleteReadError as error:
            await self.keep(error.partial)
            raise CutOff("the connection closed inside a line") from error
        except asyncio.LimitOverrunError as error:
            await self.keep(await self.reader.read(error.consumed))
            raise NotHttp("a line is too long") from error
        await self.keep(line)
        return line


def _is_number(value: bytes) -> bool:
    return is_number(value.decode("latin-1"))


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF"):
        raise NotHttp(f"not a chunk size: {line[:60]!r}")
    return int(digits, 16)
