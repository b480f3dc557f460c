"""The recording proxy between our browser and the web: what it passes on is kept, byte for byte.

The browser's request goes out as the browser wrote it (method, path, fields, body), over our own connection, so the
server sees HTTP/1.1 and Python's TLS. Only the source's hosts pass: anything else is answered 403 here and noted,
never fetched.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.http import header
from archive.model import Exchange
from spiders.ca import Authority
from spiders.errors import NotFetched, Refused
from spiders.framing import CutOff, Head, Inbound, NotHttp, parse_head
from spiders.look import response_head
from spiders.message import Ask
from spiders.passing import Passed, first_byte
from spiders.wire import Wire

HELLO = "http://recorder.invalid/"  # where a browser says its password first; answered here
WELCOME = b"HTTP/1.1 204 Welcome\r\n\r\n"  # which shows nothing: a page would need a process of its own
WHO = b'HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="Fanlight"\r\nContent-Length: 0\r\n\r\n'
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
DENIED = b"HTTP/1.1 403 Not recorded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
FAILED = b"HTTP/1.1 502 Not reached\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
HANDSHAKE = b"\x16"  # what TLS begins with
MAX_UPLOAD = 16_777_216
HEAD_LIMIT = 262_144


@dataclass(kw_only=True, slots=True)
class Recorder:
    """Listens on loopback, and serves only who knows `password`: any program of this machine can connect.

    `keep` archives an exchange, `admit` says no by raising. `turned_away` hears of requests to other hosts; `failures`
    holds what was not fetched, by URL; `note` archives a fact about an exchange.
    """

    wire: Wire
    authority: Authority
    admit: Callable[[str], None]
    keep: Callable[[Exchange], Awaitable[object]]
    turned_away: Callable[[NotFetched], None]
    note: Callable[[str, bytes, str], Awaitable[None]]
    password: str = field(repr=False)
    failures: dict[str, NotFetched] = field(default_factory=dict)
    under_way: set[Passed] = field(default_factory=set)
    clients: int = 0
    last_active: float = field(default_factory=monotonic)
    _server: asyncio.Server | None = None

    async def start(self) -> str:
        """Starts listening; the address for the browser's proxy setting."""
        self._server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=HEAD_LIMIT)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def close(self) -> None:
        if self._server:
            self._server.close()

    @property
    def idle(self) -> float:
        """For how many seconds nothing has been under way; WebSockets do not count."""
        busy = any(not client.taken_over for client in self.under_way)
        return 0.0 if busy else monotonic() - self.last_active

    async def quiet(self, seconds: float, *, at_most: float) -> None:
        """Waits until nothing has been under way for `seconds`, or until `at_most` is over."""
        end = monotonic() + at_most
        while (idle := self.idle) < seconds and monotonic() < end:
            await asyncio.sleep(max(0.01, seconds - idle) if idle else 0.03)

    async def drained(self, *, at_most: float) -> None:
        """Waits until everything passed on is kept; after the browser has closed."""
        end = monotonic() + at_most
        while self.clients and monotonic() < end:
            await asyncio.sleep(0.02)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients += 1
        try:
            await self._serve(Passed(reader=reader, writer=writer))
        except (CutOff, NotHttp, OSError, ssl.SSLError, TimeoutError, ValueError):
            pass  # the browser left, or speaks no HTTP: nothing of the web is lost by that
        except ArchiveError:
            pass  # the visit knows, and ends
        finally:
            self.clients -= 1
            writer.close()

    async def _serve(self, client: Passed) -> None:
        going, origin = True, ""
        while going:
            block, head, body = await _request(client.reader)
            method, target, _ = head.first.decode("latin-1").split(" ", 2)
            if not origin and not self._knows(head):  # inside a tunnel it was said at its door
                client.writer.write(WHO)
                continue
            if target == HELLO:
                client.writer.write(WELCOME)
                continue
            if method == "CONNECT":
                origin = await self._open_tunnel(target, client.reader, client.writer)
                going = bool(origin)
                continue
            fields = block.partition(b"\r\n")[2].removesuffix(b"\r\n")
            going = await self._answer(Ask(method=method, url=origin + target, fields=fields, body=body), client)

    def _knows(self, head: Head) -> bool:
        right = b"Basic " + base64.b64encode(b"fanlight:" + self.password.encode())
        return hmac.compare_digest(head.get(b"proxy-authorization"), right)

    async def _open_tunnel(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """The origin inside; empty where nobody is let through. What begins without TLS is a plain WebSocket."""
        try:
            self.wire.pool.check(f"https://{target}/")
        except Refused as refusal:
            self.turned_away(refusal)
            writer.write(DENIED)
            return ""
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # nothing may be taken from TLS that is to come
        writer.write(ESTABLISHED)
        await writer.drain()
        if await first_byte(reader, writer) != HANDSHAKE:
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            return f"http://{target.removesuffix(':80')}"
        await writer.start_tls(self.authority.context(urlsplit(f"//{target}").hostname or ""))
        return f"https://{target.removesuffix(':443')}"

    async def _answer(self, ask: Ask, client: Passed) -> bool:
        """Fetches for the browser; True when its connection can be used on."""
        self.under_way.add(client)
        try:
            self.wire.pool.check(ask.url)
            self.admit(ask.url)
            exchange = await self.wire.fetch(ask, client)
            reusable = _reusable(exchange)  # before the archive takes the file
            await self.keep(exchange)
            if client.taken_over:
                await self.note(ask.url, client.told(), "text/plain")
            return reusable
        except NotFetched as error:
            self.failures[ask.url] = error
            if isinstance(error, Refused):
                self.turned_away(error)
            client.writer.write(DENIED if isinstance(error, Refused) else FAILED)
            return False
        finally:
            self.under_way.discard(client)
            self.last_active = monotonic()


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, Head, bytes]:
    """The next request of the browser: its head as sent, the same parsed, and its body as sent."""
    body = bytearray()

    async def keep(piece: bytes) -> None:
        body.extend(piece)
        if len(body) > MAX_UPLOAD:
            raise NotHttp(f"an upload of more than {MAX_UPLOAD} bytes")

    inbound = Inbound(reader=reader, keep=keep, idle=3_600)
    block = await inbound.head()
    body.clear()
    head = parse_head(block)
    await inbound.body(head, empty=head.length is None and not head.chunked)
    return block, head, bytes(body)


def _reusable(exchange: Exchange) -> bool:
    """Whether the browser can tell from the answer where it ended."""
    head = response_head(exchange)
    if exchange.truncated or head is None:
        return False
    if head.version != "HTTP/1.1" or "close" in (header(head.headers, "Connection") or "").lower():
        return False
    marked = header(head.headers, "Content-Length") or header(head.headers, "Transfer-Encoding")
    return bool(marked) or exchange.method == "HEAD" or head.status in (204, 304)
