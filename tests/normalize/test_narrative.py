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
from normalize import pdf as pdf_files
from normalize.model import Fact, Parsed, Rejected

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
        ("2 million euro", 2_000_000, None, "eur", ""), ("12", 12, None, "count", "keepers"),
    ]  # fmt: skip
    assert found[0].labels["sentence"] == "In 2024 we put out over 19,100 street lamps, 4.5% of them by hand."
    assert [fact.labels["page"] for fact in found] == ["1", "1", "2", "2"]
    for fact in parse(payload).facts:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value
    assert [fact.raw_value for fact in parse(payload).facts if fact.kind == "link"] == [
        "https://lantern.example/register"
    ]


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        (
            "12 000 posts, 1\u00a0234\u00a0567 lamps, 3’400 wicks, 1.234.567 oils",
            ["12000", "1234567", "3400", "1234567"],
        ),
        ("Between 4 and 5 million lamps, or 1.2–1.5 million", ["4000000..5000000", "1200000..1500000"]),
        ("10 to 15% of them, or 3–4%", ["10..15 percent", "3..4 percent"]),
        ("EUR 2 million, 3.5bn euros, £4 million", ["2000000 eur", "3500000000 eur", "4000000 gbp"]),
        ("a change of -3.4%, 0.5 percentage points", ["-3.4 percent", "0.5 None"]),
        ("from 5 million to 10 million lamps", ["5000000", "10000000"]),
        ("from 1 million in 2022 to 2 million in 2023", ["1000000", "2000000"]),
        ("800 to 1.2 million lamps", []),
        ("In 2024 500 lamps; 2020-2021 lamps; 12-13 May; May 12 300 lamps; 12 000-lamp houses", ["500"]),
    ],
)
def test_figures_are_whole(said: str, stated: list[str]) -> None:
    found = [fact for fact in parse(said.encode(), "text/plain").facts if fact.kind == "figure"]
    assert [_stated(fact) for fact in found] == stated


def _stated(fact: Fact) -> str:
    number = f"{fact.low:f}..{fact.high:f}" if fact.low and fact.high else f"{fact.value:f}" if fact.value else "None"
    return number if fact.unit == "count" else f"{number} {fact.unit}"


def test_plain_text_has_paragraphs_and_figures() -> None:
    payload = b"Lamps\n\nWe removed over\n19,100 lamps.\n"
    found = parse(payload, "text/plain").facts
    assert [(fact.kind, fact.raw_value) for fact in found] == [
        ("report", "Lamps"), ("paragraph", "Lamps"),
        ("figure", "over\n19,100"), ("paragraph", "We removed over\n19,100 lamps."),
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
    found = parse(page, "text/html").facts[1:]
    assert [(fact.kind, fact.raw_value, fact.labels["heading"]) for fact in found] == [
        ("heading", "Lamps", "Lamps"), ("paragraph", "One lamp.", "Lamps"), ("heading", "Oil", "Oil"),
        ("paragraph", "Fish", "Oil"),
    ]  # fmt: skip
    assert [cite.resolve(page, "", fact.citation.pointer) for fact in found] == ["Lamps", "One lamp.", "Oil", "Fish"]


def designed() -> bytes:
    """A page with a running head, two columns of text, a note and a ruled table; a page of contents before it."""
    made = FPDF(format="A4")
    made.set_auto_page_break(False)
    _framed_page(made)
    for line, title in enumerate(("Contents", "Lamps and oil 2", "Lamps by country 2", "How we count 3", "The end 3")):
        made.text(20, 30 + 10 * line, title)
    _framed_page(made)
    made.text(20, 30, "Lamps and oil")
    made.set_font("Helvetica", size=10)
    for line in range(12):
        made.text(20, 45 + 5 * line, f"left line {line} tells of the street lamps" + (" care-" if line == 4 else ""))
        made.text(110, 45 + 5 * line, f"right line {line} tells of the oil we burn" + (" fully." if line == 11 else ""))
    made.text(20, 110, "In all we lit 19,100 lamps.[1]")
    made.set_font("Helvetica", size=8)
    made.text(20, 270, "[1] Lamps that burn whale oil are not among")
    made.text(20, 274, "the 19,100 counted here.")
    _framed_page(made)
    made.set_font("Helvetica", size=10)
    made.set_xy(20, 40)
    with made.table(width=120, col_widths=(60, 60)) as table:
        for row in (("Country", "Lamps"), ("Malta", "1,204"), ("Norway", "about 90")):
            table.row(row)
    return bytes(made.output())


def _framed_page(made: FPDF) -> None:
    made.add_page()
    made.set_font("Helvetica", size=8)
    made.text(20, 10, "Lantern report on lamps")
    made.text(100, 290, f"Page {made.page}")
    made.set_font("Helvetica", size=16)


def test_columns_are_read_one_after_the_other_and_frames_left_out() -> None:
    payload = designed()
    parsed = parse(payload)
    texts = [fact for fact in parsed.facts if fact.kind == "paragraph" and fact.labels["page"] == "2"]
    said = " ".join(fact.labels["text"] for fact in texts)
    assert said.index("left line 11") < said.index("right line 0")
    assert "street lamps careleft line 5" in said  # a word that a line broke
    assert not any(word in said for word in ("Lantern report", "Page 2"))
    headings = [fact.raw_value for fact in parsed.facts if fact.kind == "heading"]
    assert headings == ["Contents", "Lamps and oil"]
    assert {fact.labels["heading"] for fact in texts} == {"Lamps and oil"}


def test_notes_and_tables_of_a_pdf() -> None:
    payload = designed()
    found = parse(payload).facts
    [note] = [fact for fact in found if fact.kind == "footnote"]
    assert note.labels["mark"] == "1"
    assert note.labels["text"].endswith("not among the 19,100 counted here.")
    cells = [fact for fact in found if fact.kind == "cell"]
    assert [(fact.labels["row"], fact.labels["column"], fact.raw_value, fact.value) for fact in cells] == [
        ("1 Country", "Country", "Country", None), ("1 Country", "Lamps", "Lamps", None),
        ("2 Malta", "Country", "Malta", None), ("2 Malta", "Lamps", "1,204", 1204),
        ("3 Norway", "Country", "Norway", None), ("3 Norway", "Lamps", "about 90", 90),
    ]  # fmt: skip
    figures = {(fact.raw_value, fact.labels["page"]) for fact in found if fact.kind == "figure"}
    assert ("19,100", "2") in figures
    for fact in found:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value, fact.citation.pointer


def test_tables_notes_figures_and_links_of_a_page() -> None:
    page = b"""<body><h1>Lamps 2024</h1><p>We lit 19,100 lamps<sup id="r1"><a href="#n1">[1]</a></sup>, see
    <a href="/oil">oil</a>.</p><table><tr><th>Land</th><th>Lamps</th></tr>
    <tr><td>Malta</td><td>4.5%<sup>1</sup></td></tr></table>
    <ol><li id="n1">Street lamps only. <a href="#r1">^</a></li></ol></body>"""
    found = parse(page, "text/html").facts
    assert [(fact.kind, fact.raw_value) for fact in found] == [
        ("report", "Lamps 2024"), ("heading", "Lamps 2024"), ("paragraph", "We lit 19,100 lamps[1], see oil."),
        ("figure", "19,100"), ("link", "/oil"), ("cell", "Land"), ("cell", "Lamps"), ("cell", "Malta"),
        ("cell", "4.5%1"), ("footnote", "Street lamps only. ^"),
    ]  # fmt: skip
    assert next(fact.value for fact in found if fact.raw_value == "4.5%1") == Decimal("4.5")
    assert next(fact.labels["mark"] for fact in found if fact.kind == "footnote") == "1"
    for fact in found:
        assert fact.raw_value in cite.resolve(page, "", fact.citation.pointer)


@pytest.mark.parametrize(
    ("said", "raw", "value"),
    [
        ("We lit 12 million<sup>3</sup> lamps.", "12 million", 12_000_000),
        ("We lit 1,204<sup>1</sup> lamps.", "1,204", 1204),
        ("We lit 7<sup><a href='#n'>1</a></sup> lamps.", "7", 7),
        ("We lit 10<sup>6</sup> lamps.", None, None),
        ("We lit the 21<sup>st</sup> lamp.", None, None),
        ("We lit 1,204<sup>a, b</sup> lamps.", "1,204", 1204),
    ],
)
def test_what_stands_raised_is_no_digit_of_a_figure(said: str, raw: str | None, value: int | None) -> None:
    table = f"<table><tr><th>Land<th>Lamps</tr><tr><td>Malta<td>{said[7:-6].replace(' lamp', '')}</tr></table>"
    found = parse(f"<h1>Lamps</h1><p>{said}</p>{table}".encode(), "text/html").facts
    figures = [(fact.raw_value, fact.value) for fact in found if fact.kind == "figure"]
    assert figures == ([] if raw is None else [(raw, value)])
    assert [fact.value for fact in found if fact.kind == "cell"][-1] == value


@pytest.mark.captures
def test_a_real_report_states_its_figures(captures: Path) -> None:
    payload = (captures.parent / "seeds" / "003_b215141800eca59a.txt").read_bytes()
    stated = {fact.raw_value: fact for fact in parse(payload, "text/plain").facts if fact.kind == "figure"}
    assert stated["over 19,100"].labels["counted"] == "group posts offering human"
    assert stated["less than 1%"].high == 1
    assert len(stated) >= 40


def some_pages(reader: pypdf.PdfReader) -> bytes:
    """The first four pages, two in the middle and the last eight: laying out all of them takes long."""
    writer, kept, count = pypdf.PdfWriter(), io.BytesIO(), len(reader.pages)
    for number in sorted({1, 2, 3, 4, 15, 19, *range(count - 7, count + 1)}):
        writer.add_page(reader.pages[number - 1])
    writer.write(kept)
    return kept.getvalue()


@pytest.mark.captures
def test_real_reports_have_their_pages_headings_and_tables(captures: Path) -> None:
    counts, tables = [], []
    with zipfile.ZipFile(captures / "risk-report-pdfs.zip") as files:
        for name in files.namelist():
            reader = pdf_files.open_reader(files.read(name))
            counts.append(len(reader.pages))
            found = parse(some_pages(reader)).facts
            tables.append(len({fact.key[1:3] for fact in found if fact.kind == "cell"}))
            assert sum(fact.kind == "page" for fact in found) >= 12
            assert sum(fact.kind == "heading" for fact in found) >= 4
    assert sorted(counts) == [22, 33, 38, 40, 46]
    assert sum(tables) == 22  # counted by hand, ten of them with rulings
    assert sorted(tables)[:2] == [0, 0]
