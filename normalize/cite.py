"""From a citation's pointer to what is published there: the other half of every fact.

    json:/a/0/b            JSON pointer (RFC 6901; `~2` stands for `!` in a name)
    json:/a!json/3/1       the string at /a holds JSON: go on inside it
    json:/a!text           the string at /a is markup: its text, one line per block (of a list: of all its strings)
    json:/a!css:body>table the string at /a is markup: the element there
    csv:row=12,column=x    the cell of record 12 (the header is 1) under header x; column=#3: its third cell
    xlsx:Sheet 1!B4        the cell B4 of that sheet, of an XLS too; ods:Sheet 1!B4 the same in an ODS
    zip:a/b.csv!...        in that member of a ZIP, the place that follows
    css:body>p             an HTML element's text, one line per block
    css:body>h3;to=body>p  the text from one element through another; ;without=tables leaves tables out
    css:body>a@href        an attribute of an HTML element
    pdf:page=3             a page's text; pdf:page=3,box=54/90/300/120 the text in that box (left, top, right, bottom
                           in points from the page's top left corner), ,chars=10-16 these characters of it
    pdf:page=3,link=2      the address of the page's second link; pdf:page=3,outline=7 the outline's seventh title
    text:line=7            a line of plain text, from 1; text:line=7-9 three of them
    (empty)                the whole payload as text

`fanlight cite` and the reading room show what these resolve to.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdf
from pdfplumber.pdf import PDF

from archive import reader
from archive.model import Citation
from archive.store import Store
from normalize import container, html, jsontext, ods, pdf, pdf_lines, pdf_outline, pdf_page, tabular, workbook, xls
from normalize.bounds import Budget
from normalize.facts import fold
from normalize.model import Rejected

_STEP = re.compile(r"([a-z][a-z0-9]*)(?::nth-of-type\((\d+)\))?")


def cited(store: Store, citation: Citation) -> str:
    """What is published where a fact, an event or a restatement points: read from the archive, digest checked.

    Raises Unresolved, and ArchiveError when the bytes cannot be had or are not what was cited.
    """
    payload = reader.read_payload(store, citation)
    return resolve(payload.body, payload.media_type, citation.pointer)


class Unresolved(Exception):
    """The pointer leads nowhere in this payload."""


def resolve(payload: bytes, media_type: str, pointer: str) -> str:
    """What stands where `pointer` points. Raises Unresolved when nothing does."""
    scheme, _, rest = pointer.partition(":")
    resolvers = {
        "json": _json,
        "csv": _csv,
        "css": _css,
        "pdf": _pdf,
        "xlsx": _xlsx,
        "zip": _zip,
        "ods": _ods,
        "text": _line,
    }
    if not pointer:
        return tabular.text(payload)
    if scheme not in resolvers:
        raise Unresolved(f"{pointer!r}: no way to resolve this in {media_type or 'a payload'}")
    try:
        return resolvers[scheme](payload, rest)
    except (LookupError, ValueError, TypeError, StopIteration, Rejected, zipfile.BadZipFile) as error:
        raise Unresolved(f"{pointer!r} leads nowhere: {error}") from error


# What follows is asked again and again of the same payload: each keeps what it read last.


@lru_cache(maxsize=1)
def _data(payload: bytes) -> Any:
    return jsontext.load(payload)


@lru_cache(maxsize=1)
def _records(payload: bytes) -> dict[int, tuple[str, ...]]:
    return {record.row: record.cells for record in tabular.records(payload)}


@lru_cache(maxsize=1)
def _root(payload: bytes) -> html.Element:
    return html.document(payload)


@lru_cache(maxsize=2)
def _sheet(payload: bytes, name: str) -> dict[str, str]:
    return xls.cells(payload, name) if payload.startswith(workbook.OLE) else workbook.cells(payload, name)


@lru_cache(maxsize=1)
def _member(payload: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        return container.member(archive, archive.getinfo(name), Budget())


@lru_cache(maxsize=1)
def _reader(payload: bytes) -> pypdf.PdfReader:
    return pdf.open_reader(payload)


@lru_cache(maxsize=1)
def _document(payload: bytes) -> PDF:
    return pdf_page.opened(payload)


@lru_cache(maxsize=64)
def _page(payload: bytes, number: int) -> pdf_page.Page:
    return pdf_page.read(_document(payload), number)


def _json(payload: bytes, rest: str) -> str:
    value = _data(payload)
    for number, part in enumerate(rest.split("!")):
        operation, steps = ("", part) if number == 0 else (part.partition("/")[0], part)
        if operation == "json":
            value, steps = jsontext.load(value), part.removeprefix("json")
        elif operation == "text":
            return jsontext.joined(value)
        elif operation.startswith("css:"):
            return _css(f"<html><body>{value}</body></html>".encode(), part.removeprefix("css:"))
        for step in steps.split("/")[1:]:
            name = step.replace("~1", "/").replace("~2", "!").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(payload: bytes, rest: str) -> str:
    match = re.fullmatch(r"row=(\d+),column=(.*)", rest, re.DOTALL)
    if not match:
        raise ValueError("not row=N,column=NAME")
    records = _records(payload)
    cells, number = records[int(match[1])], re.fullmatch(r"#(\d+)", match[2])
    header = [fold(cell) for cell in next(iter(records.values()))]
    column = int(number[1]) - 1 if number else header.index(fold(match[2]))
    return cells[column] if column < len(cells) else ""


def _css(payload: bytes, rest: str) -> str:
    rest, _, attribute = rest.partition("@")
    path, *options = rest.split(";")
    named = dict(option.split("=", 1) for option in options)
    root = _root(payload)
    first = _one(root, path)
    if attribute:
        return str(first.attrib[attribute])
    return _between(
        root, first, _one(root, named["to"]) if "to" in named else first, tables=named.get("without") != "tables"
    )


def _one(root: html.Element, path: str) -> html.Element:
    """The element at a path. Our own paths are XPath in other words, which counts in one go where CSS counts anew."""
    steps = [_STEP.fullmatch(step) for step in path.split(">")]
    names = [step[1] + (f"[{step[2]}]" if step[2] else "") for step in steps if step]
    found = root.xpath(f"//{'/'.join(names)}") if all(steps) else root.cssselect(path)
    if not found:
        raise LookupError("no such element")
    return found[0]


def _between(root: html.Element, first: html.Element, last: html.Element, *, tables: bool) -> str:
    """The text of all blocks from `first` through `last`, in document order.

    Navigation and the like is left out, unless the place is in it; so are tables, where they are not wanted and the
    place is not in them.
    """
    around = {*first.iterancestors(), first, *last.iterancestors(), last}
    within = () if tables else tuple(one for one in around if one.tag == "table")
    seen = _seen(root, within, tables=tables, chrome=any(html.is_chrome(one) for one in around))
    if first not in seen.first or last not in seen.last:
        return ""  # an empty cell
    start, end = seen.first[first], seen.last[last]
    return "\n".join(block.text for block in seen.blocks[start : end + 1] if block.table is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """The blocks of a page, and the first and the last of those that are in an element."""

    blocks: list[html.Block]
    first: dict[html.Element, int]
    last: dict[html.Element, int]


@lru_cache(maxsize=64)
def _seen(root: html.Element, within: tuple[html.Element, ...], *, tables: bool, chrome: bool) -> _Seen:
    found = html.blocks(root, is_data=lambda table: not tables and table not in within)
    seen = _Seen(blocks=[block for block in found if chrome or not block.chrome], first={}, last={})
    for index, block in enumerate(seen.blocks):
        for element in (block.element, *block.element.iterancestors()):
            seen.first.setdefault(element, index)
            seen.last[element] = index
    return seen


def _xlsx(payload: bytes, rest: str) -> str:
    sheet, _, name = rest.rpartition("!")
    return _sheet(payload, sheet).get(name, "")


def _ods(payload: bytes, rest: str) -> str:
    sheet, _, name = rest.rpartition("!")
    return ods.cell(payload, sheet, name)


def _zip(payload: bytes, rest: str) -> str:
    name, _, inside = rest.partition("!")
    return resolve(_member(payload, container.decoded(name)), "", inside)


def _line(payload: bytes, rest: str) -> str:
    first, _, last = rest.removeprefix("line=").partition("-")
    return "\n".join(tabular.text(payload).splitlines()[int(first) - 1 : int(last or first)])


def _pdf(payload: bytes, rest: str) -> str:
    match = re.fullmatch(r"page=(\d+)(?:,outline=(\d+)|,link=(\d+)|(?:,box=([-\d./]+))?(?:,chars=(\d+)-(\d+))?)", rest)
    if not match:
        raise ValueError("not page=N")
    page, outline, link, box, start, end = match.groups()
    if outline:
        return pdf_outline.outline(_reader(payload))[int(outline) - 1].text
    if link:
        return pdf.links(_reader(payload), int(page))[int(link) - 1]
    text = _page(payload, int(page)).text(pdf_lines.box_of(box) if box else None)
    return text[int(start) : int(end)] if start else text
