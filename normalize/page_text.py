"""Whether plain text is a table or the text of a page: neither media types nor file names tell them apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise

from normalize import sentences, spoken, tabular, values

_START = 200_000  # characters that are looked at
_MARKS = ",;\t"
_SAID = re.compile(r"[.!?][\"”’)]?\Z")


def is_page(payload: bytes) -> bool:
    """Whether plain text is the text of a page with figures: it has a period on a line of its own, or sentences that
    state figures for periods, and no two lines that are rows of one table."""
    if b"\x00" in payload[:4096] or payload.startswith(b"PK\x03\x04"):
        return False
    start = tabular.text(payload[:_START])
    lines = [line.strip() for line in start.splitlines() if line.strip()]
    if any(_is_table(lines, mark) for mark in _MARKS):
        return False
    return any(_is_period(line) or (_is_prose(line) and any(sentences.find(line))) for line in lines)


def _is_period(line: str) -> bool:
    """Whether a line is a quarter, a half or the like, and not only a year."""
    bare = line.lstrip("# ")
    return len(bare) < 40 and not bare.isdigit() and spoken.period_of(bare) is not None


def _is_table(lines: Sequence[str], mark: str) -> bool:
    """Whether two lines running have as many cells, of which one is a number."""
    rows = [_cells(line, mark) for line in lines]
    return any(len(one) == len(after) > 1 and any(map(_is_number, after)) for one, after in pairwise(rows))


def _cells(line: str, mark: str) -> list[str]:
    """The cells of a line, one of prose."""
    if mark not in line or _is_prose(line):
        return []
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _is_prose(line: str) -> bool:
    """Whether a line ends as sentences do, and marks stand in it as they do there: before a space, or in a number."""
    return _SAID.search(line) is not None and re.search(r"[,;](?!\s|\d{3}\b)|\t", line) is None and line.count(" ") > 2


def _is_number(cell: str) -> bool:
    return values.parse(cell) != values.NOTHING
