"""Archiving a rendered page: its DOM, which is compared, and the records that WACZ readers know beside it."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator

from archive.http import header
from archive.model import Capture, Label, Quality
from changes.quality import assess
from spiders.rendered import Rendered
from spiders.visit import Visit
from spiders.wish import Wish

HTML = "text/html; charset=utf-8"


def keep_rendered(visit: Visit, url: str, rendered: Rendered, wish: Wish) -> Capture:
    """All records of one rendered page; the capture of its DOM."""
    quality, why = _quality(visit, rendered)
    why = "; ".join(reason for reason in (why, rendered.lacks) if reason)
    label = Label(quality=quality, why=why, role="page", document=wish.document(url), via=wish.via, anchor=wish.anchor)
    keep = visit.keep_resource
    capture = keep(url=f"urn:dom:{url}", body=rendered.dom, media_type=HTML, label=label, status=rendered.status)
    if wish.start:
        visit.starts[url] = quality
    if rendered.view:
        keep(url=f"urn:view:{url}", body=rendered.view, media_type="image/png", label=Label(role="view", via=url))
    keep(
        url=f"urn:text:{url}", body=rendered.text, media_type="text/plain; charset=utf-8",
        label=Label(role="text", via=url),
    )  # fmt: skip
    for number, state in enumerate(rendered.states, start=1):
        keep(url=f"urn:dom:{url}#state-{number}", body=state, media_type=HTML, label=Label(role="asset", via=url))
    for name, body in rendered.built.items():
        _keep_built(visit, url, name, body, wish)
    keep(
        url=f"urn:pageinfo:{url}", body=_info(url, rendered, capture), media_type="application/json",
        label=Label(role="info", via=url),
    )  # fmt: skip
    return capture


def _quality(visit: Visit, rendered: Rendered) -> tuple[Quality, str]:
    """That of the DOM, unless what the page was made from lacked something; and why a page may be empty."""
    if rendered.flaw:
        return rendered.flaw.quality, rendered.flaw.why
    media_type = (header(rendered.headers, "Content-Type") or "").partition(";")[0].strip()
    quality, why = assess(
        url=rendered.url, status=rendered.status, headers=rendered.headers, body=rendered.dom, role="page",
        language=visit.source.language,
    )  # fmt: skip
    if rendered.text.strip() or rendered.status != 200:
        return quality, why
    if media_type and "html" not in media_type:
        return "wrong_media_type", f"{media_type} in a page's place: a rule that matches it keeps it as a document"
    return quality, "; ".join([why, *_reasons(rendered)])


def _reasons(rendered: Rendered) -> Iterator[str]:
    """What may have kept a page from showing anything."""
    for missing in rendered.missing[:3]:
        yield f"it did not get {missing}"
    exceptions = [said["text"] for said in rendered.console if said["type"] == "exception"]
    for exception in exceptions[:1]:
        yield f"its script failed: {exception}"


def _keep_built(visit: Visit, url: str, name: str, body: bytes, wish: Wish) -> None:
    """A file that the page's own scripts made: a document whose identity is the page's and the file's name."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = (("Content-Type", media_type),)
    quality, why = assess(url=name, status=200, headers=headers, body=body, role="document")
    document = f"{wish.document(url)}#{name}"
    label = Label(quality=quality, why=why, role="document", document=document, via=url)
    visit.keep_resource(url=f"urn:built:{url}#{name}", body=body, media_type=media_type, label=label)


def _info(url: str, rendered: Rendered, capture: Capture) -> bytes:
    """What happened on the page, as JSON; `ts`, `title` and `url` as in a pages list."""
    return json.dumps(
        {
            "url": url,
            "ts": capture.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "title": rendered.title,
            "finalUrl": rendered.url,
            "status": rendered.status,
            "clicks": rendered.clicked,
            "states": len(rendered.states),
            "dialogs": rendered.dialogs,
            "built": [*rendered.built],
            "console": list(rendered.console),
        },
        ensure_ascii=False,
    ).encode()
