"""A difference as a page for people: self-contained, and every word of the captures escaped.

Nothing is said by colour alone: what went is struck through with a minus, what came is underlined with a plus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

STYLE = """
:root{color-scheme:light dark;--line:#8886;--old:#d3302f2e;--new:#2e7d3238}
body{font:16px/1.55 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.1rem;font-weight:600;overflow-wrap:anywhere;margin:0 0 .5rem}
h2{font-size:.85rem;font-weight:600;opacity:.75;margin:0 0 .4rem;text-transform:none}
.lead{font-size:1.5rem;line-height:1.3;margin:.2rem 0 1.2rem;overflow-wrap:anywhere}
.cited{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem;margin:0 0 1.5rem}
.cited>div,section{border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem}
section{margin:1rem 0}p{margin:.35rem 0;overflow-wrap:anywhere}
dl{margin:0;font-size:.85rem}dt{opacity:.7}dd{margin:0 0 .3rem;overflow-wrap:anywhere}
.side{display:grid;grid-template-columns:4.2rem 1fr;gap:.2rem .6rem;margin:.5rem 0}
.side>b{font-size:.8rem;padding-top:.2rem}.side>div{overflow-wrap:anywhere;min-width:0}
.context{opacity:.65;font-size:.9rem}
del,ins{border-radius:.2rem;padding:0 .2em;-webkit-box-decoration-break:clone;box-decoration-break:clone}
del{background:var(--old);text-decoration:line-through}del::before{display:inline-block;content:"\\2212\\00a0"}
ins{background:var(--new);text-decoration:underline}ins::before{content:"+\\00a0"}
details{margin:.6rem 0}details.fold,details.fold>summary{display:inline;margin:0}
summary{cursor:pointer}.cited details{margin:0;font-size:.85rem}
details.fold>summary{font-size:.8rem;border:1px solid var(--line);border-radius:1rem;padding:0 .6em}
ul{padding-left:1.1rem;margin:.4rem 0}li{margin:.4rem 0;overflow-wrap:anywhere}small{opacity:.75}
@media(max-width:34rem){.side{grid-template-columns:1fr;gap:0}.lead{font-size:1.25rem}}
"""
KEPT = 12  # words shown on either side of what differs
FOLD = 40  # words that are the same; fewer are shown
KINDS = {"csv": "Row", "pdf": "Page", "json": "At", "text": "Line"}


def to_html(data: dict[str, Any]) -> bytes:
    """The page of what `changes.diff.as_data` gives."""
    hidden = data["hunks_total"] - len(data["hunks"])
    parts = [
        f"<h1>{escape(data['url'])}</h1>",
        f"<p class=lead>{escape(data['summary'])}</p>",
        f"<div class=cited>{citation('Before', data['before'])}{citation('After', data['after'])}</div>",
        *(section(hunk) for hunk in data["hunks"]),
        f"<p>{hidden} more places are not shown.</p>" if hidden else "",
        links("Links added", "ins", data["links"]["added"]),
        links("Links removed", "del", data["links"]["removed"]),
        moves(data["links"]["relocated"]),
        *(explanation(reason, lines) for reason, lines in data["explained"].items()),
        f"<p><small>Verdict: {escape(data['verdict'])}; grade: {escape(data['grade'])}.</small></p>",
    ]
    head = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>What changed: {escape(data['document'])}</title><style>{STYLE}</style><body><main>"
    )
    return (head + "\n".join(filter(None, parts)) + "</main></body></html>\n").encode("utf-8", "replace")


def citation(side: str, cited: dict[str, Any] | None) -> str:
    """Which archived bytes are meant: visit, time, address and place in the archive."""
    if cited is None:
        return ""
    rows = (
        ("Time", cited["time"].replace("T", " ").replace("+00:00", " UTC")),
        ("Visit", cited["visit"]),
        ("Address", cited["url"]),
        ("Archived at", f"{cited['warc']}, byte {cited['offset']}, {cited['length']} bytes"),
        ("Digest", cited["digest"]),
    )
    brief, more = (
        "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in part if value)
        for part in (rows[:2], rows[2:])
    )
    archived = f"<details><summary>Where it is archived</summary><dl>{more}</dl></details>"
    return f"<div><h2>{side}</h2><dl>{brief}</dl>{archived}</div>"


def section(hunk: dict[str, Any]) -> str:
    """One place: its neighbours, and both sides of it."""
    before, after = ("".join(f"<p class=context>{escape(line)}</p>" for line in side) for side in hunk["context"])
    return f"<section><h2>{escape(place(hunk))}</h2>{before}{sides(hunk)}{after}</section>"


def place(hunk: dict[str, Any]) -> str:
    """Where it is: a page of a PDF, a row of a sheet, or a line of the text."""
    where = next((line["where"] for line in (*hunk["added"], *hunk["removed"]) if "where" in line), "")
    kind, _, rest = where.partition(":")
    if kind == "xlsx":
        return "Sheet " + rest.replace("!", ", row ")
    return f"{KINDS[kind]} {rest.rpartition('=')[2]}" if kind in KINDS else where or f"Line {hunk['line']}"


def sides(hunk: dict[str, Any]) -> str:
    """Before and after, each with its own words marked; where one is empty, the lines of the other."""
    if hunk["removed"] and hunk["added"]:
        rows = [("Before", inline(hunk["words"], "-")), ("After", inline(hunk["words"], "+"))]
    else:
        name, tag = ("Added", "ins") if hunk["added"] else ("Removed", "del")
        lines = hunk["added"] or hunk["removed"]
        rows = [(name, "".join(f"<p><{tag}>{escape(line['text'])}</{tag}></p>" for line in lines))]
    return "".join(f"<div class=side><b>{name}</b><div>{text}</div></div>" for name, text in rows)


def inline(words: Sequence[Sequence[str]], own: str) -> str:
    tag = "del" if own == "-" else "ins"
    return " ".join(marked(words, own, tag))


def marked(words: Sequence[Sequence[str]], own: str, tag: str) -> Iterator[str]:
    for number, (sign, text) in enumerate(words):
        if sign == own:
            yield f"<{tag}>{escape(text)}</{tag}>"
        elif sign == "=":
            yield folded(text.split(), first=number == 0, last=number == len(words) - 1)


def folded(words: Sequence[str], *, first: bool, last: bool) -> str:
    """Words that are the same on both sides; of many, those next to what differs."""
    if len(words) <= FOLD:
        return escape(" ".join(words))
    start, end = (0 if first else KEPT), len(words) - (0 if last else KEPT)
    left, middle, right = (escape(" ".join(part)) for part in (words[:start], words[start:end], words[end:]))
    return f"{left} <details class=fold><summary>{end - start} words unchanged</summary> {middle} </details> {right}"


def links(title: str, tag: str, listed: Sequence[dict[str, str]]) -> str:
    rows = "".join(
        f"<li><{tag}>{escape(link['text'] or '(no text)')}</{tag}><br><small>{escape(link['url'])}</small></li>"
        for link in listed
    )
    return f"<section><h2>{title}</h2><ul>{rows}</ul></section>" if rows else ""


def moves(pairs: Sequence[Sequence[dict[str, str]]]) -> str:
    rows = "".join(
        f"<li>{escape(new['text'] or '(no text)')}<br><small><del>{escape(old['url'])}</del><br>"
        f"<ins>{escape(new['url'])}</ins></small></li>"
        for old, new in pairs
    )
    return f"<section><h2>Links that lead to the same thing elsewhere</h2><ul>{rows}</ul></section>" if rows else ""


def explanation(reason: str, lines: Sequence[Sequence[str]]) -> str:
    rows = "".join(
        f"<p>{f'<del>{escape(old)}</del> ' if old else ''}{f'<ins>{escape(new)}</ins>' if new else ''}</p>"
        for old, new in lines
    )
    return f"<details><summary>No change: {escape(reason)} ({len(lines)})</summary>{rows}</details>"
