"""What a capture says, in comparable form. Raise `VERSION` whenever the same bytes give another fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from changes import contents, html, media
from changes.blocks import Block, Link, walk_page
from changes.menus import settle
from changes.normal import clean, key

VERSION = 5
SHELL_WORDS = 25  # a page that says less is but a place for what scripts will show
# Members of data that are made for each visit: named as such, or with an opaque value.
PASSING = re.compile(
    r"([\w./-]*[_/-])?(session|visitor|nonce|token|csrf|xsrf|timestamp|uuid|id)=|\w*(Session|Visitor|Nonce|Token|Id)="
    r"|([\w./-]+=)?(?=\S*\d)(?=\S*[A-Za-z])[\w-]{16,}\Z"
)
UNREAD = re.compile(r"\A\s*\(\d+\+?\)")  # messages waiting for a visitor


@dataclass(frozen=True)
class Fingerprint:
    """A page or file as blocks of text and links; not stored, made anew from the archive for each comparison.

    `kind` is the sniffed media type; `language` what a page says of itself, lower-case, two letters or empty.
    """

    kind: str
    language: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]

    @cached_property
    def main(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.region == "main")

    @cached_property
    def chrome(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.region == "chrome")

    @cached_property
    def words(self) -> int:
        """Number of words in the main text."""
        return sum(len(block.text.split()) for block in self.main)

    @cached_property
    def digest(self) -> str:
        """A short digest of the main text and main links: equal for two captures that say the same."""
        said = [key(block.text) for block in self.main]
        said += sorted({link.target for link in self.links if link.region == "main"})
        return digest(said)


def digest(parts: Iterable[str]) -> str:
    """16 hex digits over a sequence of strings."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def fingerprint(body: bytes, *, url: str, content_type: str = "", watched: str | None = None) -> Fingerprint:
    """The fingerprint of a decoded payload; `watched` is a CSS selector that narrows a page."""
    kind = media.sniff(body) if body else media.TEXT
    if kind == media.HTML:
        return page(html.parse(body, content_type), url=url, watched=watched)
    return Fingerprint(kind=kind, language="", blocks=contents.blocks(body, kind), links=())


def page(root: html.Element, *, url: str, watched: str | None = None) -> Fingerprint:
    """The fingerprint of a parsed page."""
    walk = walk_page(root, url, watched)
    if watched:
        blocks, links = tuple(walk.blocks), tuple(walk.links)
    else:
        blocks, links = settle(walk.blocks, walk.links)
        if title := headline(root):
            blocks = (*title, *blocks)
            links = tuple(link._replace(place=link.place + 1) for link in links)
        if says_little(blocks):
            blocks = (*blocks, *data_in_scripts(root))
    language = (root.get("lang") or "").strip().lower()[:2]
    return Fingerprint(kind=media.HTML, language=language, blocks=blocks, links=links)


def says_little(blocks: Iterable[Block]) -> bool:
    """Whether the main text has but a few words; the rest of a longer one is not read for that."""
    words = (word for block in blocks if block.region == "main" for word in block.text.split())
    return sum(1 for _ in islice(words, SHELL_WORDS)) < SHELL_WORDS


def data_in_scripts(root: html.Element) -> Iterator[Block]:
    """What a page that says next to nothing holds for its scripts to show."""
    for script in root.iter("script"):
        if "json" in (script.get("type") or ""):
            for said in contents.blocks((script.text or "").encode(), media.JSON):
                name, _, members = said.text.partition(": ")
                if kept := [one for one in members.split(" | ") if not PASSING.match(one)]:
                    yield said._replace(text=f"{name}: {' | '.join(kept)}", where="")


def headline(root: html.Element) -> tuple[Block, ...]:
    """The title of a page without a main heading stands for it; beside one it is but its label."""
    if html.first(root, "h1") is not None:
        return ()
    title = clean(UNREAD.sub("", html.title(root)))
    return (Block(text=title, region="main"),) if title else ()
