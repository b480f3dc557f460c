"""What a request is for, and the label of what came back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.http import header
from archive.model import Exchange, Label, Quality, Role
from changes.identity import document_id
from changes.quality import assess
from sources.model import Source
from spiders.look import Look, response_head

CONDITIONS = re.compile(rb"\r\n(if-none-match|if-modified-since)[ \t]*:", re.IGNORECASE)
NAVIGATES = b"\r\nupgrade-insecure-requests: "  # said where the browser itself goes, not where a script asks


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a request is for. `accept` lists the media types wanted; `start` marks a source's start page."""

    role: Role = "page"
    via: str | None = None
    anchor: str | None = None
    accept: tuple[str, ...] = ()
    start: bool = False
    first_url: str | None = None
    identity: str | None = None

    def document(self, url: str) -> str | None:
        """The identity compared: that of the address first asked for, wherever redirects led."""
        if self.role not in ("page", "document"):
            return None
        return self.identity or document_id(self.first_url or url)


def wish_of_a_page(exchange: Exchange, source: Source, page: str) -> Wish:
    """What a rendered page wanted: a part of itself, or a file, which is a document.

    A file is what it went to and was offered for saving, or what it asked for of a type that a rule names. That an
    answer to a script is an attachment says nothing: it is a guard against sniffing.
    """
    head = response_head(exchange)
    if exchange.method != "GET" or head is None or head.status != 200:
        return Wish(role="asset", via=page)
    wanted = {kind for rule in source.follow if rule.role == "document" for kind in rule.accept} - {"text/html"}
    kind = (header(head.headers, "Content-Type") or "").partition(";")[0].strip().lower()
    offered = (header(head.headers, "Content-Disposition") or "").strip().lower().startswith("attachment")
    is_file = kind in wanted or (offered and NAVIGATES in exchange.request.lower())
    return Wish(role="document" if is_file else "asset", via=page)


def is_conditional(exchange: Exchange) -> bool:
    """Whether the request named what its sender had already: only then can the answer be 304."""
    return bool(CONDITIONS.search(exchange.request.partition(b"\r\n\r\n")[0]))


def label(seen: Look, wish: Wish, language: str | None) -> Label:
    """The label of an exchange. A hop of a redirect is evidence only: the document is where it ends."""
    role, document = wish.role, wish.document(seen.exchange.url)
    if seen.redirects and document:
        role, document = "asset", None
    quality, why = _assess(seen, wish, role, language)
    return Label(
        quality=quality, why=why, role=role, document=document, via=wish.via, anchor=wish.anchor,
        etag=header(seen.headers, "ETag") if seen.status == 200 else None,
        modified=header(seen.headers, "Last-Modified") if seen.status == 200 else None,
    )  # fmt: skip


def _assess(seen: Look, wish: Wish, role: Role, language: str | None) -> tuple[Quality, str]:
    cut_off = seen.exchange.truncated is not None
    if seen.status == 0 and seen.size:
        what = f"what came, {seen.size} bytes, is no HTTP"
        return "error", f"{what} ({seen.exchange.error})" if seen.exchange.error else what
    if seen.status == 304 and not is_conditional(seen.exchange):
        return "error", "status 304, though nothing was said to be known"
    if (
        role == "asset" and 200 <= seen.status < 400 and seen.status != 304
    ):  # not looked into: a script's empty shell is well
        return ("truncated", seen.exchange.error or "cut off") if cut_off else ("ok", "")
    if seen.is_bomb:
        return "error", f"a decompression bomb: {seen.size} bytes decode to more than {len(seen.body())}"
    return assess(
        url=seen.exchange.url, status=seen.status, headers=seen.headers, body=seen.body(), role=role,
        accept=wish.accept, language=language if role == "page" else None, truncated=cut_off, whole=seen.is_whole,
    )  # fmt: skip
