"""Text as it is compared: what a reader cannot see, or what only says when it was looked at, is taken out.

`key` decides whether two blocks say the same; `fold` whether they differ only in typography.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NUMBER_WORDS = r"\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|une?|deux|trois|eine?[mnr]?"
NUMBER_WORDS += r"|un[ao]?|dos|tres|due|tre|uma?|dois|een|twee"
UNITS = r"(sec|second|min|minute|hour|hr|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr|seconde|heure|jour"
UNITS += (
    r"|semaine|moi|an|année|segundo|minuto|hora|día|semana|mes|año|ora|giorno|settimana|mese|ann|minuut|uur|dag|jaar"
)
UNITS += r"|dia|mês|ano|maand|week)(e|n|s|en|es|i|o|a)?"
RELATIVE = re.compile(
    rf"\b((over|about|almost|less than|more than) )?({NUMBER_WORDS}) {UNITS}[.]? ago\b"
    rf"|\b(il y a|vor|hace|há) (environ |etwa )?({NUMBER_WORDS}) {UNITS}\b"
    rf"|\b({NUMBER_WORDS}) {UNITS} (geleden|fa|atrás)\b"
    r"|\b(just now|yesterday|today|last (week|month|year))\b",
    re.IGNORECASE,
)
SHORT = 160  # characters
RELATIVE_WORDS = 14  # a relative date in a longer sentence is part of what it says ("accounts older than a year ago")
REQUEST = re.compile(
    r"\b((request|trace|ray|session|correlation|incident|reference|error|event)[ _-]?(id|no|number|code)?\s*[:#]\s*)"
    r"[\w.=+/-]{8,}",
    re.IGNORECASE,
)
FIGURE = re.compile(r"((?<![\w)])[-−])?\d+([.,]\d+)*")
LETTERS = re.compile(r"[^\W\d_]+|[#%€$£¥§+<>=±×]")
PERMALINK = re.compile(r"\s+[#¶§]+\Z")
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def clean(text: str) -> str:
    """What a reader sees: compatibility forms united, invisible characters gone, white space single."""
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.split())


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
    if len(text.split()) <= RELATIVE_WORDS:
        text = RELATIVE.sub("⟨ago⟩", text)
    return REQUEST.sub(r"\1⟨id⟩", text) if ":" in text or "#" in text else text


def fold(text: str) -> str:
    """Words, figures and signs that carry a value; case, quotes, dashes, punctuation and spaces are gone."""
    figures = [found.group(0).replace("−", "-") for found in FIGURE.finditer(text)]
    return " ".join(["".join(LETTERS.findall(FIGURE.sub("#", text))).casefold(), *figures])
