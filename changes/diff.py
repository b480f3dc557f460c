"""The whole difference between two captures, for programs; `changes.diffpage` makes a page of it for people.

Kept beside the comparison: `changes/<source>/<run_id>/<16 hex of the document>.json` and `.html`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from archive.layout import run_time
from archive.model import Citation
from changes.blocks import Block, Link
from changes.compare import Difference
from changes.fingerprint import digest
from changes.hunks import Hunk
from changes.model import DocumentVerdict
from changes.shown import aligned, short

HUNKS = 2000  # a diff longer than this shows the first ones and says how many there are
LENGTH = 200  # characters of a line of context
SAID = 12  # words that a sentence repeats


def diff_key(source: str, run: str, document: str) -> str:
    """Where the JSON form of a diff is kept; the HTML form has `.html` in its place."""
    return f"changes/{source}/{run}/{digest([document])}.json"


def as_data(verdict: DocumentVerdict, found: Difference) -> dict[str, Any]:
    """JSON-ready: a sentence, the citations, every hunk with its lines, words and neighbours, links, and what was
    explained away and why.
    """
    return {
        "summary": summary(verdict, found),
        "document": verdict.document,
        "url": verdict.url,
        "verdict": verdict.verdict,
        "grade": verdict.grade,
        "relocated_from": verdict.relocated_from,
        "before": cited(verdict.before, verdict.relocated_from or verdict.url),
        "after": cited(verdict.after, verdict.url),
        "hunks_total": len(found.text.hunks),
        "hunks": [hunk_data(hunk) for hunk in found.text.hunks[:HUNKS]],
        "links": {
            "added": [link_data(link) for link in found.links.added],
            "removed": [link_data(link) for link in found.links.removed],
            "relocated": [[link_data(old), link_data(new)] for old, new in found.links.relocated],
        },
        "explained": {reason: lines[:HUNKS] for reason, lines in found.text.explained.items()},
    }


def cited(citation: Citation | None, url: str) -> dict[str, Any] | None:
    """A citation with the visit that archived these bytes, and when that was."""
    if citation is None:
        return None
    run = citation.warc.split("/")[-2] if citation.warc.count("/") > 1 else ""
    return {"visit": run, "time": run_time(run).isoformat() if run else "", "url": url, **asdict(citation)}


def summary(verdict: DocumentVerdict, found: Difference) -> str:
    """What differs, in a sentence."""
    listed = found.links
    names = {link.anchor for link in (*listed.added, *listed.removed)}
    places = [hunk for hunk in found.text.hunks if {block.text for block in (*hunk.removed, *hunk.added)} - names]
    said = [text_said(places)] if places else []
    for links, what in ((listed.added, "added"), (listed.removed, "removed"), (listed.relocated, "moved")):
        if links:
            said.append(f"{count(len(links), 'link was', 'links were')} {what}")
    if verdict.relocated_from:
        said.append("the document moved")
    if not said:
        return "No word, figure or document is another; what differs is explained below."
    text = ", ".join(said) + "."
    return text[0].upper() + text[1:]


def text_said(hunks: Sequence[Hunk]) -> str:
    """The words that changed where they are few and at one place, else how many places there are."""
    if len(hunks) > 1:
        return lines_said(hunks)
    parts = aligned(words_of(hunks[0].removed), words_of(hunks[0].added))
    old, new = (" … ".join(text for sign, text in parts if sign == wanted) for wanted in "-+")
    if len(old.split()) > SAID or len(new.split()) > SAID:
        return lines_said(hunks)
    if old and new:
        return f"“{old}” became “{new}”"
    return f"“{new}” was added" if new else f"“{old}” was removed"


def lines_said(hunks: Sequence[Hunk]) -> str:
    """How many lines were worded otherwise, came, or went."""
    sides = [(len(hunk.removed), len(hunk.added)) for hunk in hunks]
    numbers = {
        "reworded": sum(min(old, new) for old, new in sides),
        "added": sum(max(0, new - old) for old, new in sides),
        "removed": sum(max(0, old - new) for old, new in sides),
    }
    return ", ".join(f"{count(number, 'line was', 'lines were')} {what}" for what, number in numbers.items() if number)


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def hunk_data(hunk: Hunk) -> dict[str, Any]:
    """`words` is the text as a list of `[sign, words]`, sign one of `=`, `-`, `+`."""
    old, new = words_of(hunk.removed), words_of(hunk.added)
    return {
        "removed": [line_data(block) for block in hunk.removed],
        "added": [line_data(block) for block in hunk.added],
        "words": aligned(old, new),
        "line": hunk.line,
        "context": [[short(block.text, LENGTH) for block in side] for side in hunk.context],
    }


def line_data(block: Block) -> dict[str, str]:
    return {"text": block.text, **({"where": block.where} if block.where else {})}


def link_data(link: Link) -> dict[str, str]:
    return {"url": link.url, "text": link.anchor}


def words_of(blocks: Iterable[Block]) -> list[str]:
    return " ".join(block.text for block in blocks).split()


def to_json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
