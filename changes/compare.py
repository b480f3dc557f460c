"""Two fingerprints of one document: did it change, how much does it matter, and what exactly. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from changes.blocks import Block, Link
from changes.explain import Account, account
from changes.fingerprint import Fingerprint
from changes.links import LinkChange, compare_links
from changes.model import Grade, VerdictName

SHOWN = 12  # hunks and lines that a detail shows; the archive has the rest
SHOWN_LENGTH = 300
LOSS = 0.3  # less than this share of the words left, and the page is suspected to be something else
LOSS_FROM = 120  # words; a shorter page may halve without suspicion


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What differs between two good captures of one document."""

    verdict: VerdictName
    grade: Grade
    added: tuple[Link, ...] = ()
    removed: tuple[Link, ...] = ()
    relocated: tuple[tuple[Link, Link], ...] = ()
    detail: dict[str, Any] | None = None


UNCHANGED = Difference(verdict="unchanged", grade="none")


def compare(before: Fingerprint, after: Fingerprint, *, confirmed: bool = False) -> Difference:
    """The difference between the last good capture and this one.

    `confirmed`: the same was seen once before and suspected; what comes twice is believed.
    """
    if before.digest == after.digest and before.kind == after.kind:
        return furniture(before, after)
    if not confirmed and (reason := suspicious(before, after)):
        return Difference(verdict="suspect", grade="capture", detail={"why": reason})
    text = account(before.main, after.main)
    links = compare_links(before.links, after.links)
    listed = bool(links.added or links.removed)
    if text.hunks or listed:
        verdict: VerdictName = "changed"
        grade: Grade = "content" if text.hunks and not documents_only(text, links) else "documents"
    else:
        verdict, grade = "cosmetic", "typography" if "typography" in text.explained else "chrome"
    return Difference(
        verdict=verdict,
        grade=grade,
        added=links.added,
        removed=links.removed,
        relocated=links.relocated,
        detail=detail(text, links),
    )


def furniture(before: Fingerprint, after: Fingerprint) -> Difference:
    """The verdict on two captures with the same main text and links: only furniture, order or markup can differ."""
    one, other = (
        frozenset(block.text for block in side.blocks if block.region == "chrome") for side in (before, after)
    )
    if one == other:
        return UNCHANGED
    explained = {"chrome": pairs(sorted(one - other), sorted(other - one))}
    return Difference(verdict="cosmetic", grade="chrome", detail={"explained": explained})


def pairs(removed: Sequence[str], added: Sequence[str]) -> dict[str, Any]:
    return {
        "lines": len(removed) + len(added),
        "removed": [short(line) for line in removed[:3]],
        "added": [short(line) for line in added[:3]],
    }


def suspicious(before: Fingerprint, after: Fingerprint) -> str:
    """Why a capture that looks good may not be the document, empty when nothing speaks against it."""
    if before.kind != after.kind:
        return f"it was {before.kind} and is {after.kind} now"
    if before.language and after.language and before.language != after.language:
        return f"the page was in {before.language!r} and is in {after.language!r} now"
    if before.words >= LOSS_FROM and after.words < LOSS * before.words:
        return f"sharp loss of main text: {before.words} words became {after.words}"
    return ""


def documents_only(text: Account, links: LinkChange) -> bool:
    """Whether the text differs only by the names of links that came or went."""
    anchors = {link.anchor for link in (*links.added, *links.removed)}
    lines = [block.text for hunk in text.hunks for block in (*hunk.removed, *hunk.added)]
    return bool(anchors) and all(line in anchors for line in lines)


def detail(text: Account, links: LinkChange) -> dict[str, Any]:
    """What was taken out and put in, and what was explained away, bounded in size."""
    said: dict[str, Any] = {}
    if text.hunks:
        said["hunks"] = [show(hunk.removed, hunk.added) for hunk in text.hunks[:SHOWN]]
        said["hunks_total"] = len(text.hunks)
    if text.explained:
        said["explained"] = {
            reason: {"lines": len(lines), "example": [short(part) for part in lines[0]]}
            for reason, lines in text.explained.items()
        }
    if links.relocated:
        said["relocated"] = [[old.url, new.url] for old, new in links.relocated[: 4 * SHOWN]]
    return said


def show(removed: Sequence[Block], added: Sequence[Block]) -> dict[str, Any]:
    """One hunk for people: its lines, and the words in them that differ."""
    old, new = (" ".join(block.text for block in side).split() for side in (removed, added))
    shown: dict[str, Any] = {
        "removed": [short(block.text) for block in removed[:SHOWN]],
        "added": [short(block.text) for block in added[:SHOWN]],
    }
    if old and new and len(old) + len(new) < 2000:
        shown["words"] = words(old, new)
    if where := next((block.where for block in (*added, *removed) if block.where), ""):
        shown["where"] = where
    return shown


def words(old: Sequence[str], new: Sequence[str]) -> list[list[str]]:
    """`[removed, added]` per place where two sequences of words differ."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        [short(" ".join(old[i:j])), short(" ".join(new[k:m]))]
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ][:SHOWN]


def short(text: str) -> str:
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
