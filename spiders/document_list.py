"""A page that lists documents: the page, and what the source's rules want of its links."""

from __future__ import annotations

from spiders.base import VisitSpider


class DocumentList(VisitSpider):
    """Served as HTML; no browser needed."""
