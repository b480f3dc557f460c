"""Parts of a report that an answer names in a line of their own: text, and no heading; where it is not clear, reported.

Each in three guises: with the markup of headings, with none, and as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from shaping import COMMITMENTS, REPORTS, release, report_page, said

from normalize import code_report, html
from normalize.model import Parsed

PAGE = report_page(COMMITMENTS[0])
REGISTER, NEW, LAST = "<p>The register of 2025.</p>", "<p>A new lamp register.</p>", "<div>N/A</div>"
COUNTED = "<p>Counted <b>by hand</b> in all countries.</p>"
Guise = Callable[[str], tuple[str, str]]


def as_it_is(page: str) -> tuple[str, str]:
    return page, "text/html"


def without_headings(page: str) -> tuple[str, str]:
    return re.sub(r"<(/?)h[1-6]>", r"<\1div>", page), "text/html"


def as_text(page: str) -> tuple[str, str]:
    root = html.document(page.partition("<footer>")[0].encode())
    return "\n".join(block.text for block in html.blocks(root, is_data=lambda _: False)), "text/plain"


def parse(page: str, guise: Guise) -> Parsed:
    text, media_type = guise(page)
    return code_report.parse(release(text.encode(), REPORTS, media_type))


def lines(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


IN_ANSWERS = {
    "of-a-question": (NEW, lines("Measure 14.1", "Brass lamps.", "Measure 14.2", "Tin lamps."), None),
    "of-the-last-question": (LAST, lines("Measure 14.1", "Brass lamps.", "Measure 14.2", "Tin lamps."), None),
    "one-of-the-last-question": (LAST, lines("Measure 14.2", "Brass lamps."), None),
    "of-another-commitment": (NEW, lines("Measure 15.2", "Brass lamps."), "Measure 15.2"),
    "unknown": (NEW, lines("Measure 14.9", "Brass lamps."), "Measure 14.9"),
    "of-a-qre": (REGISTER, lines("See", "Measure 14.2", "which says so."), None),
    "its-own-measure": (REGISTER, lines("See", "Measure 14.1", "which says so."), None),
    "another-qre": (REGISTER, lines("See", "QRE 14.2.1", "which says so."), None),
    "commitment": (REGISTER, lines("See", "Commitment 15", "which says so."), "Commitment 15"),
    "its-own-commitment": (REGISTER, lines("See", "Commitment 14", "which says so."), None),
    "commitment-at-the-end": (COUNTED, lines("See", "Commitment 15", "which says so."), "Commitment 15"),
}


@pytest.mark.parametrize("guise", [as_it_is, without_headings, as_text])
@pytest.mark.parametrize("name", IN_ANSWERS)
def test_a_part_named_in_an_answer_is_text(name: str, guise: Guise) -> None:
    place, answer, reported = IN_ANSWERS[name]
    parsed, plain = parse(PAGE.replace(place, answer), guise), said(parse(PAGE, guise).facts)
    changed = {key: text for key, text in said(parsed.facts).items() if plain.get(key) != text}
    ((_, text),) = changed.items()
    assert all(line in text.splitlines() for line in re.findall(r"<p>(.*?)</p>", answer))
    assert plain.keys() == said(parsed.facts).keys()
    reasons = [problem.reason for problem in parsed.problems]
    assert reasons == ([f"this may be a heading, and was read as text: {reported!r}"] if reported else [])


@pytest.mark.parametrize("guise", [as_it_is, without_headings, as_text])
def test_a_line_that_may_be_text_is_reported(guise: Guise) -> None:
    parsed = parse(PAGE.replace(LAST, lines("Measure 14.9", "Brass lamps.")), guise)
    reasons = [problem.reason for problem in parsed.problems]
    assert reasons == ["this may be text, and was read as a heading: 'Measure 14.9'"]


@pytest.mark.parametrize("guise", [as_it_is, without_headings])
def test_links_to_other_commitments_are_none(guise: Guise) -> None:
    links = '<p><a href="?c=13">Commitment 13</a></p><p><a href="?c=15">Commitment 15</a></p></main>'
    parsed = parse(PAGE.replace("</main>", links), guise)
    assert said(parsed.facts) == said(parse(PAGE, guise).facts)
    assert not parsed.problems
