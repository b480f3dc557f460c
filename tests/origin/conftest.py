"""A running demo site and a visitor without a browser."""

from __future__ import annotations

import hashlib
import itertools
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from fanlight.origin import Origin
from fanlight.origin.site import DemoSite


@dataclass(frozen=True, slots=True)
class Got:
    """What came back, redirects not followed."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Fetches through the origin's proxy and trusts its authority only."""

    origin: Origin

    def __call__(self, url: str, method: str | None = None, body: bytes | None = None, **headers: str) -> Got:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, data=body, headers=named, method=method)  # noqa: S310 - our own origin
        try:
            answer = self._opener().open(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        return Got(answer.status, answer.headers, answer.read())

    def _opener(self) -> urllib.request.OpenerDirector:
        context = ssl.create_default_context(cafile=str(self.origin.ca_bundle))
        proxies = urllib.request.ProxyHandler({"http": self.origin.proxy, "https": self.origin.proxy})
        return urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context), _Stay())


def counted() -> Callable[[], str]:
    """Tokens that differ each time and are the same in every run."""
    numbers = itertools.count(1)
    return lambda: hashlib.sha256(str(next(numbers)).encode()).hexdigest()[:32]


@pytest.fixture
def site() -> DemoSite:
    return DemoSite(token=counted())


@pytest.fixture
def origin(site: DemoSite, tmp_path: Path) -> Iterator[Origin]:
    with Origin(site, tmp_path / "ca") as running:
        yield running


@pytest.fixture
def get(origin: Origin) -> Visitor:
    return Visitor(origin)
