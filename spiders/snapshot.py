"""What a page shows: its DOM with shadow roots and inner frames, its text, and its picture.

Open shadow roots are written as declarative ones (`<template shadowrootmode="open">`). What an inner frame of an
allowed host shows follows its `<iframe>` as `<section data-frame="its address">`, with absolute links: so it is
compared and searched as a part of the page. See docs/adr/0004-rendering.md.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html
from playwright.async_api import CDPSession, ElementHandle, Frame
from playwright.async_api import Error as PlaywrightError

from spiders.browser import VIEWPORT_HEIGHT, VIEWPORT_WIDTH
from spiders.script import call

Allows = Callable[[str], bool]  # answers for a host
MAX_FRAMES = 20
OWN = ("about:srcdoc", "about:blank")  # written by the page itself, in place
LONGEST_VIEW = 16_000  # pixels of height: more takes hundreds of megabytes to draw
MARK = "data-fanlight-frame"
MARKED = re.compile(rf' {MARK}="(\d+)">(.*?)</iframe>', re.DOTALL)
VISIBLE = "frame => frame.checkVisibility() && frame.offsetWidth * frame.offsetHeight > 100"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A page as it stands. `wide` and `high` are its extent in CSS pixels."""

    title: str
    dom: str
    text: str
    wide: int
    high: int


def readable(frame: Frame, allows: Allows) -> bool:
    """Whether a frame is the page's own, or of a host that the source allows."""
    parts = urlsplit(frame.url)
    return frame.url in OWN or (parts.scheme in ("http", "https") and allows(parts.hostname or ""))


async def take(frame: Frame, allows: Allows) -> Shown:
    """The page in `frame` with the visible frames inside it. Raises Playwright's errors."""
    inner: list[tuple[ElementHandle, str, Shown]] = []
    for child in frame.child_frames[:MAX_FRAMES]:
        with contextlib.suppress(PlaywrightError):  # it is gone, or still on its way
            element = await child.frame_element()
            if readable(child, allows) and await element.evaluate(VISIBLE):
                inner.append((element, frame.url if child.url in OWN else child.url, await take(child, allows)))
    taken: dict[str, Any] = await call(frame, "take", mark=MARK, frames=[element for element, _, _ in inner])
    sections = [_section(shown, url) for _, url, shown in inner]
    dom = MARKED.sub(lambda found: f">{found[2]}</iframe>{sections[int(found[1])]}", taken.pop("dom"))
    text = "\n".join([taken.pop("text"), *(shown.text for _, _, shown in inner)])
    return Shown(dom=dom, text=text, **taken)


def _section(shown: Shown, url: str) -> str:
    """A frame's body as a part of the page around it."""
    parser = html.HTMLParser(encoding="utf-8")
    try:
        root = html.document_fromstring(shown.dom.encode(errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it
        return ""
    root.make_links_absolute(url, handle_failures="ignore")  # type: ignore[attr-defined]
    body = root.find("body")
    if body is None:
        return ""
    body.tag = "section"
    body.attrib.clear()
    body.set("data-frame", url)
    return str(etree.tostring(body, encoding="unicode", method="html", with_tail=False))


async def view(session: CDPSession, shown: Shown) -> bytes:
    """A picture of the page down to `LONGEST_VIEW`. PNG packed quickly: half the time, a third more bytes."""
    clip = {"x": 0, "y": 0, "width": max(1, shown.wide), "height": max(1, min(shown.high, LONGEST_VIEW)), "scale": 1}
    beyond = shown.wide > VIEWPORT_WIDTH or shown.high > VIEWPORT_HEIGHT  # which is laid out and drawn anew for it
    asked = {"format": "png", "captureBeyondViewport": beyond, "optimizeForSpeed": True, "clip": clip}
    return base64.b64decode((await session.send("Page.captureScreenshot", asked))["data"])
