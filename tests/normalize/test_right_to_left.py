"""PDFs in scripts that run from right to left: lines are as they are read, and citations lead to them."""

from __future__ import annotations

import pytest
from pdfs import document, stream, text
from shaping import release

from normalize import bidi, narrative, pdf_grid
from normalize.model import Fact
from normalize.pdf_lines import Box

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


def table(names: tuple[str, ...], heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], *, ruled: bool) -> bytes:
    """A table as such a page has it: the names of rows on the right, what is printed backwards; sums of all columns
    but the names on the left."""
    places = (60, 180, 300)
    content = text(300, 760, "dcba fe gh ponm") + b"".join(
        text(x, 700 - 30 * line, said)
        for line, row in enumerate(zip((heads[0], *names), (heads[1:], *rows), strict=True))
        for x, said in zip((420, *reversed(places)), (row[0], *row[1]), strict=False)
    )
    lines = [b"%d %d m %d %d l S\n" % (50, y, 520, y) for y in range(718, 560, -30)]
    lines += [b"%d 718 m %d 568 l S\n" % (x, x) for x in (50, 170, 290, 410, 520)]
    return content + (b"".join(lines) if ruled else b"")


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("letters", [HEBREW, ARABIC], ids=["hebrew", "arabic"])
def test_the_columns_of_a_table_are_read_from_right_to_left(letters: dict[str, str], ruled: bool) -> None:
    names, numbers = (
        ("dcba", "hg fe", "kji", "nml"),
        (("1,204", "88", "12.5%"), ("77", "5", "3%"), ("640", "12", "0.4%")),
    )
    content = table(names, ("yx", "ba", "dc", "fe"), (*numbers, ("95", "7", "2%")), ruled=ruled)
    cells = [one for one in facts(content, letters) if one.kind == "cell"]
    stated = [(one.key[3:], one.raw_value, one.value) for one in cells if one.key[3] in ("1", "3")]
    assert [(place[1], said) for place, said, _ in stated] == [
        ("1", script("xy", letters)), ("2", script("ab", letters)), ("3", script("cd", letters)),
        ("4", script("ef", letters)), ("1", script("ef gh", letters)), ("2", "77"), ("3", "5"), ("4", "3%"),
    ]  # fmt: skip
    [counted] = [one for one in cells if one.raw_value == "1,204"]
    assert (counted.value, counted.labels["row"]) == (1204, f"2 {script('abcd', letters)}")
    assert counted.labels["column"] == script("ab", letters)


def test_lines_of_a_cell_and_of_its_header_stay_together() -> None:
    """The others of their rows stand in the middle."""
    content = text(300, 760, "dcba fe gh ponm") + text(180, 706, "ba") + text(180, 694, "dc")
    content += b"".join(text(x, 700, said) for x, said in ((420, "yx"), (300, "lk"), (60, "fe")))
    for top, lines in ((670, ("cba",)), (640, ("fed", "ih", "lkj")), (600, ("onm",)), (570, ("rqp", "uts"))):
        content += b"".join(text(420, top + 6 * (len(lines) - 1) - 12 * n, one) for n, one in enumerate(lines))
        content += b"".join(text(x, top, f"{x + top}") for x in (300, 180, 60))
    cells = [one for one in facts(content, HEBREW) if one.kind == "cell"]
    assert {one.labels["column"] for one in cells} == {script(one, HEBREW) for one in ("xy", "kl", "ab\ncd", "ef")}
    assert [one.raw_value for one in cells if one.key[4] == "1"] == [
        script(one, HEBREW) for one in ("xy", "abc", "def\nhi\njkl", "mno", "pqr\nstu")
    ]  # fmt: skip
    assert [one.raw_value for one in cells if one.key[4] == "4"][1:] == ["730", "700", "660", "630"]


def test_a_cell_over_several_columns_stands_in_the_first_that_is_read() -> None:
    boxes = [Box(x0=10.0 * n, top=0, x1=10.0 * n + 10, bottom=9) for n in range(4)]
    over = Box(x0=0, top=0, x1=30, bottom=9)
    assert pdf_grid.from_right(((over, None, None, boxes[3]), tuple(boxes), (None, boxes[1], None, None))) == (
        (boxes[3], over, None, None), tuple(reversed(boxes)), (None, None, boxes[1], None),
    )  # fmt: skip
