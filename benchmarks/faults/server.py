"""An HTTP server in a process of its own, in which something goes wrong with a share of the requests."""

from __future__ import annotations

from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar

from . import dice

AGAIN = 0.6


class FaultyHandler(BaseHTTPRequestHandler):
    """Draws faults. `counted` is a shared number of the faults drawn so far; below 0, nothing goes wrong any more."""

    faults: ClassVar[Sequence[str]]
    lasting: ClassVar[Sequence[str]] = ()  # faults that may come again when the same thing is asked for again
    lately: ClassVar[dict[str, str]]
    share: ClassVar[float]
    throws: ClassVar[Any]
    counted: ClassVar[Any]

    def draw(self) -> str:
        """The fault of this request, empty: none."""
        with self.counted.get_lock():
            if self.counted.value < 0:
                return ""
            fault = self.lately.pop(self.path, "") or self._throw()
            if not fault or not self.fits(fault):
                return ""
            if fault in self.lasting and self.throws.random() < AGAIN:
                self.lately[self.path] = fault
            self.counted.value += 1
            return fault

    def _throw(self) -> str:
        return str(self.throws.choice(self.faults)) if self.throws.random() < self.share else ""

    def fits(self, fault: str) -> bool:  # noqa: ARG002 - for those to whom not all faults can happen
        return True

    def log_message(self, *_: object) -> None:
        pass


def serve(handler: type[FaultyHandler], *, seed: int, counted: Any, **settings: object) -> tuple[BaseProcess, str]:
    """The process, and the address it listens at."""
    bound = type("Bound", (handler,), {"throws": dice(seed), "counted": counted, "lately": {}, **settings})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # whoever is killed hangs up
    process = get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    server.socket.close()  # ours; the process has its own
    return process, f"http://127.0.0.1:{server.server_port}"
