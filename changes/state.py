"""What is known of a source's documents after a visit: all that the next comparison needs besides the archive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from archive.model import Citation

BELIEVED_AT = 3  # sightings in a row
GONE = "gone"  # stands for the fingerprint of a document of which the server said once that there is none


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A capture that looked good and was suspected not to be the document: its fingerprint, and how often it came."""

    digest: str
    times: int = 1

    def believes(self, digest: str) -> bool:
        """Whether one more sighting of the same makes it the document: error pages seldom last that long."""
        return self.digest == digest and self.times + 1 >= BELIEVED_AT


def doubted(before: Doubt | None, digest: str, looks: int = 1) -> Doubt:
    """The doubt after one more suspected capture, which was seen in this many looks."""
    return Doubt(digest=digest, times=before.times + looks if before and before.digest == digest else looks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One document as last seen.

    `good` cites its last good capture, of a page that showed a variant since the last that was none. `gone` says that
    it is withdrawn. `links` are the ids of documents of this source that its last good capture links to, `leads` those
    that a visitor reached from here without such a link (an address put together from parts); `linked` says that some
    other page ever led to it. `doubt` is about a capture that was suspected since, `seen` the signatures of changes it
    went through; `away` counts, by signature, the visits in a row in which a variant did not change back. `addresses`
    are the identities that it had before it moved.
    """

    document: str
    url: str
    role: Literal["page", "document"]
    media_type: str
    good: Citation
    links: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    linked: bool = False
    gone: bool = False
    doubt: Doubt | None = None
    seen: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    away: Mapping[str, int] = field(default_factory=dict)


State = dict[str, Known]


def unreachable(state: State, roots: Collection[str]) -> list[str]:
    """Documents that nothing leads to any more, sorted.

    `roots` are alive whatever links to them: what was captured this time, and where visits start. A page that was not
    captured, or not well, still has the links of its last good capture; a withdrawn page has none. A document that
    nothing ever linked to is a root too: no page can withdraw it.
    """
    alive = {document for document, one in state.items() if document in roots or not one.linked}
    pending = list(alive)
    while pending:
        one = state[pending.pop()]
        found = [] if one.gone else [target for target in (*one.links, *one.leads) if target in state]
        pending += [target for target in found if target not in alive]
        alive.update(found)
    return sorted(document for document, one in state.items() if document not in alive and not one.gone)


def note_linked(state: State) -> None:
    """Write down which documents other pages lead to."""
    targets = {target for one in state.values() for target in (*one.links, *one.leads) if target != one.document}
    for document in targets & state.keys():
        if not state[document].linked:
            state[document] = replace(state[document], linked=True)


def merged(*parts: Iterable[str]) -> tuple[str, ...]:
    """The sorted union of ids."""
    return tuple(sorted({document for part in parts for document in part}))
