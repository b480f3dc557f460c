"""What a verdict shows to people and programs: the lines and words that differ, and what was explained away. Bounded:
the archive has the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from changes.blocks import Block
from changes.hunks import Account
from changes.links import LinkChange

HUNKS = 12
LINES = 12
LENGTH = 300  # characters of a line
RELOCATED = 50


def shown(text: Account, links: LinkChange) -> dict[str, Any]:
    """`hunks` (with `hunks_total`), `explained` by reason, `relocated` pairs of URLs; each only where there is some."""
    said: dict[str, Any] = {}
    if text.hunks:
        said["hunks"] = [hunk_shown(hunk.removed, hunk.added) for hunk in text.hunks[:HUNKS]]
        said["hunks_total"] = len(text.hunks)
    if text.explained:
        said["explained"] = {
            reason: {"lines": len(lines), "example": [short(part) for part in lines[0]]}
            for reason, lines in text.explained.items()
        }
    if links.relocated:
        said["relocated"] = [[old.url, new.url] for old, new in links.relocated[:RELOCATED]]
    return said


def furniture_shown(removed: Iterable[str], added: Iterable[str]) -> dict[str, Any]:
    """Lines of the page's furniture that differ."""
    old, new = sorted(removed), sorted(added)
    lines = {
        "lines": len(old) + len(new),
        "removed": [short(line) for line in old[:3]],
        "added": [short(line) for line in new[:3]],
    }
    return {"explained": {"chrome": lines}}


def hunk_shown(removed: Sequence[Block], added: Sequence[Block]) -> dict[str, Any]:
    """One hunk: its lines, the words in them that differ, and where in a file it is."""
    old, new = (" ".join(block.text for block in side).split() for side in (removed, added))
    said: dict[str, Any] = {
        "removed": [short(block.text) for block in removed[:LINES]],
        "added": [short(block.text) for block in added[:LINES]],
    }
    if old and new and len(old) + len(new) < 2000:
        said["words"] = words(old, new)
    if where := next((block.where for block in (*added, *removed) if block.where), ""):
        said["where"] = where
    return said


def words(old: Sequence[str], new: Sequence[str]) -> list[list[str]]:
    """`[removed, added]` per place where two sequences of words differ."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    places = [
        [short(" ".join(old[i:j])), short(" ".join(new[k:m]))]
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]
    return places[:LINES]


def aligned(old: Sequence[str], new: Sequence[str]) -> list[list[str]]:
    """Two sequences of words as one: `[sign, words]` with sign `=`, `-` or `+`."""
    if not old or not new:
        return [[sign, " ".join(side)] for sign, side in (("-", old), ("+", new)) if side]
    found: list[list[str]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > 4000)
    for tag, i, j, k, m in matcher.get_opcodes():
        sides = [["=", old[i:j]]] if tag == "equal" else [["-", old[i:j]], ["+", new[k:m]]]
        found += [[str(sign), " ".join(side)] for sign, side in sides if side]
    return found


def short(text: str, length: int = LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
