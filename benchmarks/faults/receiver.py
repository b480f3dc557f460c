"""A webhook receiver that fails, stalls and hangs up, and writes down what it took."""

from __future__ import annotations

import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, ClassVar

from .server import FaultyHandler, serve

STALL = 0.8  # seconds; longer than the delivery waits
TAKES = ("", "took_but_hung_up", "stall")


class Receiver(FaultyHandler):
    """Takes an event by writing its line to `taken`."""

    faults = ("500", "503", "429", "hang_up", "took_but_hung_up", "stall")
    share = 0.25
    taken: ClassVar[Path]

    def do_POST(self) -> None:  # noqa: N802 - as http.server looks for it
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.draw()
        if fault in TAKES:
            with self.taken.open("ab", buffering=0) as file:
                file.write(body + b"\n")
        if fault == "stall":
            time.sleep(STALL)
        if fault in ("hang_up", "took_but_hung_up"):
            self.close_connection = True
            return
        self.send_response(int(fault) if fault.isdigit() else 204)
        self.end_headers()


def start(taken: Path, seed: int, counted: Any) -> tuple[BaseProcess, str]:
    """The process and its address."""
    return serve(Receiver, seed=seed, counted=counted, taken=taken)
