"""The code portal's three views of a report: pages of commitments, one text page, and JSON with all its traps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from fanlight.origin.code_data import MONTHS, PUBLISHED, Commitment, Element, Measure, Report, Table
from fanlight.origin.published import Edition

CHAPTERS = (
    (range(1, 4), "Advertising"), (range(4, 14), "Political Advertising"), (range(14, 17), "Integrity of Services"),
    (range(17, 26), "Empowering Users"), (range(26, 30), "Empowering the Research Community"),
    (range(30, 34), "Empowering Fact-Checkers"),
)  # fmt: skip
FIRST_COMMITMENT = {6: 251, 8: 343}
FIRST_CHAPTER = {6: 51, 8: 71}
QUESTIONS = (
    "We signed up to the following measures of this commitment",
    (
        "In line with this commitment, did you deploy new implementation measures "
        "(e.g. changes to your terms of service, new tools, new policies, etc)?"
    ),
    "If yes, list these implementation measures here",
    (
        "Do you plan to put further implementation measures in place in the next 6 months to substantially improve the "
        "maturity of the implementation of this commitment?"
    ),
    "If yes, which further implementation measures do you plan to put in place in the next 6 months?",
)
FIELD_TYPES = ("measures_list", "boolean", "text", "boolean", "text")


def chapter_of(number: int) -> int:
    """The place of a commitment's chapter among all chapters, from 0."""
    return next(place for place, (numbers, _) in enumerate(CHAPTERS) if number in numbers)


def query(report: Report, commitment: Commitment) -> str:
    """The query of a commitment's page; its ids are new in every wave."""
    chapter = FIRST_CHAPTER[report.wave] + chapter_of(commitment.number)
    return f"?chapterId={chapter}&commitmentId={FIRST_COMMITMENT[report.wave] + commitment.number}"


def answers(commitment: Commitment) -> tuple[str, ...]:
    """The answers to QUESTIONS, as plain text."""
    signed = ", ".join(f"Measure {measure.code}" for measure in commitment.measures)
    yes = {True: "Yes", False: "No"}
    return (signed, yes[commitment.new[0]], commitment.new[1], yes[commitment.plans[0]], commitment.plans[1])


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def json_text(report: Report, edition: Edition) -> str:
    """`/json`: chapters as an object with holes, tables as JSON in a string, `updated_at` that moves by itself."""
    chapters: dict[int, list[Commitment]] = {}
    for commitment in report.commitments:
        chapters.setdefault(chapter_of(commitment.number), []).append(commitment)
    stamps = _stamps(report, edition)
    parts = {str(place): _chapter(report, place, found, stamps) for place, found in sorted(chapters.items())}
    whole = list(chapters) == list(range(len(chapters)))  # only an array without holes stays an array
    data = {
        "id": report.wave * 100 + len(report.slug), "name": f"{report.service} {MONTHS[report.wave]}",
        "published": True,
        "publish_date": PUBLISHED[report.wave], **stamps, "type": "report",
        "chapters": list(parts.values()) if whole else parts,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def _stamps(report: Report, edition: Edition) -> dict[str, str]:
    day = PUBLISHED[report.wave]
    return {"created_at": f"{day}T08:02:11.000000Z", "updated_at": f"{day}T1{edition}:4{edition}:07.000000Z"}


def _chapter(report: Report, place: int, found: Sequence[Commitment], stamps: dict[str, str]) -> dict[str, Any]:
    key = FIRST_CHAPTER[report.wave] + place
    listed = [_commitment(report, commitment, key) for commitment in found]
    return {"id": key, "name": CHAPTERS[place][1], "report_id": report.wave, **stamps, "commitments": listed}


def _commitment(report: Report, commitment: Commitment, chapter: int) -> dict[str, Any]:
    number = commitment.number
    asked = zip(QUESTIONS, FIELD_TYPES, answers(commitment), strict=True)
    special = [
        {"id": number * 10 + order, "name": "", "code": f"sm{number}.{order}", "description": question,
         "field_type": kind, "order": order, "sig_value": answer, "type_id": 3}
        for order, (question, kind, answer) in enumerate(asked, 1)
    ]  # fmt: skip
    return {
        "id": FIRST_COMMITMENT[report.wave] + number, "name": f"Commitment {number}", "code": str(number),
        "description": commitment.text, "report_id": report.wave, "field_type": "commitment", "order": number,
        "chapter_id": chapter, "sig_value": None, "type_id": 1, "specialMeasures": special,
        "measures": [_measure(measure) for measure in commitment.measures],
    }  # fmt: skip


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "name": f"Measure {measure.code}", "code": measure.code, "description": measure.text, "field_type": "measure",
        "qres": [_element("QRE", element) for element in measure.qres],
        "slis": [_element("SLI", element) for element in measure.slis],
    }  # fmt: skip


def _element(kind: str, element: Element) -> dict[str, Any]:
    return {
        "id": sum(element.code.encode()) * (2 if kind == "SLI" else 1), "name": f"{kind} {element.code}",
        "code": element.code, "description": element.question, "field_type": "table" if element.table else "text",
        "table_value": json.dumps(element.table) if element.table else None,
        "sig_value": paragraphs(element.answer) if element.answer else None,
    }  # fmt: skip


def commitment_markup(report: Report, commitment: Commitment) -> str:
    """One commitment in the portal's order: text, fixed questions, then each measure with its QREs and SLIs."""
    signed = " ".join(f'<span class="tag">Measure {measure.code}</span>' for measure in commitment.measures)
    shown = (f"<p>{signed}</p>", *(paragraphs([answer] if answer else []) for answer in answers(commitment)[1:]))
    fixed = "".join(
        f'<div class="field"><h4>{escape(question)}</h4>{markup}</div>\n'
        for question, markup in zip(QUESTIONS, shown, strict=True)
    )
    measures = "".join(_measure_markup(report, measure) for measure in commitment.measures)
    return (
        f'<section class="commitment"><h2>Commitment {commitment.number}</h2>\n<p>{escape(commitment.text)}</p>\n'
        f"{fixed}{measures}</section>"
    )


def _measure_markup(report: Report, measure: Measure) -> str:
    named = [("QRE", element) for element in measure.qres] + [("SLI", element) for element in measure.slis]
    elements = "".join(_element_markup(kind, element) for kind, element in named)
    head = f"<h3>Measure {measure.code}</h3>\n<p>{escape(measure.text)}</p>\n"
    return f'<section class="measure">{head}<p class="service">{escape(report.service)}</p>\n{elements}</section>\n'


def _element_markup(kind: str, element: Element) -> str:
    answer = table_markup(element.table) if element.table else paragraphs(element.answer)
    question = f"<p>{escape(element.question)}</p>"
    head = f"<h4>{kind} {element.code}</h4>{question}"
    return f'<div class="{kind.lower()}">{head}\n<div class="answer">{answer}</div></div>\n'


def table_markup(table: Table) -> str:
    head, *rows = table
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"
