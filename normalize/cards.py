"""Enforcement report pages: figures on cards, in trend sentences and in statements of limits.

A card is a quarter, a number, and what it counts, one after the other: `Q3 2023`, `35.1 million`, `Content Actioned on
Adult Nudity`. Pages show a selection of the newest quarter, so cards that go are not withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from normalize import html, htmlpath, periods, tabular, values
from normalize.enforcement_rows import Figure, fact
from normalize.html import Block
from normalize.model import Fact, Release

QUARTER = r"Q[1-4] 20\d\d"
NUMBER = r"[<>~]?\s*[\d.,]+(?:\s?[-–]\s?[\d.,]+)?(?:\s?%|\s?(?:thousand|million|billion|[KMB])\b)?"
_COUNTED = re.compile(r"(?P<metric>[^.:?]{3,60}?) on (?P<area>[^.?]{3,120})\Z")
_TREND = re.compile(rf"from (?P<was>{NUMBER}) in (?P<before>{QUARTER}) to (?P<now>{NUMBER}) in (?P<after>{QUARTER})")
_LIMIT = re.compile(
    rf"In (?P<period>{QUARTER}), the upper limit was (?P<value>{NUMBER}) for violations of our policy "
    r"(?:for|on|against) (?P<area>[^.]+?) on (?P<app>\w+)"
)
_ABOUT = re.compile(
    rf"\b(?P<area>[\w ]+?) represented (?P<value>(?:approximately |about |roughly )?{NUMBER}) of (?P<of>[^.]+?) "
    rf"on (?P<app>\w+) (?:during|in) (?P<period>{QUARTER})"
)
_CANNOT = re.compile(r"We cannot estimate (?P<what>[^.]+?)(?: for (?P<area>[^.]+?))? right now")
_APP = re.compile(r"community-standards-enforcement/[^/]+/(?P<app>[a-z]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A text of the page, its place, the link beside it, and whether it is a heading."""

    text: str
    pointer: str
    link: str = ""
    heading: bool = False


def facts(release: Release) -> Iterator[Fact]:
    """The figures of a page or of its text; none when it shows none."""
    lines = _page(release) if release.payload.lstrip()[:1] == b"<" else _text(release)
    page_app = _app_in(release.url)
    section = ""
    for at, line in enumerate(lines):
        section = line.text if line.heading else section
        app = _app_beside(lines, at) or page_app
        yield from _card(release, lines[at : at + 4], app)
        yield from _trends(release, lines[max(0, at - 3) : at + 1], app)
        yield from _statements(release, line, section, page_app)


def is_text_of_page(payload: bytes) -> bool:
    """Whether plain text is the text of such a page: a quarter stands on a line of its own."""
    return re.search(rb"^Q[1-4] 20\d\d\s*$", payload[:200_000], re.MULTILINE) is not None


def _page(release: Release) -> list[Line]:
    blocks = [block for block in html.blocks(html.document(release.payload)) if not block.chrome and block.text]
    return [_line(block) for block in blocks]


def _line(block: Block) -> Line:
    heading = re.fullmatch(r"h[1-3]", block.element.tag) is not None
    links = [a.get("href", "") for a in (*block.element.iterancestors("a"), *block.element.iter("a"))]
    return Line(text=block.text, pointer=htmlpath.pointer(block.element), link=" ".join(links), heading=heading)


def _text(release: Release) -> list[Line]:
    found: list[Line] = []
    for number, text in enumerate(tabular.text(release.payload).splitlines(), 1):
        bare = text.strip()
        if re.fullmatch(r"[=-]{3,}", bare):
            if found and bare[0] == "=":
                found[-1] = replace(found[-1], heading=True)
        elif bare:
            links = " ".join(re.findall(r"\]\((\S+?)\)", bare))
            found.append(Line(text=bare, pointer=f"text:line={number}", link=links))
    return found


def _app_in(address: str) -> str:
    match = _APP.search(address)
    return match["app"].capitalize() if match else ""


def _app_beside(lines: Sequence[Line], at: int) -> str:
    """The service that the card's link leads to: the first link from here on, before the next card begins."""
    for offset, line in enumerate(lines[at : at + 6]):
        if offset and re.fullmatch(QUARTER, line.text):
            break
        if app := _app_in(line.link):
            return app
    return ""


def _card(release: Release, lines: Sequence[Line], app: str) -> Iterator[Fact]:
    if len(lines) < 3 or not re.fullmatch(QUARTER, lines[0].text) or values.parse(lines[1].text) == values.NOTHING:
        return
    counted = _COUNTED.match(lines[2].text)
    if counted:
        yield _fact(release, "card", app, counted["area"], counted["metric"], lines[0].text, lines[1].text, lines[1])


def _trends(release: Release, lines: Sequence[Line], app: str) -> Iterator[Fact]:
    """A trend sentence states two figures; what they count is said by the card above it."""
    trend = _TREND.search(lines[-1].text)
    counted = next((match for line in reversed(lines[:-1]) if (match := _COUNTED.match(line.text))), None)
    if trend and counted:
        for quarter, figure in ((trend["before"], trend["was"]), (trend["after"], trend["now"])):
            yield _fact(release, "trend", app, counted["area"], counted["metric"], quarter, figure, lines[-1])


def _statements(release: Release, line: Line, section: str, app: str) -> Iterator[Fact]:
    for said in _LIMIT.finditer(line.text):
        limit = _fact(release, "limit", said["app"], said["area"], "upper limit", said["period"], said["value"], line)
        yield replace(limit, value=None, high=limit.value)
    for said in _ABOUT.finditer(line.text):
        area = re.sub(r".*\bthat ", "", said["area"])
        yield _fact(release, "share", said["app"], area, f"share of {said['of']}", said["period"], said["value"], line)
    for said in _CANNOT.finditer(line.text):
        area = said["area"] or section
        yield Fact(
            kind="no_estimate", key=(app.lower(), area.lower(), said["what"].lower()), raw_value=said.group(),
            value=None, unit=None, period=None, citation=release.citation.at(line.pointer),
            labels={"app": app, "policy_area": area, "metric": said["what"]},
        )  # fmt: skip


def _fact(release: Release, kind: str, app: str, area: str, metric: str, quarter: str, raw: str, line: Line) -> Fact:
    period = periods.parse(quarter)
    if period is None:
        raise ValueError(f"{quarter!r} is no quarter")
    made = fact(
        release,
        Figure(
            service=app, area=area, metric=metric, period=period, period_label=quarter, raw=raw, pointer=line.pointer
        ),
    )
    return replace(made, kind=kind, key=(*made.key, kind))
