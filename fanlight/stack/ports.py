"""Which ports the stack listens on. All of them on 127.0.0.1."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from fanlight.errors import UserError

HOST = "127.0.0.1"
S3_VARIABLE = "FANLIGHT_PORT_S3"
AIRFLOW_VARIABLE = "FANLIGHT_PORT_AIRFLOW"
# SeaweedFS's own worker looks for the admin's gRPC port there, whatever the flag says.
GRPC_OFFSET = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """The two ports a person chooses; SeaweedFS's others follow from the first."""

    s3: int = 8333
    airflow: int = 8080

    def seaweed(self) -> dict[str, int]:
        """`weed mini`'s port flags: the S3 port, the eight above it, and one ten thousand above the last."""
        names = ("s3.port", "filer.port", "master.port", "volume.port",
                 "s3.port.grpc", "filer.port.grpc", "master.port.grpc", "volume.port.grpc", "admin.port")  # fmt: skip
        flags = {name: self.s3 + offset for offset, name in enumerate(names)}
        return {**flags, "admin.port.grpc": flags["admin.port"] + GRPC_OFFSET}


def from_environment(environ: Mapping[str, str]) -> Ports:
    """The ports that `FANLIGHT_PORT_S3` and `FANLIGHT_PORT_AIRFLOW` choose."""
    return Ports(
        s3=_number(environ, S3_VARIABLE, Ports().s3, highest=65_535 - GRPC_OFFSET - 8),
        airflow=_number(environ, AIRFLOW_VARIABLE, Ports().airflow, highest=65_535),
    )


def _number(environ: Mapping[str, str], name: str, default: int, *, highest: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{4,5}", text) or not 1024 <= int(text) <= highest:
        raise UserError(f"{name} is {text!r}", f"set it to a port number from 1024 to {highest}")
    return int(text)


def require_free(ports: Ports, *, seaweed: bool = True) -> None:
    """Raise a UserError for the first port that somebody else has; SeaweedFS's count if it is going to run."""
    for flag, port in ports.seaweed().items() if seaweed else ():
        if not is_free(port):
            action = f"stop what uses it, or set {S3_VARIABLE} to another number (it and the 8 above it are used)"
            raise UserError(f"port {port} (SeaweedFS, {flag}) is in use", action)
    if not is_free(ports.airflow):
        action = f"stop what uses it, or set {AIRFLOW_VARIABLE} to another number"
        raise UserError(f"port {ports.airflow} (Airflow) is in use", action)


def is_free(port: int) -> bool:
    """Whether this port of the loopback address can be listened on."""
    with socket.socket() as probe:
        # As servers do it: a connection that has just ended does not count as use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True
