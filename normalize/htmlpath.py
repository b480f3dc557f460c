"""Where a piece of HTML is: CSS paths that nothing but a change of structure breaks."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from normalize.html import Block, Element

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def path(element: Element) -> str:
    """A CSS path from the body to this element that nothing but a change of structure breaks."""
    steps: list[str] = []
    while (parent := element.getparent()) is not None and element.tag != "body":
        steps.append(_steps(parent)[element])
        element = parent
    return ">".join(["body", *reversed(steps)])


@lru_cache(maxsize=2_048)  # as deep as a page may be nested
def _steps(parent: Element) -> dict[Element, str]:
    """The step to each child; all at once, as there can be very many."""
    children = [child for child in parent if isinstance(child.tag, str)]
    counts, seen = Counter(child.tag for child in children), Counter[str]()
    steps: dict[Element, str] = {}
    for place, child in enumerate(children, 1):
        tag = child.tag
        seen[tag] += 1
        if not _NAME.fullmatch(tag):  # `o:p` and the like: no CSS name
            steps[child] = f"*:nth-child({place})"
        else:
            steps[child] = f"{tag}:nth-of-type({seen[tag]})" if counts[tag] > 1 else tag
    return steps


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
