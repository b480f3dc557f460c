"""A proxy before an S3 server that fails, stalls, truncates, answers 500, 503 and 412, and hangs up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from .server import FaultyHandler, serve

STALL = 0.5  # seconds
HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}
Fields = list[tuple[str, str]]


class Proxy(FaultyHandler):
    """Passes requests on to `upstream`, with the Host they came with: it is signed."""

    protocol_version = "HTTP/1.1"
    faults = ("refuse", "500", "503", "412", "stall", "truncate", "done_but_500", "done_but_hung_up")
    lasting = ("refuse", "500", "503", "412")  # the client asks twice more by itself
    share = 0.01
    upstream: ClassVar[SplitResult]

    def fits(self, fault: str) -> bool:
        return fault != "412" or bool({"If-None-Match", "If-Match"} & set(self.headers))

    def any(self) -> None:
        body = self._body()
        fault = self.draw()
        if fault == "refuse":
            self.close_connection = True
        elif fault.isdigit():
            self._say(int(fault), [("Content-Length", "0")], b"")
        else:
            self._pass_on(fault, body)

    def _pass_on(self, fault: str, body: bytes) -> None:
        status, fields, answer = self._ask(body)
        if fault == "stall":
            time.sleep(STALL)
        if fault == "done_but_500":
            self._say(500, [("Content-Length", "0")], b"")
        elif fault == "done_but_hung_up":
            self.close_connection = True
        elif fault == "truncate" and answer:
            self._say(status, fields, answer[: len(answer) // 2])
            self.close_connection = True
        else:
            self._say(status, fields, answer)

    def _ask(self, body: bytes) -> tuple[int, Fields, bytes]:
        connection = HTTPConnection(self.upstream.hostname or "", self.upstream.port, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP:
                connection.putheader(name, value)
        connection.putheader("Connection", "close")
        if self._is_chunked():
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, _fields(response, len(answer), self.command), answer

    def _body(self) -> bytes:
        if self._is_chunked():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _is_chunked(self) -> bool:
        return "chunked" in self.headers.get("Transfer-Encoding", "")

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _say(self, status: int, fields: Fields, answer: bytes) -> None:
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)


for method in ("GET", "PUT", "POST", "HEAD", "DELETE"):
    setattr(Proxy, f"do_{method}", Proxy.any)


def start(upstream: str, seed: int, counted: Any) -> tuple[BaseProcess, str]:
    """The process and its address."""
    return serve(Proxy, seed=seed, counted=counted, upstream=urlsplit(upstream))


def _fields(response: HTTPResponse, size: int, command: str) -> Fields:
    kept = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP]
    if command != "HEAD" and response.getheader("Content-Length") is None:
        kept.append(("Content-Length", str(size)))
    return kept
