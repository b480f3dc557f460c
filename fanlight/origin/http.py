"""What a site is given and what it answers."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")
CHUNK = 4096
HTML = "text/html; charset=utf-8"
Headers = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str, default: str = "") -> str:
    """The first header of that name, in any case."""
    return next((value for key, value in headers if key.lower() == name.lower()), default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request as it reached the origin; `url` is absolute, `when` is UTC."""

    method: str
    url: str
    headers: Headers
    body: bytes
    when: datetime

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    def header(self, name: str) -> str:
        return header(self.headers, name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a site answers. `body` is not coded yet: `gzip` lets the server compress it when the visitor asks.

    `chunked` sends it in chunks and without a length. Date, Server, Vary and the headers of framing and coding are
    the server's.
    """

    status: int = 200
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    chunked: bool = False
    gzip: bool = True


class Site(Protocol):
    """Something that answers for some hosts, at once from many threads."""

    def plays(self, host: str) -> bool:
        """Whether this site answers for that host (without port)."""
        ...

    def __call__(self, request: Request) -> Reply:
        """The answer to one request for a host that it plays."""
        ...


def reply(body: str | bytes, media_type: str = HTML, *, status: int = 200) -> Reply:
    """A reply with a body of that type."""
    data = body.encode() if isinstance(body, str) else body
    return Reply(status=status, headers=(("Content-Type", media_type),), body=data)


def redirect(url: str, status: int = 302) -> Reply:
    """A redirect that nobody may cache."""
    return Reply(status=status, headers=(("Location", url), ("Cache-Control", "private, no-store")))


def etagged(answer: Reply) -> Reply:
    """The same reply with an ETag made from its body."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    return replace(answer, headers=(*answer.headers, ("ETag", tag)))


def conditional(request: Request, answer: Reply) -> Reply:
    """`answer`, or 304 when the visitor already has it by its own validators."""
    if request.method not in ("GET", "HEAD") or answer.status != HTTPStatus.OK:
        return answer
    etag, modified = header(answer.headers, "ETag"), header(answer.headers, "Last-Modified")
    asked = [part.strip() for part in request.header("If-None-Match").split(",") if part.strip()]
    same = etag in asked if asked and etag else bool(modified) and request.header("If-Modified-Since") == modified
    return replace(answer, status=304, body=b"", chunked=False) if same else answer


def encoded(request: Request, answer: Reply) -> Reply:
    """`answer` in gzip coding when the visitor asks for it and its type deserves it."""
    kind = header(answer.headers, "Content-Type")
    if not (answer.gzip and answer.body and kind.startswith(COMPRESSIBLE)):
        return answer
    varied = replace(answer, headers=(*answer.headers, ("Vary", "Accept-Encoding")))
    if "gzip" not in request.header("Accept-Encoding"):
        return varied
    body = gzip.compress(answer.body, 6, mtime=0)
    return replace(varied, headers=(*varied.headers, ("Content-Encoding", "gzip")), body=body)


def wire(method: str, answer: Reply) -> Iterator[bytes]:
    """The reply as it goes over the connection: head first, then the body (none for HEAD, 204 and 304)."""
    bodiless = answer.status in (204, 304)
    framing = ("Transfer-Encoding", "chunked") if answer.chunked else ("Content-Length", str(len(answer.body)))
    headers = answer.headers if bodiless else (*answer.headers, framing)
    reason = answer.reason or HTTPStatus(answer.status).phrase
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers), "", ""]
    yield "\r\n".join(lines).encode("latin-1")
    if bodiless or method == "HEAD":
        return
    if not answer.chunked:
        yield answer.body
        return
    for start in range(0, len(answer.body), CHUNK):
        piece = answer.body[start : start + CHUNK]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
