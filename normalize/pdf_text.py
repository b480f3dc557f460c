"""What the lines of a PDF's pages are: running heads and feet, headings, footnotes, paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from normalize import pdf_marks
from normalize.facts import fold
from normalize.pdf_lines import Box, Line, around
from normalize.pdf_page import Page

BAND = 0.12  # of a page's height: where running heads and feet are
LONGEST_HEADING = 160  # characters
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\.?\s")
_LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}|_{4,}")
_ENTRY = re.compile(r"(?=.*?[^\W\d_]{2}).*\s\d{1,4}\Z")
_PAGE = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_MARK = re.compile(r"(\d{1,3}|[*†‡§]|\[\d{1,3}\])\s*\S")
_ITEM = re.compile(r"[•▪●◦‣–·o\uf0b7\uf0a7]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Lines that belong together. `kind`: `frame`, `heading`, `footnote`, `paragraph`; `look` ranks headings."""

    kind: str
    page: int
    lines: tuple[Line, ...]

    @property
    def box(self) -> Box:
        return around([line.box for line in self.lines])

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def bare(self) -> str:
        """The text, as long as it is, with blanks for the raised marks of notes."""
        return "\n".join(pdf_marks.blanked(line) for line in self.lines)

    @property
    def look(self) -> tuple[float, bool, int]:
        """The larger, the bolder, and the less deeply numbered, the smaller."""
        numbered = _NUMBERED.match(self.text)
        depth = len(numbered.group().strip(". ").split(".")) if numbered else 1
        return -self.lines[0].size, not self.lines[0].bold, depth


def mark_of(note: Piece) -> str:
    """The mark that a footnote begins with."""
    match = _MARK.match(note.text)
    return match[1].strip("[]") if match else ""


Tags: TypeAlias = Mapping[tuple[int, int], int]  # page and number of marked content -> level of the heading


def pieces(pages: Sequence[Page], tags: Tags) -> list[Piece]:
    """All lines of all pages, in order, as what they are. Where tags say what headings are, looks do not."""
    body, frames = _body_size(pages), _frames(pages)
    found: list[Piece] = []
    for page in pages:
        kinds = _kinds(page, body, frames, tags)
        for kind, group in groupby(zip(kinds, page.lines, strict=True), key=lambda pair: pair[0]):
            found += _cut(kind, page.number, [line for _, line in group])
    return found


def _body_size(pages: Sequence[Page]) -> float:
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _frames(pages: Sequence[Page]) -> set[tuple[int, Box]]:
    """Lines that stand in the same place of several pages and say the same, apart from the page's number."""
    places: dict[tuple[str, int], list[tuple[int, Box]]] = {}
    body = _body_size(pages)
    for page in pages:
        for line in page.lines:
            in_band = line.box.bottom < page.height * BAND or line.box.top > page.height * (1 - BAND)
            if in_band and line.size <= body * 1.15:
                place = _without_number(fold(line.text), page.number), round(line.box.bottom / 8)
                places.setdefault(place, []).append((page.number, line.box))
    often = max(2, min(5, len(pages) // 5))
    return {place for found in places.values() if len(found) >= often for place in found}


def _without_number(text: str, page: int) -> str:
    """A text in which the page's number is the same on every page, even if the count begins later."""
    return _PAGE.sub(lambda match: f"#{apart}" if abs(apart := int(match.group()) - page) < 30 else match.group(), text)


def _kinds(page: Page, body: float, frames: set[tuple[int, Box]], tags: Tags) -> list[str]:
    entries = _contents([line for line in page.lines if (page.number, line.box) not in frames])
    kinds: list[str] = []
    for line in page.lines:
        if (page.number, line.box) in frames:
            kinds.append("frame")
        elif _begins_note(line, page, body) or (kinds and kinds[-1] == "footnote" and line.size < body * 0.93):
            kinds.append("footnote")
        elif level_of(line, page.number, tags) if tags else _stands_out(line, body) and line.box not in entries:
            kinds.append("heading")
        else:
            kinds.append("paragraph")
    return kinds


def level_of(line: Line, page: int, tags: Tags) -> int:
    """The level of the heading that tags say a line is (part of), else 0."""
    return tags.get((page, line.words[0].mark), 0)


def _stands_out(line: Line, body: float) -> bool:
    """Larger than the body text, or as large and bold; with a word in it, and no line of a table of contents."""
    large = line.size > body * 1.04 or (line.bold and line.size >= body)
    return large and re.search(r"[^\W\d_]{2}", line.text) is not None and not _LEADERS.search(line.text)


def _contents(lines: Sequence[Line]) -> set[Box]:
    """The lines that are a table of contents: several end in a page's number, and these only go up."""
    entries = [at for at, line in enumerate(lines) if _ENTRY.match(line.text)]
    numbers = [int(lines[at].text.split()[-1]) for at in entries]
    listed = len(numbers) >= 4 and numbers == sorted(numbers) and len(numbers) * 3 >= len(lines)
    return {line.box for line in lines[entries[0] :]} if listed else set()


def _begins_note(line: Line, page: Page, body: float) -> bool:
    """A small line low on the page that begins with a mark, which is raised or stands in the text as well."""
    match = _MARK.match(line.text)
    if not match or line.size > body * 0.93 or line.box.top < page.height * 0.3:
        return False
    raised = line.words[0].size < line.size * 0.9 and line.words[0].text == match[1]
    return raised or match[1] in _marks(page, body)


def _marks(page: Page, body: float) -> set[str]:
    """The marks of footnotes in a page's text: raised and small, in brackets, or a star after a word."""
    lines = [line for line in page.lines if line.size > body * 0.93]
    small = {word.text for line in lines for word in line.words if word.size < line.size * 0.85}
    text = " ".join(line.text for line in lines)
    return {mark.strip(",;.") for mark in small} | set(re.findall(r"\[\d{1,3}\]|(?<=\w)[*†‡§]", text))


def _cut(kind: str, page: int, lines: Sequence[Line]) -> Iterator[Piece]:
    """Lines of one kind where one thing ends and the next begins."""
    current: list[Line] = []
    for line in lines:
        if current and _ends(kind, current, line):
            yield from _piece(kind, page, current)
            current = []
        current.append(line)
    yield from _piece(kind, page, current)


def _piece(kind: str, page: int, lines: Sequence[Line]) -> Iterator[Piece]:
    """What is set like a heading and goes on for long is a paragraph."""
    long = kind == "heading" and sum(len(line.text) + 1 for line in lines) > LONGEST_HEADING
    yield Piece(kind="paragraph" if long else kind, page=page, lines=tuple(lines))


def _ends(kind: str, before: Sequence[Line], line: Line) -> bool:
    """Whether `line` begins something new."""
    last = before[-1]
    gap = line.box.top - last.box.bottom
    if kind == "frame":
        return True
    if kind == "footnote":
        return bool(_MARK.match(line.text)) and (line.words[0].size < line.size * 0.9 or _follows(before[0], line))
    if kind == "heading":
        return (line.size, line.bold) != (last.size, last.bold) or bool(_NUMBERED.match(line.text)) or gap > last.size
    if gap < -last.size or gap > last.size * 0.6 or abs(line.size - last.size) > 0.6 or _ITEM.match(line.text):
        return True
    right = max(one.box.x1 for one in (*before, line))
    return last.text.endswith((".", "!", "?", ":")) and last.box.x1 < right - (right - before[0].box.x0) * 0.2


def _follows(first: Line, line: Line) -> bool:
    """Whether the number of a note is the next one after that of the note before."""
    numbers = [re.match(r"\[?(\d{1,3})", one.text) for one in (first, line)]
    return numbers[0] is None or numbers[1] is None or int(numbers[1][1]) == int(numbers[0][1]) + 1
