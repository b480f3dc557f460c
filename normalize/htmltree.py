"""The elements of an HTML document: all of them, or none."""

from __future__ import annotations

from typing import TypeAlias

import lxml.html
from lxml import etree

from normalize import tabular
from normalize.model import Rejected

USUAL_DEPTH = 256  # of elements
MOST_STEPS = 3_000_000  # of the paths to elements that are deeper

Element: TypeAlias = lxml.html.HtmlElement


def document(payload: bytes) -> Element:
    """The root of an HTML document or fragment. Raises Rejected when there is nothing in it."""
    markup = tabular.text(payload).replace("\x00", "").encode()
    for huge in (False, True):
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=huge)
        try:
            root = lxml.html.document_fromstring(markup, parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Rejected(f"the page cannot be read as HTML: {error}") from error
        if not parser.error_log.filter_from_fatals():  # else it leaves out what follows
            return _bounded(root) if huge else root
    raise Rejected("the elements of the page are nested too deep: none of a report are")


def _bounded(root: Element) -> Element:
    """The root, if the paths to the elements that are nested very deep are not too long together."""
    depth = steps = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        steps += depth if event == "start" and depth > USUAL_DEPTH else 0
    if steps > MOST_STEPS:
        raise Rejected("too many elements of the page are nested very deep: none of a report are")
    return root
