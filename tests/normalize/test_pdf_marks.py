"""What a PDF's page sets raised or sideways: no figure comes from it that is not there, and none is lost."""

from __future__ import annotations

import pytest
from fpdf import FPDF
from pdfs import document, stream, text
from shaping import release

from normalize import cite, narrative
from normalize.model import Parsed, Rejected

BODY = b"".join(text(72, 600 - 14 * n, "Lamps were lit in all the streets of the town by hand.") for n in range(4))


def parse(*contents: bytes) -> tuple[Parsed, bytes]:
    payload = document([stream(content) for content in contents])
    return narrative.parse(release(payload, "https://lantern.example/report.pdf", "application/pdf")), payload


def line(*parts: str) -> bytes:
    """Parts of a line: what begins with `^` is small and raised, with `_` small and lowered."""
    x, made, measure = 72.0, b"", FPDF(unit="pt")
    for part in parts:
        size, said = 6 if part[0] in "^_" else 10, part.lstrip("^_")
        made += text(x, 700 + {"^": 4, "_": -2}.get(part[0], 0), said, size=size)
        measure.set_font("Helvetica", size=size)
        x += measure.get_string_width(said.encode("latin-1", "replace").decode("latin-1"))
    return made


@pytest.mark.parametrize(
    ("parts", "stated"),
    [
        (("We lit 1,204", "^1", " lamps and 35", "^2", " wicks."), [("1,204", 1204), ("35", 35)]),
        (("We lit 8 million", "^12,13", " lamps."), [("8 million", 8_000_000)]),
        (("We lit 7", "^a", " lamps on 12", "^†", " days."), [("7", 7), ("12", 12)]),
        (("^4", " We lit 12 lamps."), [("12", 12)]),
        (("We lit 10", "^6", " lamps."), []),
        (("We lit the 21", "^st", " lamp."), []),
        (("between 5", "^1", " and 10 million", "^2", " lamps."), [("between 5 1 and 10 million", None)]),
        (("They gave off 12 g of CO", "_2", " last year."), [("12", 12)]),
    ],
)
def test_raised_marks_are_no_figures(parts: tuple[str, ...], stated: list[tuple[str, int | None]]) -> None:
    parsed, payload = parse(line(*parts) + BODY)
    figures = [fact for fact in parsed.facts if fact.kind == "figure"]
    assert [(fact.raw_value, fact.value) for fact in figures] == stated
    for fact in figures:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value


def turned(matrix: bytes, *said: str) -> bytes:
    lines = b"".join(b"0 -14 Td (%b) Tj " % one.encode() for one in said)
    return b"BT /F1 10 Tf %b 300 400 Tm %b ET\n" % (matrix, lines)


@pytest.mark.parametrize("matrix", [b"0 1 -1 0", b"0 -1 1 0", b"-1 0 0 -1", b"0.7 0.7 -0.7 0.7"])
def test_what_is_not_set_from_left_to_right_is_left_out_and_reported(matrix: bytes) -> None:
    parsed, _ = parse(line("We lit 12 lamps.") + BODY, turned(matrix, "We lit 1,204 lamps", "and 35 wicks") + BODY)
    assert [fact.value for fact in parsed.facts if fact.kind == "figure"] == [12]
    [problem] = parsed.problems
    assert (problem.pointer, problem.reason[:13]) == ("pdf:page=2", "25 characters")


@pytest.mark.parametrize(("matrix", "size"), [(b"1 0 0.3 1", b"10"), (b"-1 0 0 -1", b"-10")])
def test_slanted_text_and_text_that_is_turned_twice_are_level(matrix: bytes, size: bytes) -> None:
    parsed, _ = parse(turned(matrix, "We lit 1,204 lamps").replace(b"/F1 10", b"/F1 " + size) + BODY)
    assert [fact.value for fact in parsed.facts if fact.kind == "figure"] == [1204]
    assert parsed.problems == ()


def test_a_pdf_that_is_sideways_from_end_to_end_is_rejected() -> None:
    with pytest.raises(Rejected, match="sideways"):
        parse(turned(b"0 1 -1 0", "We lit 1,204 lamps"))
