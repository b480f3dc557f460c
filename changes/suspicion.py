"""Is what looks like a good capture the document at all? A wall that no phrase gives away has nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

from changes import media
from changes.fingerprint import Fingerprint
from changes.labels import CONSENT
from changes.normal import key

LOSS = 0.3  # less than this share of the words left, and the page is suspected to be something else
LOSS_FROM = 120  # words; a shorter page may halve without suspicion
WHOLE_PAGE = 250  # words; a page that stands in another's place says less
ENOUGH = 20  # words of a page that says enough to be missed
TELLING = 4  # words of a line that no other page has by chance


def suspicious(before: Fingerprint, after: Fingerprint) -> str:
    """Why a capture that looks good may not be the document, empty when nothing speaks against it."""
    if before.kind != after.kind:
        return f"it was {before.kind} and is {after.kind} now"
    if before.language and after.language and before.language != after.language:
        return f"the page was in {before.language!r} and is in {after.language!r} now"
    if before.words >= LOSS_FROM and after.words < LOSS * before.words:
        return f"sharp loss of main text: {before.words} words became {after.words}"
    if before.kind == media.HTML and before.words >= ENOUGH and not in_common(before, after, words=2):
        return "nothing of what the page said and linked to is left"
    return ""


def akin(before: Fingerprint, after: Fingerprint) -> bool:
    """Whether a suspected capture has enough of the document to be believed once it came again and again.

    A site that blocks us does so for days, always with the same page: how often it came proves nothing alone. But what
    stands in a page's place is short: one that says as much as a page does, in its language, was written anew: unless
    it leads nowhere that the page led to, or speaks of consent.
    """
    if (before.kind == media.HTML) != (after.kind == media.HTML):
        return False
    if in_common(before, after, words=TELLING):
        return True
    whole = after.kind != media.HTML or (after.words >= WHOLE_PAGE and before.language == after.language)
    return whole and after.words >= LOSS * before.words and (after.kind != media.HTML or same_site(before, after))


def same_site(before: Fingerprint, after: Fingerprint) -> bool:
    """Whether both lead to some other page of their site, and what is there now does not ask for consent."""
    led, leads = ({link.target for link in page.links if "/" in link.target} for page in (before, after))
    return (not led or bool(led & leads)) and not any(CONSENT.search(block.text) for block in after.main)


def in_common(before: Fingerprint, after: Fingerprint, *, words: int) -> bool:
    """Whether two captures share a line of this many words, a file, or most of the links of the first."""
    said = set(lines(before, words))
    if any(line in said for line in lines(after, words)):
        return True
    links, others = targets(before), targets(after)
    files = {link.target for link in before.links if link.is_file}
    return bool(files & others) or (bool(links) and 2 * len(links & others) >= len(links))


def lines(page: Fingerprint, words: int) -> Iterator[str]:
    """The lines of the main text that are no links and have so many words."""
    return (key(block.text) for block in page.main if not block.linked and len(block.text.split()) >= words)


def targets(page: Fingerprint) -> set[str]:
    return {link.target for link in page.links if link.region == "main"}
