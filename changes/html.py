"""HTML bytes into a tree: the one parser of this room. DOM, never regular expressions over tags."""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

Element = Any  # lxml has no types of its own
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "iframe", "object", "link", "meta"})


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an HTML body: byte order mark, then header, then meta, then UTF-8, then Windows-1252."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = CHARSET.search(content_type.encode("latin-1", "replace")) or CHARSET.search(body[:4096])
    names = [declared.group(1).decode("ascii", "replace")] if declared else []
    for name in [*names, "utf-8"]:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252" if not declared else "utf-8", "replace")


def parse(body: bytes, content_type: str = "") -> Element:
    """The document's root element; an empty `html` element when there is nothing to parse."""
    text = decode(body, content_type).replace("\x00", "")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return lxml_html.document_fromstring("<html><body></body></html>")


def visible_text(root: Element) -> str:
    """All text a reader could see below `root`, white space collapsed."""
    parts: list[str] = []
    collect(root, parts)
    return " ".join(" ".join(parts).split())


def collect(element: Element, parts: list[str]) -> None:
    """Append the text below `element` in document order (iterative: real pages nest deeper than Python recurses)."""
    skipped: Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and skipped is None:
            if node.tag in UNSEEN:
                skipped = node
            elif node.text:
                parts.append(node.text)
        elif event == "end":
            skipped = None if skipped is node else skipped
            if skipped is None and node is not element and node.tail:
                parts.append(node.tail)


def title(root: Element) -> str:
    """The text of the first `title` element."""
    found = root.find(".//title")
    return " ".join((found.text_content() if found is not None else "").split())
