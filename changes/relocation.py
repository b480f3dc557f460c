"""A document that vanished here and one that came up there may be the same: it moved, nothing was withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from archive.model import Capture
from archive.store import Store
from changes.filenames import FILE
from changes.judge import Judged, judge
from changes.links import moved
from changes.state import Known, State, merged
from changes.variants import REMEMBERED

Same = Callable[[Known, Known], bool]


def relocate(
    store: Store, state: State, judged: dict[str, Judged], captures: Mapping[str, Capture], watched: str | None
) -> None:
    """Put each pair of "gone" and "first" that is one document together, in `judged` and in `state`.

    The moved document is compared with what it was before; `relocated_from` is where that had been. Two networks that
    deliver it in turn are told there and back, as variants of a page are.
    """
    for old, new in pairs(told(judged, state, "gone"), told(judged, state, "first")):
        found = judge(store, captures[new.document], replace(old, gone=False), watched)
        if found.verdict is not None and found.verdict.verdict != "suspect":
            del judged[old.document]
            in_turn = {old.document, new.document} <= {*old.addresses}
            verdict = replace(found.verdict, before=old.good, relocated_from=None if in_turn else old.url)
            judged[new.document] = replace(found, verdict=verdict)
            move(state, old, new, found)


def told(judged: Mapping[str, Judged], state: State, verdict: str) -> list[Known]:
    """The documents with this verdict."""
    return [
        state[document]
        for document, one in judged.items()
        if one.verdict and one.verdict.verdict == verdict and document in state
    ]


def move(state: State, old: Known, new: Known, judged: Judged) -> None:
    """The new address takes over what was known of the old one."""
    del state[old.document]
    seen = judged.known.seen if judged.known else old.seen
    addresses = merged(old.addresses[-REMEMBERED:], [old.document])
    state[new.document] = replace(new, seen=seen, leads=new.leads or old.leads, addresses=addresses)


def pairs(gone: list[Known], new: list[Known]) -> list[tuple[Known, Known]]:
    """Which documents are one: the same bytes, where no others have them; else the same file name on the same site."""
    found: list[tuple[Known, Known]] = []
    for same in (same_bytes(gone, new), same_name):
        for old in gone:
            match = next((one for one in new if one.role == old.role and same(old, one)), None)
            if match and old not in (pair[0] for pair in found) and match not in (pair[1] for pair in found):
                found.append((old, match))
    return found


def same_bytes(gone: list[Known], new: list[Known]) -> Same:
    times = Counter(one.good.digest for one in (*gone, *new))
    return lambda old, one: old.good.digest == one.good.digest and times[old.good.digest] == 2


def same_name(old: Known, new: Known) -> bool:
    return bool(FILE.search(old.document.partition("?")[0])) and moved(old.document, new.document)
