"""Office files (DOCX, PPTX, ODT, ODS, ODP) as lines: paragraphs, and rows of tables. Not styles, not properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from changes.normal import clean

# The parts that hold what such a file says.
PARTS = re.compile(r"(word/(document|footnotes|endnotes)|ppt/slides/slide\d+|content)\.xml\Z")
LIMIT = 64_000_000  # bytes of one part
NUMBER = re.compile(r"\d+")


class TooLarge(Exception):
    """A part that is larger than any document."""


def office_lines(body: bytes) -> Iterator[tuple[str, str]]:
    """Text and place (`office:word/document.xml!3`, the number of the line) of each paragraph and row."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for entry in sorted((one for one in archive.infolist() if PARTS.match(one.filename)), key=in_order):
            if entry.file_size > LIMIT:
                raise TooLarge(entry.filename)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            root = etree.fromstring(archive.read(entry), parser)
            for number, text in enumerate(filter(None, map(clean, lines(root))), 1):
                yield text, f"office:{entry.filename}!{number}"


def in_order(entry: zipfile.ZipInfo) -> tuple[str, int]:
    """Slides by their number: the tenth is not the second."""
    found = NUMBER.search(entry.filename)
    return NUMBER.sub("", entry.filename), int(found.group()) if found else 0


def lines(node: Any) -> Iterator[str]:
    """The paragraphs below an element, and the rows of tables with their cells between bars."""
    for child in node:
        name = local(child)
        if name in ("tr", "table-row"):
            yield " | ".join(" ".join(lines(cell)) for cell in child)
        elif name in ("p", "h"):
            yield spoken(child)
        else:
            yield from lines(child)


def spoken(paragraph: Any) -> str:
    """The text of a paragraph: of its runs in Office Open XML, all of it in OpenDocument."""
    signs = {"tab": " ", "br": " ", "s": " ", "line-break": " "}
    runs = [signs.get(local(node)) or (node.text or "") * (local(node) == "t") for node in paragraph.iter()]
    return "".join(runs) if any(local(node) == "t" for node in paragraph.iter()) else "".join(paragraph.itertext())


def local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]
