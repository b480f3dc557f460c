"""The links of a page, with the words they stand under, and the rules that choose among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from parsel import Selector
from scrapy.http import HtmlResponse

from sources.model import Follow

LONGEST_ANCHOR = 300
# Where addresses stand: links, embedded documents, and attributes that scripts read (data-href, data-linkurl, linkurl).
CARRIERS = (
    "//a[@href] | //area[@href] | //iframe[@src] | //embed[@src] | //object[@data]"
    " | //*[@*[starts-with(name(), 'data-') or contains(name(), 'url')]"
    "[starts-with(normalize-space(.), '/') or starts-with(normalize-space(.), 'http')]]"
)
PLAIN = ("href", "src", "data")


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An absolute http(s) URL without fragment, and the link's text."""

    url: str
    anchor: str


def links(response: HtmlResponse, within: str | None = None) -> Iterator[Link]:
    """All links of a page in its order, each URL once; only those inside `within` (CSS) when it is given."""
    base = _absolute(response.url, response.css("base::attr(href)").get() or "") or response.url
    scopes = response.css(within) if within else [response.selector]
    seen: set[str] = set()
    for scope in scopes:
        for element in scope.xpath(CARRIERS.replace("//", ".//") if within else CARRIERS):
            for url in _addresses(element, base):
                if url not in seen:
                    seen.add(url)
                    yield Link(url=url, anchor=_anchor(element))


def rule_of(url: str, rules: Sequence[Follow]) -> Follow | None:
    """The first rule that wants this address."""
    return next((rule for rule in rules if re.search(rule.match, url)), None)


def followed(response: HtmlResponse, rules: Sequence[Follow]) -> Iterator[tuple[Follow, Link]]:
    """The links that a rule wants, each under the first rule that wants it."""
    taken: set[str] = set()
    for rule in rules:
        for link in links(response, rule.within):
            if link.url not in taken and re.search(rule.match, link.url):
                taken.add(link.url)
                yield rule, link


def _addresses(element: Selector, base: str) -> Iterator[str]:
    for name, value in element.attrib.items():
        text = value.strip()
        if name in PLAIN or ((name.startswith("data-") or "url" in name) and text.startswith(("/", "http"))):
            url = _absolute(base, text)
            if url:
                yield url


def _absolute(base: str, text: str) -> str | None:
    try:
        url = urldefrag(urljoin(base, text)).url
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:  # an address that is none, as in href="http://[" or "http://site.example:99999/"
        return None


def _anchor(element: Selector) -> str:
    words = element.xpath("normalize-space(.)").get() or ""
    named = element.xpath("@aria-label | @title | .//img/@alt").get() or ""
    return (words or named.strip())[:LONGEST_ANCHOR]
