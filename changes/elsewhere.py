"""Parts of a page that lead to other things to read, with teasers between their links: found by their heading."""

from __future__ import annotations

from changes.html import Element, first, text
from changes.labels import LONGEST, leads_elsewhere
from changes.regions import CONTENT, holds_content, holds_file

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
WHOLE = frozenset({"html", "body", "main", "article"})
LINKS = 2  # fewer are no list
TEASER = 40  # words beside each link
MANY = 20  # a page with more such headings is about what stands below them


def lists_elsewhere(body: Element) -> frozenset[Element]:
    """The elements that hold such a heading and what stands below it, and nothing else. None inside a main landmark."""
    headings = [one for one in body.iter(*HEADINGS) if is_heading(one)]
    if len(headings) > MANY:
        return frozenset()
    return frozenset(part for one in headings if (part := part_of(one)) is not None)


def is_heading(node: Element) -> bool:
    said = text(node)
    return len(said) <= LONGEST and leads_elsewhere(said) and not any(up.tag in CONTENT for up in node.iterancestors())


def part_of(heading: Element) -> Element | None:
    """The smallest element around a heading that holds more than it; None when that is more than a list of teasers."""
    said = text(heading)
    part = heading.getparent()
    while part is not None and part.tag not in WHOLE and text(part) == said:
        part = part.getparent()
    return part if part is not None and part.tag not in WHOLE and is_list(part, heading, said) else None


def is_list(part: Element, heading: Element, said: str) -> bool:
    if not text(part).startswith(said) or holds_content(part) or holds_file(part) or first(part, "h1") is not None:
        return False
    links = [link for link in part.iter("a") if link.get("href")]
    linked = sum(len(text(link).split()) for link in links)
    beside = len(text(part).split()) - linked - len(said.split())
    if len(links) < LINKS or beside > TEASER * len(links) or any(map(in_sentence, links)):
        return False
    figures = digits(part) - digits(heading) - sum(map(digits, links))
    return figures <= 0 and not holds_another(part, heading)


def in_sentence(link: Element) -> bool:
    """Whether text stands right before or after a link: it heads no teaser of its own."""
    last, parent = link.getprevious(), link.getparent()
    before = last.tail if last is not None else parent.text if parent is not None else ""
    return any(sign.isalnum() for sign in (before or "") + (link.tail or ""))


def digits(node: Element) -> int:
    return sum(sign.isdigit() for sign in text(node))


def holds_another(part: Element, heading: Element) -> bool:
    """Whether another part of the page begins inside this one: a heading of the same rank that is no link's."""
    others = (one for one in part.iter(heading.tag) if one is not heading)
    return any(first(one, "a") is None and not any(up.tag == "a" for up in one.iterancestors()) for one in others)
