"""Two fingerprints of one document: did it change, how much does it matter, and what exactly. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from changes import media
from changes.explain import account
from changes.fingerprint import Fingerprint
from changes.hunks import Account
from changes.links import LinkChange, compare_links, without
from changes.looks import explain_passing
from changes.model import Grade, VerdictName
from changes.shown import furniture_shown, shown
from changes.suspicion import akin, suspicious

PROSE = frozenset(
    {media.HTML, media.PDF, media.TEXT, media.DOCX, media.ODT}
)  # where order, line breaks and punctuation are typesetting
NO_TEXT = Account(hunks=[])
NO_LINKS = LinkChange()


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What differs between two good captures of one document.

    `text` and `links` hold what is unexplained and what was explained away. `detail` is made of them for people.
    """

    verdict: VerdictName
    grade: Grade
    text: Account = field(default_factory=lambda: NO_TEXT)
    links: LinkChange = NO_LINKS
    detail: dict[str, Any] | None = None


def compare(
    before: Fingerprint,
    after: Fingerprint,
    *,
    confirmed: bool = False,
    seen: Collection[str] = (),
    differing: Account | None = None,
) -> Difference:
    """The difference between the last good capture and this one.

    `confirmed`: the same came before and was suspected; then it is believed when it is akin. `seen` are the signatures
    of changes that come and go in this document; `differing` is in what another look just before differed.
    """
    if before.digest == after.digest and before.kind == after.kind:
        return compare_furniture(before, after)
    reason = suspicious(before, after)
    if reason and not (confirmed and akin(before, after)):
        return Difference(verdict="suspect", grade="capture", detail={"why": reason})
    text = account(before, after, prose=after.kind in PROSE)
    links = without(compare_links(before.links, after.links), text.menus)
    if not links:
        explain_passing(text, seen, differing)
    return conclude(text, links)


def conclude(text: Account, links: LinkChange) -> Difference:
    """The verdict on what is left unexplained."""
    if text.hunks or links:
        verdict: VerdictName = "changed"
        grade: Grade = "content" if text.hunks and not documents_only(text, links) else "documents"
    else:
        verdict, grade = "cosmetic", "typography" if "typography" in text.explained else "chrome"
    return Difference(verdict=verdict, grade=grade, text=text, links=links, detail=shown(text, links))


def compare_furniture(before: Fingerprint, after: Fingerprint) -> Difference:
    """The verdict on two captures with the same main text and links: only furniture, order or markup can differ."""
    one, other = (
        frozenset(block.text for block in side.blocks if block.region == "chrome") for side in (before, after)
    )
    if one == other:
        return Difference(verdict="unchanged", grade="none")
    return Difference(verdict="cosmetic", grade="chrome", detail=furniture_shown(one - other, other - one))


def documents_only(text: Account, links: LinkChange) -> bool:
    """Whether the text differs only by the names of links that came or went."""
    anchors = {link.anchor for link in (*links.added, *links.removed)}
    lines = [block.text for hunk in text.hunks for block in (*hunk.removed, *hunk.added)]
    return bool(anchors) and all(line in anchors for line in lines)
