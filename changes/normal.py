"""Text as it is compared: what a reader cannot see, or what only says when it was looked at, is taken out.

`key` decides whether two blocks say the same; `same_letters` whether they differ only in typography.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from changes import relative

SHORT = 160  # characters
REMEMBERED = 500  # characters; a longer text is cleaned whenever it is met
# The name of an id that a server gave out, and the id: digits and letters.
REQUEST = re.compile(
    r"\b(?P<name>(((x-)?request|(x-)?trace|ray|correlation|incident)([ _-]?(id|no|number|code))?"
    r"|(session|reference|error|event|support)[ _-]?(id|(?=#)))\s*[:#]\s*)"
    r"(?=[\w.=+/-]*\d)(?=[\w.=+/-]*[a-z])[\w.=+/-]{8,}"
    r"|\b(?P<short>(ref|session|trace|node|instance)\s*[:#]\s*)(?!(19|20)\d\d)(?=[a-f]*\d)(?=\d*[a-f])"
    r"[\da-f]{8,}(-[\da-f]{4,})*\Z",
    re.IGNORECASE,
)
FIGURE = re.compile(r"((?<![\w)])[-−–‐‑])?\d+([.,]\d+)*")
MINUS = str.maketrans("−–‐‑", "----")
PLAIN_SIGNS = "%‰#§&@*†‡"  # punctuation by class, but with a meaning
ORNAMENTS = "|¦^`©®™"  # symbols by class, but without one
PERMALINK = re.compile(r"\s+[#¶§]+\Z")
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def clean(text: str) -> str:
    """What a reader sees: compatibility forms united, invisible characters gone, white space single."""
    return clean_again(text) if len(text) <= REMEMBERED else clean_any(text)


def clean_any(text: str) -> str:
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.split())


clean_again = lru_cache(maxsize=16_384)(clean_any)  # a site says the same on all its pages, at every visit


def is_permalink(anchor: str) -> bool:
    """Whether a link's text is but a sign beside a heading."""
    return not anchor.strip("#¶§🔗∞ ")


def key(text: str) -> str:
    """The comparison key of a cleaned block: permalink signs are cut; in short lines, relative dates and request ids
    are masked.
    """
    return short_key(text) if len(text) <= SHORT else text


@lru_cache(maxsize=65_536)
def short_key(text: str) -> str:
    if text.endswith(("#", "¶", "§")):
        text = PERMALINK.sub("", text)
    text = relative.mask(text)
    return REQUEST.sub(without_id, text) if ":" in text or "#" in text else text


def without_id(found: re.Match[str]) -> str:
    return f"{found['name'] or found['short']}⟨id⟩"


def same_letters(one: str, other: str) -> bool:
    """Whether words, figures and signs that carry a value are the same; case, quotes, dashes, punctuation and spaces
    do not count.
    """
    return figures(one) == figures(other) and letters(one) == letters(other)


def figures(text: str) -> list[str]:
    return [found.group(0).translate(MINUS) for found in FIGURE.finditer(text)]


def letters(text: str) -> str:
    return FIGURE.sub("", text).translate(SILENT).casefold()


def means(sign: str) -> bool:
    """Whether one character says something: letters with their marks, digits, and symbols (`€ < + ✓`) but ornaments."""
    kind = unicodedata.category(sign)
    if kind[0] in "LMN" or sign in PLAIN_SIGNS:
        return True
    return kind in ("Sc", "Sm", "So") and sign not in ORNAMENTS and not "\u2190" <= sign <= "\u21ff"  # arrows


class Silent(dict[int, str | None]):
    """For `str.translate`: characters that say nothing are dropped. Each is judged once."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        self[code] = kept = sign if means(sign) else None
        return kept


SILENT = Silent()
