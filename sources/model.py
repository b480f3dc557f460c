"""What a source is: a declaration, no code. `registry.py` finds them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Shape = Literal["code_portal", "document_list", "rendered_list", "single_file"]
Role = Literal["page", "document"]
Family = Literal["code_report", "dsa_report", "enforcement", "narrative", "policy"]

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CRON_NAME = "sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
CRON_FIELD = re.compile(rf"(?:[0-9*/,-]|\b(?:{CRON_NAME})\b)+\Z", re.IGNORECASE)
CRON_HIGHEST = (59, 23, 31, 12, 7)


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
        try:
            re.compile(self.match)
        except (re.error, TypeError) as error:
            raise ValueError(f"match={self.match!r} is not a regular expression ({error}): mend the rule") from error
        _require_one_of("role", self.role, get_args(Role))


@dataclass(frozen=True, kw_only=True, slots=True)
class Politeness:
    """How gently a source is visited, and where a visit stops. Delays in seconds, sizes in bytes."""

    delay: float = 1.0
    concurrency: int = 2
    max_requests: int = 2_000
    max_seconds: int = 3_600
    max_bytes: int = 4_000_000_000
    max_response_bytes: int = 1_200_000_000
    max_depth: int = 4
    max_redirects: int = 8


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place to visit.

    `id` is the file's name, set by the registry. `allowed_hosts` are exact host names, or `.example.org` for a host and
    everything below it; nothing else is ever connected to. `watched` is a CSS selector that narrows a page to the part
    worth comparing (None: all of it). `clicks` are CSS selectors that are clicked, in order, on every rendered page (a
    button that builds a file, a fold that nothing marks as one). `family` names the normalizer. `schedule` is a cron
    line in UTC.
    """

    title: str
    publisher: str
    start_urls: tuple[str, ...]
    spider: Shape
    allowed_hosts: tuple[str, ...]
    contact: str
    id: str = ""
    follow: tuple[Follow, ...] = ()
    watched: str | None = None
    clicks: tuple[str, ...] = ()
    family: Family | None = None
    language: str | None = "en"
    schedule: str = "17 4 * * *"
    politeness: Politeness = field(default_factory=Politeness)
    robots: Robots = field(default_factory=Robots)
    contract: Contract = field(default_factory=Contract)

    def __post_init__(self) -> None:
        _require_one_of("spider", self.spider, get_args(Shape))
        _require_one_of("family", self.family, (*get_args(Family), None))
        _require_texts("start_urls", self.start_urls)
        _require_texts("allowed_hosts", self.allowed_hosts)
        for url in self.start_urls:
            _require_web_address(url)
        if self.start_urls and not self.allowed_hosts:
            raise ValueError("allowed_hosts is empty, so nothing could be visited: name the hosts of start_urls")
        for name in ("title", "publisher", "contact"):
            _require_one_line(name, getattr(self, name))
        _require_cron(self.schedule)

    def as_dict(self) -> dict[str, Any]:
        """The declaration as JSON-ready data, as kept in every manifest."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    def digest(self) -> str:
        """`sha256:` and the hex digest of the declaration's canonical JSON."""
        canonical = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    def allows(self, host: str) -> bool:
        """Whether `host` may be connected to for this source."""
        host = host.lower().rstrip(".")
        return any(
            host == allowed or (allowed.startswith(".") and (host.endswith(allowed) or host == allowed[1:]))
            for allowed in self.allowed_hosts
        )


def _require_one_of(name: str, value: object, known: tuple[str | None, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name}={value!r} is not known: choose one of {', '.join(map(repr, known))}")


def _require_texts(name: str, value: object) -> None:
    # A text alone is the slip of a missing comma; it would be taken apart into letters.
    if not isinstance(value, tuple | list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError(f"{name}={value!r} must be a tuple of texts: write {name}=('...',) with the comma")


def _require_web_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not CONTROL.search(url)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"start_urls has {url!r}: write a whole address, http:// or https:// with a host")


def _require_one_line(name: str, value: object) -> None:
    if not isinstance(value, str) or CONTROL.search(value):
        raise ValueError(f"{name}={value!r} must be one line of text: take out line breaks and control characters")


def _require_cron(schedule: object) -> None:
    fields = schedule.split() if isinstance(schedule, str) else []
    if len(fields) != len(CRON_HIGHEST) or not all(
        CRON_FIELD.match(part) and all(int(number) <= highest for number in re.findall("[0-9]+", part))
        for part, highest in zip(fields, CRON_HIGHEST, strict=False)
    ):
        raise ValueError(f"schedule={schedule!r} is not a cron line: write five fields in UTC, such as '17 4 * * *'")
