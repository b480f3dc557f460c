"""Which part of a page is its own content, and which is furniture. By subtraction: all that is not furniture is main.

Only what says so itself is furniture: landmarks (`nav`, `footer`, roles), and small link-dense or dialog-like parts
whose class or id says so. Nothing is picked as "the article", so nothing of the text is lost to a wrong pick.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from lxml import etree

from changes.embedded import PERIOD
from changes.filenames import FILE, file_in
from changes.html import Element, first, text

Region = Literal["main", "margin", "chrome"]  # margin: outside the main landmark of a page that has one

LANDMARKS = frozenset({"nav", "footer", "dialog"})
SOFT_LANDMARKS = frozenset({"header", "aside"})  # furniture of the page, or the head and margin of an article
MAY_BE_LANDMARKS = LANDMARKS | SOFT_LANDMARKS
ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tooltip"}
)
CHOICES = frozenset({"select", "datalist", "textarea"})  # what a form offers, not what the page says
CONTENT = frozenset({"main", "article"})
# Parts of class names that speak of furniture wherever they stand.
HINTS = re.compile(
    r"(^|[\s_-])(nav(bar|igation|list)?|menu|breadcrumbs?|skip-?(link|to|nav)\w*|pagination|pager|toc|tooltip"
    r"|(cookies?|consent|gdpr|privacy)-?(banner|consent|notice|bar|popup|modal|dialog|manager|wall|layer)|onetrust\w*"
    r"|language-?(picker|selector|switcher)|side-?(nav|bar)|share|social|was-?this-?helpful|feedback|newsletter"
    r"|(related|similar|recommended|popular|trending|latest|more)-?(articles?|posts?|stories|news)"
    r"|(live-?)?chat-?(widget|button|bubble|box|launcher)|intercom\w*"
    r"|testimonials?"
    r")([\s_-]|$)",
    re.IGNORECASE,
)
# Names that may also be given to what a page is about (a report list can be a "promo" or a "search" result): they are
# only believed outside of the main landmark.
LOOSE_HINTS = re.compile(
    r"(^|[\s_-])((site|global|page)-?(header|footer)|footer|toolbar|(app|top)-?bar|masthead|subscribe|related|recommend\w*|modal|popup|toast|advert\w*"
    r"|promo|search|cookies?|consent|gdpr)([\s_-]|$)",
    re.IGNORECASE,
)
UNSEEN = re.compile(r"(^|[\s_-])(sr-?only|screen-?reader(-?text)?|visually-?hidden)([\s_-]|$)", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3"})
HEADING_PARENTS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "a"})
FORMATS = frozenset({"PDF", "CSV", "XLS", "XLSX", "ZIP", "JSON", "XML", "DOC", "DOCX"})
ID_PARTS = 2  # an id of more parts is often a heading made into an address ("how-we-share-your-data")
TEXTUAL = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "th", "tr", "dt", "dd", "blockquote", "article"})
SEPARATOR = re.compile(r"[\s_.:-]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HOLDS_MAIN: Any = etree.XPath("descendant::main or descendant::*/@role[.='main']")
HREFS: Any = etree.XPath(".//@href")
CONTROLS: Any = etree.XPath(".//button or .//input or .//*[@role='button']")
FEW_WORDS = 60
MANY_CHOICES = 40  # more years than this are years of birth
LABEL_WORDS = 10
LINK_DENSE = 0.6


def region_of(node: Element, tag: str, attributes: Mapping[str, str], parent: Region, in_content: bool) -> Region:
    """The region of `node` in a part that is no furniture; `in_content`: it lies within `main` or `article`."""
    if tag in CHOICES and not offers_periods(node):
        return "chrome"
    role = attributes.get("role", "")
    if tag in CONTENT or role == "main":
        return "main"
    if parent == "margin" and tag in HEADINGS:
        return "main"
    if "aria-live" in attributes and UNSEEN.search(attributes.get("class", "")):
        return "chrome"
    if tag == "button":
        return "chrome" if is_control(node, attributes, in_content) else parent
    if (role or tag in MAY_BE_LANDMARKS) and is_landmark(node, tag, role, in_content):
        return "chrome"
    if tag not in TEXTUAL and hinted(tag, attributes, in_content) and furniture(node):
        return "chrome"
    return parent


def offers_periods(node: Element) -> bool:
    """Whether a list of choices offers years, quarters or files: it names the reports that there are."""
    offered = [one for one in node.iter("option") if one.get("value") != ""]
    telling = sum(bool(PERIOD.search(text(one)) or file_in("data", one.get("value") or "")) for one in offered)
    return node.tag == "select" and len(offered) <= MANY_CHOICES and 2 * telling >= max(1, len(offered))


def is_landmark(node: Element, tag: str, role: str, in_content: bool) -> bool:
    """Whether an element says by its tag or role that it is furniture, and is not in fact a part of the content."""
    if tag in LANDMARKS or role in ROLES:
        return not holds_content(node) and not lists_files(node)
    if tag in SOFT_LANDMARKS or role == "complementary":
        return not holds_content(node) and not is_part(node, in_content)
    return False


def hinted(tag: str, attributes: Mapping[str, str], in_content: bool) -> bool:
    """Whether class, id or the name of a custom element speaks of furniture."""
    names, own, custom = attributes.get("class", ""), attributes.get("id", ""), tag if "-" in tag else ""
    return bool(names or own or custom) and speaks_of_furniture(names, own, custom, in_content)


@lru_cache(maxsize=16_384)
def speaks_of_furniture(names: str, own: str, custom: str, in_content: bool) -> bool:
    own = own if len(SEPARATOR.split(own)) <= ID_PARTS else ""
    names = CAMEL.sub("-", f"{names} {own} {custom}")
    return bool(HINTS.search(names) or (not in_content and LOOSE_HINTS.search(names)))


def is_control(node: Element, attributes: Mapping[str, str], in_content: bool) -> bool:
    """A button that does something to the page: none that heads a part of its text or stands for a link or a file."""
    if in_content or attributes.keys() & {"aria-expanded", "aria-controls", "data-target"}:
        return False
    if any(file_in(name, value) for name, value in attributes.items()):
        return False
    words = text(node).split()
    parent = node.getparent()
    heads = parent is not None and parent.tag in HEADING_PARENTS
    return not heads and is_label(words) and not any(word.upper() in FORMATS for word in words)


def start_region(body: Element) -> Region:
    """Where a page begins: in the margin when it has a main landmark."""
    return "margin" if holds_content(body) else "main"


def is_part(node: Element, in_content: bool) -> bool:
    """Whether a header or aside is one of the content: inside of it, with a heading, or prose; no strip of links."""
    prose = node.tag == "aside" and len(text(node).split()) > LABEL_WORDS and not CONTROLS(node)
    return (in_content or prose or first(node, "h1") is not None) and (holds_file(node) or not link_dense(node))


def holds_content(node: Element) -> bool:
    """Whether the page's main landmark lies inside this one: then it is no furniture."""
    return bool(HOLDS_MAIN(node))


def furniture(node: Element) -> bool:
    """A part whose name hints at furniture is that when it is short or mostly links, without main heading or files."""
    if node.tag in ("body", "html") or first(node, "h1") is not None or holds_content(node) or holds_file(node):
        return False
    if link_dense(node):
        return True
    words = text(node).split()
    return len(words) < FEW_WORDS and (bool(CONTROLS(node)) or is_label(words))


def is_label(words: Sequence[str]) -> bool:
    """A few words without a figure."""
    return len(words) <= LABEL_WORDS and not any(sign.isdigit() for word in words for sign in word)


def holds_file(node: Element) -> bool:
    """Whether a link below `node` leads to a file: then it is worth watching, whatever it is called."""
    return any(FILE.search(str(href).partition("?")[0].partition("#")[0]) for href in HREFS(node))


def lists_files(node: Element) -> bool:
    """Whether at least half of the links below `node` lead to files: a list of documents, however it is marked up."""
    addresses = HREFS(node)
    return bool(addresses) and 2 * sum(bool(file_in("data", str(one))) for one in addresses) >= len(addresses)


def link_dense(node: Element) -> bool:
    """Whether most of the text below `node` is link text."""
    total = len(text(node))
    linked = sum(len(text(link)) for link in node.iter("a"))
    return total == 0 or linked / total >= LINK_DENSE
