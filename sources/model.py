"""What a source is: a declaration, no code. `registry.py` finds them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from sources.checks import (
    require_cron,
    require_number,
    require_one_line,
    require_one_of,
    require_pattern,
    require_selector,
    require_texts,
    require_web_addresses,
)
from sources.due import Due

Shape = Literal["code_portal", "document_list", "rendered_list", "single_file"]
Role = Literal["page", "document"]
Family = Literal["code_report", "dsa_report", "enforcement", "narrative", "policy"]

DEEPEST = 4  # links from a start page, where a source does not say how deep it goes


@dataclass(frozen=True, kw_only=True, slots=True)
class Follow:
    """A rule: links whose absolute URL matches are visited.

    `match` is a regular expression searched in the absolute URL without its fragment. A `page` is compared by its
    main text and its links and is searched for further links; a `document` is compared as a file. `within` is a CSS
    selector: only links inside it are looked at. `accept` lists the media types a document may have (empty: any).
    """

    match: str
    role: Role = "document"
    within: str | None = None
    accept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_pattern("match", self.match)
        require_one_of("role", self.role, get_args(Role))
        require_texts("accept", self.accept)
        if self.within is not None:
            require_selector("within", self.within)


@dataclass(frozen=True, kw_only=True, slots=True)
class Politeness:
    """How gently a source is visited, and where a visit stops. Delays in seconds, sizes in bytes.

    `max_response_bytes` counts bytes as sent; what decodes to more than `max_decoding` times as many is a bomb.
    `max_page_seconds` is how long a rendered page may take from the first byte to its picture.
    `max_depth` is how many links from a start page a visit goes; left out, it is a mere limit (`DEEPEST`): a visit that
    would have gone further is partial. `second_looks`: how many pages and documents that came otherwise than at the
    last visit are fetched once more.
    """

    delay: float = 1.0
    concurrency: int = 2
    max_requests: int = 2_000
    max_seconds: int = 3_600
    max_page_seconds: int = 150
    max_bytes: int = 4_000_000_000
    max_response_bytes: int = 1_200_000_000
    max_decoding: int = 200
    max_depth: int | None = None
    max_redirects: int = 8
    second_looks: int = 20

    def __post_init__(self) -> None:
        require_number("delay", self.delay, 0, whole=False)
        for name in ("concurrency", "max_requests", "max_bytes", "max_response_bytes", "max_decoding"):
            require_number(name, getattr(self, name), 1)
        for name in ("max_seconds", "max_page_seconds"):
            require_number(name, getattr(self, name), 1, whole=False)
        for name in ("max_redirects", "second_looks"):
            require_number(name, getattr(self, name), 0)
        if self.max_depth is not None:
            require_number("max_depth", self.max_depth, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Robots:
    """Whether robots.txt is obeyed; an exception needs its reason, which is shown and archived."""

    obey: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.obey and not self.reason:
            raise ValueError("a source that does not obey robots.txt must give its reason")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """What a visit must have found before it counts as complete. Zero results fail."""

    min_pages: int = 0
    min_documents: int = 0

    def __post_init__(self) -> None:
        for name in ("min_pages", "min_documents"):
            require_number(name, getattr(self, name), 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place to visit.

    `id` is the file's name, set by the registry. `allowed_hosts` are exact host names, or `.example.org` for a host and
    everything below it; nothing else is ever connected to. `watched` is a CSS selector that narrows a page to the part
    worth comparing (None: all of it). `clicks` are CSS selectors that are clicked, in order, on every rendered page (a
    button that builds a file, a fold that nothing marks as one). `family` names the normalizer. `schedule` is a cron
    line in UTC. `sitemaps` and `feeds` (Atom, RSS) are addresses of lists by which the publisher says what there is:
    they are read at each visit, and what they name is followed by the same rules as the links of a page.
    `due` says which reports are due on which days of the year: one that does not come is told.
    """

    title: str
    publisher: str
    start_urls: tuple[str, ...]
    spider: Shape
    allowed_hosts: tuple[str, ...]
    contact: str
    id: str = ""
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    follow: tuple[Follow, ...] = ()
    watched: str | None = None
    clicks: tuple[str, ...] = ()
    family: Family | None = None
    language: str | None = "en"
    schedule: str = "17 4 * * *"
    politeness: Politeness = field(default_factory=Politeness)
    robots: Robots = field(default_factory=Robots)
    contract: Contract = field(default_factory=Contract)
    due: tuple[Due, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("spider", self.spider, get_args(Shape))
        require_one_of("family", self.family, (*get_args(Family), None))
        require_texts("allowed_hosts", self.allowed_hosts)
        for name in ("start_urls", "sitemaps", "feeds"):
            require_web_addresses(name, getattr(self, name))
        for url in (*self.sitemaps, *self.feeds):
            if not self.allows(urlsplit(url).hostname or ""):
                raise ValueError(f"{url} is on a host that is not in allowed_hosts: name it there")
        if self.start_urls and not self.allowed_hosts:
            raise ValueError("allowed_hosts is empty, so nothing could be visited: name the hosts of start_urls")
        for name in ("title", "publisher", "contact"):
            require_one_line(name, getattr(self, name))
        require_cron(self.schedule)
        if self.watched is not None:
            require_selector("watched", self.watched)
        require_texts("clicks", self.clicks)
        for selector in self.clicks:
            require_selector("clicks", selector, in_browser=True)

    def as_dict(self) -> dict[str, Any]:
        """The declaration as JSON-ready data, as kept in every manifest."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    def digest(self) -> str:
        """`sha256:` and the hex digest of the declaration's canonical JSON."""
        canonical = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def ports(self) -> frozenset[int]:
        """The ports that may be connected to: those of the web, and those in the source's own addresses."""
        named = (urlsplit(url).port for url in (*self.start_urls, *self.sitemaps, *self.feeds))
        return frozenset({80, 443, *(port for port in named if port)})

    def allows(self, host: str) -> bool:
        """Whether `host` may be connected to for this source."""
        host = host.lower().rstrip(".")
        return any(
            host == allowed or (allowed.startswith(".") and (host.endswith(allowed) or host == allowed[1:]))
            for allowed in self.allowed_hosts
        )
