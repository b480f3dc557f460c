"""A page's tree as blocks of text and a set of links, each with its region.

Hidden and collapsed text counts. So does text that custom elements carry in their attributes, as JSON or HTML: an
accordion that a script builds later is part of the page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from changes.html import UNSEEN, Element
from changes.identity import document_id
from changes.normal import clean
from changes.regions import CONTENT, FILE, Region, region_of, start_region

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"}
    | {"tt", "u", "var", "wbr"}
)  # fmt: skip
CELLS = frozenset({"td", "th"})  # a table's row is one block
DEEP = 400  # deeper than this, a subtree is one block: Python recurses no further
PERMALINK = re.compile(r"[#¶§🔗∞​]*\Z")
LINK_ATTRIBUTE = re.compile(r"(href|url|link|src|file|download)", re.IGNORECASE)
WORDY = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}|\A[A-Z][^\W\d_]{3,}\Z")
DUMB = re.compile(
    r"(class|style|id|slot|theme|type|variant|color|aria|data-|on|role|level|target|rel|alt)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A run of text between two block boundaries. `linked` is the identity of the link that holds all of it.

    `where` points into a file the way citations do; a page's blocks have none.
    """

    text: str
    region: Region
    linked: str = ""
    where: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link: identity and URL of its target, its text, and whether its name is that of a file."""

    target: str
    url: str
    anchor: str
    region: Region
    is_file: bool


@dataclass(slots=True)
class Walk:
    """The state of one walk over a tree."""

    base: str
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    linked: list[tuple[str, int]] = field(default_factory=list)
    inside: str = ""
    after_link: bool = False

    def flush(self, region: Region) -> None:
        """End the current block."""
        if self.buffer:
            text = clean("".join(self.buffer))
            whole = self.inside
            if not whole and len(self.linked) == 1 and self.linked[0][1] >= len(text):
                whole = self.linked[0][0]
            self.buffer.clear()
            if text:
                self.blocks.append(Block(text=text, region=region, linked=whole))
        self.linked.clear()
        self.after_link = False

    def link(self, url: str, anchor: str, region: Region) -> str:
        """Note a link; returns its identity, empty when it leads nowhere."""
        url = url.strip()
        if not url or url.startswith(("#", "javascript:", "mailto:", "tel:", "data:", "blob:")):
            return ""
        try:
            absolute = urljoin(self.base, url)
        except ValueError:
            return ""
        target = document_id(absolute)
        is_file = bool(FILE.search(urlsplit("https://" + target).path if "://" not in target else target))
        self.links.append(Link(target=target, url=absolute, anchor=anchor, region=region, is_file=is_file))
        return target


def walk_page(root: Element, base: str, watched: str | None = None) -> Walk:
    """Blocks and links of a page; `base` is its URL (a `base` element overrides it).

    `watched` is a CSS selector: only what it matches is read, and all of that is main. Nothing matched: all is read.
    """
    stated = root.find(".//base[@href]")
    walk = Walk(base=urljoin(base, stated.get("href").strip()) if stated is not None else base)
    body = root.find("body")
    body = root if body is None else body
    parts = root.cssselect(watched) if watched else []
    start = "main" if parts else start_region(body)
    for part in parts or [body]:
        visit(part, walk, start, bool(parts), 0)
        walk.flush(start)
    return walk


def visit(node: Element, walk: Walk, parent: Region, in_content: bool, depth: int) -> None:
    """Collect `node` (not its tail)."""
    tag = node.tag
    if tag in UNSEEN or not isinstance(tag, str):
        return
    region = region_of(node, tag, parent, in_content)
    inline = tag in INLINE and region == parent
    if tag in CELLS:
        walk.buffer.append(" | " if walk.buffer else "")
    elif not inline:
        walk.flush(parent)
    if tag == "a":
        visit_anchor(node, walk, region, in_content, depth)
    elif depth > DEEP:
        walk.buffer.append(" ".join(node.itertext()))
    else:
        if "-" in tag or len(node.attrib) > 2:
            visit_attributes(node, tag, walk, region, depth)
        visit_children(node, walk, region, in_content or tag in CONTENT, depth)
    if not inline and tag not in CELLS:
        walk.flush(region)


def visit_children(node: Element, walk: Walk, region: Region, in_content: bool, depth: int) -> None:
    if node.text:
        walk.buffer.append(node.text)
    for child in node:
        visit(child, walk, region, in_content, depth + 1)
        if child.tail:
            walk.buffer.append(child.tail)
            walk.after_link = walk.after_link and child.tail.isspace()


def visit_anchor(node: Element, walk: Walk, region: Region, in_content: bool, depth: int) -> None:
    """A link and its text; a permalink sign beside a heading is no text."""
    href = node.get("href") or ""
    anchor = clean(" ".join(node.itertext())) or clean(node.get("aria-label") or node.get("title") or "")
    if "#" in href and PERMALINK.match(anchor):
        return
    target = walk.link(href, anchor, region)
    if walk.after_link:
        walk.flush(region)  # links side by side are items of a list, however they are marked up
    outside, walk.inside = walk.inside, target
    visit_children(node, walk, region, in_content, depth)
    walk.inside = outside
    walk.after_link = True
    if target:
        walk.linked.append((target, len(anchor)))


def visit_attributes(node: Element, tag: str, walk: Walk, region: Region, depth: int) -> None:
    """Links in attributes of any element, and text in attributes of custom elements."""
    for name, value in node.attrib.items():
        if not value or (name[0] in "cis" and name in ("class", "id", "style", "srcset", "src")):
            continue
        if looks_like_file(value):
            walk.link(value, clean(" ".join(node.itertext())), region)
        elif "-" in tag:
            visit_custom(node, name, value, walk, region, depth)


def looks_like_file(value: str) -> bool:
    """Whether an attribute's value is the URL of a file."""
    head = value.partition("?")[0].partition("#")[0]
    return len(value) < 2000 and bool(FILE.search(head)) and ("/" in head) and not head.startswith(("{", "["))


def visit_custom(node: Element, name: str, value: str, walk: Walk, region: Region, depth: int) -> None:
    """One attribute of a custom element: JSON, HTML, a link, or words."""
    if value[0] in "[{":
        for leaf in leaves(value):
            visit_string(leaf, walk, region, depth)
    elif LINK_ATTRIBUTE.search(name) and value.startswith(("/", "http")):
        target = walk.link(value, clean(" ".join(node.itertext())), region)
        walk.linked.append((target, len(clean(" ".join(node.itertext())))))
    elif not DUMB.match(name):
        visit_string(value, walk, region, depth)


def leaves(value: str) -> list[str]:
    """All strings in a JSON value, in order; nothing when it is no JSON."""
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return []
    found: list[str] = []
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            pending.extend(reversed(item.values()))
        elif isinstance(item, list):
            pending.extend(reversed(item))
    return found


def visit_string(value: str, walk: Walk, region: Region, depth: int) -> None:
    """A string out of an attribute: a fragment of HTML, or text for people; ids and flags are neither."""
    if "<" in value and ">" in value:
        try:
            fragment = lxml_html.fragment_fromstring(value, create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return
        visit(fragment, walk, region, True, depth + 1)
    elif WORDY.search(value) and not value.startswith(("http", "/")):
        walk.flush(region)
        walk.buffer.append(value)
        walk.flush(region)
