"""Report pages as lines, whether they are HTML or text that was made of it, and what the headings above each say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from normalize import html, htmlpath, services, spoken, tabular, values
from normalize.html import Block, Element
from normalize.model import Release

_APP = re.compile(r"community-standards-enforcement/[^/]+/(?P<app>[a-z]+)")
# What heads figures of all kinds, and is no policy area.
_TITLE = re.compile(r"\b(?:reports?|trends|overview|summary|highlights|figures)(?:[\W\d]|\b[QH]\d)*\Z", re.IGNORECASE)
_LINK = re.compile(r"\]\((\S+?)\)")  # as in Markdown
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME = re.compile(rf"\b(?:{spoken.DATE}|{spoken.PERIOD}|{spoken.YEAR})", re.IGNORECASE)
WORDS = 8  # of a title
NEAR = 3  # lines: how far above a table or card a text stands that may be its title
_FOLDED = 6  # level of what is shown of a part that is folded up


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A text of the page, the same without marks of notes, its place, the links in or around it.

    `level` is 1 to 6 for a heading, else 0; `boxes` the elements that it is in, from the outermost (none in plain
    text). A line that is a `table` of figures has no text.
    """

    text: str
    said: str
    pointer: str
    link: str = ""
    level: int = 0
    boxes: tuple[Element, ...] = ()
    table: Element | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    """What the headings above a line say: the service, the policy area, and at which line a period (-1: none).

    `path` are all that are no service and no period, from the highest.
    """

    service: str = ""
    section: str = ""
    period: int = -1
    path: tuple[str, ...] = ()


def of(release: Release) -> list[Line]:
    """The lines of a page or of its text, without the frame of the site."""
    return _page(release) if is_markup(release.payload) else _text(release)


def is_markup(payload: bytes) -> bool:
    """Whether a payload is HTML and no text."""
    return payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _page(release: Release) -> list[Line]:
    blocks = html.blocks(html.document(release.payload), is_data=holds_figures)
    return [_line(block) for block in blocks if not block.chrome and (block.text or block.table is not None)]


def holds_figures(table: Element) -> bool:
    """Whether a table has numbers below a row that has none, each beside or below words. Others lay the page out."""
    rows = [[" ".join(html.said(cell).split()) for cell in row] for row in html.grid(table)]
    rows = [row for row in rows if any(row)]
    if next(iter(table.iterdescendants("table")), None) is not None or not rows or max(map(len, rows)) < 2:
        return False
    numbers = [any(map(_is_number, row)) for row in rows]
    named = [any(not _is_number(text) and not spoken.period_of(text) for text in filter(None, row)) for row in rows]
    words = [is_named and not has_number for is_named, has_number in zip(named, numbers, strict=True)]
    told = any(one and (named[at] or words[at - 1]) for at, one in enumerate(numbers))
    return told and not numbers[0]


def _is_number(text: str) -> bool:
    return values.parse(text) != values.NOTHING and not _YEAR.fullmatch(text)


def _line(block: Block) -> Line:
    around = tuple(block.element.iterancestors())
    links = [a.get("href", "") for a in (*block.element.iterancestors("a"), *block.element.iter("a"))]
    links += _LINK.findall(block.text)
    return Line(
        text=block.text,
        said=_bare(block.said),
        pointer=htmlpath.pointer(block.element),
        link=" ".join(links),
        level=html.level_of(block.element)
        or (html.level_of(around[0]) if around else 0)
        or (_FOLDED if block.element.tag == "summary" else 0),
        boxes=(*around[::-1], block.element),
        table=block.table,
    )


def _bare(text: str) -> str:
    """A text without the raised marks of notes."""
    return re.sub(values.RAISED, "", text)


def _text(release: Release) -> list[Line]:
    found: list[Line] = []
    for number, text in enumerate(tabular.text(release.payload).splitlines(), 1):
        bare = text.strip()
        if re.fullmatch(r"[=-]{3,}", bare):
            if found and bare[0] == "=":
                found[-1] = replace(found[-1], level=1)
        elif bare:
            links = " ".join(_LINK.findall(bare))
            marks = re.match(r"(#{1,6}) ", bare)
            said = _bare(bare).removeprefix(marks.group() if marks else "")
            level = len(marks[1]) if marks else 0
            found.append(Line(text=bare, said=said, pointer=f"text:line={number}", link=links, level=level))
    return found


def app_in(address: str) -> str:
    match = _APP.search(address)
    return match["app"].capitalize() if match else ""


def apps(release: Release, lines: Sequence[Line]) -> frozenset[str]:
    """The names of services, folded, that the addresses of a page and of its links give."""
    links = " ".join((release.url, *(line.link for line in lines)))
    return frozenset(match["app"] for match in _APP.finditer(links))


def app_beside(lines: Sequence[Line], at: int, depth: int) -> str:
    """The service that a card's link leads to: the first link from here on, before the next card begins, in as many
    boxes (`depth`) as the card is."""
    for offset, line in enumerate(lines[at : at + 6]):
        if offset and spoken.period_of(line.said):
            break
        if (app := app_in(line.link)) and shared(lines, (at, at + offset)) >= depth:
            return app
    return ""


def shared(lines: Sequence[Line], places: Collection[int]) -> int:
    """How many boxes some lines share."""
    boxes = [lines[at].boxes for at in places]
    return sum(1 for same in zip(*boxes, strict=False) if len(set(same)) == 1)


def above(
    lines: Sequence[Line], figures: Collection[int], known: Collection[str], own: Collection[int] = ()
) -> list[Above]:
    """What the headings above each line say. `figures`: lines that show or name a figure, and head nothing; `own`:
    periods that what is above them goes on below, though it is no higher heading."""
    stack: list[tuple[int, int]] = []  # level and line of the headings that hold here
    found: list[Above] = []
    holds = Above()
    for at, line in enumerate(lines):
        left = [one for one in stack if _is_open(lines[one[1]], line)]
        if line.level and at not in figures:
            beside = {one for one in left if one[0] == line.level and one[1] not in own} if at in own else set()
            beside |= {one for one in left if any(box.tag == "summary" for box in lines[one[1]].boxes)}
            left = [one for one in left if one[0] < line.level or one in beside] + [(line.level, at)]
        if left != stack:
            stack, holds = left, _above(lines, left, known)
        found.append(holds)
    return found


def _is_open(heading: Line, line: Line) -> bool:
    """Whether a heading that is in a part that is folded up is in the same one as a line: it heads nothing else."""
    part = next((box for box in reversed(heading.boxes) if box.tag == "details"), None)
    return part is None or part in line.boxes


def _above(lines: Sequence[Line], stack: Sequence[tuple[int, int]], known: Collection[str]) -> Above:
    said = [(level, at, *services.split(lines[at].said, known)) for level, at in reversed(stack)]
    timed = {at for _, at, _, _ in said if spoken.period_of(lines[at].said)}
    titles = [rest for _, at, _, rest in said if at not in timed and rest and not _TITLE.search(rest)]
    tabs = {at for _, at, service, _ in said if service and _is_tab(lines, at, known)}
    return Above(
        service=next((service for _, at, service, _ in said if service and at not in tabs), ""),
        section=titles[0] if titles else "",
        period=max(timed, default=-1),
        path=tuple(titles[::-1]),
    )


def _is_tab(lines: Sequence[Line], at: int, known: Collection[str]) -> bool:
    """Whether a heading of a service is one of several beside each other: what is below is of any of them."""
    beside = [lines[place] for place in (at - 1, at + 1) if 0 <= place < len(lines)]
    return any(one.level == lines[at].level and services.is_name(one.said, known) for one in beside)


def is_title(line: Line) -> bool:
    """Whether a line that is no heading is a short text without a period, that may be the title of what is below."""
    if line.level or line.table is not None or line.link or len(line.said.split()) > WORDS:
        return False
    return line.said[:1].isalpha() and line.said[-1:] not in ".!?" and not _TIME.search(line.said)


def title_above(lines: Sequence[Line], at: int) -> str:
    """The text right above a table, or above the sentences on it, that may be its title; empty when there is none, or
    several, as of tabs."""
    for place in range(at - 1, max(-1, at - 1 - NEAR), -1):
        if lines[place].level or lines[place].table is not None:
            break
        if is_title(lines[place]):
            return "" if place and is_title(lines[place - 1]) else lines[place].said
    return ""
