"""Sitemaps and feeds: lists by which a publisher says what there is. Sitemap files and indexes, as XML or plain text,
gzip or not; Atom and RSS. Nothing that a list refers to is loaded, no entity is resolved.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

LAST = 200  # bytes in which a list that is whole closes its first element
LONGEST = 64_000_000  # bytes decoded; the sitemap protocol stops at 50 MB
BASE = "{http://www.w3.org/XML/1998/namespace}base"


class NotAListing(ValueError):
    """Neither a sitemap nor a feed; the message says what it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry: an absolute http(s) URL without fragment, its title, and whether it is a further list."""

    url: str
    title: str = ""
    is_list: bool = False


def entries(body: bytes, base: str) -> Iterator[Entry]:
    """The entries of the list that lies at `base`, each URL once. Raises NotAListing."""
    seen: set[str] = set()
    for address, title, is_list in _named(_plain(body)):
        url = _absolute(base, address)
        if url and url not in seen:
            seen.add(url)
            yield Entry(url=url, title=" ".join(title.split())[:300], is_list=is_list)


def _plain(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    engine = zlib.decompressobj(31)
    try:
        plain = engine.decompress(body, LONGEST)
    except zlib.error as error:
        raise NotAListing(f"its gzip is damaged: {error}") from error
    if not engine.eof:
        raise NotAListing(f"it ends inside its gzip, or unpacks to more than {LONGEST} bytes")
    return plain


def _named(body: bytes) -> Iterator[tuple[str, str, bool]]:
    """Addresses as they are written, their titles, and whether they lead to lists."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _lines(body)
        return
    root = _root(body)
    kind = _name(root)
    if kind == "sitemapindex":
        yield from ((_text(one, "loc"), "", True) for one in root)
    elif kind == "urlset":
        yield from ((_text(one, "loc"), "", False) for one in root)
    elif kind == "feed":
        yield from _atom(root)
    elif kind in ("rss", "RDF"):
        yield from _rss(root)
    else:
        raise NotAListing(f"a {kind} document is neither a sitemap nor a feed")
    if f"</{_written(root)}".encode() not in body[-LAST:]:
        raise NotAListing("it breaks off: what it names beyond is not known")


def _root(body: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAListing(f"it is not XML: {error}") from error
    if root is None:
        raise NotAListing("it is not XML")
    return root


def _lines(body: bytes) -> Iterator[tuple[str, str, bool]]:
    lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()]
    if not any(line.startswith(("http://", "https://")) for line in lines):
        raise NotAListing("it is neither XML nor a list of addresses")
    yield from ((line, "", False) for line in lines if line.startswith(("http://", "https://")))


def _atom(root: Any) -> Iterator[tuple[str, str, bool]]:
    for entry in _children(root, "entry"):
        for link in _children(entry, "link"):
            if link.get("rel", "alternate") in ("alternate", "enclosure", "related"):
                address = link.get("href", "")
                for holder in (link, entry, root):
                    address = urljoin(holder.get(BASE, ""), address)
                yield address, _text(entry, "title"), False


def _rss(root: Any) -> Iterator[tuple[str, str, bool]]:
    for item in root.iter("{*}item"):
        title = _text(item, "title")
        yield _text(item, "link"), title, False
        yield from ((enclosure.get("url", ""), title, False) for enclosure in _children(item, "enclosure"))


def _children(parent: Any, name: str) -> Iterator[Any]:
    return (child for child in parent if _name(child) == name)


def _name(element: Any) -> str:
    """Without its namespace: publishers get those wrong. Comments have none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _written(element: Any) -> str:
    """Its name as it stands in the file."""
    return f"{element.prefix}:{_name(element)}" if element.prefix else _name(element)


def _text(parent: Any, name: str) -> str:
    return next(("".join(child.itertext()).strip() for child in _children(parent, name)), "")


def _absolute(base: str, address: str) -> str | None:
    try:
        url = urldefrag(urljoin(base, address)).url if address else ""
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
