"""Stores to test with: a folder and a real S3 server. `tests/conftest.py` makes their fixtures known to all rooms."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.store import Store, open_store

__all__ = ["file_store", "s3", "s3_env", "s3_store", "store"]

PORTS = (
    "filer.port", "filer.port.grpc", "filer.port.public", "master.port", "master.port.grpc",
    "s3.port", "s3.port.grpc", "volume.port", "volume.port.grpc", "volume.port.public",
)  # fmt: skip
ADMIN_GRPC = 10_000  # the worker inside `weed mini` looks for the admin server's gRPC port this far above its port


@dataclass(frozen=True, kw_only=True, slots=True)
class S3Server:
    """A running SeaweedFS with one bucket. `env` is what a process needs to use it."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str

    @property
    def env(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "ARCHIVE_URL": f"s3://{self.bucket}",
        }


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One S3 server for the whole test run, on free ports, with credentials of its own."""
    running = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"))
    try:
        running.start()
        yield running.server
    finally:
        running.stop()


@pytest.fixture
def s3_env(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The S3 server as what the environment of this test points to."""
    for name, value in s3.env.items():
        monkeypatch.setenv(name, value)
    return s3


@pytest.fixture
def s3_store(s3_env: S3Server) -> Store:
    """An empty store in the S3 server: each test below a prefix of its own."""
    return open_store(f"s3://{s3_env.bucket}/{secrets.token_hex(6)}")


@pytest.fixture
def file_store(tmp_path: Path) -> Store:
    """An empty store in a folder."""
    opened = open_store((tmp_path / "bucket").as_uri())
    opened.check()
    return opened


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each kind in turn."""
    chosen: Store = request.getfixturevalue(f"{request.param}_store")
    return chosen


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _admin_port() -> int:
    while True:
        port = free_ports(1)[0]
        with closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port + ADMIN_GRPC))
            except (OSError, OverflowError):
                continue
            return port


class SeaweedFS:
    """A SeaweedFS of its own in `folder`, that can be killed and started again with what it had."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self._admin = _admin_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.server = S3Server(
            endpoint=f"http://127.0.0.1:{self._ports['s3.port']}", access_key=secrets.token_hex(8),
            secret_key=secrets.token_hex(16), bucket="tests",
        )  # fmt: skip

    def start(self) -> None:
        """Returns when the bucket answers, after 1 to 5 seconds."""
        flags = [f"-{name}={port}" for name, port in self._ports.items()]
        command = [
            Path(sys.executable).with_name("weed"), "mini", "-dir", self._folder / "data", "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1", f"-bucket={self.server.bucket}", f"-admin.port={self._admin}",
            f"-admin.port.grpc={self._admin + ADMIN_GRPC}", "-webdav=false", "-admin.ui=false",
            "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", *flags,
        ]  # fmt: skip
        (self._folder / "data").mkdir(exist_ok=True)
        with (self._folder / "weed.log").open("ab") as log:
            environment = {**os.environ, **self.server.env}
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        _wait(self.server, self._process, self._folder / "weed.log")

    def kill(self) -> None:
        """As when the power of its machine fails."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """As an operator would."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def _wait(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.env.items():
            patch.setenv(name, value)
        opened = open_store()
        until = time.monotonic() + 60
        while True:
            try:
                opened.check()
                opened.put("ready", b"yes")
                return
            except ArchiveError as error:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"SeaweedFS did not start: {error}\n{log.read_text()[-2000:]}")
                time.sleep(0.2)
