"""Reports under the Code of Practice (since 2025: of Conduct) on Disinformation.

JSON and pages end in the same tree (`code_model`), so in the same rows: commitment, signed_measures, question, measure,
qre, sli, and a cell for each number of an indicator table. The key is (slug, wave, kind, code) and then the field of a
question, or table, row and metric of a cell; country rows are keyed by ISO code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from normalize import code_checks, code_json, code_page, code_tables, countries, notation, values
from normalize.cells import merged
from normalize.code_model import CODE, Commitment, Element, Report, Table, Text, report_of
from normalize.facts import fold, number
from normalize.model import Fact, Family, Parsed, Problem, Release

LABELS = {
    "slug": "signatory or service as the portal's addresses name it",
    "service": "signatory or service as the report names it",
    "wave": "number of the reporting round",
    "report_date": "year and month of the report, `YYYY-MM`",
    "status": "what the portal says of the report, such as Submitted",
    "chapter": "chapter of the Code (in JSON only)",
    "commitment": "number of the commitment",
    "measure": "number of the measure",
    "code": "number of the commitment, measure, QRE or SLI this row is about",
    "field": "which of the fixed questions",
    "question": "the question, as published",
    "table": "which table of the SLI, from 1",
    "title": "title of the table, where it has one of its own, as published",
    "row": "name of the table's row, as published",
    "country": "ISO 3166 code of the row's country; EU, EEA or TOTAL for a total",
    "metric": "header of the table's column, as published",
    "answer_html": "the answer's markup (in JSON only)",
    "published": "day on which the report was published, as it says itself (in JSON only)",
}
KINDS = {
    "commitment": "text of a commitment",
    "signed_measures": "a measure that was signed up to",
    "question": "answer to one of the fixed questions, yes or no or text",
    "measure": "text of a measure",
    "qre": "answer to a qualitative reporting element",
    "sli": "answer to a service level indicator, apart from its tables",
    "cell": "one cell of an indicator table",
}
SIGNED = re.compile(r"((?:Measure\s+)?(?:\b|(?<=\bM))(\d+\.\d+)\b)", re.IGNORECASE)


def parse(release: Release) -> Parsed:
    """All rows of one release, from JSON or from a page. Raises Rejected when it is not a report."""
    problems: list[Problem] = []
    report = code_json.read(release, problems) if is_json(release) else code_page.read(release, problems)
    found = _Rows(release, report, problems).all()
    facts, duplicates = number(notation.settled(found, problems, lambda _: False))
    return Parsed(facts=facts, problems=(*problems, *duplicates))


def is_json(release: Release) -> bool:
    return "json" in release.media_type or release.payload.lstrip()[:1] in (b"{", b"[")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Turns the tree of one report into facts."""

    release: Release
    report: Report
    problems: list[Problem]

    def all(self) -> Iterator[Fact]:
        for commitment in self.report.commitments:
            yield from self.commitment(commitment)

    def fact(self, kind: str, code: str, text: Text, *more: str, **labels: str) -> Fact:
        _, slug, wave = report_of(self.release.url) or ("", fold(self.report.service), self.report.date)
        value = values.parse(text.said) if kind == "cell" else values.NOTHING
        return Fact(
            kind=kind,
            key=(fold(slug), fold(wave), kind, *_place(code, labels), *more),
            raw_value=text.text,
            value=value.number,
            unit=_unit(value, labels.get("metric", "")),
            period=None,
            labels={
                "slug": slug, "service": self.report.service or slug, "wave": wave, "report_date": self.report.date,
                "status": self.report.status, "published": self.report.published, "code": code,
                "answer_html": text.html, **labels,
            },
            citation=self.release.citation.at(text.pointer),
            low=value.low,
            high=value.high,
            approximate=value.approximate,
            typed=text.typed,
            said=text.raised,
        )  # fmt: skip

    def commitment(self, commitment: Commitment) -> Iterator[Fact]:
        place = {"chapter": commitment.chapter, "commitment": commitment.code}
        if not commitment.code:
            reason = f"a commitment without a number, in chapter {commitment.chapter!r}"
            self.problems.append(Problem(pointer=commitment.text.pointer, reason=reason))
        yield self.fact("commitment", commitment.code, commitment.text, **place)
        for name, question, text in commitment.questions:
            if name == "signed_measures":
                yield from self.signed(text, question, commitment.code, place)
            else:
                yield self.fact("question", commitment.code, text, name, field=name, question=question, **place)
        for measure in commitment.measures:
            within = {**place, "measure": measure.code}
            if measure.text is not None:
                self.check_code(measure.code, commitment.code, measure.text.pointer)
                yield self.fact("measure", measure.code, measure.text, **within)
            for element in measure.elements:
                yield from self.element(element, within)

    def signed(self, text: Text, question: str, commitment: str, place: dict[str, str]) -> Iterator[Fact]:
        """A row for each measure in the list, however it is written; one for an answer that lists none."""
        listed = SIGNED.findall(text.text)
        for name, code in listed or [(text.text, commitment)]:
            one = Text(text=name, pointer=text.pointer)
            yield self.fact("signed_measures", code, one, question=question, measure=code if listed else "", **place)

    def element(self, element: Element, place: dict[str, str]) -> Iterator[Fact]:
        self.check_code(element.code, place["measure"] or place["commitment"], element.answer.pointer)
        yield self.fact(element.kind, element.code, element.answer, question=element.question, **place)
        for index, table in enumerate(element.tables, 1):
            yield from self.cells(element, str(index), table, place)

    def cells(self, element: Element, index: str, table: Table, place: dict[str, str]) -> Iterator[Fact]:
        if not table.rows:
            return
        table = code_tables.titled(table)
        headless = code_tables.is_headless(table)
        table = code_tables.headed(replace(table, rows=((), *table.rows)) if headless else table)
        headers = [cell.text for cell in table.rows[0]]
        across = code_tables.countries_across(headers)
        names = code_tables.name_column(table)
        listed = names is not None and code_tables.lists_countries(table, names)
        self.problems.extend(code_checks.problems(table, names))
        figures = (cell for row in table.rows[1:] for column, cell in enumerate(row) if column != names)
        self.problems.extend(merged((cell.pointer, cell.text) for cell in figures))
        for line, row in enumerate(table.rows[1:], 1):
            named = row[names] if names is not None and names < len(row) else None
            name = named.text if named else str(line)
            country = code_tables.row_country(named, listed=listed) if named else None
            for column, cell in enumerate(row):
                if column == names or (named and code_tables.is_one_cell(named, cell)):
                    continue
                head = headers[column] if column < len(headers) and headers[column] else f"column {column + 1}"
                of = countries.code(head) if across else country
                said = name if across else head
                yield self.fact(
                    "cell", element.code, cell, index, of or fold(head if across else name), fold(said),
                    table=index, title=table.title, row=name, country=of or "", metric=said,
                    question=element.question, **place,
                )  # fmt: skip

    def check_code(self, code: str, parent: str, pointer: str) -> None:
        """Codes nest: QRE 14.1.2 belongs to measure 14.1, and that to commitment 14."""
        is_named = not CODE.fullmatch(code) and not CODE.fullmatch(parent)  # as in the chapter of crises
        if parent and not is_named and not code.startswith(parent + "."):
            self.problems.append(Problem(pointer=pointer, reason=f"{code!r} stands under {parent!r}"))


def _place(code: str, labels: dict[str, str]) -> tuple[str, ...]:
    """The code, below those of its commitment and measure where it is no number: every crisis has the same names."""
    above = [] if CODE.fullmatch(code) else [labels.get(name, "") for name in ("commitment", "measure")]
    return (*dict.fromkeys(one for one in above if one and one != code), code)


def _unit(value: values.Value, metric: str) -> str | None:
    if value == values.NOTHING:
        return None
    words = fold(metric)
    if code_checks.SCALED.search(metric):
        return value.unit
    if value.unit or "%" in words or "percent" in words:
        return value.unit or "percent"
    if "€" in words or re.search(r"\beur(?:os?)?\b", words):
        return "eur"
    return "count" if value.number is not None and values.is_whole(value.number) else None


FAMILY = Family(
    name="code_report",
    version="6",
    parse=parse,
    about="Reports under the EU Code of Practice (since 2025: Conduct) on Disinformation.",
    key=(
        "slug, wave, kind, code (below its commitment where it is a name); then the field of a question, or table, row "
        "(country code) and metric of a cell"
    ),
    kinds=KINDS,
    columns=LABELS,
    compared=frozenset(KINDS),
)
