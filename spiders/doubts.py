"""A second look: what comes otherwise than at the last visit is fetched once more, a while later in the same visit.

Servers show other layouts to some, answer 404 while they are updated, and let through the second request of two. What
both looks say is believed by the comparison at once (`changes.looks`); both are archived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from scrapy import Request

from archive.errors import ArchiveError
from archive.model import GOOD, Capture
from changes.chosen import address
from spiders.outcome import WALLS
from spiders.visit import Visit
from spiders.wish import Wish

LATER = 10  # delays of the source lie between the two looks at least
MOST_WALLED = 3  # who refuses us is not asked again and again
KEPT = ("wish", "rendered", "searched", "depth")
CHEAP = 16_777_216  # bytes; a longer document is not fetched twice


@dataclass(kw_only=True, slots=True)
class Doubts:
    """What is to be looked at again, in the order in which it was met."""

    visit: Visit
    _waiting: list[Request] = field(default_factory=list)
    _left: int = field(init=False)
    _walled: int = 0

    def __post_init__(self) -> None:
        self._left = self.visit.source.politeness.second_looks

    async def consider(self, request: Request, capture: Capture, body: bytes, content_type: str = "") -> None:
        """Note the request if what it brought is to be confirmed. `body` is decoded."""
        before = self.visit.known.documents.get(capture.label.document or "")
        if before is None or "not_before" in request.meta or self._left <= 0:
            return
        if capture.size > CHEAP or capture.digest == before.digest:
            return
        if self._is_bad(capture) or await self._says_else(capture, before, body, content_type):
            self._left -= 1
            self._waiting.append(self._again(request))

    def take(self) -> list[Request]:
        """The second looks that are due, unless the visit has been told to end."""
        waiting, self._waiting = self._waiting, []
        return [] if self.visit.budget.stopped else waiting

    def _is_bad(self, capture: Capture) -> bool:
        if capture.label.quality in WALLS:
            self._walled += 1
            return self._walled <= MOST_WALLED
        return capture.label.quality not in GOOD

    async def _says_else(self, capture: Capture, before: Capture, body: bytes, content_type: str) -> bool:
        """Whether this is a page that may be told as changed."""
        if capture.label.role != "page" or capture.label.quality not in GOOD:
            return False
        return await self.visit.in_turn(partial(self._differs, capture, before, body, content_type))

    def _differs(self, capture: Capture, before: Capture, body: bytes, content_type: str) -> bool:
        from changes.compare import compare  # only now: few visits doubt anything
        from changes.fingerprint import fingerprint
        from changes.judge import read

        watched = self.visit.source.watched
        try:
            was = read(self.visit.known.store, before, watched)
        except ArchiveError:
            return False  # the comparison meets the same and says so
        now = fingerprint(body, url=address(capture.url), content_type=content_type, watched=watched)
        return compare(was, now).verdict in ("changed", "suspect")

    def _again(self, request: Request) -> Request:
        """As somebody who comes for the first time: the first look's cookies would bring the first look's page."""
        wish: Wish = request.meta["wish"]
        kept = {
            name: value for name, value in request.meta.items() if name in ("wish", "rendered", "searched", "depth")
        }
        moment = monotonic() + LATER * self.visit.source.politeness.delay
        meta = {**kept, "not_before": moment, "cookiejar": "second look"}
        again = request.replace(url=wish.first_url or request.url, dont_filter=True, meta=meta)
        again.headers.pop(b"Cookie", None)
        return again
