"""The whole difference between two captures, for programs (JSON) and for people (HTML).

Kept beside the comparison: `changes/<source>/<run_id>/<16 hex of the document>.json` and `.html`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from changes.blocks import Block, Link
from changes.compare import Difference
from changes.fingerprint import digest
from changes.hunks import Hunk
from changes.model import DocumentVerdict
from changes.shown import aligned

HUNKS = 2000  # a diff longer than this shows the first ones and says how many there are
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "section{border-left:3px solid #8886;margin:1rem 0;padding:.1rem 1rem}p{margin:.4rem 0;overflow-wrap:anywhere}"
    "del{background:#d3302f33;text-decoration:line-through}ins{background:#2e7d3240;text-decoration:none}"
    "small{opacity:.7}dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}"
)


def diff_key(source: str, run: str, document: str) -> str:
    """Where the JSON form of a diff is kept; the HTML form has `.html` in its place."""
    return f"changes/{source}/{run}/{digest([document])}.json"


def as_data(verdict: DocumentVerdict, found: Difference) -> dict[str, Any]:
    """JSON-ready: the citations, every hunk with its lines and words, links, and what was explained away and why."""
    return {
        "document": verdict.document,
        "url": verdict.url,
        "verdict": verdict.verdict,
        "grade": verdict.grade,
        "relocated_from": verdict.relocated_from,
        "before": asdict(verdict.before) if verdict.before else None,
        "after": asdict(verdict.after) if verdict.after else None,
        "hunks_total": len(found.text.hunks),
        "hunks": [hunk_data(hunk) for hunk in found.text.hunks[:HUNKS]],
        "links": {
            "added": [link_data(link) for link in found.links.added],
            "removed": [link_data(link) for link in found.links.removed],
            "relocated": [[link_data(old), link_data(new)] for old, new in found.links.relocated],
        },
        "explained": {reason: lines[:HUNKS] for reason, lines in found.text.explained.items()},
    }


def hunk_data(hunk: Hunk) -> dict[str, Any]:
    """`words` is the text as a list of `[sign, words]`, sign one of `=`, `-`, `+`."""
    old, new = words_of(hunk.removed), words_of(hunk.added)
    return {
        "removed": [line_data(block) for block in hunk.removed],
        "added": [line_data(block) for block in hunk.added],
        "words": aligned(old, new),
    }


def line_data(block: Block) -> dict[str, str]:
    return {"text": block.text, **({"where": block.where} if block.where else {})}


def link_data(link: Link) -> dict[str, str]:
    return {"url": link.url, "text": link.anchor}


def words_of(blocks: Iterable[Block]) -> list[str]:
    return " ".join(block.text for block in blocks).split()


def to_json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def to_html(data: dict[str, Any]) -> bytes:
    """A page of its own that shows a diff; every word of the captures is escaped."""
    parts = [
        f"<h1>{escape(data['url'])}</h1>",
        f"<p>{escape(data['verdict'])}, {escape(data['grade'])}; {data['hunks_total']} places in the text</p>",
        citations(data),
        *(section(hunk) for hunk in data["hunks"]),
        links_section("Links added", "ins", data["links"]["added"]),
        links_section("Links removed", "del", data["links"]["removed"]),
        *(moved(pair) for pair in data["links"]["relocated"]),
        *(explanation(reason, lines) for reason, lines in data["explained"].items()),
    ]
    title = f"<title>{escape(data['document'])}</title>"
    head = f"<!doctype html><html lang=en><meta charset=utf-8>{title}<style>{STYLE}</style>"
    return (head + "\n".join(parts) + "</html>\n").encode("utf-8", "replace")


def citations(data: dict[str, Any]) -> str:
    rows = [
        f"<dt>{side}</dt><dd>{escape(cited['warc'])} at {cited['offset']}, {escape(cited['digest'])}</dd>"
        for side in ("before", "after")
        if (cited := data[side])
    ]
    return "<dl>" + "".join(rows) + "</dl>"


def section(hunk: dict[str, Any]) -> str:
    tags = {"=": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}
    said = " ".join(tags[sign].format(escape(text)) for sign, text in hunk["words"])
    where = next((line["where"] for line in (*hunk["added"], *hunk["removed"]) if "where" in line), "")
    return f"<section><p>{said}</p>{f'<small>{escape(where)}</small>' if where else ''}</section>"


def links_section(title: str, tag: str, links: Sequence[dict[str, str]]) -> str:
    rows = "".join(
        f"<p><{tag}>{escape(link['text'] or '(no text)')}: {escape(link['url'])}</{tag}></p>" for link in links
    )
    return f"<section><h2>{title}</h2>{rows}</section>" if rows else ""


def moved(pair: Sequence[dict[str, str]]) -> str:
    old, new = pair
    return f"<section><p>Moved: <del>{escape(old['url'])}</del> <ins>{escape(new['url'])}</ins></p></section>"


def explanation(reason: str, lines: Sequence[Sequence[str]]) -> str:
    rows = "".join(f"<p><del>{escape(old)}</del> <ins>{escape(new)}</ins></p>" for old, new in lines)
    return f"<details><summary>No change: {escape(reason)} ({len(lines)})</summary>{rows}</details>"
