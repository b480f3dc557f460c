"""What a page shows: its DOM with shadow roots and inner frames, its text, and its picture.

Open shadow roots are written as declarative ones (`<template shadowrootmode="open">`). What an inner frame of an
allowed host shows follows its `<iframe>` as `<section data-frame="its address">`, with absolute links: so it is
compared and searched as a part of the page. See docs/adr/0004-rendering.md.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html
from playwright.async_api import CDPSession, Frame
from playwright.async_api import Error as PlaywrightError

from spiders.browser import VIEWPORT_HEIGHT, VIEWPORT_WIDTH
from spiders.script import Script

Allows = Callable[[str], bool]  # answers for a host
MAX_FRAMES = 20
OWN = ("about:srcdoc", "about:blank")  # written by the page itself, in place
LONGEST_VIEW = 16_000  # pixels of height: more takes hundreds of megabytes to draw
MAX_DEPTH = 5
WIDEST_VIEW = 5_120
MARK = "function(name, number) { this.setAttribute(name, number) }"
UNASKED = "as the browser writes it, without shadow roots: "
VISIBLE = "function() { return this.checkVisibility() && this.offsetWidth * this.offsetHeight > 100 }"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A page as it stands. `wide` and `high` are its extent in CSS pixels; `lacks` says what could not be had of it."""

    title: str
    dom: str
    text: str
    wide: int = VIEWPORT_WIDTH
    high: int = VIEWPORT_HEIGHT
    lacks: str = ""


def lacking(shown: Shown, picture: bytes) -> str:
    """What could not be had of a page, or of its picture."""
    if not picture:
        why = "the browser gave no picture"
    elif shown.wide > WIDEST_VIEW or shown.high > LONGEST_VIEW:
        why = f"the picture shows {min(shown.wide, WIDEST_VIEW)} x {min(shown.high, LONGEST_VIEW)} of "
        why += f"{shown.wide} x {shown.high} pixels"
    else:
        why = ""
    return "; ".join(filter(None, (shown.lacks, why)))


def readable(frame: Frame, allows: Allows) -> bool:
    """Whether a frame is the page's own, or of a host that the source allows."""
    parts = urlsplit(frame.url)
    return frame.url in OWN or (parts.scheme in ("http", "https") and allows(parts.hostname or ""))


async def take(frame: Frame, script: Script, allows: Allows, depth: int = 0) -> Shown:
    """The page in `frame` with the visible frames inside it. Raises Playwright's errors."""
    mark = f"data-{secrets.token_hex(8)}"  # nothing that a page could have written itself
    inner: list[tuple[str, Shown]] = []
    for child in frame.child_frames[:MAX_FRAMES] if depth < MAX_DEPTH else ():
        with contextlib.suppress(PlaywrightError):  # it is gone, or still on its way
            if readable(child, allows) and await script.on_element(child, VISIBLE):
                shown = await take(child, script, allows, depth + 1)
                await script.on_element(child, MARK, mark, len(inner))
                inner.append((frame.url if child.url in OWN else child.url, shown))
    try:
        whole = _checked(await script.call(frame, "take", mark=mark))
    except PlaywrightError as error:
        whole = await _plain(frame, error)
    sections = [_section(shown, url) for url, shown in inner]
    marked = re.compile(rf' {mark}="(\d+)"([^>]*>.*?</iframe>)', re.DOTALL)
    dom = marked.sub(lambda found: found[2] + "".join(sections[int(found[1]) :][:1]), whole.dom)
    lacks = "; ".join(dict.fromkeys(each.lacks for each in (whole, *(shown for _, shown in inner)) if each.lacks))
    return replace(whole, dom=dom, text="\n".join([whole.text, *(shown.text for _, shown in inner)]), lacks=lacks)


def _checked(told: Any) -> Shown:
    """What the script returned, if all of it is there."""
    kinds = {"title": str, "dom": str, "text": str, "wide": int, "high": int}
    if isinstance(told, dict) and all(isinstance(told.get(name), kind) for name, kind in kinds.items()):
        return Shown(**{name: told[name] for name in kinds})
    raise PlaywrightError("its own scripts stand in the way")


async def _plain(frame: Frame, error: PlaywrightError) -> Shown:
    """The page as the browser itself writes it. Raises Playwright's errors."""
    dom = await frame.content()
    try:
        text = await frame.inner_text("body", timeout=1_000)
    except PlaywrightError:  # it has none
        text = ""
    return Shown(title=await frame.title(), dom=dom, text=text, lacks=UNASKED + error.message.splitlines()[0])


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


async def view(session: CDPSession, shown: Shown, at_most: float) -> bytes:
    """A picture of the page down to `LONGEST_VIEW`, or else of what a window of it shows; empty when it gives none.

    A page that never stands still may never be drawn: each try has `at_most` seconds.

    PNG packed quickly: half the time, a third more bytes.
    """
    wide, high = max(1, min(shown.wide, WIDEST_VIEW)), max(1, min(shown.high, LONGEST_VIEW))
    beyond = wide > VIEWPORT_WIDTH or high > VIEWPORT_HEIGHT  # which is laid out and drawn anew for it
    asked = {"format": "png", "optimizeForSpeed": True}
    clip = {"x": 0, "y": 0, "width": wide, "height": high, "scale": 1}
    for more in ({"captureBeyondViewport": beyond, "clip": clip}, {}):
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(at_most):
                return base64.b64decode((await session.send("Page.captureScreenshot", {**asked, **more}))["data"])
    return b""
