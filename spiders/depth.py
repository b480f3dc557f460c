"""How far from the start pages a visit goes: what lies deeper is not dropped unseen."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.depth import DepthMiddleware

from spiders.visit import Visit


class Depth(DepthMiddleware):
    """Scrapy's own count of links from a start page, which also counts what we would have followed otherwise.

    Where the source says how deep it goes, that is its extent; where it does not, a limit that was reached.
    """

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        kept = super().get_processed_request(request, response)
        visit: Visit = self.crawler.spider.visit  # type: ignore[union-attr]  # all our spiders have one
        if kept is None and visit.source.allows(urlsplit(request.url).hostname or ""):
            if not visit.deeper:
                visit.say(f"not going deeper than {self.maxdepth} links from a start page, first at {request.url}")
            visit.deeper += 1
            if visit.source.politeness.max_depth is None:
                why = f"links lie deeper than {self.maxdepth} from a start page: say with max_depth how deep to go"
                visit.budget.limits[why] += 1
        return kept
