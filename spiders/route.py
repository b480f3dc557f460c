"""How to get to a URL: directly, or through the proxy that the ordinary environment variables name."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed has only proxy_bypass

from spiders.errors import VisitError


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """An upstream proxy; `authorization` is the value of Proxy-Authorization (never archived).

    `tls`: it is spoken to over TLS, its certificate verified like any other.
    """

    host: str
    port: int
    tls: bool = False
    authorization: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where a connection goes. Equal routes may share a connection."""

    host: str
    port: int
    tls: bool
    proxy: Proxy | None

    @property
    def authority(self) -> str:
        """`host` or `host:port`, as in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    @property
    def absolute(self) -> bool:
        """Whether the request line carries the whole URL (plain HTTP through a proxy)."""
        return self.proxy is not None and not self.tls


def parse_proxy(value: str) -> Proxy:
    """A proxy from `http://[user:password@]host:port`, or the same with `https://`."""
    parts = urlsplit(value if "://" in value else f"http://{value}")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port:
        shown = value.rpartition("@")[2]  # without its password
        raise VisitError(f"the proxy {shown!r} cannot be used: it must look like http://host:port or https://host:port")
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = b"Basic " + base64.b64encode(pair.encode())
    return Proxy(host=parts.hostname, port=port, tls=parts.scheme == "https", authorization=authorization)


@dataclass(frozen=True, kw_only=True, slots=True)
class Routes:
    """Routes by URL: `proxies` by scheme, `bypass` in the form of NO_PROXY."""

    proxies: Mapping[str, Proxy]
    bypass: str = ""

    def to(self, url: str) -> Route:
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if tls else 80)
        passed = self.bypass and proxy_bypass_environment(f"{host}:{port}", {"no": self.bypass})
        return Route(host=host, port=port, tls=tls, proxy=None if passed else self.proxies.get(parts.scheme))


def routes_from(env: Mapping[str, str]) -> Routes:
    """Routes from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (lower case wins, as everywhere)."""

    def named(name: str) -> str:
        return env.get(name) or env.get(name.upper()) or ""

    chosen = {scheme: named(f"{scheme}_proxy") or named("all_proxy") for scheme in ("http", "https")}
    return Routes(
        proxies={scheme: parse_proxy(value) for scheme, value in chosen.items() if value}, bypass=named("no_proxy")
    )
