"""A page's tree as blocks of text and a set of links, each with its region.

Hidden and collapsed text counts. So does text that custom elements carry in their attributes, as JSON or HTML: an
accordion that a script builds later is part of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin

from changes.attributes import data_of, strings_of
from changes.elsewhere import lists_elsewhere
from changes.embedded import CROSSED, STRUCK, field_mark, in_cell, is_icon, picture, source
from changes.filenames import FILE, file_in
from changes.html import UNSEEN, Element, fragment, pieces, raw_text, select
from changes.identity import document_id
from changes.labels import without_window
from changes.normal import clean, is_permalink
from changes.regions import CONTENT, Region, region_of, start_region

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"}
    | {"tt", "u", "var", "wbr"}
)  # fmt: skip
# Elements that say nothing of their region unless an attribute does.
PLAIN = INLINE - {"a"} | {"p", "div", "li", "ul", "ol", "br", "tr", "td", "th", "tbody", "table", "section", "img"}
EMBEDDING = frozenset({"iframe", "object", "embed", "video", "audio"})
THINGS = EMBEDDING | {"img", "input"}  # say something without text of their own
OTHERS = UNSEEN | THINGS
CELLS = frozenset({"td", "th"})  # a table's row is one block
DEEP = 300  # deeper than this, a subtree is one block: Python recurses no further
SILENT = frozenset({"class", "id", "style"})  # attributes that neither name files nor hold data
SEPARATORS = " \t\r\n|·•/›»"  # between links side by side
NOWHERE = ("#", "javascript:", "data:", "blob:", "about:")
MAIL = ("mailto:", "tel:")
PICTURE = "picture"  # where the text of a picture stands
NONE: Mapping[str, str] = {}


class Block(NamedTuple):  # a tuple is made three times as fast as a frozen dataclass, and a page has thousands
    """A run of text between two block boundaries. `linked` is the identity of the link that holds all of it.

    `where` points into a file the way citations do; of a page's blocks only the texts of pictures have one.
    """

    text: str
    region: Region
    linked: str = ""
    where: str = ""

    def within(self, region: Region) -> Block:
        """The same in another region; `_replace` takes four times as long."""
        return Block(self.text, region, self.linked, self.where)


class Link(NamedTuple):
    """A link: identity and URL of its target, its text, and whether its name is that of a file.

    `place` is the number of the block that it stands in.
    """

    target: str
    url: str
    anchor: str
    region: Region
    is_file: bool
    place: int = -1

    def within(self, region: Region) -> Link:
        """The same in another region."""
        return Link(self.target, self.url, self.anchor, region, self.is_file, self.place)


@dataclass(slots=True)
class Walk:
    """The state of one walk over a tree. `inside` is the target of the link that is being walked.

    `elsewhere` are the parts that lead to other things to read, `beside` what pictures and data say within a block.
    """

    base: str
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    linked: list[tuple[str, int]] = field(default_factory=list)
    inside: str = ""
    after_link: bool = False
    elsewhere: frozenset[Element] = frozenset()
    beside: list[Block] = field(default_factory=list)

    def flush(self, region: Region) -> None:
        """End the current block."""
        text = clean("".join(self.buffer))
        if text:
            whole = self.inside
            if not whole and len(self.linked) == 1 and self.linked[0][1] >= len(text):
                whole = self.linked[0][0]
            self.blocks.append(Block(text, region, whole))
        if self.beside:
            self.blocks += self.beside
            self.beside.clear()
        self.buffer.clear()
        self.linked.clear()
        self.after_link = False

    def link(self, url: str, anchor: str, region: Region, place: int | None = None) -> str:
        """Note a link; returns its identity, empty when it leads nowhere."""
        target, absolute, is_file = resolve(self.base, url.strip())
        if target:
            place = len(self.blocks) if place is None else place
            self.links.append(Link(target, absolute, anchor, region, is_file, place))
        return target


@lru_cache(maxsize=16_384)
def resolve(base: str, url: str) -> tuple[str, str, bool]:
    """Identity and absolute URL of a link's target, and whether it names a file; empty where it leads nowhere."""
    if not url or url.startswith(NOWHERE):
        return "", "", False
    if url.startswith(MAIL):
        address = url.partition("?")[0].lower()
        return (address, address, False) if not address.endswith(":") else ("", "", False)
    try:
        absolute = urljoin(base, url)
    except ValueError:
        return "", "", False
    target = document_id(absolute)
    return target, absolute, bool(FILE.search(target.partition("?")[0]))


def walk_page(root: Element, base: str, watched: str | None = None) -> Walk:
    """Blocks and links of a page; `base` is its URL (a `base` element overrides it).

    `watched` is a CSS selector: only what it matches is read, and all of that is main. Nothing matched: all is read.
    """
    walk = Walk(base=base_of(root, base))
    body = root.find("body")
    body = root if body is None else body
    parts = select(root, watched) if watched else []
    walk.elsewhere = frozenset() if parts else lists_elsewhere(body)
    start: Region = "main" if parts else start_region(body)
    for part in parts or [body]:
        visit(part, walk, start, bool(parts), 0)
        walk.flush(start)
    return walk


def base_of(root: Element, url: str) -> str:
    """What the relative URLs of a page are relative to."""
    stated = next((href for one in root.iter("base") if (href := one.get("href")) is not None), "")
    try:
        return urljoin(url, str(stated).strip())
    except ValueError:  # no address at all
        return url


def visit(node: Element, walk: Walk, parent: Region, in_content: bool, depth: int) -> None:
    """Collect `node` (not its tail)."""
    tag = node.tag
    if tag in OTHERS:
        if tag in THINGS and parent != "chrome":
            visit_thing(node, tag, walk, parent)
        return
    if tag in INLINE and is_icon(node):
        return
    # What lies in furniture is furniture, whatever its attributes say.
    attributes = dict(node.items()) if parent != "chrome" or tag == "a" else NONE
    region = region_here(node, tag, attributes, walk, parent, in_content)
    inline = tag in CELLS or (tag in INLINE and region == parent)
    if tag in CELLS and walk.buffer:
        walk.buffer.append(" | ")
    elif not inline and (walk.buffer or walk.beside):
        walk.flush(parent)
    if tag == "a":
        visit_anchor(node, attributes, walk, region, in_content, depth)
    else:
        if region != "chrome" and ("-" in tag or len(attributes) > 1 or (attributes and "class" not in attributes)):
            visit_attributes(node, attributes, walk, region, depth)
        crossed = (CROSSED,) if tag in STRUCK and raw_text(node).strip() else ()
        walk.buffer += crossed
        visit_inside(node, walk, region, in_content or tag in CONTENT, depth)
        walk.buffer += crossed
    if not inline and walk.buffer:
        walk.flush(region)


def region_here(
    node: Element, tag: str, attributes: Mapping[str, str], walk: Walk, parent: Region, in_content: bool
) -> Region:
    if parent == "chrome" or (walk.elsewhere and node in walk.elsewhere):
        return "chrome"
    if tag in PLAIN and not ("class" in attributes or "id" in attributes or "role" in attributes):
        return parent
    return region_of(node, tag, attributes, parent, in_content)


def visit_inside(node: Element, walk: Walk, region: Region, in_content: bool, depth: int) -> None:
    """Collect what is inside `node`."""
    if depth > DEEP:
        walk.buffer.append(" ".join(node.itertext()))
        return
    text = node.text
    if text:
        walk.buffer.append(text)
    if not len(node):
        return
    for child in node:
        visit(child, walk, region, in_content, depth + 1)
        tail = child.tail
        if tail:
            between = walk.after_link and not tail.strip(SEPARATORS)
            walk.buffer.append(" " if between else tail)
            walk.after_link = between


def visit_anchor(
    node: Element, attributes: Mapping[str, str], walk: Walk, region: Region, in_content: bool, depth: int
) -> None:
    """A link and its text; a permalink sign beside a heading is no text."""
    href = attributes.get("href", "")
    anchor = clean(" ".join(pieces(node))) or clean(attributes.get("aria-label") or attributes.get("title") or "")
    anchor = without_window(anchor)
    if "#" in href and is_permalink(anchor):
        return
    if walk.after_link:
        walk.flush(region)  # links side by side are items of a list, however they are marked up
    target = walk.link(href, anchor, region)
    outside, walk.inside = walk.inside, target or walk.inside
    visit_inside(node, walk, region, in_content, depth)
    if walk.buffer:
        walk.buffer[-1] = without_window(walk.buffer[-1])
    walk.inside = outside
    walk.after_link = True
    if target:
        walk.linked.append((target, len(anchor)))


def visit_thing(node: Element, tag: str, walk: Walk, region: Region) -> None:
    """A picture that is described, a field that nobody can fill in, a player, a file shown inside the page."""
    if tag == "img":
        if in_cell(node):
            walk.buffer.append(node.get("alt") or "")
        elif said := picture(node):
            walk.beside.append(Block(text=said, region=region, where=PICTURE))
    elif tag == "input":
        walk.buffer.append(field_mark(node))
    elif address := source(node):
        walk.link(address, clean(node.get("title") or node.get("aria-label") or ""), region, place=-1)


def visit_attributes(node: Element, attributes: Mapping[str, str], walk: Walk, region: Region, depth: int) -> None:
    """Links to files in attributes of any element; links and text in those of custom elements."""
    custom = "-" in node.tag
    for name, value in attributes.items():
        if name in SILENT and not custom:
            continue
        if address := file_in(name, value):
            walk.link(address, clean(" ".join(pieces(node))), region)
        elif custom:
            visit_custom(node, name, value, walk, region, depth)
        elif name.startswith("data-"):
            walk.beside += [Block(text=clean(said), region=region) for said in data_of(node, name, value)]


def visit_custom(node: Element, name: str, value: str, walk: Walk, region: Region, depth: int) -> None:
    """One attribute of a custom element: a link, or texts and pieces of HTML."""
    if (value.startswith(("/", "http")) and "rl" in name) or "href" in name:
        anchor = clean(" ".join(pieces(node)))
        if target := walk.link(value, anchor, region):
            walk.linked.append((target, len(anchor)))
        return
    for said in strings_of(name, value):
        walk.flush(region)
        if "<" in said:
            visit(fragment(said), walk, region, True, depth + 1)
        else:
            walk.buffer.append(said)
        walk.flush(region)
