"""Where a piece of HTML is: CSS paths that nothing but a change of structure breaks."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from normalize.html import Block, Element

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def path(element: Element) -> str:
    """A CSS path from the body to this element that nothing but a change of structure breaks."""
    steps: list[str] = []
    while (parent := element.getparent()) is not None and element.tag != "body":
        steps.append(_step(element))
        element = parent
    return ">".join(["body", *reversed(steps)])


def _step(element: Element) -> str:
    tag = str(element.tag)
    if not _NAME.fullmatch(tag):  # `o:p` and the like: no CSS name
        return f"*:nth-child({1 + _siblings(element, '*', 'preceding')})"
    before, after = _siblings(element, tag, "preceding"), _siblings(element, tag, "following")
    return f"{tag}:nth-of-type({1 + before})" if before or after else tag


def _siblings(element: Element, tag: str, side: str) -> int:
    """How many siblings with this tag come before or after; counted by libxml2, as there can be very many."""
    found = _counter(tag, side)(element)
    return int(found) if isinstance(found, float) else 0


@lru_cache(maxsize=512)
def _counter(tag: str, side: str) -> etree.XPath:
    return etree.XPath(f"count({side}-sibling::{tag})")


def place(first: Block, last: Block, *, tables: bool = True) -> str:
    """The pointer to everything from one block through another, with or without the tables between."""
    if first.line:
        return f"text:line={first.line}" + (f"-{last.line}" if last.line > first.line else "")
    return pointer(first.element, last.element) + ("" if tables else ";without=tables")


def pointer(first: Element, last: Element | None = None) -> str:
    """`css:<path>`, or `css:<path>;to=<path>` for everything from one element through another."""
    start = path(first)
    end = start if last is None else path(last)
    return f"css:{start}" if start == end else f"css:{start};to={end}"
