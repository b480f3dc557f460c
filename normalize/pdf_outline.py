"""The titles of a PDF: those of its outline, and what its tags say are headings. A broken entry costs only itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)
MOST_ENTRIES = 50_000
_HEADING = re.compile(r"/H([1-6])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title of the outline: `level` and `page` from 1."""

    text: str
    level: int
    page: int


def outline(reader: pypdf.PdfReader) -> list[Title]:
    """The titles of the outline in order; empty when there is none.

    What leads out of the document, or nowhere, is held to be where the title before it is.
    """
    pages, names = _pages(reader), _names(reader)
    found: list[Title] = []
    for node, level in _nodes(reader):
        text = " ".join(_text(_get(node, "/Title")).split())
        page = _page(_destination(node), pages, names) or (found[-1].page if found else 1)
        if text:
            found.append(Title(text=text, level=level, page=page))
    return found


def labels(reader: pypdf.PdfReader) -> list[str]:
    """What the document calls its pages, as `iv`; empty for those that it does not call otherwise than we do."""
    try:
        names = reader.page_labels if "/PageLabels" in reader.root_object else []
    except BROKEN:
        names = []
    found = ["" if name == str(number) else name for number, name in enumerate(names, 1)]
    return [*found, *[""] * (len(reader.pages) - len(found))]


def _pages(reader: pypdf.PdfReader) -> dict[int, int]:
    """The pages' numbers from 1 by those of their objects; one that stands twice has its first."""
    found: dict[int, int] = {}
    for number, page in enumerate(reader.pages, 1):
        if page.indirect_reference is not None:
            found.setdefault(page.indirect_reference.idnum, number)
    return found


def _names(reader: pypdf.PdfReader) -> Mapping[str, Any]:
    try:
        return {str(name): one.dest_array for name, one in reader.named_destinations.items()}
    except BROKEN:
        return {}


def _nodes(reader: pypdf.PdfReader) -> Iterator[tuple[Any, int]]:
    """The entries of the outline and their levels, in order; each once, even where they lead in circles."""
    root = _get(reader.root_object, "/Outlines")
    waiting, seen = [(_get(root, "/First"), 1)], set[int]()
    while waiting and len(seen) < MOST_ENTRIES:
        node, level = waiting.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node, level
        waiting += [(_get(node, "/Next"), level), (_get(node, "/First"), level + 1)]


def _get(node: Any, name: str) -> Any:
    """What a dictionary has under a name; None when it is none, or broken there."""
    try:
        return node[name] if isinstance(node, dict) and name in node else None
    except BROKEN:
        return None


def _object(one: Any) -> Any:
    """What an entry of a list is or leads to; None when it is broken."""
    try:
        return one.get_object()
    except BROKEN:
        return None


def _text(title: Any) -> str:
    text = title.decode("latin-1") if isinstance(title, bytes) else str(title or "")
    return text.replace("\x00", "")


def _destination(node: Any) -> Any:
    """Where an entry leads inside the document."""
    action = _get(node, "/A")
    return _get(action, "/D") if _get(action, "/S") == "/GoTo" else _get(node, "/Dest")


def _page(target: Any, pages: Mapping[int, int], names: Mapping[str, Any]) -> int | None:
    target = names.get(_text(target)) if isinstance(target, (str, bytes)) else target
    target = _get(target, "/D") or target  # a name may stand for a dictionary
    first = target[0] if isinstance(target, list) and target else None
    if isinstance(first, pypdf.generic.IndirectObject):
        return pages.get(first.idnum)
    return int(first) + 1 if isinstance(first, int) and 0 <= first < len(pages) else None


def tagged(reader: pypdf.PdfReader) -> dict[tuple[int, int], int]:
    """The levels of headings, by page and the number of their marked content; empty when tags name hardly any."""
    pages = _pages(reader)
    root = _get(reader.root_object, "/StructTreeRoot")
    roles = _get(root, "/RoleMap")
    found: dict[tuple[int, int], int] = {}
    waiting: list[tuple[Any, int, int]] = [(_get(root, "/K"), 0, 0)]  # element, its page, level of its heading
    seen = set[int]()
    while waiting and len(seen) < 10 * MOST_ENTRIES:
        node, page, level = waiting.pop()
        if isinstance(node, int) and level and page:
            found[page, int(node)] = level
        elif isinstance(node, list):
            waiting += [(_object(one), page, level) for one in node]
        elif isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            page = _page([dict.get(node, "/Pg")], pages, {}) or page
            inside = _get(node, "/MCID") if "/MCID" in node else _get(node, "/K")
            waiting.append((inside, page, _level(node, roles) or level))
    return found if len(found) > 1 else {}


def _level(node: Any, roles: Any) -> int:
    """1 to 6 for a heading or what plays the role of one; else 0."""
    role = _get(node, "/S")
    for _ in range(5):
        if match := _HEADING.fullmatch(str(role)):
            return int(match[1])
        role = _get(roles, str(role))
    return 0
