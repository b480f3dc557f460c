"""Stores to test with: a folder and a real S3 server. Rooms import the fixtures they need into their conftest.

from stores import file_store, s3, s3_store, store  # noqa: F401
"""

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
    folder = tmp_path_factory.mktemp("seaweedfs")
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    server = S3Server(
        endpoint=f"http://127.0.0.1:{ports['s3.port']}", access_key=secrets.token_hex(8),
        secret_key=secrets.token_hex(16), bucket="tests",
    )  # fmt: skip
    process = _start(folder, server, ports)
    try:
        _wait(server, process, folder / "weed.log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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


def _start(folder: Path, server: S3Server, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    admin = _admin_port()
    flags = [f"-{name}={port}" for name, port in ports.items()]
    command = [
        Path(sys.executable).with_name("weed"), "mini", "-dir", folder / "data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-bucket={server.bucket}", f"-admin.port={admin}", f"-admin.port.grpc={admin + ADMIN_GRPC}",
        "-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", *flags,
    ]  # fmt: skip
    (folder / "data").mkdir()
    with (folder / "weed.log").open("wb") as log:
        return subprocess.Popen(command, env={**os.environ, **server.env}, stdout=log, stderr=subprocess.STDOUT)


def _wait(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the bucket answers; SeaweedFS needs 1 to 5 seconds."""
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
