"""PDFs that are broken, hostile or empty: a reason each, in bounded memory and time, and what can be read is read."""

from __future__ import annotations

import io
import itertools
import time

import pypdf
import pytest
from pdfs import document, made, packed, stream, text
from shaping import release

from normalize import apart, families, narrative_pdf
from normalize.apart import run
from normalize.model import Parsed, Rejected, Result

GOOD = stream(text(72, 700, "In 2024 we lit 19,100 street lamps."))
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "


def look(payload: bytes) -> Result:
    return families.shaped("narrative", release(payload, "https://lantern.example/report.pdf", "application/pdf"))


def shaped(payload: bytes) -> Parsed:
    result = look(payload)
    assert result.parsed is not None, result.reason
    return result.parsed


def said(parsed: Parsed) -> list[tuple[str, str]]:
    return [(one.pointer, one.reason) for one in parsed.problems]


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is outside of tests, with less memory."""
    monkeypatch.setattr(apart, "run", run)
    monkeypatch.setattr(narrative_pdf, "MOST_MEMORY", 500_000_000)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrative_pdf, "SECONDS_OF_PAGE", 1)
    monkeypatch.setattr(narrative_pdf, "SECONDS_TO_OPEN", 1)


@pytest.mark.usefixtures("own_process")
def test_a_page_that_unpacks_to_too_much_is_left_out() -> None:
    parsed = shaped(document([GOOD, packed(bytes(300_000_000)), GOOD]))
    assert said(parsed) == [("pdf:page=2", "page 2 cannot be read: it takes more memory than a report does")]
    assert [fact.labels["page"] for fact in parsed.facts if fact.kind == "figure"] == ["1", "3"]


def test_work_that_takes_too_much_is_ended() -> None:
    with pytest.raises(Rejected, match="more than 1 seconds"):
        run(sum, itertools.repeat(0), memory=500_000_000, seconds=1)
    with pytest.raises(Rejected, match="more than 300,000,000 bytes of memory"):
        run(list, itertools.repeat(0), memory=300_000_000, seconds=60)


def _forms() -> bytes:
    """Twelve forms, each of which calls the next one ten times."""
    more = {
        1000 + n: stream(
            b"/X Do " * 10, FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % (1001 + n)
        )
        for n in range(12)
    }  # fmt: skip
    return document([stream(b"/X Do"), GOOD], more=more | {1012: stream(b"0 0 m", FORM)})


def _font() -> bytes:
    """A font whose table of characters claims four thousand million of them."""
    cmap = b"begincmap 1 begincodespacerange <00> <FFFFFFFF> endcodespacerange\n1 beginbfrange\n"
    cmap += b"<00000000> <FFFFFFFF> <0041>\nendbfrange endcmap"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 1001 0 R >>"
    payload = document([GOOD], more={1000: font, 1001: stream(cmap)})
    return payload.replace(b"/F1 3 0 R /F2", b"/F1 1000 0 R /F2")


def _tree(*kids: bytes) -> bytes:
    """Page tree nodes from object 2 on, with these kids."""
    nodes = {2 + at: b"<< /Type /Pages /Kids [%b] /Count 9 >>" % one for at, one in enumerate(kids)}
    return made({1: b"<< /Type /Catalog /Pages 2 0 R >>", **nodes})


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("payload", [_forms()], ids=["forms"])
def test_a_page_that_never_ends_is_left_out(payload: bytes) -> None:
    parsed = shaped(payload)
    assert said(parsed) == [("pdf:page=1", "page 1 takes more than 1 seconds: no report does")]
    assert [fact.labels["page"] for fact in parsed.facts if fact.kind == "figure"] == ["2"]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (_tree(b"3 0 R", b"2 0 R"), "cyclic"),
        (_tree(*(b"%d 0 R " % (3 + n) * 10 for n in range(9))), "limit reached|cyclic|takes more than"),
        (_tree(b"[" * 5_000), "cannot be read"),
        (document([stream(b"[" * 100_000)]), "page 1|scanned"),
        (document([]), "no pages"),
        (document([stream(b"0 0 m")]), "none of the 1 pages has text: the PDF is scanned"),
        (document([stream(text(9, 9, "lamp ") * 50_001)]), "more than 50,000 words|takes more than"),
        (_font(), "page 1"),
        (b"%PDF-1.7\n<html><body>Please log in", "cannot be read"),
        (b"<html><body></body></html>", "cannot be read"),
    ],
    ids=["circle", "wide-tree", "brackets", "brackets-on-page", "no-pages", "scanned", "words", "font", "html", "page"],
)
def test_each_has_its_reason(payload: bytes, reason: str) -> None:
    started = time.process_time()
    with pytest.raises(Rejected, match=reason):
        narrative_pdf.read(release(payload, "https://lantern.example/report.pdf", "application/pdf"))
    assert time.process_time() - started < 10


def test_pages_that_are_only_claimed_are_not_counted() -> None:
    payload = document([GOOD]).replace(b"/Count 1", b"/Count 1000000")
    assert [fact.key for fact in shaped(payload).facts if fact.kind == "page"] == [("page", "1")]


def test_a_huge_page_is_read() -> None:
    payload = document([GOOD]).replace(b"[0 0 595 842]", b"[0 0 1000000000 1000000000]")
    assert "19,100" in [fact.raw_value for fact in shaped(payload).facts]


@pytest.mark.parametrize("cut", [0.6, 0.95])
def test_a_truncated_report_gives_what_is_there_or_its_reason(cut: float) -> None:
    payload = document([GOOD] * 4)
    result = look(payload[: int(len(payload) * cut)])
    assert result.parsed or "cannot be read" in result.reason


def test_a_broken_table_of_objects_is_rebuilt() -> None:
    payload = document([GOOD]).replace(b"0000000009 00000", b"0000000777 00000")
    assert "19,100" in [fact.raw_value for fact in shaped(payload).facts]


def test_an_empty_password_opens_it() -> None:
    writer, kept = pypdf.PdfWriter(clone_from=io.BytesIO(document([GOOD]))), io.BytesIO()
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(kept)
    assert "19,100" in [fact.raw_value for fact in shaped(kept.getvalue()).facts]


@pytest.mark.parametrize("coding", [b"/LZWDecode", b"/RunLengthDecode", b"/ASCIIHexDecode"])
@pytest.mark.usefixtures("hurried")
def test_chains_of_codings(coding: bytes) -> None:
    content = stream(b"\x80" * 50_000, b"/Filter [" + coding * 30 + b"]")
    started = time.process_time()
    parsed = shaped(document([GOOD, content]))
    assert [one.pointer for one in parsed.problems] == ["pdf:page=2"]
    assert time.process_time() - started < 10
