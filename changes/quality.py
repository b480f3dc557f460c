"""Is this capture the page, or something that stands in its place? Generic signals only, no site is known by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from archive.model import Quality, Role
from archive.records import is_number
from changes import html, marks, media
from changes.standins import Shell, shell_of, stand_in, wall

Headers = Sequence[tuple[str, str]]
Finding = tuple[Quality, str]

# What a page says of its language elsewhere than in its first tag.
LOCALE: Any = etree.XPath("//meta[@property='og:locale' or @http-equiv='content-language']/@content")

STATUS: dict[int, Finding] = {
    0: ("error", "no response"),
    206: ("truncated", "status 206, a part only"),
    304: ("not_modified", "the server says that nothing changed since the last visit"),
    401: ("login_wall", "status 401"),
    403: ("blocked", "status 403"),
    404: ("gone", "status 404"),
    407: ("login_wall", "status 407"),
    410: ("gone", "status 410"),
    429: ("blocked", "status 429"),
    451: ("blocked", "status 451, unavailable for legal reasons"),
    999: ("blocked", "status 999"),
}


def assess(
    *,
    url: str,
    status: int,
    headers: Headers,
    body: bytes,
    role: Role,
    accept: Sequence[str] = (),
    language: str | None = None,
    truncated: bool = False,
    whole: bool = True,
    root: html.Element | None = None,
) -> tuple[Quality, str]:
    """The quality of one capture and, for any but `ok`, a sentence that says why. `body` is decoded.

    `accept` are the media types a document may have (empty: what its headers or name promise); `language` is the
    source's, as in `en`; `truncated` says that the connection broke off, `whole` that `body` is more than a beginning.
    `root` is the parsed page, if at hand.
    """
    if status in (0, 304):
        return STATUS[status]
    kind = media.sniff(body) if body else media.BINARY
    if kind == media.HTML and root is None:
        root = html.parse(body, header(headers, "content-type"))
    shell = shell_of(root) if root is not None else None
    wall = wall_mark(status, headers, body, shell)
    if wall:
        return "blocked", wall
    if status != 200:
        return by_status(status)
    return (
        cut_off(headers, body, kind, truncated=truncated, whole=whole)
        or (stand_in(url, shell) if shell else None)
        or wrong_type(url, headers, kind, role, accept)
        or (wrong_language(root, headers, language) if root is not None and role == "page" else None)
        or ("ok", "")
    )


def header(headers: Headers, name: str) -> str:
    """The first value of a header, empty when absent."""
    return next((value for key, value in headers if key.lower() == name), "")


def by_status(status: int) -> Finding:
    if status in STATUS:
        return STATUS[status]
    if 201 <= status < 300:
        return ("ok", "") if status == 203 else ("error", f"status {status}, not a page")
    return ("error", f"status {status}, a redirect" if 300 <= status < 400 else f"status {status}")


def wall_mark(status: int, headers: Headers, body: bytes, shell: Shell | None) -> str:
    """Why this is a bot wall's answer, empty when it is not."""
    for name, value in marks.WALL_HEADERS:
        if (found := header(headers, name)) and value in found.lower():
            return f"header {name}: {found}"
    return wall(status, body, shell) if shell else ""


def cut_off(headers: Headers, body: bytes, kind: str, *, truncated: bool, whole: bool) -> Finding | None:
    if truncated:
        return "truncated", "the connection broke off"
    if not whole:
        return None
    length = header(headers, "content-length")
    coded = header(headers, "content-encoding") or header(headers, "transfer-encoding")
    if is_number(length) and not coded and len(body) < int(length):
        return "truncated", f"{len(body)} of {length} bytes"
    if not body.strip():
        return "error", "an empty body"
    return ("truncated", f"the end of the {kind} file is missing") if media.is_broken(body, kind) else None


def wrong_type(url: str, headers: Headers, kind: str, role: Role, accept: Sequence[str]) -> Finding | None:
    """A body that is not what was asked for: its own bytes decide, not its headers."""
    declared = header(headers, "content-type").partition(";")[0].strip().lower()
    promised = media.by_name(url)
    if accept:
        return None if any(media.same_family(kind, one) for one in accept) else mismatch(kind, " or ".join(accept))
    if role == "page":
        binary = kind in (media.PDF, media.ZIP, media.XLSX, media.ODS, media.BINARY) or kind.startswith("image/")
        return mismatch(kind, "a page") if binary else None
    if role == "document" and kind == media.HTML:
        for wanted in (promised, declared or None):
            if wanted and wanted != media.BINARY and not media.same_family(kind, wanted):
                return mismatch(kind, wanted)
    return None


def mismatch(kind: str, wanted: str) -> Finding:
    return "wrong_media_type", f"the bytes are {kind}, wanted {wanted}"


def wrong_language(root: html.Element, headers: Headers, language: str | None) -> Finding | None:
    """The page says that it is in another language than the source's; a page that says nothing is believed."""
    said = (root.get("lang") or root.get("xml:lang") or "").strip()
    said = said or next(map(str, LOCALE(root)), "").strip()
    said = said or header(headers, "content-language").partition(",")[0].strip()
    if not said or not language or said.lower()[:2] == language.lower()[:2]:
        return None
    return "wrong_locale", f"the page is in {said!r}, wanted {language!r}"
