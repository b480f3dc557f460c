"""Which lines of a Code report's page are its headings, and which only name a part of it in an answer.

Told by the order that all reports have: a commitment, the fixed questions, then each measure with its QREs and SLIs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from normalize import code_headings, html, htmlpath
from normalize.code_model import CODE
from normalize.facts import seen
from normalize.html import Block
from normalize.model import Problem

ELEMENTS = ("qre", "sli")
PARTS = ("commitment", "measure", *ELEMENTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A line that reads like a heading. `kind` is one of PARTS or a question's field; `head`: its markup says so too;
    `bare`: another one follows at once."""

    at: int
    kind: str
    code: str
    head: bool
    bare: bool = False


def find(blocks: Sequence[Block]) -> list[Mark]:
    """The headings among the blocks of a page, in their order."""
    marks = _with_bare(_found(blocks), len(blocks))
    kept = [mark for stretch in _stretches(_commitments(marks, blocks)) for mark in _of_commitment(stretch)]
    return sorted([*kept, *_asked(blocks, kept)], key=lambda mark: mark.at)


def doubtful(marks: Sequence[Mark], blocks: Sequence[Block]) -> Iterator[Problem]:
    """A problem for each part that may be a line of an answer: others of its kind have the markup of headings, or have
    lower numbers and come after it."""
    heads = {mark.kind for mark in marks if mark.head and mark.kind in PARTS}
    plain: list[Mark] = []
    for stretch in (one for one in _stretches(marks) if len(one) > 1):
        plain += [mark for mark in stretch if mark.kind in heads and not mark.head]
        measures = [mark for mark in stretch if mark.kind == "measure"]
        plain += [one for one, other in pairwise(measures) if _number(one) > _number(other)]
    for at in sorted({mark.at for mark in plain}):
        reason = f"this may be text, and was read as a heading: {blocks[at].text[:80]!r}"
        yield Problem(pointer=htmlpath.place(blocks[at], blocks[at]), reason=reason)


def heading(block: Block) -> tuple[str, str] | None:
    return code_headings.heading(block.text, loose=html.level_of(block.element) > 0)


def is_head(block: Block) -> bool:
    return block.element.tag in html.HEADINGS or any(True for _ in block.element.iterancestors(*html.HEADINGS))


def _found(blocks: Sequence[Block]) -> Iterator[Mark]:
    signed: set[str] | None = None
    for at, block in enumerate(blocks):
        codes = set(CODE.findall(block.text)) if code_headings.MEASURES.match(block.text) else set()
        if signed is not None and codes and not codes & signed:
            signed |= codes  # a line of the list of signed measures, not the heading of a measure
            continue
        found = heading(block)
        if found:
            yield Mark(at=at, kind=found[0], code=found[1], head=is_head(block))
        signed = set() if found and found[0] == "signed_measures" else None


def _with_bare(marks: Iterable[Mark], end: int) -> list[Mark]:
    found = list(marks)
    ends = [*(mark.at for mark in found), end][1:]
    return [replace(mark, bare=mark.at + 1 == after) for mark, after in zip(found, ends, strict=True)]


def _commitments(marks: Sequence[Mark], blocks: Sequence[Block]) -> list[Mark]:
    """The marks without the commitments that an answer only names."""
    kept: list[Mark] = []
    current = ""
    for mark, after in zip(marks, [*marks, None][1:], strict=False):
        if mark.kind == "commitment":
            if current and _is_named(mark, after, current, blocks):
                continue
            current = mark.code if after and after.kind != "commitment" else current
        kept.append(mark)
    return kept


def _is_named(mark: Mark, after: Mark | None, current: str, blocks: Sequence[Block]) -> bool:
    """Whether a commitment is only named in an answer of the `current` one: what comes `after` it is of that."""
    if after is None or after.kind == "commitment":
        return not mark.bare and not mark.head and not html.is_link(blocks[mark.at])
    return after.kind in PARTS and after.code.partition(".")[0] == current


def _stretches(marks: Iterable[Mark]) -> list[list[Mark]]:
    """The marks of each commitment, after those before the first."""
    found: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.kind == "commitment":
            found.append([])
        found[-1].append(mark)
    return found


def _of_commitment(marks: Sequence[Mark]) -> list[Mark]:
    """The marks of one commitment without those that answers name."""
    asked = {mark.kind: mark.at for mark in reversed(marks) if mark.kind not in PARTS}
    first, last = min(asked.values(), default=0), max(asked.values(), default=0)
    left = [mark for mark in marks if mark.kind == "commitment" or mark.kind in asked or not first < mark.at < last]
    return _once(_once(left, ("measure",)), ELEMENTS)


def _once(marks: Sequence[Mark], kinds: Sequence[str]) -> list[Mark]:
    """The marks with each part of these kinds once, where one of several is the heading and the others are not."""
    several: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.kind in kinds:
            several.setdefault((mark.kind, mark.code), []).append(mark)
    named: set[int] = set()
    for same in several.values():
        in_place = [mark for mark in same if _is_in_place(mark, marks)]
        best = in_place if len(in_place) == 1 else [mark for mark in same if mark.head]
        named |= {mark.at for mark in same if mark not in best} if len(best) == 1 else set()
    return [mark for mark in marks if mark.at not in named]


def _is_in_place(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Whether a measure has elements of its own below it, or an element stands below its own measure."""
    if mark.kind == "measure":
        below = next((one for one in marks if one.at > mark.at), None)
        return below is not None and below.kind in ELEMENTS and below.code.startswith(mark.code + ".")
    above = next((one for one in reversed(marks) if one.at < mark.at and one.kind == "measure"), None)
    return above is not None and mark.code.startswith(above.code + ".")


def _number(mark: Mark) -> list[int]:
    return [int(part) for part in mark.code.split(".")]


def _asked(blocks: Sequence[Block], marks: Sequence[Mark]) -> Iterator[Mark]:
    """QREs and SLIs of the measure they stand under that have their question on the line of their heading, and no other
    one."""
    known = {(mark.kind, mark.code) for mark in marks}
    measures = [(mark.at, f"{mark.code}.") for mark in marks if mark.kind == "measure"]
    for at, block in enumerate(blocks):
        match = code_headings.ASKED.match(seen(block.text))
        found = (match[1].lower(), match[2]) if match else ("", "")
        above = next((measure for start, measure in reversed(measures) if start < at), "")
        if match and found not in known and above and match[2].startswith(above):
            known.add(found)
            yield Mark(at=at, kind=found[0], code=found[1], head=is_head(block))
