"""A Code report from the portal's JSON, with all that editors and PHP do to it.

Lists arrive as lists, as objects keyed `"0"`, `"5"`, or as strings of JSON; answers as markup, plain text, strings of
JSON or null; table cells as rows, objects or several tables in one. Every field is used, ignored by name or reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from normalize import html, htmlpath
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


class Node:
    """An object of the report with its pointer; reads fields and reports those nobody knows."""

    def __init__(self, value: dict[str, Any], pointer: str, level: str, problems: list[Problem]) -> None:
        self.value, self.pointer, self.problems = value, pointer, problems
        problems.extend(
            Problem(pointer=f"{pointer}/{escape(name)}", reason=f"unknown field {name!r} of a {level}")
            for name in sorted(value.keys() - KNOWN[level] - IGNORED)
        )

    def plain(self, name: str) -> str:
        """A field as text without markup; empty when missing."""
        value = self.value.get(name)
        return "" if value is None else html.fragment_text(str(value))

    def text(self, name: str) -> Text:
        """A field that is published text: markup, plain, or JSON in a string."""
        return text_of(self.value.get(name), f"{self.pointer}/{name}")

    def children(self, level: str, *names: str) -> Iterator[Node]:
        """The objects of a list field, under whichever of `names` it is there."""
        for name in names:
            for pointer, value in items(self.value.get(name), f"{self.pointer}/{name}"):
                if isinstance(value, dict):
                    yield Node(value, pointer, level, self.problems)
                else:
                    self.problems.append(Problem(pointer=pointer, reason=f"a {level} was expected, not {value!r:.80}"))


def decoded(value: Any, pointer: str) -> tuple[Any, str]:
    """A string that holds a JSON list or object is opened: the pointer goes on after `!json`."""
    while isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            value, pointer = json.loads(value), pointer + "!json"
        except (ValueError, RecursionError):
            break
    return value, pointer


def items(value: Any, pointer: str) -> list[tuple[str, Any]]:
    """(pointer, item) of a list, of an object that a list with holes became, or of a string of either."""
    value, pointer = decoded(value, pointer)
    if isinstance(value, list):
        return [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
    if isinstance(value, dict) and all(str(key).isdigit() for key in value):
        return [(f"{pointer}/{key}", item) for key, item in value.items()]
    return [] if value in (None, "") else [(pointer, value)]


def text_of(value: Any, pointer: str) -> Text:
    """Published text. A list of texts becomes one, joined by spaces, as the portal shows it."""
    value, pointer = decoded(value, pointer)
    if isinstance(value, list | dict):
        parts = [text_of(item, at).text for at, item in items(value, pointer)] if _is_list(value) else []
        return Text(text=" ".join(part for part in parts if part), pointer=pointer + "!text")
    if value is None or isinstance(value, bool | int | float):
        return Text(text="" if value is None else json.dumps(value), pointer=pointer)
    return Text(text=html.fragment_text(value), pointer=pointer + "!text", html=value if "<" in value else "")


def _is_list(value: Any) -> bool:
    """Whether this is a list, or the object that a list with holes became."""
    value, _ = decoded(value, "")
    return isinstance(value, list) or (isinstance(value, dict) and all(str(key).isdigit() for key in value))


def read(release: Release, problems: list[Problem]) -> Report:
    """The whole report. Raises Rejected when the payload is not one."""
    try:
        data = json.loads(release.payload)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"the report is not JSON: {error}") from error
    if isinstance(data, dict) and "chapters" not in data and isinstance(data.get("report"), dict):
        data, root = data["report"], "json:/report"
    else:
        root = "json:"
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
    return Report(
        service=service, date=dated or published[:7], status=report.plain("status"), published=published,
        commitments=commitments,
    )  # fmt: skip


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
        tables=(*_markup_tables(answer), *_tables(node)),
    )


def _markup_tables(answer: Text) -> Iterator[Table]:
    """Tables that an editor put into the markup of an answer."""
    for block in html.fragment(answer.html):
        rows = [] if block.table is None else html.grid(block.table)
        if rows:
            yield Table(rows=tuple(tuple(_cell(answer, cell) for cell in row) for row in rows if row))


def _cell(answer: Text, cell: html.Element) -> Text:
    return Text(text=html.text_of(cell), pointer=answer.pointer.removesuffix("!text") + "!" + htmlpath.pointer(cell))


def _tables(node: Node) -> Iterator[Table]:
    """One table, or several in a list: told by whether the rows of the first have rows themselves."""
    rows = items(node.value.get("table_value"), f"{node.pointer}/table_value")
    inside = items(rows[0][1], rows[0][0]) if rows and _is_list(rows[0][1]) else []
    several = any(isinstance(decoded(item, "")[0], list | dict) for _, item in inside)
    for table in [items(table, at) for at, table in rows] if several else [rows]:
        good = [(at, row) for at, row in table if isinstance(row, list | dict)]
        node.problems.extend(
            Problem(pointer=at, reason=f"a row of a table was expected, not {row!r:.80}")
            for at, row in table
            if not isinstance(row, list | dict)
        )
        if good:
            yield _table(good)


def _table(rows: list[tuple[str, Any]]) -> Table:
    """Rows as lists under a row of headers, or as objects by header."""
    if any(isinstance(row, dict) and not _is_list(row) for _, row in rows):
        names = list(dict.fromkeys(str(name) for _, row in rows if isinstance(row, dict) for name in row))
        headers = tuple(Text(text=name, pointer=rows[0][0]) for name in names)
        return Table(rows=(headers, *(_object_row(row, at, names) for at, row in rows if isinstance(row, dict))))
    return Table(rows=tuple(tuple(text_of(cell, where) for where, cell in items(row, at)) for at, row in rows))


def _object_row(row: dict[str, Any], at: str, names: list[str]) -> tuple[Text, ...]:
    """The cells of a row given by header; one that the row does not have points at the row."""
    return tuple(
        text_of(row[name], f"{at}/{escape(name)}") if name in row else Text(text="", pointer=at) for name in names
    )


def escape(name: str) -> str:
    """A member name as a step of a JSON pointer (RFC 6901); `!` is ours and is written `~2`."""
    return name.replace("~", "~0").replace("/", "~1").replace("!", "~2")
