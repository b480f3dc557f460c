"""How far from the start pages a visit goes: what lies deeper is not dropped unseen."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.depth import DepthMiddleware


class Depth(DepthMiddleware):
    """Scrapy's own count of links from a start page; a link that we would follow otherwise counts as a limit."""

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        kept = super().get_processed_request(request, response)
        visit = self.crawler.spider.visit  # type: ignore[union-attr]  # all our spiders have one
        if kept is None and visit.source.allows(urlsplit(request.url).hostname or ""):
            why = f"the limit of {self.maxdepth} links from a start page (max_depth) is reached"
            if not visit.budget.limits[why]:
                visit.say(f"not going deeper: {why}, first at {request.url}")
            visit.budget.limits[why] += 1
        return kept
