"""What goes into an exchange and what comes back while it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from archive.disk import writing
from spiders.route import Route

if TYPE_CHECKING:
    from spiders.connection import Connection

NOT_OURS = (b"proxy-authorization:", b"proxy-connection:")


class TooLong(Exception):
    """The response is longer than the source allows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request to be made. `fields` is the header block as it will be sent: lines that end in CRLF, Host included."""

    method: str
    url: str
    fields: bytes
    body: bytes = b""

    def block(self, route: Route) -> bytes:
        """The request as archived: all that is sent, but for Proxy-Authorization."""
        lines = self.fields.splitlines(keepends=True)
        kept = b"".join(line for line in lines if not line.lower().startswith(NOT_OURS))
        line = f"{self.method} {self._target(route)} HTTP/1.1\r\n".encode("latin-1")
        return line + kept + b"\r\n" + self.body

    def _target(self, route: Route) -> str:
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query or self.url.endswith("?") else "")
        return f"http://{route.authority}{path}" if route.absolute else path


class Listener(Protocol):
    """Somebody who gets the answer as it comes (the browser behind the recorder)."""

    async def hear(self, piece: bytes) -> None:
        """The next bytes received. Raises `Abandoned`."""

    def wants_more(self) -> bool:
        """Asked about once a second while the server says nothing."""

    async def take_over(self, connection: Connection) -> None:
        """The server switched protocols (101): what follows is no HTTP."""


@dataclass(kw_only=True, slots=True)
class Received:
    """What has come back so far. `limit` is the greatest size in bytes."""

    file: IO[bytes]
    limit: int
    listener: Listener | None
    interim: bytearray = field(default_factory=bytearray)
    head: bytearray = field(default_factory=bytearray)
    surplus: bytes = b""  # what came behind the end
    size: int = 0
    in_body: bool = False

    async def keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.in_body:
            with writing("what the server sent"):
                self.file.write(piece)
        else:
            self.head += piece
        if self.listener:
            await self.listener.hear(piece)
        if self.size > self.limit:
            raise TooLong(f"longer than {self.limit} bytes")

    def end_head(self, *, interim: bool) -> None:
        if interim:
            self.interim += self.head
        else:
            self.file.write(self.head)
            self.in_body = True
        self.head = bytearray()

    def end(self, spool: Path) -> None:
        """Nothing more comes. Raises ArchiveError when it could not be kept in the folder `spool`."""
        with writing(spool):
            if self.head:  # it broke off inside the head
                self.end_head(interim=False)
            self.file.seek(0)

    def wanted(self) -> bool:
        return self.listener is None or self.listener.wants_more()
