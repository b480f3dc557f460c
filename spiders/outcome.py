"""How a visit went: `complete`, `partial`, `blocked` or `failed`, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.model import GOOD, Capture, Outcome, Quality
from spiders.errors import Unreachable
from spiders.visit import Visit

WALLS: frozenset[Quality] = frozenset({"blocked", "consent_wall", "login_wall"})
BROKEN: frozenset[Quality] = WALLS | {"error", "truncated"}


def judge(visit: Visit) -> tuple[Outcome, str]:
    """The outcome and its reason, from what was kept and what was missed."""
    wanted = best_looks(visit.archive.captures)
    if visit.failure:
        return "failed", visit.failure
    if visit.starts and all(quality in WALLS for quality in visit.starts.values()):
        return "blocked", "every start page was refused us: " + _first_why(wanted, WALLS)
    if failure := _nothing(visit, wanted):
        return "failed", failure
    if unmet := _contract(visit, wanted):
        return "failed", "; ".join([unmet, *visit.problems])
    doubts = _doubts(visit, wanted)
    return ("partial", "; ".join(doubts)) if doubts else ("complete", "")


def best_looks(captures: Iterable[Capture]) -> list[Capture]:
    """One capture of each page and document: where there were two looks, a good one, then the later."""
    wanted = [capture for capture in captures if capture.label.role in ("page", "document")]
    wanted.sort(key=lambda capture: (capture.label.quality in GOOD, capture.time))
    best = {capture.label.document or capture.url: capture for capture in wanted}
    return sorted(best.values(), key=lambda capture: capture.time)


def _nothing(visit: Visit, wanted: Sequence[Capture]) -> str | None:
    if any(capture.label.quality in GOOD for capture in wanted):
        return None
    if wanted:
        return "nothing usable came: " + _first_why(wanted, BROKEN | {"gone", "soft_404", "wrong_media_type"})
    missed = sorted(visit.missed, key=lambda miss: miss.url not in visit.source.start_urls)
    why = visit.budget.stopped or next(iter([*visit.problems, *map(str, missed)]), None)
    return f"nothing could be fetched: {why or 'there was nothing to visit'}"


def _contract(visit: Visit, wanted: Sequence[Capture]) -> str | None:
    contract = visit.source.contract
    for role, least in (("page", contract.min_pages), ("document", contract.min_documents)):
        good = {c.label.document for c in wanted if c.label.role == role and c.label.quality in GOOD}
        if len(good) < least:
            return f"the contract asks for at least {least} {role}s, {len(good)} came"
    return None


def _doubts(visit: Visit, wanted: Sequence[Capture]) -> list[str]:
    doubts = list(visit.budget.limits) + visit.problems
    if visit.budget.stopped and visit.budget.stopped not in doubts:
        doubts.append(visit.budget.stopped)
    unreached = [miss for miss in visit.missed if isinstance(miss, Unreachable)]
    if unreached:
        doubts.append(f"{len(unreached)} could not be reached, the first: {unreached[0]}")
    bad = [capture for capture in wanted if capture.label.quality in BROKEN]
    if bad:
        doubts.append(f"{len(bad)} came broken or refused, the first: {_first_why(bad, BROKEN)}")
    return doubts


def _first_why(captures: Sequence[Capture], qualities: frozenset[Quality]) -> str:
    for capture in captures:
        label = capture.label
        if label.quality in qualities:
            return f"{capture.url} ({label.quality}{': ' + label.why if label.why else ''})"
    return "no usable capture"
