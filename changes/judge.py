"""One captured document against what is known of it: the verdict, and what is known now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from archive.model import GOOD, Capture, Citation
from archive.reader import read_payload
from archive.store import Store
from changes.chosen import address
from changes.compare import PROSE, Difference, compare
from changes.explain import account
from changes.fingerprint import Fingerprint, fingerprint
from changes.looks import Between, learned, passes
from changes.model import DocumentVerdict, Grade, VerdictName
from changes.state import GONE, Doubt, Known, doubted
from changes.suspicion import suspicious
from changes.variants import another_visit, remember, still_away, unsettled

GONE_FOR_GOOD = 410  # a status that nobody gives by mistake


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A verdict (None: nothing to tell) and what is known after it (None: still nothing).

    `fingerprint` is that of the new capture where it had to be made, `difference` what it differs in from the last.
    """

    verdict: DocumentVerdict | None
    known: Known | None
    fingerprint: Fingerprint | None = None
    difference: Difference | None = None


def judge(
    store: Store, capture: Capture, known: Known | None, watched: str | None, earlier: Capture | None = None
) -> Judged:
    """Judge one capture of a page or document. `known` is its state after the previous visit.

    `earlier` is another look at it in the same visit, as good or as bad as this one.
    """
    if capture.label.quality == "gone":
        return judge_gone(
            capture, known, confirmed=earlier is not None and earlier.status == capture.status == GONE_FOR_GOOD
        )
    if capture.label.quality not in GOOD:
        why = {"why": capture.label.why} if capture.label.why else None
        return Judged(verdict=verdict(capture, known, "suspect", "capture", detail=why), known=known)
    if known is None:
        return judge_first(store, capture, watched)
    if earlier is not None and not has_payload(earlier):
        earlier = None
    if capture.digest == known.good.digest or not has_payload(capture):
        return judge_same(store, capture, known, watched, earlier)
    return judge_other(store, capture, known, watched, earlier)


def has_payload(capture: Capture) -> bool:
    """Whether there is something to read: the server's bare word that nothing changed names no payload."""
    return capture.label.quality != "not_modified" or capture.original is not None


def judge_gone(capture: Capture, known: Known | None, *, confirmed: bool) -> Judged:
    """The server says that there is no such document (any more). Told once, when two visits in a row say so.

    `confirmed`: another look in this visit makes it sure. A server that is updated says 404 for longer than that.
    """
    if known is None:
        why = {"why": f"{capture.label.why}; it was never seen"}
        return Judged(verdict=verdict(capture, None, "suspect", "capture", detail=why), known=None)
    if known.gone:
        return Judged(verdict=None, known=known)
    if not (confirmed or (known.doubt and known.doubt.digest == GONE)):
        why = {"why": f"{capture.label.why}; told when the next visit meets it again"}
        said = verdict(capture, known, "suspect", "capture", detail=why)
        return Judged(verdict=said, known=replace(known, doubt=Doubt(digest=GONE)))
    said = verdict(capture, known, "gone", weight(known.role), detail={"why": capture.label.why})
    return Judged(verdict=said, known=replace(known, gone=True, doubt=None))


def judge_first(store: Store, capture: Capture, watched: str | None) -> Judged:
    if not has_payload(capture):
        return Judged(verdict=None, known=None)
    said = verdict(capture, None, "first", weight(role_of(capture)), after=capture.citation())
    return Judged(verdict=said, known=known_by(capture), fingerprint=read(store, capture, watched))


def judge_same(
    store: Store, capture: Capture, known: Known, watched: str | None, earlier: Capture | None = None
) -> Judged:
    """The very bytes of the last good capture, or the server's word that they still are. The citation stays the old."""
    name: VerdictName = "reappeared" if known.gone else "unchanged"
    grade: Grade = weight(known.role) if known.gone else "none"
    now = replace(known, url=address(capture.url), gone=False, doubt=None, away={})
    detail = None
    if earlier is not None and earlier.digest != known.good.digest:
        good = read_cited(store, known.good, known.url, watched)
        if looks := between(store, good, earlier, good, watched):
            now = replace(now, seen=learned(known.seen, looks.there, looks.back))
        detail = {"why": "another look in the same visit differed, this one does not"}
    return Judged(verdict=verdict(capture, known, name, grade, after=known.good, detail=detail), known=now)


def judge_other(
    store: Store, capture: Capture, known: Known, watched: str | None, earlier: Capture | None = None
) -> Judged:
    """Other bytes than before: both sides are read from the archive and fingerprinted by today's rules."""
    after = read(store, capture, watched)
    before = read_cited(store, known.good, known.url, watched)
    looks = between(store, before, earlier, after, watched) if earlier else None
    there = looks.there if looks else None
    if looks:
        known = replace(known, seen=learned(known.seen, looks.there, looks.back))
    away = still_away(known.away, there)
    found = compare(
        before,
        after,
        confirmed=known.doubt is not None and known.doubt.believes(after.digest),
        seen=unsettled(known.seen, away),
        differing=looks.back if looks else None,
    )
    if found.verdict == "suspect":
        said = verdict(capture, known, "suspect", "capture", detail=found.detail)
        times = 2 if earlier and earlier.digest == capture.digest else 1
        return Judged(verdict=said, known=replace(known, doubt=doubted(known.doubt, after.digest, times)))
    now = replace(good_now(capture, known, before, found), away=another_visit(away, found.text, there))
    return settled(Judged(verdict=None, known=now, fingerprint=after), capture, known, found)


def good_now(capture: Capture, known: Known, before: Fingerprint, found: Difference) -> Known:
    """What is known once this capture was believed: it is the good one, unless it only showed what comes and goes."""
    if passes(found.text) and not known.gone:
        return replace(known, url=address(capture.url), doubt=None)
    listed = {link.target for link in before.links}  # a lead that was a plain link after all may be withdrawn by one
    leads = tuple(lead for lead in known.leads if lead not in listed)
    return replace(known_by(capture), leads=leads, linked=known.linked, seen=known.seen, addresses=known.addresses)


def between(
    store: Store, before: Fingerprint, earlier: Capture, after: Fingerprint, watched: str | None
) -> Between | None:
    """The first of two looks against what was told last and against the second; None when it was not the document."""
    first = read(store, earlier, watched)
    if suspicious(before, first):
        return None
    prose = after.kind in PROSE
    return Between(there=account(before, first, prose=prose), back=account(first, after, prose=prose))


def settled(judged: Judged, capture: Capture, known: Known, found: Difference) -> Judged:
    """The judgement with this difference, which is remembered when it is told."""
    seen = remember(known.seen, found.text)
    now = replace(judged.known, seen=seen) if judged.known else None
    return replace(judged, verdict=differing(capture, known, found), known=now, difference=found)


def differing(capture: Capture, known: Known, found: Difference) -> DocumentVerdict:
    name: VerdictName = "reappeared" if known.gone else found.verdict
    grade = weight(known.role) if known.gone else found.grade
    return verdict(capture, known, name, grade, after=capture.citation(), found=found, detail=found.detail)


def verdict(
    capture: Capture,
    known: Known | None,
    name: VerdictName,
    grade: Grade,
    *,
    after: Citation | None = None,
    found: Difference | None = None,
    detail: dict[str, Any] | None = None,
) -> DocumentVerdict:
    return DocumentVerdict(
        document=capture.label.document or "",
        url=address(capture.url),
        role=role_of(capture),
        media_type=capture.media_type,
        verdict=name,
        grade=grade,
        quality=capture.label.quality,
        before=known.good if known else None,
        after=after,
        links_added=tuple((link.url, link.anchor) for link in found.links.added) if found else (),
        links_removed=tuple((link.url, link.anchor) for link in found.links.removed) if found else (),
        detail=detail,
    )


def weight(role: str) -> Grade:
    """The grade of a document that comes or goes as a whole."""
    return "documents" if role == "document" else "content"


def role_of(capture: Capture) -> Any:
    return "page" if capture.label.role == "page" else "document"


def known_by(capture: Capture) -> Known:
    return Known(
        document=capture.label.document or "",
        url=address(capture.url),
        role=role_of(capture),
        media_type=capture.media_type,
        good=capture.citation(),
    )


def read(store: Store, capture: Capture, watched: str | None) -> Fingerprint:
    return read_cited(store, capture.citation(), address(capture.url), watched)


def read_cited(store: Store, citation: Citation, url: str, watched: str | None) -> Fingerprint:
    """The fingerprint of archived bytes; raises Corrupt or NotFound when they are not what was cited."""
    payload = read_payload(store, citation)
    content_type = next((value for name, value in payload.headers if name.lower() == "content-type"), "")
    return fingerprint(payload.body, url=url, content_type=content_type, watched=watched)
