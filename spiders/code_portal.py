"""The Transparency Centre of the Code: reports by signatory or service and by wave, each as JSON and as pages.

Ids of chapters and commitments differ per wave, so they are read from the report's JSON, and from the links of its
pages where the JSON is missing; nothing is assumed about them (observed 2026-11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from spiders.base import VisitSpider, is_good, linked
from spiders.links import Link, links
from spiders.wish import Wish

REPORT = re.compile(r"(https?://[^/?#]+/(?:[^?#]+/)?reports/[^/?#]+/\d+)(?:[/?]|\Z)")


class CodePortal(VisitSpider):
    """Discovers reports on every page it sees; per report takes the JSON and one page per commitment."""

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        yield from super().parse(response)
        if not is_good(response) or not isinstance(response, HtmlResponse):
            return
        for link in links(response):
            found = REPORT.match(link.url)
            if found:
                yield from self._report(found[1], response, link)
                yield from self._commitment(found[1], link.url, linked(response, link, role="page"))

    def _report(self, report: str, response: Response, link: Link) -> Iterator[Request]:
        # The JSON hangs on its report, whichever page named that: when the report is withdrawn, so is its JSON.
        document = Wish(role="document", via=report, anchor=link.anchor, accept=("application/json",))
        yield from self.ask(f"{report}/json", document, self.parse_report)
        yield from self.ask(report, linked(response, link, role="page"), self.parse)

    def _commitment(self, report: str, url: str, wish: Wish) -> Iterator[Request]:
        query = parse_qs(urlsplit(url).query)
        if {"chapterId", "commitmentId"} <= set(query):
            address = commitment_url(report, query["chapterId"][0], query["commitmentId"][0])
            yield from self.ask(address, wish, self.parse)

    def parse_report(self, response: Response, **_: Any) -> Iterator[Request]:
        """One page per commitment that the report's JSON names."""
        if not is_good(response):
            return
        report = response.url.removesuffix("/json")
        for chapter, commitment, name in commitments(response.body):
            wish = Wish(role="page", via=response.url, anchor=name)
            yield from self.ask(commitment_url(report, chapter, commitment), wish, self.parse)


def commitment_url(report: str, chapter: str, commitment: str) -> str:
    return f"{report}?chapterId={chapter}&commitmentId={commitment}"


def commitments(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Chapter id, commitment id and commitment name, in the report's order; nothing where the JSON is no report."""
    try:
        report = json.loads(body)
    except ValueError:
        return
    for chapter in _items(report, "chapters"):
        for commitment in _items(chapter, "commitments"):
            yield str(chapter.get("id")), str(commitment.get("id")), str(commitment.get("name", ""))


def _items(parent: Any, name: str) -> list[dict[str, Any]]:
    """The members under `name`: a list, or an object keyed "0", "5", ... (a PHP array with holes)."""
    members = parent.get(name) if isinstance(parent, dict) else None
    values = list(members.values()) if isinstance(members, dict) else members
    return [value for value in values if isinstance(value, dict) and "id" in value] if isinstance(values, list) else []
