"""HTTP connections that go only where they may: the address is checked that is connected to, not the name.

Python's own http.client is used because it lets us make the socket: a library that resolves the name by itself could be
given another address than the one that was checked. No proxy is used, for the same reason.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any, TypeVar

from events.deliveries.errors import Unavailable

Result = TypeVar("Result")
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]  # as getaddrinfo gives it
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class GuardedConnection(HTTPConnection):
    """An HTTP connection, over TLS if `tls` is given, that refuses private addresses before the first byte is sent."""

    def __init__(
        self, host: str, port: int, *, timeout: float, tls: ssl.SSLContext | None, allow_private: bool
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if tls else 80  # what the Host field leaves out
        self._tls = tls
        self._allow_private = allow_private
        self.cut = False

    def connect(self) -> None:
        addresses = resolve(self.host, self.port, self.timeout or 0)
        allowed = [found for found in addresses if self._allow_private or is_public(str(found[4][0]))]
        if not allowed:
            raise Unavailable(
                f"{self.host} is {addresses[0][4][0]}, which is not a public address: "
                "set allow_private = true if it is yours"
            )
        self.sock = self._connect_to_first(allowed)
        if self._tls:
            # Known before the handshake begins, so that whoever watches the time can cut that too.
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def cut_off(self) -> None:
        """End it now, from another thread; whoever reads or writes gets an error."""
        self.cut = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def _connect_to_first(self, addresses: Sequence[Address]) -> socket.socket:
        failed = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            made = socket.socket(family, kind, protocol)
            made.settimeout((self.timeout or 0) / len(addresses))
            try:
                made.connect(address)
                made.settimeout(self.timeout)
                return made
            except OSError as error:
                made.close()
                failed = error
        raise failed


def resolve(host: str, port: int, timeout: float) -> Sequence[Address]:
    """The addresses of a name. Raises OSError."""
    return within(
        timeout,
        lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
        f"the address of {host} was not found",
    )


def within(timeout: float, act: Callable[[], Result], late: str) -> Result:
    """What comes of `act`. Nothing can cut a look-up off, so what takes too long is left to itself: TimeoutError."""
    ended: Future[Result] = Future()

    def run() -> None:
        try:
            ended.set_result(act())
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            ended.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    if not wait([ended], timeout).done:
        raise TimeoutError(late)
    return ended.result()


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet at large; addresses that carry an IPv4 address are judged by that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.teredo or found.sixtofour or found.is_site_local:
            return False
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
    return found.is_global and not found.is_multicast
