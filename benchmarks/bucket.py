"""The bucket that captures are measured with: that of ARCHIVE_URL, or one in a SeaweedFS of its own on free ports."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from fanlight.stack import credentials, seaweed
from fanlight.stack.place import Place, archive_settings, prepare
from fanlight.stack.ports import HOST, Ports, is_free
from fanlight.stack.supervisor import Supervisor


@contextlib.contextmanager
def bucket(folder: Path) -> Iterator[Mapping[str, str]]:
    """The environment in which the archive is found. What is started lies in `folder` and ends with the context."""
    if "ARCHIVE_URL" in os.environ:
        yield {}
        return
    place, made, ports = Place(root=folder, var=folder), credentials.make(), _free_ports()
    prepare(place)
    with Supervisor(logs=place.logs, var=place.var) as supervisor:
        supervisor.start(seaweed.component(place, ports, made))
        supervisor.await_ready()
        yield archive_settings(made, ports)


def _free_ports() -> Ports:
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            ports = Ports(s3=probe.getsockname()[1])
        if max(ports.seaweed().values()) < 65_536 and all(map(is_free, ports.seaweed().values())):
            return ports
