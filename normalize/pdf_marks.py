"""Small figures and letters that a PDF's page sets raised: marks of notes, and powers, which are no marks."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from normalize.pdf_lines import Line, Word

SMALL = 0.85  # of the size of what stands beside it
_NOTE = re.compile(r"[(\[]?(?:\d{1,3}|[a-z]|[*†‡§]+)(?:,(?:\d{1,3}|[a-z]))*[)\]]?,?")
_POWERED = re.compile(r"(?:\D*[^\d.,])?10|[\d.,]*[kcm]?m", re.IGNORECASE)
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def without_marks(words: Sequence[Word]) -> list[Word]:
    """Words without the small ones, but for powers."""
    large = max((word.size for word in words), default=0) * SMALL
    tens = [word for word in words if _POWERED.fullmatch(word.text)]
    return [word for word in words if word.size >= large or _is_power(word, tens)]


def blanked(line: Line) -> str:
    """The text of a line, as long as it is, with blanks for raised marks of notes; what else stands raised or lowered
    is then the end of the word before: `10⁶`, `21st`. A line that is not read as it is printed stays as it is."""
    tens = [word for word in line.words if _POWERED.fullmatch(word.text)]
    text, printed = "", ""
    for gap, word in zip(["", *line.gaps], line.words, strict=True):
        printed += gap + word.text
        rise = _rise(word, line)
        if not rise:
            text += gap + word.text
        elif rise < 0 or not _NOTE.fullmatch(word.text) or _is_power(word, tens):
            text = text.rstrip() + word.text.translate(_HIGH)
        text = text.ljust(len(printed))
    return text if printed == line.text else line.text


def _rise(word: Word, line: Line) -> int:
    """1 for a small word that stands higher than the others of its line, -1 for one that stands lower, else 0."""
    foot = statistics.median(one.box.bottom for one in line.words if one.size >= line.size * SMALL)
    if word.size >= line.size * SMALL:
        return 0
    return 1 if word.box.bottom < foot - line.size * 0.15 else -1 if word.box.bottom > foot + line.size * 0.05 else 0


def _is_power(small: Word, words: Sequence[Word]) -> bool:
    """Whether a small figure stands right behind one of `words`, a ten or a metre: it is no mark of a note."""
    return any(
        abs(small.box.x0 - one.box.x1) < 0.4 * one.size
        and one.box.top - one.size < small.box.bottom < one.box.bottom + one.size
        for one in words
        if one.size > small.size
    )  # fmt: skip
