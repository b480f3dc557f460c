"""Narrative reports: pages, headings and paragraphs, each leading back to its place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdf
import pytest
from fpdf import FPDF
from shaping import release

from normalize import cite, narrative
from normalize.model import Parsed, Rejected

BODY = "Lamps were lit in every street of the town, and nobody counted them twice. " * 12


def pdf(*, outline: bool = False, text: bool = True) -> bytes:
    """Three pages: a heading and some text each, with a line at the foot of every page."""
    made = FPDF()
    for number in range(1, 4):
        made.add_page()
        if text:
            made.set_font("Helvetica", size=20)
            if outline:
                made.start_section(f"Part {number} of the lamps")
            made.multi_cell(0, 10, f"Chapter {number}: Lamps", new_x="LMARGIN", new_y="NEXT")
            made.set_font("Helvetica", size=10)
            made.multi_cell(0, 6, BODY, new_x="LMARGIN", new_y="NEXT")
            made.multi_cell(0, 6, "Lamp report 2025", new_x="LMARGIN", new_y="NEXT")
    return bytes(made.output())


def parse(payload: bytes, media_type: str = "application/pdf") -> Parsed:
    return narrative.parse(release(payload, "https://portal.example/report.pdf", media_type))


def test_a_pdf_has_pages_and_headings_by_size() -> None:
    payload = pdf()
    found = parse(payload).facts
    assert [fact.key for fact in found if fact.kind == "page"] == [("page", "1"), ("page", "2"), ("page", "3")]
    headings = [fact for fact in found if fact.kind == "heading"]
    assert [(fact.raw_value, fact.labels["page"]) for fact in headings] == [
        (f"Chapter {n}: Lamps", str(n)) for n in (1, 2, 3)
    ]
    for fact in found:
        assert " ".join(fact.raw_value.split()) in " ".join(cite.resolve(payload, "", fact.citation.pointer).split())


def test_an_outline_goes_before_sizes() -> None:
    payload = pdf(outline=True)
    headings = [fact for fact in parse(payload).facts if fact.kind == "heading"]
    assert [fact.raw_value for fact in headings] == [f"Part {number} of the lamps" for number in (1, 2, 3)]
    assert headings[1].citation.pointer == "pdf:page=2,outline=2"
    assert cite.resolve(payload, "", headings[1].citation.pointer) == "Part 2 of the lamps"


def test_a_pdf_without_text_is_said_to_be_scanned() -> None:
    with pytest.raises(Rejected, match="scanned"):
        parse(pdf(text=False))


def test_an_encrypted_pdf_is_said_to_be_encrypted() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="AES-256")
    kept = io.BytesIO()
    writer.write(kept)
    with pytest.raises(Rejected, match="encrypted"):
        parse(kept.getvalue())


@pytest.mark.parametrize("payload", [b"%PDF-1.4\n", b"%PDF-1.7\nnothing\n%%EOF", pdf()[:700]])
def test_a_broken_pdf_is_rejected(payload: bytes) -> None:
    with pytest.raises(Rejected):
        parse(payload)


def test_a_long_page_has_headings_and_paragraphs() -> None:
    page = (
        b"<body><nav>Home</nav><h1>Lamps</h1><p>One <b>lamp</b>.</p><h2>Oil</h2><li>Fish</li><footer>x</footer></body>"
    )
    found = parse(page, "text/html").facts
    assert [(fact.kind, fact.raw_value, fact.labels["heading"]) for fact in found] == [
        ("heading", "Lamps", "Lamps"), ("paragraph", "One lamp.", "Lamps"), ("heading", "Oil", "Oil"),
        ("paragraph", "Fish", "Oil"),
    ]  # fmt: skip
    assert [cite.resolve(page, "", fact.citation.pointer) for fact in found] == ["Lamps", "One lamp.", "Oil", "Fish"]


@pytest.mark.captures
def test_real_reports_have_all_their_pages(captures: Path) -> None:
    counts = {}
    with zipfile.ZipFile(captures / "risk-report-pdfs.zip") as files:
        for name in files.namelist():
            payload = files.read(name)
            found = parse(payload).facts
            counts[name] = sum(fact.kind == "page" for fact in found)
            headings = [fact for fact in found if fact.kind == "heading"]
            assert len(headings) >= 10
            for fact in (found[0], headings[-1]):
                cited = cite.resolve(payload, "application/pdf", fact.citation.pointer)
                assert " ".join(fact.raw_value.split()) in " ".join(cited.split())
    assert sorted(counts.values()) == [22, 33, 38, 40, 46]
