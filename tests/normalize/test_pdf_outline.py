"""Titles of PDFs: outlines of every kind, also broken ones; headings that only tags name; the names of pages."""

from __future__ import annotations

import pytest
from pdfs import document, stream, text
from shaping import release

from normalize import cite, narrative
from normalize.model import Fact

PAGES = [stream(text(72, 700, f"Page {number} tells of lamps.")) for number in (1, 2, 3)]  # objects 10, 12, 14


def facts(payload: bytes, kind: str) -> list[Fact]:
    parsed = narrative.parse(release(payload, "https://portal.example/report.pdf", "application/pdf"))
    found = [fact for fact in parsed.facts if fact.kind == kind]
    for fact in found:
        assert cite.resolve(payload, "", fact.citation.pointer) == fact.raw_value
    return found


def titles(payload: bytes) -> list[tuple[str, str, str]]:
    return [(one.raw_value, one.labels["level"], one.labels["page"]) for one in facts(payload, "heading")]


def outlined(*entries: bytes, catalog: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    """Three pages and an outline whose entries are objects 1001, 1002, ...; each is followed by the next one."""
    nodes = {1000: b"<< /Type /Outlines /First 1001 0 R >>"}
    for at, entry in enumerate(entries, 1001):
        following = b"/Next %d 0 R" % (at + 1) if at < 1000 + len(entries) and b"/Next" not in entry else b""
        nodes[at] = b"<< %b %b >>" % (entry, following)
    return document(PAGES, catalog=b"/Outlines 1000 0 R " + catalog, more=nodes | (more or {}))


@pytest.mark.parametrize(
    ("where", "page"),
    [
        (b"/Dest [12 0 R /Fit]", "2"),
        (b"/Dest [1 /XYZ 0 0 0]", "2"),
        (b"/A << /S /GoTo /D [14 0 R /Fit] >>", "3"),
        (b"/Dest (second)", "2"),
        (b"/A << /S /GoTo /D (third) >>", "3"),
        (b"/Dest /old", "3"),
        (b"/Dest (nowhere)", "1"),
        (b"/Dest [99 0 R /Fit]", "1"),
        (b"/A << /S /GoToR /F (other.pdf) /D [2 /Fit] >>", "1"),
        (b"/A << /S /URI /URI (https://lantern.example) >>", "1"),
        (b"", "1"),
    ],
)
def test_where_an_entry_leads(where: bytes, page: str) -> None:
    names = b"<< /Names [(second) [12 0 R /Fit] (third) << /D [14 0 R /Fit] >>] >>"
    catalog = b"/Dests << /old [14 0 R /Fit] >>" if b"/old" in where else b"/Names << /Dests 1100 0 R >>"
    payload = outlined(b"/Title (Lamps) " + where, catalog=catalog, more={1100: names})
    assert titles(payload) == [("Lamps", "1", page)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (b"(Lamps \\205 oil)", "Lamps \u2013 oil"),  # PDFDocEncoding
        (b"<FEFF004F006C0061006A0020010D00E1007300740020>", "Olaj část"),
        (b"(\xef\xbb\xbfKl\xc3\xa4rung)", "Klärung"),
        (b"<FEFF06450642062F0645062900200031>", "مقدمة 1"),
        (b"(Two\\nlines)", "Two lines"),
    ],
    ids=["pdfdoc", "utf-16", "utf-8", "arabic", "lines"],
)
def test_titles_in_every_encoding(title: bytes, expected: str) -> None:
    assert titles(outlined(b"/Dest [12 0 R /Fit] /Title " + title)) == [(expected, "1", "2")]


def test_levels_and_broken_entries() -> None:
    payload = outlined(
        b"/Title (One) /Dest [10 0 R /Fit] /First 1005 0 R",
        b"/Title 17 /Dest 5",
        b"/Dest [12 0 R /Fit]",
        b"/Title (Three) /Dest [14 0 R /Fit] /Next 1001 0 R",
        b"/Title (Inside) /Dest [12 0 R /Fit] /First 1005 0 R",
    )
    assert titles(payload) == [("One", "1", "1"), ("Inside", "2", "2"), ("17", "1", "2"), ("Three", "1", "3")]


def tag(role: bytes, page: int, *marks: int) -> bytes:
    numbers = b" ".join(b"%d" % mark for mark in marks)
    return b"<< /Type /StructElem /S /%b /Pg %d 0 R /K [%b] >>" % (role, page, numbers)


def test_headings_that_only_tags_name() -> None:
    def marked(*texts: bytes) -> bytes:
        return stream(b"".join(b"/P << /MCID %d >> BDC\n%b EMC\n" % pair for pair in enumerate(texts)))

    first = marked(
        text(72, 700, "Our lamps"), text(72, 680, "We lit 19,100 lamps."), text(72, 650, "in large", size=20)
    )
    second = marked(text(72, 700, "Oil"), text(72, 680, "Oil burns."))
    root = b"<< /Type /StructTreeRoot /RoleMap << /Ueberschrift /H2 >> /K [1001 0 R 1002 0 R 1003 0 R 1004 0 R] >>"
    root = root.replace(b"1002 0 R 1003", b"1002 0 R 1005 0 R 99999 0 R 1003")  # one is broken, one is not there
    nested = b"<< /S /Sect /Pg 12 0 R /K << /S /Ueberschrift /K << /Type /MCR /Pg 12 0 R /MCID 0 >> >> >>"
    elements = {
        1001: tag(b"H1", 10, 0),
        1002: tag(b"P", 10, 1, 2),
        1003: nested,
        1004: tag(b"P", 12, 1),
        1005: b"<< /S /H1 /K <<",
    }
    payload = document([first, second], catalog=b"/StructTreeRoot 1000 0 R", more={1000: root, **elements})
    assert titles(payload) == [("Our lamps", "1", "1"), ("Oil", "2", "2")]
    assert [one.labels["heading"] for one in facts(payload, "figure")] == ["Our lamps"]


def test_what_stands_under_a_title_of_the_outline() -> None:
    page = b"".join(
        text(72, 700 - 40 * at, said) for at, said in enumerate(("1 lamp", "1. Oil", "2 lamps", "Gas", "3 lamps"))
    )
    entries = {
        1000: b"<< /Type /Outlines /First 1001 0 R >>",
        1001: b"<< /Title (Oil) /Dest [12 0 R /Fit] /Next 1002 0 R >>",
    }
    entries[1002] = b"<< /Title (Gas) /Dest [12 0 R /Fit] >>"
    payload = document([stream(page)] * 2, catalog=b"/Outlines 1000 0 R", more=entries)
    stated = [(one.labels["page"], one.raw_value, one.labels["heading"]) for one in facts(payload, "figure")]
    assert stated == [
        ("1", "1", ""), ("1", "2", ""), ("1", "3", ""), ("2", "1", ""), ("2", "2", "Oil"), ("2", "3", "Gas"),
    ]  # fmt: skip


def test_headings_of_one_look_rank_by_their_numbers() -> None:
    said = ("1. Lamps", "1.1 Oil", "1.1.1 Whale oil", "2. Gas", "2.1 Town gas", "Annex")
    page = b"".join(
        text(72, 760 - 60 * at, title, bold=True) + text(72, 740 - 60 * at, "We lit many lamps in the streets.")
        for at, title in enumerate(said)
    )
    found = titles(document([stream(page)]))
    assert [(title, level) for title, level, _ in found] == list(zip(said, "123121", strict=True))


def test_pages_have_their_own_names() -> None:
    payload = document(PAGES, catalog=b"/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 1 >>] >>")
    assert [(one.labels["page"], one.labels["page_label"]) for one in facts(payload, "page")] == [
        ("1", "i"), ("2", "ii"), ("3", "1"),
    ]  # fmt: skip
    plain = facts(document(PAGES, catalog=b"/PageLabels 7"), "page")
    assert [one.labels["page_label"] for one in plain] == ["", "", ""]
