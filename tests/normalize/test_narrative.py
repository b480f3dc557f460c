"""Narrative reports: pages, headings and paragraphs, each leading back to its place."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
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


def test_figures_stand_in_their_sentence_with_their_place() -> None:
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=10)
    made.multi_cell(
        0, 6, "In 2024 we put out over 19,100 street lamps, 4.5% of them by hand. See section 3.2 of May 7 please."
    )
    made.add_page()
    made.multi_cell(0, 6, "Oil cost 2 million euro. We asked 12 keepers on page 7 of 2023.")
    made.cell(0, 6, "The register", link="https://lantern.example/register")
    payload = bytes(made.output())
    found = [fact for fact in parse(payload).facts if fact.kind == "figure"]
    assert [(fact.raw_value, fact.value, fact.low, fact.unit, fact.labels["counted"]) for fact in found] == [
        ("over 19,100", None, 19100, "count", "street lamps"), ("4.5%", Decimal("4.5"), None, "percent", ""),
        ("2 million", 2_000_000, None, "count", "euro"), ("12", 12, None, "count", "keepers"),
    ]  # fmt: skip
    assert found[0].labels["sentence"] == "In 2024 we put out over 19,100 street lamps, 4.5% of them by hand."
    assert [fact.labels["page"] for fact in found] == ["1", "1", "2", "2"]
    for fact in parse(payload).facts:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value
    assert [fact.raw_value for fact in parse(payload).facts if fact.kind == "link"] == [
        "https://lantern.example/register"
    ]


def test_plain_text_has_paragraphs_and_figures() -> None:
    payload = b"Lamps\n\nWe removed over\n19,100 lamps.\n"
    found = parse(payload, "text/plain").facts
    assert [(fact.kind, fact.raw_value) for fact in found] == [
        ("paragraph", "Lamps"), ("figure", "over\n19,100"), ("paragraph", "We removed over\n19,100 lamps."),
    ]  # fmt: skip
    for fact in found:
        assert fact.raw_value in cite.resolve(payload, "", fact.citation.pointer)


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
def test_a_real_report_states_its_figures(captures: Path) -> None:
    payload = (captures.parent / "seeds" / "003_b215141800eca59a.txt").read_bytes()
    stated = {fact.raw_value: fact for fact in parse(payload, "text/plain").facts if fact.kind == "figure"}
    assert stated["over 19,100"].labels["counted"] == "group posts offering human"
    assert stated["less than 1%"].high == 1
    assert len(stated) >= 40


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
