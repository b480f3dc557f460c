"""The headings of a Code report's pages, told by their words."""

from __future__ import annotations

import re

from normalize.code_model import question_field
from normalize.facts import seen

_END = r"\s*[.:]?\Z"
_LOOSE = re.compile(r"[(\[]?(.*?)\s*[–—-]?[)\]]?")
COMMITMENT = re.compile(rf"Commitment\s+(\d+){_END}", re.IGNORECASE)
MEASURE = re.compile(rf"Measure\s+(\d+\.\d+){_END}", re.IGNORECASE)
MEASURES = re.compile(r"(?:Measure\s+\d+\.\d+[\s,;•·]*)+\Z", re.IGNORECASE)
ELEMENT = re.compile(rf"(QRE|SLI)\s+(\d+(?:\.\d+)+){_END}", re.IGNORECASE)
LIKE_HEADING = re.compile(
    r"(?:(Commitment|Measure)\s+(\d+(?:\.\d+)?)\s*[:–—-]|(QRE|SLI)\s+(\d+(?:\.\d+)+)\b(?!\.\d))\s*\S", re.IGNORECASE
)
ASKED = re.compile(r"(QRE|SLI)\s+(\d+(?:\.\d+)+)\s*[:–—-]\s+(?=\S)", re.IGNORECASE)
STATUSES = frozenset({"submitted", "draft", "published", "in progress", "not submitted", "pending"})


def heading(text: str, *, loose: bool) -> tuple[str, str] | None:
    """(kind, code) when a text is one of the report's headings. `loose` ones may stand in brackets or before a dash, as
    references to other parts do: only markup tells them apart."""
    text = " ".join(seen(text).split())
    if loose and (inside := _LOOSE.fullmatch(text)) and len(text) < 40:
        text = inside[1]
    if match := COMMITMENT.match(text):
        return "commitment", match[1]
    if match := MEASURE.match(text):
        return "measure", match[1]
    if match := ELEMENT.match(text):
        return match[1].lower(), match[2]
    question = question_field(text) if len(text) < 400 else None
    return (question, "") if question else None
