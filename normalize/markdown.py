"""HTML as Markdown: headings, paragraphs, nested lists, tables, quotations, code, emphasis, absolute links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from normalize import html
from normalize.cells import whole
from normalize.html import BLOCKS, UNSEEN, Element

DEEPEST = 120  # elements in elements; what is deeper is taken as its text
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_LEADING = re.compile(r"(?m)^(\d{0,9})(#{1,6}\s|[-+]\s|>\s?|(?<=\d)[.)]\s)")
_SIGNS = re.compile(r"[\\*`<]|(?<![^\W_])_|_(?![^\W_])|\[(?=[^\]]{0,999}\][(\[])|~(?=~)")
_PERMALINK = re.compile(r"[#¶§🔗]")


def of(root: Element, start: Element, url: str) -> str:
    """What a page says from the element `start` on, without the frame of its site. `url` makes links absolute."""
    body = next(iter(root.iter("body")), root)
    base = next((one.get("href") for one in root.iter("base") if one.get("href")), "")
    writer = _Writer(urljoin(url, base), start, html.unchecked(root))
    return "\n\n".join(writer.blocks(body, 0)) + "\n"


class _Writer:
    """Writes element by element; what comes before `start` is left out."""

    def __init__(self, base: str, start: Element, hidden: set[Element]) -> None:
        self.base, self.start, self.hidden = base, start, hidden
        self.above = set(start.iterancestors())
        self.started = False

    def blocks(self, element: Element, depth: int) -> list[str]:
        """The blocks in an element; text between its block elements is paragraphs."""
        if depth > DEEPEST:
            return _paragraph(html.text_of(element) if self.started else "")
        found: list[str] = []
        line = [self.escaped(element.text)]
        for child in element:
            self.started = self.started or child is self.start
            if self.is_block(child):
                found += [*_paragraph("".join(line)), *self.block(child, depth + 1)]
                line = []
            elif self.started:
                line.append(self.inline(child, depth + 1))
            elif child in self.above:
                found += self.blocks(child, depth + 1)
            line.append(self.escaped(child.tail))
        return found + _paragraph("".join(line))

    def is_block(self, element: Element) -> bool:
        if not isinstance(element.tag, str) or self.is_hidden(element) or not (self.started or element in self.above):
            return False
        return element.tag in BLOCKS or any(one.tag in BLOCKS for one in element.iterdescendants())

    def is_hidden(self, element: Element) -> bool:
        return element.tag in UNSEEN or element in self.hidden or html.is_chrome(element)

    def block(self, element: Element, depth: int) -> list[str]:
        tag = element.tag
        if not self.started:
            return self.blocks(element, depth)
        if level := html.level_of(element):
            text = " ".join(self.inline(element, depth).split())
            return [f"{'#' * level} {text}"] if text else []
        if tag in ("ul", "ol"):
            return self.items(element, depth)
        if tag == "pre":
            return [_fenced(element.text_content().strip("\n"))]
        if tag == "blockquote":
            return [re.sub(r"(?m)^", "> ", "\n\n".join(self.blocks(element, depth)))]
        if tag == "hr":
            return ["---"]
        if tag == "table" and not any(True for _ in element.iterdescendants("table")):
            return self.table(element, depth)
        return self.blocks(element, depth)

    def items(self, element: Element, depth: int) -> list[str]:
        """A list as one block; what belongs to an item is indented below its mark."""
        count = whole(element.get("start"), 1)
        lines: list[str] = []
        for child in (one for one in element if isinstance(one.tag, str) and not self.is_hidden(one)):
            mark = f"{count}. " if element.tag == "ol" else "- "
            count += child.tag == "li"
            inside = self.block(child, depth) if child.tag in ("ul", "ol") else self.blocks(child, depth)
            if inside:
                lines.append(mark + re.sub(r"\n(?=[^\n])", "\n" + " " * len(mark), _joined(inside)))
        return ["\n".join(lines)] if lines else []

    def table(self, element: Element, depth: int) -> list[str]:
        rows = [[self.cell(cell, depth) for cell in row] for row in html.grid(element)]
        rows = [row for row in rows if any(row)]
        width = max(map(len, rows), default=0)
        if width < 2 or len(rows) < 2:
            return [text for row in rows for text in row if text]
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]

    def cell(self, element: Element, depth: int) -> str:
        return " ".join(" ".join(self.blocks(element, depth)).split()).replace("|", "\\|")

    def inline(self, element: Element, depth: int) -> str:
        """An inline element as text with marks."""
        if not isinstance(element.tag, str) or self.is_hidden(element):
            return ""
        if element.tag == "br":
            return "\n"
        if element.tag == "img":
            return self.image(element)
        if element.tag == "code":
            return f"`{html.collapse(element.text_content())}`"
        if depth > DEEPEST:
            return html.collapse(element.text_content())
        inside = [self.escaped(element.text)]
        for child in element:
            inside += [self.inline(child, depth + 1), self.escaped(child.tail)]
        return self.marked(element, "".join(inside))

    def image(self, element: Element) -> str:
        """What an image says to those who do not see it, and where it is."""
        alt = html.collapse(element.get("alt") or "")
        source = (element.get("src") or "").strip()
        if not alt or not self.started:
            return ""
        return f"![{self.escaped(alt)}]({'' if source.startswith('data:') else _absolute(self.base, source)})"

    def marked(self, element: Element, text: str) -> str:
        bare = text.strip()
        if not bare:
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if mark := _MARKS.get(element.tag):
            return f"{before}{mark}{bare}{mark}{after}"
        address = (element.get("href") or "").strip() if element.tag == "a" else ""
        if address.startswith("#") and _PERMALINK.fullmatch(bare):
            return ""
        if address and not address.lower().startswith(("javascript:", "#")):
            return f"{before}[{bare}]({_absolute(self.base, address)}){after}"
        return text

    def escaped(self, text: str | None) -> str:
        """Text in which nothing is taken for a mark; nothing before the start."""
        return _SIGNS.sub(r"\\\g<0>", re.sub(r"\s+", " ", text)) if text and self.started else ""


def _fenced(code: str) -> str:
    """Code between fences that are longer than any in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", code))])
    return f"{fence}\n{code}\n{fence}"


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address).replace(" ", "%20").replace(")", "%29")
    except ValueError:  # not an address at all
        return address.replace(" ", "%20").replace(")", "%29")


def _paragraph(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    bare = "  \n".join(line for line in lines if line)
    return [_LEADING.sub(r"\1\\\2", bare)] if bare else []


def _joined(inside: Iterable[str]) -> str:
    """The blocks of a list item: a list right below its text, all else with a blank line between."""
    text = ""
    for block in inside:
        is_list = re.match(r"- |\d+\. ", block) is not None
        text += ("\n" if is_list else "\n\n") * bool(text) + block
    return text
