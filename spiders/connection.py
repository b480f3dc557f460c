"""Connections to servers: addresses checked before a byte is sent, certificates verified, kept for the next request."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections import defaultdict
from dataclasses import dataclass
from time import monotonic

from spiders.errors import Unreachable
from spiders.framing import CutOff, Inbound, NotHttp, parse_head
from spiders.guard import Guard
from spiders.route import Proxy, Route

LINE_LIMIT = 262_144
CONNECT_SECONDS = 20.0
IDLE_SECONDS = 15.0  # servers close idle connections after 5 to 60 s; a stale one costs a second try


@dataclass(kw_only=True, slots=True, eq=False)
class Connection:
    """One open connection. `peer` is the server's address: unknown (None) when a proxy stands between."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    peer: str | None
    tls: str | None = None
    cipher: str | None = None
    chain: tuple[bytes, ...] = ()
    used: bool = False
    idle_since: float = 0.0

    def close(self) -> None:
        self.writer.transport.abort()

    @property
    def usable(self) -> bool:
        recent = monotonic() - self.idle_since < IDLE_SECONDS
        return recent and not (self.writer.is_closing() or self.reader.at_eof() or self.surplus)

    @property
    def surplus(self) -> bytes:
        """What has come and was not asked for: the next answer would begin with it."""
        return bytes(self.reader._buffer)  # type: ignore[attr-defined]  # there is no public way to look


def tls_context() -> ssl.SSLContext:
    """Verifies certificates against the system's, or against those in SSL_CERT_FILE; speaks HTTP/1.1 only."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialer:
    """Opens connections. Raises `Refused` or `Unreachable`."""

    guard: Guard
    context: ssl.SSLContext

    async def open(self, url: str, route: Route) -> Connection:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._open(url, route)
        except TimeoutError as error:
            raise Unreachable(url, f"no connection within {CONNECT_SECONDS:.0f} s") from error
        except socket.gaierror as error:
            raise Unreachable(url, f"no address for {route.host}: {error.strerror}") from error
        except ssl.SSLError as error:
            distrusted = isinstance(error, ssl.SSLCertVerificationError)
            raise Unreachable(url, f"TLS with {route.host} failed: {error}", retry=not distrusted) from error
        except (OSError, CutOff, NotHttp) as error:
            raise Unreachable(url, f"no connection to {route.host}:{route.port}: {error}") from error

    async def _open(self, url: str, route: Route) -> Connection:
        if route.proxy is None:
            connection = await self._dial(url, route)
        else:
            connection = await self._through(route.proxy, route)
        if route.tls:
            await connection.writer.start_tls(self.context, server_hostname=route.host)
            tls = connection.writer.get_extra_info("ssl_object")
            connection.tls, connection.cipher = tls.version(), tls.cipher()[0]
            connection.chain = certificates(tls)
        return connection

    async def _dial(self, url: str, route: Route) -> Connection:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(route.host, route.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:  # all of them: a name with one private address is not tried at another
            self.guard.check_address(url, route.host, address)
        return await _first_that_answers(addresses, route.port)

    async def _through(self, proxy: Proxy, route: Route) -> Connection:
        tls = self.context if proxy.tls else None
        reader, writer = await asyncio.open_connection(proxy.host, proxy.port, limit=LINE_LIMIT, ssl=tls)
        connection = Connection(reader=reader, writer=writer, peer=None)
        if route.tls:
            await _tunnel(connection, proxy, f"{route.host}:{route.port}")
        return connection


def certificates(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The chain as the server sent it, DER. Python has a public name for it from 3.13 on."""
    if sys.version_info >= (3, 13):
        return tuple(tls.get_unverified_chain())
    found = tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]
    return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in found)


async def _first_that_answers(addresses: list[str], port: int) -> Connection:
    refusals: list[OSError] = []
    for address in addresses:
        try:
            reader, writer = await asyncio.open_connection(address, port, limit=LINE_LIMIT)
        except OSError as error:
            refusals.append(error)
        else:
            return Connection(reader=reader, writer=writer, peer=address)
    raise refusals[0] if refusals else OSError("no address")


async def _tunnel(connection: Connection, proxy: Proxy, target: str) -> None:
    ask = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n".encode()
    if proxy.authorization:
        ask += b"Proxy-Authorization: " + proxy.authorization + b"\r\n"
    connection.writer.write(ask + b"\r\n")

    async def forget(_: bytes) -> None:
        """The proxy's answer is not the server's: it is not archived."""

    head = parse_head(await Inbound(reader=connection.reader, keep=forget).head())
    if head.status != 200:
        connection.close()
        raise OSError(f"the proxy {proxy.host}:{proxy.port} answered {head.first.decode('latin-1')!r}")


class Pool:
    """Idle connections by route."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._idle: defaultdict[Route, list[Connection]] = defaultdict(list)

    def check(self, url: str) -> None:
        """Raises `Refused` for a URL that is not to be fetched at all."""
        self._dialer.guard.check_url(url)

    async def take(self, url: str, route: Route, *, fresh: bool = False) -> Connection:
        self.check(url)
        waiting = self._idle[route]
        while waiting and not fresh:
            connection = waiting.pop()
            if connection.usable:
                return connection
            connection.close()
        return await self._dialer.open(url, route)

    def give_back(self, route: Route, connection: Connection) -> None:
        connection.used, connection.idle_since = True, monotonic()
        self._idle[route].append(connection)

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
