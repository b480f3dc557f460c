"""Edits planted by program in the main content of real pages. Knows nothing of how we read pages: tags alone decide."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

UNREAD = frozenset(
    {"script", "style", "noscript", "template", "title", "svg", "button", "select", "option", "textarea"}
)
OUTSIDE = frozenset({"nav", "footer", "aside", "header", "dialog", "form"}) | UNREAD
OUTSIDE_ROLES = frozenset({"navigation", "banner", "contentinfo", "dialog", "search", "complementary", "alert"})
WORD = re.compile(r"[^\W\d_]{4,}")
NUMBER = re.compile(r"\d+")
FOREIGN = ("walrus", "teapot", "meadow", "lantern", "gravel")


@dataclass(frozen=True)
class Planted:
    """A page with one edit: its kind, the text it took away and the text it put in; `original` is without the edit."""

    kind: str
    original: bytes
    body: bytes
    before: str
    after: str


def main_elements(root: Any) -> list[Any]:
    """Elements with three words of their own or more, inside the main landmark and outside furniture.

    Where there is no landmark, links are left out: they may be a menu.
    """
    mains = root.xpath("//main | //*[@role='main'] | //article")
    bodies = mains or root.xpath("//body")
    barred = OUTSIDE if mains else OUTSIDE | {"a"}
    found = [node for body in bodies for node in body.iter("*") if len((node.text or "").split()) >= 3]
    return [node for node in dict.fromkeys(found) if not outside(node, barred)]


def outside(node: Any, barred: frozenset[str]) -> bool:
    return any(up.tag in barred or up.get("role") in OUTSIDE_ROLES for up in (node, *node.iterancestors()))


def plant(body: bytes, choose: random.Random) -> Planted | None:
    """`body` with one edit of a random kind, None when the page offers no place for it."""
    root = lxml_html.fromstring(body.decode("utf-8", "replace").encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    original = etree.tostring(root, method="html", encoding="utf-8")
    elements = main_elements(root)
    kinds = list(KINDS)
    choose.shuffle(kinds)
    for kind in kinds:
        done = KINDS[kind](elements, choose)
        if done:
            return Planted(kind, original, etree.tostring(root, method="html", encoding="utf-8"), *done)
    return None


Change = tuple[str, str]


def replace_match(pattern: re.Pattern[str], new: Callable[[str, random.Random], str]) -> Any:
    """An edit of one match of `pattern` in the text of one element."""

    def edit(elements: list[Any], choose: random.Random) -> Change | None:
        able = [node for node in elements if pattern.search(node.text)]
        if not able:
            return None
        node = choose.choice(able)
        found = choose.choice(list(pattern.finditer(node.text)))
        after = new(found.group(0), choose)
        node.text = node.text[: found.start()] + after + node.text[found.end() :]
        return found.group(0), after

    return edit


def other_number(text: str, choose: random.Random) -> str:
    place = choose.randrange(len(text))
    return text[:place] + str((int(text[place]) + choose.randint(1, 9)) % 10) + text[place + 1 :]


def item_removed(elements: list[Any], choose: random.Random) -> Change | None:
    items = [node for node in elements if node.tag == "li" and len(node.getparent()) > 1]
    texts = [" ".join(node.itertext()) for node in elements]
    items = [node for node in items if texts.count(" ".join(node.itertext())) == 1]
    if not items:
        return None
    node = choose.choice(items)
    node.getparent().remove(node)
    return " ".join(node.itertext()), ""


def item_added(elements: list[Any], choose: random.Random) -> Change | None:
    items = [node for node in elements if node.tag in ("li", "p")]
    if not items:
        return None
    node = choose.choice(items)
    new = copy.deepcopy(node)
    for child in list(new):
        new.remove(child)
    new.text = f"A {choose.choice(FOREIGN)} was added"
    node.addnext(new)
    return "", new.text


def links(elements: list[Any]) -> list[Any]:
    return [a for node in elements for a in node.iter("a") if (a.get("href") or "").startswith(("http", "/"))]


def link_moved(elements: list[Any], choose: random.Random) -> Change | None:
    able = links(elements)
    if not able:
        return None
    node = choose.choice(able)
    before = node.get("href")
    if sum(a.get("href") == before for a in able) > 1:
        return None
    node.set("href", re.split("[?#]", before)[0].rstrip("/") + "-" + choose.choice(FOREIGN))
    return before, node.get("href")


def link_added(elements: list[Any], choose: random.Random) -> Change | None:
    if not elements:
        return None
    node = choose.choice(elements)
    new = etree.SubElement(node, "a", href=f"/reports/{choose.choice(FOREIGN)}.pdf")
    new.text = "Download"
    return "", new.get("href")


KINDS: dict[str, Callable[[list[Any], random.Random], Change | None]] = {
    "word": replace_match(WORD, lambda _, choose: choose.choice(FOREIGN)),
    "word_removed": replace_match(WORD, lambda *_: ""),
    "word_added": replace_match(WORD, lambda word, _: word + " not"),
    "number": replace_match(NUMBER, other_number),
    "sign": replace_match(re.compile(r"(?<![\w.,])\d+"), lambda number, _: "-" + number),
    "percent": replace_match(re.compile(r"\d+(?![\d.,%])"), lambda number, _: number + "%"),
    "item_removed": item_removed,
    "item_added": item_added,
    "link_moved": link_moved,
    "link_added": link_added,
}
