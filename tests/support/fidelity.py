"""A web server that answers with given bytes and logs every byte, and a forward proxy in front of it. Loopback only."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send: pieces one after the other, `pause` seconds between them; then close, or serve the next request."""

    pieces: tuple[bytes, ...]
    close: bool = False
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Logged:
    """One exchange as the server saw it."""

    tls: bool
    request: bytes
    response: bytes

    @property
    def path(self) -> str:
        """The path and query asked for, from either form of request line."""
        target = self.request.split(b" ", 2)[1].decode("latin-1")
        return "/" + target.split("/", 3)[3] if target.startswith("http") else target


def reply(body: bytes = b"", *fields: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> Reply:
    """An ordinary answer with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *fields]
    return Reply(("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body,))


def page(title: str, inner: str = "", *, lang: str = "en") -> bytes:
    """A page with enough words of its own to be taken for one."""
    words = "This page of the test site says the same few words at every visit, so that it reads as a real one. " * 4
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="icon" href="data:,"></head><body><main><h1>{title}</h1><p>{words}</p>{inner}</main></body></html>'
    ).encode()


Answer = Reply | Callable[[bytes], Reply]


def held() -> dict[str, Answer]:
    """`/held` is answered once `/over` was asked for: a page that asks for both is busy in between."""
    over = threading.Event()

    def wait(_: bytes) -> Reply:
        over.wait(60)
        return reply(b"", kind="text/plain")

    def end(_: bytes) -> Reply:
        over.set()
        return reply(b"", kind="text/plain")

    return {"/held": wait, "/over": end}


class Everywhere(dict[str, Answer]):
    """Addresses with any query are those without."""

    def get(self, path: str, default: Answer | None = None) -> Answer:  # type: ignore[override]
        return super().get(path.partition("?")[0], default) or reply(b"", status="404 Not Found")


@dataclass
class Site:
    """Serves `pages` (path and query, without host) over HTTP and HTTPS and keeps `log`."""

    folder: Path
    pages: dict[str, Answer]
    hosts: tuple[str, ...] = ("site.example", "www.site.example", "cdn.example", "localhost")
    log: list[Logged] = field(default_factory=list)
    _sockets: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Site:
        self.ca = self.folder / "ca.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(self.folder, self.hosts))
        self.http = self._listen(lambda connection: self._serve(connection, tls=False))
        self.https = self._listen(lambda c: self._serve(context.wrap_socket(c, server_side=True), tls=True))
        self.proxy = self._listen(self._forward)
        return self

    def __exit__(self, *_: object) -> None:
        for listening in self._sockets:
            listening.close()

    def env(self) -> dict[str, str]:
        """The environment of somebody who reaches the site through the proxy and trusts its certificate."""
        proxy = f"http://127.0.0.1:{self.proxy}"
        return {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "", "SSL_CERT_FILE": str(self.ca)}

    def asked(self, path: str) -> list[Logged]:
        return [logged for logged in self.log if logged.path == path]

    def _listen(self, serve: Callable[[socket.socket], None]) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        self._sockets.append(listening)
        threading.Thread(target=_accept, args=(listening, serve), daemon=True).start()
        port: int = listening.getsockname()[1]
        return port

    def _serve(self, connection: socket.socket, *, tls: bool) -> None:
        while request := _read_request(connection):
            path = Logged(tls, request, b"").path
            answer = self.pages.get(path, reply(b"nothing here", status="404 Not Found", kind="text/plain"))
            ready = answer if isinstance(answer, Reply) else answer(request)
            sent = _send(connection, ready)
            self.log.append(Logged(tls, request, sent))
            if ready.close:
                return

    def _forward(self, connection: socket.socket) -> None:
        """CONNECT and absolute-form requests alike end at this site, whatever host they name."""
        head = connection.recv(65536, socket.MSG_PEEK)
        secure = head.startswith(b"CONNECT ")
        host = head.split(b" ", 2)[1].removeprefix(b"http://").partition(b"/")[0].partition(b":")[0]
        if host.decode() not in self.hosts:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 502 No such host\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if secure:
            _read_request(connection)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.https if secure else self.http)) as onward:
            back = threading.Thread(target=_pump, args=(onward, connection), daemon=True)
            back.start()
            _pump(connection, onward)
            back.join(5)


def _accept(listening: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_quietly, args=(serve, connection), daemon=True).start()


def _quietly(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection:
        try:
            serve(connection)
        except OSError:  # the client went away
            return


def _read_request(connection: socket.socket) -> bytes:
    """One request with a Content-Length body; empty when the client closed. Read bytewise: nothing of the next."""
    request = b""
    while not request.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        request += piece
    length = next((line for line in request.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    missing = int(length.partition(b":")[2])
    while missing and (piece := connection.recv(missing)):
        request, missing = request + piece, missing - len(piece)
    return request


def _send(connection: socket.socket, ready: Reply) -> bytes:
    sent = b""
    for piece in ready.pieces:
        connection.sendall(piece)
        sent += piece
        time.sleep(ready.pause)
    if ready.close and isinstance(connection, ssl.SSLSocket):
        connection.unwrap()  # a proper close_notify
    return sent


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _certificate(folder: Path, hosts: Iterable[str]) -> Path:
    """A CA in ca.pem, and a certificate for `hosts` signed by it, with its key, in the file returned."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    now = datetime.now(UTC)

    def signed(name: x509.Name, extension: x509.ExtensionType, *, critical: bool) -> bytes:
        builder = x509.CertificateBuilder(subject_name=name, issuer_name=issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=critical)
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    (folder / "ca.pem").write_bytes(signed(issuer, x509.BasicConstraints(ca=True, path_length=None), critical=True))
    leaf = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example")])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "site.pem"
    path.write_bytes(private + signed(leaf, names, critical=False))
    return path
