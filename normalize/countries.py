"""The 27 Member States, Iceland, Liechtenstein and Norway, and totals, in the spellings of all official languages.

A name is known as a whole, as its two or three letters, as a flag, or as several of these that say the same
(`Greece (EL)`, `Czechia/Czech Republic`). A misspelt name is none: it is reported where a country was promised.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from normalize.country_names import EEA_WORDS, EU_WORDS, JOINTS, NAMES, TOTAL_WORDS

TOTALS = frozenset({"EU", "EEA", "TOTAL"})
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PARTS = re.compile(r"[()\[\]/|,;:–—]|\s-\s")
LONGEST_NAME = 200
_NOTE = re.compile(r"(?:[\s*†‡¹²³⁰⁴-⁹]|\[\d{1,2}\]|(?<=\w)\s?\(\d\))+\Z|\A\s*\d{1,2}[.)]\s+|[\u00ad\u200b\u2060\ufeff]")


def _plain(name: str) -> str:
    """A name without case, accents, brackets and punctuation."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())


def _words(*lists: str) -> list[str]:
    """Longest first, so that `european union` is found before `eu`."""
    return sorted({_plain(word) for words in lists for word in words.split("|")}, key=len, reverse=True)


CODES = {_plain(name): code for code, names in NAMES.items() for name in (code, *names.split("|"))}
_EU, _EEA, _TOTAL, _JOINTS = (_words(words) for words in (EU_WORDS, EEA_WORDS, TOTAL_WORDS, JOINTS))
_TOTALS = re.compile(rf"(?:\b(?:{'|'.join(_words(EU_WORDS, EEA_WORDS, TOTAL_WORDS, JOINTS))})\b\s*)+\Z")


@lru_cache(maxsize=4096)
def code(name: str) -> str | None:
    """The ISO 3166 code of a country, `EU`, `EEA` or `TOTAL` for a total; None for a name nobody knows."""
    if len(name) > LONGEST_NAME:
        return None
    name = _NOTE.sub("", _FLAG.sub(lambda match: f"/{_letters(match.group())}/", name))
    if found := _whole(name):
        return found
    parts = [part for part in _PARTS.split(name) if _plain(part) and _plain(part) not in ("the", "republic of")]
    found_in = {_whole(part) for part in parts}
    return found_in.pop() if len(found_in) == 1 else None


def _whole(name: str) -> str | None:
    """A name without anything around it. Two letters are a code in capitals only: `No` is an answer."""
    plain = _plain(name)
    if len(plain) == 2 and not name.strip().isupper() and plain.upper() in NAMES:
        return None
    return CODES.get(plain) or CODES.get(plain.removeprefix("the ").removeprefix("republic of ")) or _total(plain)


def _total(plain: str) -> str | None:
    """Which total a text of nothing but words for totals and for what they are of is."""
    if not plain or not _TOTALS.match(plain):
        return None
    for found, words in (("EEA", _EEA), ("EU", _EU), ("TOTAL", _TOTAL)):
        if any(re.search(rf"\b{word}\b", plain) for word in words if word != "27"):
            return found
    return None


def _letters(flag: str) -> str:
    """`DE` for the flag of Germany, which is two letters of a special alphabet."""
    return "".join(chr(ord(char) - 0x1F1E6 + ord("A")) for char in flag)
