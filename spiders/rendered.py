"""A page as it was rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.model import Label
from spiders.errors import NotFetched

if TYPE_CHECKING:  # the static tier does without Playwright
    from playwright.async_api import Response as Navigation

OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")  # as sent: they say nothing about the DOM


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A page once unfolded. `url` is where redirects led, `states` what its tabs and page buttons showed.

    `latency` is how many seconds the server took to answer, `flaw` what its answer lacked, `lacks` what could not be
    had of the page, and `missing` what it wanted and did not get: URL and reason. `view` may be empty.
    """

    url: str
    title: str
    status: int
    latency: float
    headers: tuple[tuple[str, str], ...]
    flaw: Label | None
    lacks: str
    missing: tuple[NotFetched, ...]
    dom: bytes
    text: bytes
    view: bytes
    clicked: int
    states: tuple[bytes, ...]
    console: tuple[dict[str, str], ...]
    dialogs: int
    built: dict[str, bytes]


def latency(navigation: Navigation | None) -> float:
    """Seconds from the request to the first byte of the answer, as the browser saw it."""
    return max(0.0, navigation.request.timing["responseStart"] / 1000) if navigation else 0.0


async def headers(navigation: Navigation) -> tuple[tuple[str, str], ...]:
    fields = [(each["name"], each["value"]) for each in await navigation.headers_array()]
    return tuple(pair for pair in fields if pair[0].lower() not in OF_THE_BYTES)
