"""A list that scripts build: pages are opened in the browser, documents are fetched as files."""

from __future__ import annotations

from spiders.base import VisitSpider


class RenderedList(VisitSpider):
    """Links are collected from the page as it stands after scrolling and opening what is folded."""

    rendered = True
