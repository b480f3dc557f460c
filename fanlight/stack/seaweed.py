"""The embedded object store: `weed mini`, one process with S3 in front and a page to browse the bucket."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from fanlight.errors import UserError
from fanlight.stack.credentials import Credentials
from fanlight.stack.place import BUCKET, Place
from fanlight.stack.ports import HOST, Ports
from fanlight.stack.supervisor import Component

LONGEST_SOCKET = 100


def component(place: Place, ports: Ports, made: Credentials) -> Component:
    """How to run it. Only the S3 port asks for credentials; the others are safe by being on loopback."""
    return Component(
        name="seaweedfs",
        command=(str(_binary()), "-logtostderr", "mini", *_flags(place, ports)),
        environment=_environment(os.environ, made),
        ready=lambda: _answers(f"http://{HOST}:{ports.s3}/healthz") and _answers(f"{bucket_page(ports)}?limit=1"),
    )


def bucket_page(ports: Ports) -> str:
    """Where a person browses the bucket."""
    return f"http://{HOST}:{ports.seaweed()['filer.port']}/buckets/{BUCKET}/"


def _flags(place: Place, ports: Ports) -> list[str]:
    flags: dict[str, str | int] = {
        "dir": str(place.bucket),
        "ip": HOST,
        "ip.bind": HOST,
        "bucket": BUCKET,
        **ports.seaweed(),
        # What is not used is not started; nothing reports home; nobody deletes the archive by a stray click.
        "webdav": "false",
        "admin.ui": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "metricsPort": 0,
        "master.telemetry": "false",
        "filer.ui.deleteDir": "false",
        "s3.allowDeleteBucketNotEmpty": "false",
        **_socket(place),
    }
    return [f"-{name}={value}" for name, value in flags.items()]


def _socket(place: Place) -> dict[str, str]:
    """Keep the socket out of /tmp, where it would be left behind, unless the path is longer than a socket may have."""
    path = str(place.var / "s3.sock")
    return {"s3.localSocket": path} if len(path) < LONGEST_SOCKET else {}


def _environment(environ: Mapping[str, str], made: Credentials) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "S3_"))}
    return {**kept, "AWS_ACCESS_KEY_ID": made.access_key, "AWS_SECRET_ACCESS_KEY": made.secret_key}


def _binary() -> Path:
    binary = Path(sys.executable).with_name("weed")
    if not binary.exists():
        raise UserError(f"{binary} is missing", "install the dependencies again with `make setup`")
    return binary


def _answers(url: str) -> bool:
    try:
        # Never through a proxy: it is this machine that is asked.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
