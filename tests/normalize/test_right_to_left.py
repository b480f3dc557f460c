"""PDFs in scripts that run from right to left: lines are as they are read, and citations lead to them."""

from __future__ import annotations

import pytest
from pdfs import document, stream, text
from shaping import release

from normalize import bidi, narrative
from normalize.model import Fact

# What small letters stand for in a font of ours, which is printed from left to right like any other.
HEBREW = {chr(ord("a") + n): chr(0x05D0 + n) for n in range(26)}
ARABIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمني", strict=True))


def font(letters: dict[str, str]) -> dict[int, bytes]:
    """The font of the pages, of which the small letters are those of another script."""
    lines = b"".join(b"<%02X> <%04X>\n" % (ord(code), ord(letter)) for code, letter in letters.items())
    cmap = (
        b"/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        b"%d beginbfchar\n%bendbfchar\nendcmap\nend" % (len(letters), lines)
    )
    named = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Lamp /Encoding /WinAnsiEncoding /ToUnicode 1001 0 R "
        b"/FirstChar 32 /LastChar 126 /Widths [%b] >>" % (b"500 " * 95)
    )
    return {3: named, 1001: stream(cmap)}


def script(said: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(char, char) for char in said)


def facts(content: bytes, letters: dict[str, str]) -> list[Fact]:
    payload = document([stream(content)], more=font(letters))
    return list(narrative.parse(release(payload, media_type="application/pdf")).facts)


@pytest.mark.parametrize("letters", [HEBREW, ARABIC], ids=["hebrew", "arabic"])
def test_lines_of_a_pdf_are_in_the_order_they_are_read(letters: dict[str, str]) -> None:
    lines = text(72, 700, "dcba :kj") + text(72, 686, "Q3 2024 fe 1,204 dcba")
    found = facts(lines, letters)
    [paragraph] = [one for one in found if one.kind == "paragraph"]
    assert paragraph.raw_value == script("jk: abcd\nabcd 1,204 ef Q3 2024", letters)
    assert [(one.raw_value, one.value) for one in found if one.kind == "figure"] == [("1,204", 1204)]


def test_columns_are_read_from_right_to_left() -> None:
    """Where they are of such a script."""
    line = "fedcba mlkj utsr ponm dcba gfedc"
    lines = b"".join(
        text(x, 700 - 14 * n, f"{line} {name}{n}") for x, name in ((60, "L"), (320, "R")) for n in range(9)
    )
    [page] = [one for one in facts(lines, HEBREW) if one.kind == "page"]
    assert [one.split()[0] for one in page.raw_value.splitlines()] == [f"{name}{n}" for name in "RL" for n in range(9)]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("םלוע םולש", "שלום עולם"), ("(5%) דחא", "אחד (5%)"),
        ("דחא 2024-01-02 םינש", "שנים 2024-01-02 אחד"), ("[הרעה] Lantern Ltd דחא", "אחד Lantern Ltd [הערה]"),
        ("%5 ةبسن", "نسبة 5%"), ("مت 12/03/2024 يف", "في 12/03/2024 تم"), ("مﻼﺳ", "سلام"),
        ("Lamps (5%)", "Lamps (5%)"), ("Öl – 5 %", "Öl – 5 %"), ("", ""),
    ],
)  # fmt: skip
def test_numbers_latin_words_and_brackets_stay(printed: str, read: str) -> None:
    assert bidi.logical(printed, right_to_left=True) == read


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("In 2024 םלוע םולש was lit", "In 2024 שלום עולם was lit"), ("Arabic ةيبرعلا 12", "Arabic العربية 12"),
        ("Hebrew (תירבע) 1,204", "Hebrew (עברית) 1,204"), ("1. Hebrew תירבע", "1. Hebrew עברית"),
        ("םולש םלוע: Hebrew 5", "עולם שלום: Hebrew 5"),
    ],
)  # fmt: skip
def test_lines_of_other_pages_keep_their_order(printed: str, read: str) -> None:
    assert bidi.logical(printed) == read


def test_a_page_says_which_way_its_lines_run() -> None:
    content = text(72, 700, "LANGUAGES OF LAMPS") + text(72, 686, "HEBREW dcba 1,204") + text(72, 672, "ARABIC fe 12")
    [paragraph] = [one for one in facts(content, HEBREW) if one.kind == "paragraph"]
    assert paragraph.raw_value.splitlines()[1:] == [script("HEBREW abcd 1,204", HEBREW), script("ARABIC ef 12", HEBREW)]
