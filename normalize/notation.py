"""Whether `1.234` in a CSV is a thousand or one and a bit: where nothing decides, it is no number, and reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from normalize import tabular
from normalize.model import Fact, Problem, Release

_EITHER = re.compile(r"[-−]?[1-9]\d{0,2}\.\d{3}\Z")
_EUROPEAN = re.compile(r"[-−]?\d+,(?:\d{1,2}|\d{4,})(?:\s?%)?\Z|[-−]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?\Z|.*\d\.\d{3},\d")
_POINT = re.compile(r"[-−]?(?:0\.\d+|\d+\.(?:\d{1,2}|\d{4,}))(?:\s?%)?\Z")


def settled(release: Release, facts: Iterable[Fact], problems: list[Problem]) -> Iterator[Fact]:
    """The facts of a document; in a CSV that writes numbers as Europe does, `1.234` has no value and is reported."""
    found = list(facts)
    raws = [fact.raw_value.strip() for fact in found if "csv:" in fact.citation.pointer]
    is_file = not release.payload.startswith(b"PK") and b";" in release.payload.partition(b"\n")[0]
    semicolon = is_file and tabular.delimiter(tabular.text(release.payload)) == ";"
    points = any(_POINT.match(raw) for raw in raws)
    european = any(_EUROPEAN.match(raw) for raw in raws) or (semicolon and not points)
    for fact in found:
        text = fact.raw_value.strip()
        if european and fact.value is not None and "csv:" in fact.citation.pointer and _EITHER.match(text):
            reason = f"{text} may be a thousand or a fraction, as numbers are written here: it has no value"
            problems.append(Problem(pointer=fact.citation.pointer, reason=reason))
            yield replace(fact, value=None, unit=None)
        else:
            yield fact
