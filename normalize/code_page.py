"""A Code report from the portal's HTML: told by the order of its texts, because nothing is known of its markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from normalize import code_headings, code_marks, html, htmlpath
from normalize.code_marks import Mark
from normalize.code_model import (
    Commitment,
    Element,
    Measure,
    Report,
    Table,
    Text,
    report_date,
)  # fmt: skip
from normalize.facts import fold, seen
from normalize.html import Block
from normalize.model import Problem, Rejected, Release


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and what follows it up to the next. `kind`: commitment, measure, qre, sli, or a question's field."""

    kind: str
    code: str
    head: Block
    body: tuple[Block, ...]


def read(release: Release, problems: list[Problem]) -> Report:
    """The commitments on a page, one or all of them. Raises Rejected when there is none."""
    everything = _blocks(release)
    service, date, status = _title(everything)
    blocks = [block for block in everything if not block.chrome]
    marks = code_marks.find(blocks)
    sections = _sections(blocks, marks)
    commitments = tuple(_commitment(group, service) for group in _by_commitment(sections))
    if not commitments:
        raise Rejected("no commitment was found on the page: its text is not that of a report")
    problems.extend([*_unread(sections), *code_marks.doubtful(marks, blocks)])
    return Report(service=service, date=date, status=status, commitments=commitments)


def _unread(sections: Sequence[Section]) -> Iterator[Problem]:
    """A problem for each line that begins like a heading whose part the page does not have: it was read as text."""
    known = {(section.kind, section.code) for section in sections}
    for block in (block for section in sections for block in section.body):
        match = code_headings.LIKE_HEADING.match(seen(block.text))
        kind, code = [part for part in match.groups() if part] if match else _reference(block)
        if code and (kind.lower(), code) not in known:
            yield Problem(
                pointer=htmlpath.place(block, block),
                reason=f"this may be a heading, and was read as text: {block.text[:80]!r}",
            )


def _reference(block: Block) -> tuple[str, str]:
    """What a line in brackets or before a dash refers to, if it is a part of a report."""
    return code_headings.heading(block.text, loose=True) or ("", "")


def _blocks(release: Release) -> list[Block]:
    if release.payload.lstrip()[:1] != b"<":
        return html.lines(release.payload)
    return list(html.blocks(html.document(release.payload), is_data=_is_data))


def _is_data(table: html.Element) -> bool:
    """Whether a table holds figures; one with a heading of the report in it, or of one column, lays the page out."""
    return html.has_columns(table) and not any(
        code_marks.heading(block) for block in html.blocks(table, is_data=lambda _: False)
    )


def _title(blocks: Sequence[Block]) -> tuple[str, str, str]:
    """Service, date (`YYYY-MM`) and status, from the lines around `Report March 2026`."""
    for index, block in enumerate(blocks):
        if date := report_date(block.text):
            before = blocks[index - 1].text if index else ""
            after = blocks[index + 1].text if index + 1 < len(blocks) else ""
            return before, date, after if fold(after) in code_headings.STATUSES else ""
    return "", "", ""


def _sections(blocks: Sequence[Block], marks: Sequence[Mark]) -> list[Section]:
    ends = [*(mark.at for mark in marks), len(blocks)][1:]
    return [
        Section(kind=mark.kind, code=mark.code, head=blocks[mark.at], body=_body(blocks[mark.at : end]))
        for mark, end in zip(marks, ends, strict=True)
    ]


def _body(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """What follows a heading; a question on its line comes first."""
    asked = code_headings.ASKED.match(seen(blocks[0].text))
    first = [replace(blocks[0], text=seen(blocks[0].text)[asked.end() :])] if asked else []
    return (*first, *blocks[1:])


def _by_commitment(sections: Sequence[Section]) -> list[list[Section]]:
    """The sections of each commitment. A `Commitment N` that nothing hangs on is a link in a list of them,
    unless it is a heading with text of its own."""
    groups: list[list[Section]] = []
    for section in sections:
        if section.kind == "commitment":
            groups.append([section])
        elif groups:
            groups[-1].append(section)
    return [group for group in groups if len(group) > 1 or (code_marks.is_head(group[0].head) and group[0].body)]


def _commitment(group: Sequence[Section], service: str) -> Commitment:
    head = group[0]
    asked = [section for section in group[1:] if section.kind not in ("measure", "qre", "sli")]
    questions = tuple((section.kind, section.head.text, _answer(section)) for section in asked)
    return Commitment(
        code=head.code, text=_text(head, head.body), chapter="", questions=questions, measures=_measures(group, service)
    )


def _answer(section: Section) -> Text:
    return _text(section, section.body, " " if section.kind == "signed_measures" else "\n")


def _measures(group: Sequence[Section], service: str) -> tuple[Measure, ...]:
    measures: list[Measure] = []
    for section in group[1:]:
        if section.kind == "measure":
            body = [block for block in section.body if not (service and fold(block.text) == fold(service))]
            measures.append(Measure(code=section.code, text=_text(section, body), elements=()))
        elif section.kind in ("qre", "sli"):
            last = measures.pop() if measures else Measure(code="", text=None, elements=())
            measures.append(Measure(code=last.code, text=last.text, elements=(*last.elements, _element(section))))
    return tuple(measures)


def _element(section: Section) -> Element:
    """The first text is the question, all others are the answer."""
    asked = next((block for block in section.body if block.table is None), None)
    answer = [block for block in section.body if block is not asked]
    tables = tuple(_table(block.table) for block in answer if block.table is not None)
    question = asked.text if asked else ""
    return Element(
        kind=section.kind, code=section.code, question=question, answer=_text(section, answer), tables=tables
    )


def _text(section: Section, blocks: Sequence[Block], joint: str = "\n") -> Text:
    """The blocks as one text; an empty one points at its heading."""
    texts = [block for block in blocks if block.table is None]
    if not texts:
        return Text(text="", pointer=htmlpath.place(section.head, section.head))
    pointer = htmlpath.place(texts[0], texts[-1], tables=len(texts) == len(blocks))
    return Text(text=joint.join(block.text for block in texts), pointer=pointer)


def _table(table: html.Element) -> Table:
    rows = (
        tuple(Text(text=html.text_of(cell), pointer=htmlpath.pointer(cell), raised=html.said(cell)) for cell in row)
        for row in html.grid(table)
    )
    return Table(rows=tuple(row for row in rows if row), title=html.caption(table))
