"""A Code report as a tree, whichever way it was published; and how its parts are recognised by their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from normalize import periods
from normalize.facts import fold, seen

REPORT_URL = re.compile(
    r"://[^/]+(?P<path>/(?:.*/)?reports/(?P<slug>[^/?#]+)/(?P<wave>[^/?#]+))(?P<view>/json|/text)?/?(?:[?#]|$)"
)
REPORT_DATE = re.compile(
    r"(?P<service>.*?)\s*(?P<word>\bReport\b)?[\s,–-]*\b(?P<month>[A-Z][a-z]+)\s+(?P<year>\d{4})\Z"
)
LONGEST_NAME = 200
CODE = re.compile(r"\d+(?:\.\d+)*")
_NAMED = re.compile(
    r"\b(?:commitment|measure|qre|sli|sm|element|indicator|no|[cm])[.:]?\s*(\d+(?:\.\d+)*)(?!\w)", re.IGNORECASE
)
_ALONE = re.compile(r"\W*(\d+(?:\.\d+)+|\d{1,3}(?=\W*\Z|[.:]?\s*[–—:-]\s|[.:]\s))(?!\w)")
QUESTIONS = (
    ("signed_measures", re.compile(r"signed up to the following measures", re.IGNORECASE)),
    ("new_measures_list", re.compile(r"if yes, list these implementation measures", re.IGNORECASE)),
    ("new_measures", re.compile(r"did you deploy new implementation measures", re.IGNORECASE)),
    ("further_measures_list", re.compile(r"if yes, which further implementation measures", re.IGNORECASE)),
    ("further_measures", re.compile(r"plan to put further implementation measures", re.IGNORECASE)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Something published, and where. `html` is its markup where the source is markup inside JSON; `typed`: no text.
    `raised` is the text with what stands raised as one can read it, where something does."""

    text: str
    pointer: str
    html: str = ""
    typed: bool = False
    raised: str = ""

    @property
    def said(self) -> str:
        return self.raised or self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of cells; the first row holds the headers. `title` is what stands above it as such, if anything."""

    rows: tuple[tuple[Text, ...], ...]
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A QRE or SLI: `kind` is `qre` or `sli`, `question` what the Code asks, `answer` what the signatory says."""

    kind: str
    code: str
    question: str
    answer: Text
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A measure of a commitment; `code` is empty for elements that hang on the commitment itself."""

    code: str
    text: Text | None
    elements: tuple[Element, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """A commitment; `questions` are the fixed ones that were found, as (field, question, answer)."""

    code: str
    text: Text
    chapter: str
    questions: tuple[tuple[str, str, Text], ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report or a part of it. `date` is `YYYY-MM` or empty; `published` the day it gives for that, as it is there."""

    service: str = ""
    date: str = ""
    status: str = ""
    published: str = ""
    commitments: tuple[Commitment, ...] = field(default=())


def report_of(url: str) -> tuple[str, str, str] | None:
    """(path of the report, slug, wave) of a portal URL in any of its views; None for other URLs."""
    match = REPORT_URL.search(url)
    return (match["path"], match["slug"], match["wave"]) if match else None


def question_field(text: str) -> str | None:
    """Which of the fixed questions a text is, None when it is none of them."""
    return next((name for name, pattern in QUESTIONS if pattern.search(fold(text))), None)


def code_in(text: str) -> str:
    """The number in `Commitment 33`, `sm33.1`, `QRE 14.1.1`; the folded text itself where there is none, as in the name
    of a crisis: `Elections 2024` is no commitment 2024."""
    plain = " ".join(seen(text).split())
    match = _NAMED.search(plain) or _ALONE.match(plain)
    return match[1] if match else fold(text)


def _dated(text: str) -> re.Match[str] | None:
    """A name with its month; what is longer than any name is none."""
    return REPORT_DATE.match(text.strip()) if len(text) <= LONGEST_NAME else None


def report_date(text: str) -> str:
    """`2026-03` for `Report March 2026`, else empty."""
    match = _dated(text)
    return report_name(text)[1] if match and match["word"] else ""


def report_name(text: str) -> tuple[str, str]:
    """(service, date) in a report's name: `Lantern`, `2026-03` for `Lantern Report March 2026`; empty if not there."""
    match = _dated(text)
    number = periods.month(match["month"]) if match else None
    return (match["service"], f"{match['year']}-{number:02d}") if match and number else ("", "")
