"""Where a visit may connect: the source's hosts, over http(s), at public addresses.

The address checked is the one then connected to, so a name that resolves differently a moment later gains nothing.
`FANLIGHT_ALLOW_PRIVATE` names hosts, addresses or networks (joined by commas) that may be private all the same.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from spiders.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")  # all that is routed in the world; what lies outside is local or translated
# Not public, though Python's tables (of 3.11) do not say so: a cloud's own service, old relays, documentation.
LOCAL = [ipaddress.ip_network(one) for one in ("168.63.129.16/32", "192.88.99.0/24", "3fff::/20")]


def innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries inside (mapped, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def is_public(address: Address) -> bool:
    inner = innermost(address)
    routed = inner.version == 4 or inner in UNICAST
    return routed and inner.is_global and not inner.is_multicast and not any(inner in network for network in LOCAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """Says no by raising `Refused`. `allows` answers for host names; `private` are the operator's exceptions.

    Behind an upstream proxy it is the proxy that looks names up: only scheme, host and port are judged here.
    """

    allows: Callable[[str], bool]
    ports: frozenset[int] = frozenset({80, 443})
    private: frozenset[str] = frozenset()

    def check_url(self, url: str) -> None:
        """Before anything is resolved: the scheme and the host."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise Refused(url, f"only http and https are fetched, not {parts.scheme or 'a relative address'}")
        if not self.allows(parts.hostname or ""):
            raise Refused(url, f"{parts.hostname} is not among the source's allowed hosts")
        if (port := _port(parts)) is not None and port not in self.ports:
            raise Refused(url, f"port {port} is neither 80, 443 nor one of the source's own addresses")

    def check_address(self, url: str, host: str, address: str) -> None:
        """Before a byte is sent: the address that is about to be connected to."""
        found = ipaddress.ip_address(address.partition("%")[0])
        if not (is_public(found) or self._excepted(host, found)):
            raise Refused(url, f"{host} is at {address}, which is not public; FANLIGHT_ALLOW_PRIVATE may name it")

    def _excepted(self, host: str, address: Address) -> bool:
        return host in self.private or any(_within(address, named) for named in self.private)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return 0  # it is no port at all


def _within(address: Address, named: str) -> bool:
    try:
        return address in ipaddress.ip_network(named, strict=False)
    except ValueError:
        return False  # a host name


def parse_private(value: str) -> frozenset[str]:
    """The value of `FANLIGHT_ALLOW_PRIVATE`."""
    return frozenset(part.strip().lower() for part in value.split(",") if part.strip())
