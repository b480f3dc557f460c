"""What a comparison says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from archive.model import Citation, Quality

VerdictName = Literal["first", "unchanged", "cosmetic", "changed", "gone", "reappeared", "suspect"]
WHOLE = "whole page"
Grade = Literal["none", "content", "documents", "typography", "chrome", "capture"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentVerdict:
    """The verdict on one document in one visit.

    `before` and `after` cite the last good capture and this one's (None where there is none). `quality` is that of
    this visit's capture (None: not visited). `links_added`/`links_removed` list document links as `[url, anchor]`.
    `detail` is small JSON for people and programs: which blocks changed, why something was explained away.
    `diff` is the key of the whole difference as JSON; the same with `.html` is for people.
    `relocated_from` is where the document was before, when it moved since (whatever else the verdict says of it).
    """

    document: str
    url: str
    role: Literal["page", "document"]
    media_type: str
    verdict: VerdictName
    grade: Grade
    quality: Quality | None
    before: Citation | None
    after: Citation | None
    links_added: tuple[tuple[str, str], ...] = ()
    links_removed: tuple[tuple[str, str], ...] = ()
    detail: dict[str, Any] | None = None
    relocated_from: str | None = None
    diff: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All verdicts of one visit; kept as `changes/<source>/<run_id>.json`.

    `outcome` is that of the manifest, `previous_outcome` that of the last visit before which did not fail (for
    source.blocked and source.recovered).
    `previous_fingerprint_version` is what the previous visit had been fingerprinted with, before it was done anew.
    `watched` is the part of pages that was compared, by the source's declaration then, `previous_watched` the part the
    visit before looked at.
    """

    source: str
    run_id: str
    previous: str | None
    outcome: str
    previous_outcome: str | None
    fingerprint_version: int
    verdicts: tuple[DocumentVerdict, ...]
    previous_fingerprint_version: int | None = None
    watched: str | None = None
    previous_watched: str | None = None

    @property
    def upgrades(self) -> tuple[tuple[str, str, str], ...]:
        """What reads pages otherwise than at the visit before: `(parser, before, after)`."""
        if self.previous_fingerprint_version is None:
            return ()
        parts = (
            ("fingerprint", str(self.previous_fingerprint_version), str(self.fingerprint_version)),
            ("watched", self.previous_watched or WHOLE, self.watched or WHOLE),
        )
        return tuple(part for part in parts if part[1] != part[2])
