"""What a report page shows of figures beside periods that nothing was made of: reported, never left out in silence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from normalize import card_shapes, periods, sentences, spoken, values
from normalize.card_shapes import Part
from normalize.model import Problem
from normalize.page_lines import Above, Line

NEAR = 3  # lines: how far from a period a number is that may be of it
SHORT = 60  # characters of a line that gives its period to what is around it
_PERIOD = re.compile(rf"\b(?:{spoken.PERIOD})", re.IGNORECASE)


def unread(
    lines: Sequence[Line], above: Sequence[Above], parts: Sequence[Part], used: Collection[int]
) -> Iterator[Problem]:
    """A problem for each number on a line of its own that is near a period, or below one, and on no card."""
    numbers = {part.at for part in parts if part.kind == "V" and values.parse(part.text) != values.NOTHING}
    exact = {part.at for part in parts if part.kind == "P"}
    about = exact | {at for at, line in enumerate(lines) if _is_about(line)}
    for at, line in enumerate(lines):
        large = _is_large(line)
        if at in used or not (large or at in numbers):
            continue
        around = range(at - NEAR, at + NEAR + 1)
        times = [place for place in around if place in exact or (large and place in about)]
        if (times or (large and above[at].period >= 0)) and not _is_button(lines, at, times):
            exact.add(at)  # so that what is beside it is near, too
            reason = f"nothing tells what this number counts, or when: {line.text[:120]!r}"
            yield Problem(pointer=line.pointer, reason=reason)
    yield from _undated(lines, above, used, exact)


def _undated(
    lines: Sequence[Line], above: Sequence[Above], used: Collection[int], exact: Collection[int]
) -> Iterator[Problem]:
    """A problem for each sentence with a figure that says no period, though one is near or above."""
    for at, line in enumerate(lines):
        if at not in used and (above[at].period >= 0 or any(place in exact for place in range(at - NEAR, at))):
            for said in sentences.undated(line.said):
                reason = f"this sentence does not say which period its figures are of: {said[:200]!r}"
                yield Problem(pointer=line.pointer, reason=reason)


def _is_about(line: Line) -> bool:
    """Whether a line that is no sentence names a period, among other things."""
    return len(line.said) <= SHORT and (periods.SPAN.search(line.said) or _PERIOD.search(line.said)) is not None


def _is_large(line: Line) -> bool:
    """Whether a short line that is no sentence has a number that is no numbering."""
    plain = (
        len(line.said.split()) <= card_shapes.WORDS
        and not card_shapes.CHANGE.match(line.said)
        and (line.said[-1:] not in ".!?" or _is_about(line))
        and not any(sentences.find(line.said))
    )
    return plain and sentences.LARGE.search(line.said) is not None


def _is_button(lines: Sequence[Line], at: int, times: Sequence[int]) -> bool:
    """Whether a line is a small number that leads on, as those of pages do, and not together with a period."""
    linked = {"", *(lines[place].link for place in times)}
    return lines[at].link not in linked and re.fullmatch(r"\d{1,2}", lines[at].said) is not None
