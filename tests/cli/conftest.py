from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanlight.origin.published import EDITIONS
from fanlight.origin.server import Origin
from fanlight.origin.site import DemoSite

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `fanlight` as a person would: in a process of its own, with an empty archive in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FANLIGHT_"))}
    environment |= {"ARCHIVE_URL": (tmp_path / "archive").as_uri(), "FANLIGHT_VAR": str(tmp_path / "var")}
    environment |= {name: os.environ[name] for name in ("FANLIGHT_CHROMIUM",) if name in os.environ}

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("fanlight")), *words]
        return subprocess.run(
            command, env=environment | more, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[tuple[DemoSite, dict[str, str]]]:
    """The demo's site, and the environment in which it is the web."""
    site = DemoSite(EDITIONS[0])
    server = Origin(site, tmp_path / "origin")
    server.start()
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), server.proxy)
    folder = ROOT / "fanlight" / "origin" / "sources"
    yield site, {**proxies, "SSL_CERT_FILE": str(server.ca_bundle), "FANLIGHT_SOURCES": str(folder)}
    server.stop()
