"""What a page says otherwise than in text: pictures, players, fields, text crossed out."""

from __future__ import annotations

import re
from functools import lru_cache

from changes.filenames import file_in
from changes.html import Element, raw_text
from changes.normal import clean

# Paths under which players and interactive charts are put into other pages.
PLAYER = re.compile(r"/(embed|player|video|charts?|dashboards?|visuali[sz]ation)s?([/.]|\Z)", re.IGNORECASE)
PERIOD = re.compile(r"(?<![a-z0-9])((19|20)\d\d|[qh][1-4])(?![a-z0-9])", re.IGNORECASE)
ICON = re.compile(r"(^|\s)(material-(icons|symbols)\S*|icons?)(\s|$)", re.IGNORECASE)
LIGATURE = re.compile(r"\s*[a-z][a-z0-9_]{1,30}\s*\Z")
DESCRIBES = 4  # words of a picture's text; a shorter one names it ("Logo", "Photo of A. B.")
SOURCES = ("src", "data-src", "data-lazy-src", "data")
PARTS = frozenset({"span", "b", "strong", "em", "i", "small"})  # of a line
CONTROLS = frozenset({"a", "button", "summary", "label"})
STRUCK = frozenset({"del", "s", "strike"})
CROSSED = "~~"  # around text that is crossed out: it is said no more


def picture(node: Element) -> str:
    """What a picture is said to show, with the year or quarter in its file's name; empty for what only decorates."""
    said = clean(node.get("alt") or "")
    name = (node.get("src") or "").partition("?")[0].rpartition("/")[2]
    period = " ".join(found.group(1) for found in PERIOD.finditer(name))
    telling = len(said.split()) >= DESCRIBES or (said and period)
    return f"{said} ({period})" if telling and period else said if telling else ""


def in_cell(node: Element) -> bool:
    """Whether a picture is all that a cell of a table says: a tick, a cross."""
    cell = node.getparent()
    return cell is not None and cell.tag == "td" and not raw_text(cell).strip()


def field_mark(node: Element) -> str:
    """What a field says that nobody can fill in: the tick of a box, a value."""
    if node.get("disabled") is None and node.get("readonly") is None:
        return ""
    if node.get("type") in ("checkbox", "radio"):
        return "☐ " if node.get("checked") is None else "☑ "
    return "" if node.get("type") == "hidden" else node.get("value") or ""


def source(node: Element) -> str:
    """The address of what a player or a frame shows: a film, a sound, a file, a chart. Empty for any other frame."""
    inner = node.find("source") if node.tag in ("video", "audio") else None
    for one in (node, inner):
        address = next((one.get(name) for name in SOURCES if one.get(name)), "") if one is not None else ""
        if address and (node.tag in ("video", "audio") or file_in("data", address) or is_player(address)):
            return str(address)
    return ""


def is_player(address: str) -> bool:
    return bool(PLAYER.search(address.partition("?")[0]))


def is_icon(node: Element) -> bool:
    """Whether the text of an element is the name of a picture in a font (`expand_more`) beside other text."""
    if len(node) or not names_icon(node.get("class", "")):
        return False
    return bool(LIGATURE.match(node.text or "")) and not alone(node)


def alone(node: Element) -> bool:
    """Whether an element has all the text of the block that it stands in: a tick in a cell, a cross."""
    said, around = node.text, node.getparent()
    while around is not None and around.tag in PARTS:
        around = around.getparent()
    return around is not None and around.tag not in CONTROLS and raw_text(around).strip() == said.strip()


@lru_cache(maxsize=4096)
def names_icon(names: str) -> bool:
    return bool(ICON.search(names))
