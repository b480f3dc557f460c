"""A forward proxy on loopback that answers by itself for the hosts of one site. It never connects to anything."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import urlsplit

from fanlight.origin.authority import Authority
from fanlight.origin.http import Headers, Reply, Request, Site, conditional, encoded, reply, wire

IDLE = 60.0
DEFAULT_PORTS = {"http": 80, "https": 443}


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """One answered request. `sent` and `received` count bytes of the answer and of the request's body."""

    when: datetime
    method: str
    url: str
    status: int
    sent: int
    received: int


class Origin:
    """Plays `site` behind a proxy. `folder` receives the certificates; `clock` dates the answers (UTC)."""

    def __init__(self, site: Site, folder: Path, *, port: int = 0, clock: Callable[[], datetime] = utc_now) -> None:
        self.site = site
        self.clock = clock
        self.folder = folder
        self._port = port
        self._log: list[Logged] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._authority: Authority | None = None

    def start(self) -> None:
        """Listen and answer until `stop`. Raises OSError when the port is taken."""
        self._server = _Server(("127.0.0.1", self._port), self)
        self._authority = Authority(self.folder, utc_now())  # TLS is checked against the real time, not a simulated one
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="origin").start()

    def stop(self) -> None:
        """Stop listening; requests under way end with their connections."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Origin:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def proxy(self) -> str:
        """The address for HTTP_PROXY and HTTPS_PROXY."""
        if self._server is None:
            raise RuntimeError("the origin has not been started")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def ca_bundle(self) -> Path:
        """The file for SSL_CERT_FILE."""
        return self.folder / "ca.pem"

    @property
    def environment(self) -> dict[str, str]:
        """What a visitor's environment needs so that it reaches this origin, and only it."""
        names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
        return {**dict.fromkeys(names, self.proxy), "SSL_CERT_FILE": str(self.ca_bundle)}

    @property
    def log(self) -> Sequence[Logged]:
        """All requests answered so far, in order of their ends."""
        with self._lock:
            return tuple(self._log)

    def context(self, host: str) -> ssl.SSLContext:
        if self._authority is None:
            raise RuntimeError("the origin has not been started")
        return self._authority.context(host)

    def answer(self, request: Request) -> Reply:
        """The site's reply, made conditional, coded and dated."""
        if not self.site.plays(request.parts.hostname or ""):
            return reply(_unknown(request.url), "text/plain; charset=utf-8", status=502)
        answer = encoded(request, conditional(request, self.site(request)))
        date = format_datetime(self.clock(), usegmt=True)
        return replace(answer, headers=(("Date", date), ("Server", "origin"), *answer.headers))

    def record(self, request: Request, answer: Reply, sent: int) -> None:
        line = Logged(
            when=request.when, method=request.method, url=request.url,
            status=answer.status, sent=sent, received=len(request.body),
        )  # fmt: skip
        with self._lock:
            self._log.append(line)


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], origin: Origin) -> None:
        self.origin = origin
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up or distrusts our authority is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    """One connection: absolute-form requests, or CONNECT and then TLS for the host asked for."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE
    disable_nagle_algorithm = True
    base = ""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            if self.command == "CONNECT":
                self._tunnel()
            else:
                self._answer()

    def _tunnel(self) -> None:
        host, _, port = self.path.rpartition(":")
        if not self.server.origin.site.plays(host):
            self._send(self._request(f"https://{self.path}/", b""))
            self.close_connection = True
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        secured = self.server.origin.context(host).wrap_socket(self.connection, server_side=True)
        self.connection = self.request = secured
        self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb", 0)  # type: ignore[assignment]
        self.base = f"https://{host}" if int(port) == DEFAULT_PORTS["https"] else f"https://{self.path}"
        self.close_connection = False

    def _answer(self) -> None:
        body = self._body()
        self._send(self._request(self.base + self.path, body))

    def _request(self, url: str, body: bytes) -> Request:
        headers: Headers = tuple(self.headers.items())
        return Request(method=self.command, url=_tidy(url), headers=headers, body=body, when=self.server.origin.clock())

    def _send(self, request: Request) -> None:
        answer = self.server.origin.answer(request)
        pieces = list(wire(request.method, answer))
        self.server.origin.record(request, answer, sum(map(len, pieces)))  # before the visitor can see the answer
        for piece in pieces:
            self.wfile.write(piece)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunk(self) -> bytes:
        data = self.rfile.read(int(self.rfile.readline().split(b";")[0], 16))
        self.rfile.readline()
        return data

    def log_message(self, format: str, *args: object) -> None:
        """The origin keeps its own log."""


def _tidy(url: str) -> str:
    """The URL with a path, and without the port that its scheme implies."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if parts.port is not None and parts.port == DEFAULT_PORTS.get(parts.scheme):
        netloc = netloc.rpartition(":")[0]
    return parts._replace(netloc=netloc, path=parts.path or "/").geturl()


def _unknown(url: str) -> str:
    return f"The origin does not play {urlsplit(url).netloc}, and it never forwards: {url}\n"
