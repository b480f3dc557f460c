"""HTML bytes into a tree: the one parser of this room. DOM, never regular expressions over tags."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

Element = Any  # lxml has no types of its own
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NO_CHARSETS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)  # text to Python alone
UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "svg", "head", "iframe", "object", "embed", "link", "meta", "title"}
)


def charset(body: bytes, content_type: str = "") -> str:
    """The charset that the header or a meta element names, lower-case; empty when none does."""
    found = CHARSET.search(content_type.encode("latin-1", "replace")) or CHARSET.search(body[:4096])
    return found.group(1).decode("ascii", "replace").lower() if found else ""


def is_charset(name: str) -> bool:
    """Whether this is the name of an encoding that a page can be in."""
    try:
        return codecs.lookup(name).name not in NO_CHARSETS and isinstance(b" ".decode(name, "ignore"), str)
    except LookupError:  # no codec, or none that makes text
        return False


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a body: byte order mark, then header, then meta, then UTF-8, then Windows-1252."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = charset(body, content_type)
    for name in (declared or "utf-8", "utf-8"):
        try:
            if is_charset(name):
                return body.decode(name)
        except UnicodeError:
            continue
    return body.decode("utf-8" if declared in UTF8 - {""} else "cp1252", "replace")


def parse(body: bytes, content_type: str = "") -> Element:
    """The document's root element; an empty `html` element when there is nothing to parse."""
    data = utf8(body, content_type)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    return etree.Element("html") if root is None else _with_shadows(root)


def _with_shadows(root: Element) -> Element:
    """Shadow roots, which a rendered page holds as templates, are seen like what is around them."""
    for shadow in [one for one in root.iter("template") if one.get("shadowrootmode") is not None]:
        shadow.tag = "div"
    return root


def utf8(body: bytes, content_type: str) -> bytes:
    """The body in UTF-8 without byte order mark and NUL."""
    if charset(body, content_type) in UTF8 and not body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            body.decode("utf-8")
            return body.replace(b"\x00", b"")
        except UnicodeDecodeError:
            pass
    return decode(body, content_type).replace("\x00", "").encode("utf-8", "replace")


def fragment(text: str) -> Element:
    """The body of a piece of HTML."""
    root = parse(text.encode("utf-8", "replace"))
    body = root.find("body")
    return root if body is None else body


def select(root: Element, selector: str) -> list[Element]:
    """The elements that a CSS selector matches; none for a selector that makes no sense."""
    try:
        found: Any = CSSSelector(selector, translator="html")(root)
    except SelectorError:
        return []
    return list(found)


def words(root: Element, at_most: int, skip: Callable[[Element], bool] = lambda _: False) -> list[str]:
    """The first words that a reader could see below `root`, in order, without the parts to `skip`."""
    found: list[str] = []
    body = root.find("body")
    walker = etree.iterwalk(root if body is None else body, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            said = node.tail
        elif node.tag in UNSEEN or (node is not body and skip(node)):
            walker.skip_subtree()
            continue
        else:
            said = node.text
        if said:
            found += said.split()
            if len(found) > at_most:
                break
    return found


def text(node: Element) -> str:
    """All text below `node`, white space collapsed."""
    return " ".join(raw_text(node).split())


def pieces(node: Element) -> Iterable[str]:
    """The texts below `node`, cut where elements begin and end."""
    return node.itertext() if len(node) else (node.text or "",)


def raw_text(node: Element) -> str:
    """All text below `node` as it stands. Serialising takes a fifth of the time of `itertext`."""
    return str(etree.tostring(node, method="text", encoding="unicode", with_tail=False))


def first(node: Element, tag: str) -> Element | None:
    """The first element of this name below `node`."""
    return next(node.iterdescendants(tag), None)


def title(root: Element) -> str:
    """The text of the first `title` element."""
    found = first(root, "title")
    return "" if found is None else text(found)
