"""What a site has published in one edition: pages and documents, each with what it says apart from its noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Literal

from fanlight.origin.http import Headers, Reply, Request, reply

Edition = Literal[1, 2]
EDITIONS: tuple[Edition, ...] = (1, 2)
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What surrounds one answer: the edition, a source of fresh tokens (nonces, ids, signatures), and the request."""

    edition: Edition
    token: Callable[[], str]
    request: Request

    @property
    def months(self) -> str:
        """The relative date that moves with every edition and means nothing."""
        return "2 months ago" if self.edition == 1 else "3 months ago"


Answer = Callable[[Setting], Reply]


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """Something at a URL. A `page` or a `document` is what a visit keeps and compares; an `asset` only serves them.

    `substance` is what it says, noise left out: two editions differ if and only if it differs. `source` is the id of
    the demo source that visits it. `links` are the URLs of documents and pages that it lists.
    """

    url: str
    source: str
    answer: Answer
    role: Literal["page", "document", "asset"] = "asset"
    substance: str = ""
    links: tuple[str, ...] = ()


def asset(url: str, answer: Answer) -> Published:
    """Something that only serves others: scripts, robots.txt, data behind a page."""
    return Published(url=url, source="", answer=answer)


def robots(host: str, *lines: str) -> Published:
    """The robots.txt of a host."""
    rules = "\n".join(lines or ("User-agent: *", "Disallow: /internal/")) + "\n"
    return asset(f"https://{host}/robots.txt", lambda _: reply(rules, TEXT))


def script(url: str, text: str) -> Published:
    """A script file."""
    return asset(url, lambda _: reply(text, "text/javascript; charset=utf-8"))


def html_page(title: str, head: str, body: str) -> str:
    """A whole HTML document. `title` is plain text, `head` and `body` are markup."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<link rel="icon" href="data:,">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def file_reply(data: bytes, media_type: str, *headers: tuple[str, str]) -> Reply:
    """A file as it is sent for keeping: never compressed on the way."""
    named: Headers = (("Content-Type", media_type), ("Cache-Control", "public, max-age=3600"), *headers)
    return Reply(headers=named, body=data, gzip=False)
