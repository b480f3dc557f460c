"""HTML as people see it: blocks of text and tables in document order, each with its CSS path.

Nothing depends on class names. A block is a run of text between the edges of block elements and line breaks; runs of
whitespace count as one space, no-break spaces stay. Scripts, styles, hidden alternatives and the labels of unchecked
radio buttons are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import lxml.html
from lxml import etree

from normalize import htmltree, tabular, values
from normalize.cells import whole
from normalize.facts import words
from normalize.htmltree import Element as Element
from normalize.model import Rejected

BLOCKS = words(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody "
    "td textarea tfoot th thead tr ul"
)
UNSEEN = words("head script style noscript template svg canvas iframe object select datalist audio video")
HEADINGS = words("h1 h2 h3 h4 h5 h6 summary legend dt")
CHROME = words("nav header footer aside")
ROLES = words("navigation banner contentinfo complementary search")
_LEVEL = re.compile(r"h([1-6])")
_RAISED = re.compile("\ufdd0([^\ufdd0-\ufdd2]*)([\ufdd1\ufdd2])")  # noncharacters: no text has them
_NOTES = re.compile(r"\s*[(\[]?\s*(?:\d{1,3}|[a-z])(?:\s*,\s*(?:\d{1,3}|[a-z]))*\s*[)\]]?\s*")
_SIGNS = re.compile("[\ufdd0-\ufdd2]")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")

_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_BLOCKS = 60_000  # of one page

document = htmltree.document


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A run of text, or a table (`table` set, `text` empty). `chrome`: inside navigation, header, footer or aside.

    `said` is the text with the figures that stand raised as such: `10⁶`, and without the marks of notes that are links
    or letters. A block of plain text has its line (from 1) and an element that is in no document. `links` begin in it.
    """

    text: str
    said: str = ""
    element: Element
    chrome: bool = False
    table: Element | None = None
    line: int = 0
    links: tuple[Element, ...] = ()


def collapse(text: str) -> str:
    """`text` as a browser lays it out on one line: no-break spaces are kept."""
    return _SPACE.sub(" ", text).strip(" ")


def blocks(root: Element, *, is_data: Callable[[Element], bool] = lambda _: True) -> Iterator[Block]:
    """The blocks under `root` in document order. A table that is not `is_data` is walked through as layout."""
    return (block for block in linked(root, is_data) if block.text or block.table is not None)


def linked(root: Element, is_data: Callable[[Element], bool]) -> Iterator[Block]:
    """The same, and at the end a block without text for the links that none of them follows."""
    return _Walk(root, is_data).blocks()


class _Walk:
    """One pass over a tree; iterative, so that depth of nesting does not matter."""

    def __init__(self, root: Element, is_data: Callable[[Element], bool]) -> None:
        self.root = root
        self.is_data = is_data
        self.unchecked = unchecked(root)
        self.owners: list[Element] = [root]
        self.text: list[str] = []
        self.links: list[Element] = []
        self.chrome = 0
        self.left = MOST_BLOCKS

    def blocks(self) -> Iterator[Block]:
        walk = etree.iterwalk(self.root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                yield from self.enter(element, walk.skip_subtree)
            elif event == "end":
                yield from self.leave(element)
            elif element.tail:
                self.text.append(element.tail)
        yield from self.flush()
        if self.links:
            yield Block(text="", element=self.root, links=tuple(self.links))

    def enter(self, element: Element, skip: Callable[[], None]) -> Iterator[Block]:
        shadow = "shadowrootmode" in element.attrib  # a template that holds what an element shows
        if (element.tag in UNSEEN and not shadow) or element in self.unchecked:
            skip()
        elif element.tag == "table" and self.is_data(element):
            yield from self.flush()
            yield Block(text="", element=element, chrome=self.chrome > 0, table=element, links=tuple(element.iter("a")))
            skip()
        else:
            if element.tag in BLOCKS or element.tag == "br":
                yield from self.flush()
            if element.tag in BLOCKS:
                self.owners.append(element)
                self.chrome += is_chrome(element)
            if element.tag == "a" and not self.chrome:
                self.links.append(element)
            self.text.append(("\ufdd0" if element.tag == "sup" else "") + (element.text or ""))

    def leave(self, element: Element) -> Iterator[Block]:
        if self.owners[-1] is element and len(self.owners) > 1:
            yield from self.flush()
            self.owners.pop()
            self.chrome -= is_chrome(element)
        if element.tag == "sup":
            self.text.append("\ufdd2" if _is_linked(element) else "\ufdd1")
        if element is not self.root:
            self.text.append(element.tail or "")

    def flush(self) -> Iterator[Block]:
        marked = collapse("".join(self.text))
        text = collapse(_SIGNS.sub("", marked))
        said = collapse(_SIGNS.sub("", _RAISED.sub(_raised, marked))) if text != marked else text
        self.text.clear()
        if text.strip():
            self.left -= 1
            if self.left < 0:
                raise Rejected(f"the page has more than {MOST_BLOCKS:,} blocks of text: too many for a report")
            links = () if self.chrome else tuple(self.links)
            yield Block(text=text, said=said, element=self.owners[-1], chrome=self.chrome > 0, links=links)
            del self.links[: len(links)]


def _is_linked(element: Element) -> bool:
    """Whether a raised mark leads somewhere: to its note."""
    parent = element.getparent()
    return next(element.iter("a"), None) is not None or (parent is not None and parent.tag == "a")


def _raised(found: re.Match[str]) -> str:
    """What stands raised, as one can read it in a line."""
    if not _NOTES.fullmatch(found[1]):
        return found[1]
    figures = re.sub(r"\D", "", found[1])
    return "" if found[2] == "\ufdd2" else figures.translate(_HIGH)


def is_chrome(element: Element) -> bool:
    """Whether this element holds the frame of a site rather than of an article, or what it says."""
    if element.tag == "header" and next(element.iterancestors("article", "main"), None) is not None:
        return False
    return element.tag in CHROME or element.get("role") in ROLES


def level_of(element: Element) -> int:
    """1 to 6 for a heading, by its tag or its role; else 0."""
    if match := _LEVEL.fullmatch(str(element.tag)):
        return int(match[1])
    level = whole(element.get("aria-level"), 2)
    return level if element.get("role") == "heading" and 1 <= level <= 6 else 0


def is_link(block: Block) -> bool:
    """Whether all that a block says is a link."""
    return block.element.tag == "a" or block.text in _link_texts(block.element)


@lru_cache(maxsize=256)
def _link_texts(element: Element) -> frozenset[str]:
    """What the links below an element say: once for all blocks of it."""
    return frozenset(text_of(link) for link in element.iter("a"))


def unchecked(root: Element) -> set[Element]:
    """The labels of radio buttons and check boxes that are not chosen: their text is not an answer."""
    labels: set[Element] = set()
    named: dict[str, list[Element]] = {}
    for label in root.iter("label"):
        named.setdefault(label.get("for") or "", []).append(label)
    for box in root.iter("input"):
        if box.get("type", "").lower() in ("radio", "checkbox") and box.get("checked") is None:
            labels.update(box.iterancestors("label"))
            labels.update(named.get(box.get("id") or " ", ()))
    return labels


def text_of(element: Element) -> str:
    """All text below an element, one line per block, tables included cell by cell."""
    return "\n".join(block.text for block in blocks(element, is_data=lambda _: False))


def said(element: Element) -> str:
    """The same with what stands raised as one can read it: `1,204<sup>1</sup>` is not 12,041."""
    return "\n".join(block.said for block in blocks(element, is_data=lambda _: False))


def fragment_text(markup: str) -> str:
    """The text of an HTML fragment, one line per block; tables are left out. Plain text comes back as its lines."""
    return "\n".join(block.text for block in fragment(markup) if block.table is None)


def fragment_said(markup: str) -> str:
    """The same with what stands raised as one can read it."""
    return "\n".join(block.said for block in fragment(markup) if block.table is None)


def fragment(markup: str) -> list[Block]:
    """The blocks of an HTML fragment or of plain text, whose line breaks then make the blocks."""
    if not markup.strip():
        return []
    if "<" not in markup and "&" not in markup:
        markup = re.sub(r"\r\n?|\n", "<br>", markup)
    return list(blocks(document(f"<html><body>{markup}</body></html>".encode()), is_data=has_columns))


def lines(payload: bytes) -> list[Block]:
    """The lines of plain text as blocks."""
    paragraph = lxml.html.Element("p")
    found = enumerate(tabular.text(payload).splitlines(), 1)
    return [Block(text=collapse(text), element=paragraph, line=number) for number, text in found if text.strip()]


def has_columns(table: Element) -> bool:
    """Whether a table has more than one column, or numbers only below the first row of its only one; else, or when its
    only row holds tables, it lays out what is in it."""
    rows = grid(table)
    if max(map(len, rows), default=0) < 2:
        return _are_numbers([cell for row in rows[1:] for cell in row])
    return len(rows) > 1 or next(table.iterdescendants("table"), None) is None


def _are_numbers(cells: Sequence[Element]) -> bool:
    if not cells or any(next(cell.iterdescendants("table"), None) is not None for cell in cells):
        return False
    return all(values.parse(said(cell)) != values.NOTHING for cell in cells)


def caption(table: Element) -> str:
    """The title that a table itself has."""
    return " ".join(text_of(one) for one in table.iterchildren("caption"))


def grid(table: Element) -> list[list[Element]]:
    """The cells of a table, row by row; one that spans rows or columns stands in each. Nested tables are left out."""
    rows: list[list[Element]] = []
    hanging: dict[int, tuple[Element, int]] = {}  # column -> cell and how many rows it still reaches into
    for tr in (row for row in table.iter("tr") if next(row.iterancestors("table")) is table):
        row: list[Element] = []
        for cell in (cell for cell in tr if cell.tag in ("td", "th")):
            _fill(row, hanging)
            down = _span(cell, "rowspan") - 1
            for _ in range(_span(cell, "colspan")):
                if down:
                    hanging[len(row)] = (cell, down)
                row.append(cell)
        _fill(row, hanging)
        rows.append(row)
    return rows


def _fill(row: list[Element], hanging: dict[int, tuple[Element, int]]) -> None:
    """Put the cells that hang down from rows above where they reach."""
    while len(row) in hanging:
        cell, left = hanging.pop(len(row))
        if left > 1:
            hanging[len(row)] = (cell, left - 1)
        row.append(cell)


def _span(cell: Element, name: str) -> int:
    return max(1, min(whole(cell.get(name), 1), 100))
