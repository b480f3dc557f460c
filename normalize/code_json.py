"""A Code report from the portal's JSON, with all that editors and PHP do to it.

Lists arrive as lists, as objects keyed `"0"`, `"5"`, or as strings of JSON; answers as markup, plain text, strings of
JSON or null; table cells as rows, objects or several tables in one. Every field is used, ignored by name or reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from normalize import code_tables, html, htmlpath, jsontext
from normalize.code_model import (
    Commitment,
    Element,
    Measure,
    Report,
    Table,
    Text,
    code_in,
    question_field,
    report_name,
)  # fmt: skip
from normalize.code_values import decoded, escape, items, text_of
from normalize.facts import words
from normalize.model import Problem, Rejected, Release

IGNORED = words(
    "id report_id chapter_id commitment_id measure_id parent_id type type_id field_type order created_at updated_at "
    "deleted_at published slug"
)
FIELDS = ("signed_measures", "new_measures", "new_measures_list", "further_measures", "further_measures_list")
KNOWN = {
    "report": frozenset({"name", "publish_date", "chapters", "status", "service", "signatory"}),
    "chapter": frozenset({"name", "commitments", "description", "code"}),
    "commitment": frozenset(
        {"name", "code", "description", "sig_value", "specialMeasures", "special_measures", "measures", "qres", "slis"}
    ),
    "question": frozenset({"name", "code", "description", "sig_value", "table_value"}),
    "measure": frozenset({"name", "code", "description", "sig_value", "qres", "slis"}),
    "element": frozenset({"name", "code", "description", "sig_value", "table_value"}),
}
BLANK = frozenset({"commitment.sig_value", "measure.sig_value", "question.table_value"})  # reported when they are not
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EMBEDDED = re.compile(r"<(?:img|iframe|video|audio|object|embed|svg|canvas)\b", re.IGNORECASE)


class Node:
    """An object of the report with its pointer; reads fields and reports those nobody knows."""

    def __init__(self, value: dict[str, Any], pointer: str, level: str, problems: list[Problem]) -> None:
        self.value, self.pointer, self.problems = value, pointer, problems
        problems.extend(
            Problem(pointer=f"{pointer}/{escape(name)}", reason=f"unknown field {name!r} of a {level}")
            for name in sorted(value.keys() - KNOWN[level] - IGNORED)
        )
        problems.extend(
            Problem(pointer=f"{pointer}/{escape(name)}", reason=f"{name!r} of a {level} is in no table: {said!r:.80}")
            for name, said in value.items()
            if f"{level}.{name}" in BLANK and items(said, "")
        )

    def plain(self, name: str) -> str:
        """A field as text without markup; empty when missing."""
        value = self.value.get(name)
        return "" if value is None else html.fragment_text(str(value))

    def text(self, name: str) -> Text:
        """A field that is published text: markup, plain, or JSON in a string."""
        if name not in self.value:
            return Text(text="", pointer=self.pointer)
        pointer = f"{self.pointer}/{name}"
        try:
            found = text_of(self.value.get(name), pointer)
        except ValueError as error:
            self.problems.append(Problem(pointer=pointer, reason=f"a text was expected in {name!r}, not {error}"))
            return Text(text="", pointer=self.pointer)
        self.problems.extend(Problem(pointer=pointer, reason=reason) for reason in _unread(name, self.value, found))
        return found

    def children(self, level: str, *names: str) -> Iterator[Node]:
        """The objects of a list field, under whichever of `names` it is there."""
        for name in names:
            for pointer, value in items(self.value.get(name), f"{self.pointer}/{name}"):
                if isinstance(value, dict):
                    yield Node(value, pointer, level, self.problems)
                else:
                    self.problems.append(Problem(pointer=pointer, reason=f"{level} expected, not {value!r:.80}"))


def _unread(name: str, value: dict[str, Any], found: Text) -> Iterator[str]:
    """What a text says that is not in `found`."""
    if others := jsontext.unread(decoded(value[name], "")[0]):
        yield f"{name!r} says several things: its {', '.join(others)} is in no table"
    if not found.text.strip() and _EMBEDDED.search(found.html) and not html.fragment(found.html):
        yield f"{name!r} is nothing but a picture or the like: what it says is in no table"


def read(release: Release, problems: list[Problem]) -> Report:
    """The whole report. Raises Rejected when the payload is not one."""
    try:
        data = jsontext.load(release.payload)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"the report is not JSON: {error}") from error
    data, root = _unwrapped(data)
    if not isinstance(data, dict) or "chapters" not in data:
        raise Rejected("the JSON is not a report: it has no chapters")
    report = Node(data, root, "report", problems)
    commitments = tuple(
        _commitment(commitment, chapter.plain("name"))
        for chapter in report.children("chapter", "chapters")
        for commitment in chapter.children("commitment", "commitments")
    )
    if not commitments:
        raise Rejected("the report's chapters hold no commitment")
    named, dated = report_name(report.plain("name"))
    service = report.plain("service") or report.plain("signatory") or named
    published = report.plain("publish_date")
    month = published[:7] if _DAY.match(published) else ""
    if published and not month:
        problems.append(Problem(pointer=f"{root}/publish_date", reason=f"this is no day: {published[:80]!r}"))
    return Report(
        service=service, date=dated or month, status=report.plain("status"), published=published,
        commitments=commitments,
    )  # fmt: skip


def _unwrapped(data: Any) -> tuple[Any, str]:
    """The report in what it is wrapped in: `{"report": ...}`, `{"data": ...}`, a list of one; and its pointer."""
    pointer = "json:"
    for _ in range(3):
        if isinstance(data, dict) and "chapters" not in data:
            name = next((name for name in ("report", "data") if isinstance(data.get(name), dict | list)), None)
            data, pointer = (data[name], f"{pointer}/{name}") if name else (data, pointer)
        elif isinstance(data, list) and len(data) == 1:
            data, pointer = data[0], f"{pointer}/0"
    return data, pointer


def _commitment(node: Node, chapter: str) -> Commitment:
    asked = node.children("question", "specialMeasures", "special_measures")
    questions = tuple(found for child in asked for found in _question(child))
    loose = _elements(node)
    hanging = (Measure(code="", text=None, elements=loose),) if loose else ()
    return Commitment(
        code=code_in(node.plain("code") or node.plain("name")),
        text=node.text("description"),
        chapter=chapter,
        questions=questions,
        measures=(*hanging, *(_measure(child) for child in node.children("measure", "measures"))),
    )


def _question(node: Node) -> Iterator[tuple[str, str, Text]]:
    words = node.plain("description") or node.plain("name")
    field = question_field(words) or question_field(node.plain("name")) or _field_by_place(node)
    if field is None:
        node.problems.append(Problem(pointer=node.pointer, reason=f"unknown question of a commitment: {words[:200]!r}"))
    else:
        yield field, words, node.text("sig_value")


def _field_by_place(node: Node) -> str | None:
    """The question by its code where its words are missing: `sm33.1` to `sm33.5` are always the same five."""
    place = re.fullmatch(r"sm.*\.([1-5])", node.plain("code"))
    return FIELDS[int(place[1]) - 1] if place and not node.plain("description") else None


def _measure(node: Node) -> Measure:
    return Measure(
        code=code_in(node.plain("code") or node.plain("name")), text=node.text("description"), elements=_elements(node)
    )


def _elements(node: Node) -> tuple[Element, ...]:
    return tuple(_element(child, kind) for kind in ("qre", "sli") for child in node.children("element", kind + "s"))


def _element(node: Node, kind: str) -> Element:
    answer = node.text("sig_value")
    return Element(
        kind=kind,
        code=code_in(node.plain("code") or node.plain("name")),
        question=node.plain("description") or node.plain("name"),
        answer=answer,
        tables=(
            *_markup_tables(answer),
            *code_tables.read(node.value.get("table_value"), f"{node.pointer}/table_value", node.problems),
        ),
    )


def _markup_tables(answer: Text) -> Iterator[Table]:
    """Tables that an editor put into the markup of an answer."""
    for block in html.fragment(answer.html):
        rows = [] if block.table is None else html.grid(block.table)
        if rows and block.table is not None:
            cells = tuple(tuple(_cell(answer, cell) for cell in row) for row in rows if row)
            yield Table(rows=cells, title=html.caption(block.table))


def _cell(answer: Text, cell: html.Element) -> Text:
    pointer = answer.pointer.removesuffix("!text") + "!" + htmlpath.pointer(cell)
    return Text(text=html.text_of(cell), pointer=pointer, raised=html.said(cell))
