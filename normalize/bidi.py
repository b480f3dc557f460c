"""Lines of Hebrew, Arabic and other scripts that run from right to left, as they are read.

A PDF has its characters where they are printed. Put in order from left to right, such a line is backwards, but not the
numbers and Latin words in it. pdfplumber can only turn all of a page, so this undoes what the Unicode Bidirectional
Algorithm did to a line for print, for one level: a line, and in it runs the other way.
"""

from __future__ import annotations

import re
import unicodedata

_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_DRAWN = re.compile("[\ufb1d-\ufdf1\ufe70-\ufefc]")  # shapes of letters
_CLASSES = {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N", "CS": "S", "ES": "D", "ET": "T"}
_RUN = re.compile(r"R(?:[^L]*R)?")
# Numbers keep their order. Next to Arabic letters, dashes and the signs of units and money are none of the number.
_HEBREW, _ARABIC = r"T*N(?:[SD]?N)*T*", r"N(?:S?N)*"
_MIRRORED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")


def logical(line: str, *, right_to_left: bool = False) -> str:
    """A line that is in the order it is printed, in the order it is read; any other line comes back as it is.

    `right_to_left` says that the page runs so: the order of words of both kinds is the page's.
    """
    if line.isascii() or not _RIGHT.search(line):
        return line
    parts = _clusters(_DRAWN.sub(_letters, line))
    classes = "".join(map(_class, parts))
    if right_to_left:
        return _turned(parts, classes)
    found, at = [], 0
    for run in _RUN.finditer(classes):
        found += ["".join(parts[at : run.start()]), _turned(parts[run.start() : run.end()], run.group())]
        at = run.end()
    return "".join([*found, *parts[at:]])


def is_right_to_left(text: str) -> bool:
    """Whether most words of a text run from right to left."""
    classes = "".join(map(_class, text)) if not text.isascii() and _RIGHT.search(text) else ""
    return _words(classes, "R") > _words(classes, "L")


def _words(classes: str, letter: str) -> int:
    """How many words of letters of a class there are."""
    return sum(letter in word for word in classes.split("W"))


def _letters(found: re.Match[str]) -> str:
    """The letters of which a shape is drawn, from left to right."""
    return "".join(reversed(_clusters(unicodedata.normalize("NFKC", found.group()))))


def _clusters(text: str) -> list[str]:
    """Characters, each with the marks that stand on it."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.combining(char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _class(cluster: str) -> str:
    return _CLASSES.get(unicodedata.bidirectional(cluster[0]), "W")


def _turned(parts: list[str], classes: str) -> str:
    """Parts from the last to the first, but numbers and what runs from left to right."""
    number = _ARABIC if any(unicodedata.bidirectional(part[0]) == "AL" for part in parts) else _HEBREW
    found: list[str] = []
    at = 0
    for run in re.finditer(rf"(?:{number})?L(?:[^R]*[LN])?T*|{number}", classes):
        found += [part.translate(_MIRRORED) for part in parts[at : run.start()]]
        found.append("".join(parts[run.start() : run.end()]))
        at = run.end()
    found += [part.translate(_MIRRORED) for part in parts[at:]]
    return "".join(reversed(found))
