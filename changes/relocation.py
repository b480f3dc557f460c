"""A document that vanished here and one that came up there may be the same: it moved, nothing was withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from archive.model import Capture
from archive.store import Store
from changes.judge import Judged, judge
from changes.links import moved
from changes.model import DocumentVerdict
from changes.regions import FILE
from changes.state import Known, State

Same = Callable[[Known, Known], bool]


def relocate(
    store: Store,
    state: State,
    verdicts: Iterable[DocumentVerdict],
    captures: Mapping[str, Capture],
    watched: str | None,
) -> list[DocumentVerdict]:
    """The verdicts with each pair of "gone" and "first" that is one document put together; `state` follows.

    The moved document is compared with what it was before; `relocated_from` is where that had been.
    """
    told = {verdict.document: verdict for verdict in verdicts}
    for old, new in pairs(of(told, state, "gone"), of(told, state, "first")):
        judged = judge(store, captures[new.document], replace(old, gone=False), watched)
        if judged.verdict is not None and judged.verdict.verdict != "suspect":
            told.pop(old.document)
            told[new.document] = replace(judged.verdict, before=old.good, relocated_from=old.url)
            move(state, old, new, judged)
    return list(told.values())


def of(told: Mapping[str, DocumentVerdict], state: State, verdict: str) -> list[Known]:
    return [state[document] for document, one in told.items() if one.verdict == verdict and document in state]


def move(state: State, old: Known, new: Known, judged: Judged) -> None:
    """The new address takes over what was known of the old one."""
    del state[old.document]
    seen = judged.known.seen if judged.known else old.seen
    state[new.document] = replace(new, seen=seen, leads=new.leads or old.leads)


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
