"""A Scrapy middleware: pages that send the reader on."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response


class Refresh(MetaRefreshMiddleware):
    """A page that would send the reader to what is no address stays where it is, as in a browser."""

    def process_response(  # type: ignore[override]  # Scrapy gives no spider any more
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except ValueError:
            return response
