"""Tables of PDFs that no rulings draw: found by their columns; what only looks like one is none."""

from __future__ import annotations

import pytest
from pdfs import document, stream, text
from shaping import release

from normalize import narrative, pdf_page
from normalize.model import Fact

COLUMNS = (72, 250, 400)
HEAD = ("Country", "Lamps", "Oil")
BODY = (("Malta", "1,204", "3%"), ("Norway", "90", "4%"), ("Iceland", "7", "12%"), ("France", "12,000", "1.5%"))
PROSE = "Lamps were lit in every street of the town, and nobody counted them twice, said all of the keepers."
SIDE = "left column words that tell of the lamps in town"


def rows(
    cells: tuple[tuple[str, ...], ...], *, top: float = 700, step: float = 18, at: tuple[int, ...] = COLUMNS
) -> bytes:
    return b"".join(
        text(x, top - step * line, said)
        for line, row in enumerate(cells)
        for x, said in zip(at, row, strict=False)
        if said
    )


def prose(top: float, lines: int = 4, *, x: float = 72, said: str = PROSE) -> bytes:
    return b"".join(text(x, top - 14 * line, said) for line in range(lines))


def right() -> bytes:
    """Numbers set flush right."""
    return rows(tuple((row[0],) for row in (HEAD, *BODY))) + b"".join(
        text(x - 5 * len(said), 700 - 18 * line, said)
        for line, row in enumerate((HEAD, *BODY))
        for x, said in zip((300, 400), row[1:], strict=True)
    )


def found(*contents: bytes) -> list[list[list[str]]]:
    page = pdf_page.read(pdf_page.opened(document([stream(b"".join(contents))])), 1)
    return [[[page.text(box) if box else "" for box in row] for row in table] for table in page.tables]


TABLE = [list(row) for row in (HEAD, *BODY)]
GAPS = (HEAD, ("Malta", "1,204", "3%"), ("Norway", "", "4%"), ("Iceland", "7"), ("France", "12,000", "1.5%"))
GROUPS = (HEAD, ("South",), *BODY[:2], ("North",), *BODY[2:])
RISING = (("Malta", "1,204", "3"), ("Norway", "90", "4"), ("Iceland", "7", "12"), ("France", "12,000", "15"))
LARGE = (("Malta", "120"), ("Norway", "904"), ("Iceland", "1007"), ("France", "12000"))
HAIRLINES = b"".join(b"72 %d m 500 %d l S\n" % (y, y) for y in range(712, 600, -18))
FILLS = b"".join(b"0.9 g 72 %d 430 18 re f 0 g\n" % y for y in range(694, 600, -36))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (prose(780) + rows((HEAD, *BODY)) + prose(560), [TABLE]),
        (right(), [TABLE]),
        (rows((HEAD, *BODY), step=12), [TABLE]),
        (rows(BODY), [TABLE[1:]]),
        (rows(RISING), [[list(row) for row in RISING]]),
        (rows(LARGE), [[list(row) for row in LARGE]]),
        (rows((HEAD, *BODY)) + prose(600, 1) + rows((HEAD, *BODY), top=570), [TABLE, TABLE]),
        (HAIRLINES + rows((HEAD, *BODY)), [TABLE]),
        (FILLS + rows((HEAD, *BODY)), [TABLE]),
        (rows(GAPS), [[[*row, "", ""][:3] for row in GAPS]]),
        (rows(GROUPS), [[[*row, "", ""][:3] for row in GROUPS]]),
        (
            prose(760, 40, x=50, said=SIDE) + prose(760, 10, x=320, said=SIDE)
            + rows((HEAD, *BODY), top=600, at=(320, 430, 490)) + prose(500, 10, x=320, said=SIDE),
            [TABLE],
        ),
    ],
    ids=["plain", "right", "dense", "no-head", "rising", "large", "two", "hairlines", "fills", "gaps", "groups",
         "in-a-column"],
)  # fmt: skip
def test_a_table_is_found(content: bytes, expected: list[list[list[str]]]) -> None:
    assert found(content) == expected


CARDS = (("Lamps", "Oil", "Gas"), ("12%", "13%", "14%"))
CONTENTS = (("1", "Lamps", "3"), ("2", "Oil", "5"), ("3", "Gas", "9"), ("4", "The end", "12"))
CHART = (
    b"".join(text(60, 700 - 40 * at, str(100 - 20 * at)) for at in range(6))
    + b"".join(text(100 + 60 * at, 480, month) for at, month in enumerate(("Jan", "Feb", "Mar", "Apr", "May")))
    + b"".join(text(110 + 60 * at, 520 + 23 * at, str(10 + 7 * at)) for at in range(5))
)


@pytest.mark.parametrize(
    "content",
    [
        prose(700, 20, x=50, said=SIDE) + prose(700, 20, x=320, said=SIDE),
        rows(CONTENTS, at=(72, 100, 480)),
        rows(
            (("1.1", "Lamps", "3"), ("1.2", "Oil", "1 4"), ("1.3", "Gas", "19"), ("1.4", "The end", "2 6")),
            at=(72, 100, 480),
        ),
        rows((("1.", "lamps of oil"), ("2.", "lamps of gas"), ("3.", "none"), ("4.", "12 lamps")), at=(72, 90)),
        rows((("4.2.1", SIDE), ("4.2.2", SIDE), ("4.2.3", SIDE), ("4.2.4", SIDE)), at=(72, 120)),
        rows(CARDS),
        CHART,
        rows((("Name", "Lantern Ltd"), ("Address", "Main street 5"), ("Contact", "the keeper"), ("Tongue", "Welsh"))),
    ],
    ids=["columns", "contents", "digits", "list", "numbered", "cards", "chart", "form"],
)
def test_what_only_looks_like_a_table_is_none(content: bytes) -> None:
    assert found(content) == []


@pytest.mark.parametrize("middle", [0, 6])
def test_cells_have_several_lines(middle: int) -> None:
    """Those beside them stand at their top, or in their middle."""
    content = text(72, 700, "Country") + text(250, 700, "What") + text(450, 700, "Lamps")
    for top, country, lamps in ((680, "Malta", "12"), (640, "Norway", "90"), (600, "Iceland", "7")):
        content += text(250, top, "street lamps of oil") + text(250, top - 12, "and of gas")
        content += text(72, top - middle, country) + text(450, top - middle, lamps)
    long = "street lamps of oil\nand of gas"
    assert found(content) == [
        [["Country", "What", "Lamps"], ["Malta", long, "12"], ["Norway", long, "90"], ["Iceland", long, "7"]]
    ]


def cells(*contents: bytes) -> list[Fact]:
    payload = document([stream(content) for content in contents])
    parsed = narrative.parse(release(payload, "https://portal.example/report.pdf", "application/pdf"))
    return [fact for fact in parsed.facts if fact.kind == "cell"]


def test_a_name_above_several_columns_is_part_of_theirs() -> None:
    head = text(270, 718, "Lamps in 2024") + text(250, 700, "first half") + text(400, 700, "second half")
    stated = {fact.raw_value: fact.labels["column"] for fact in cells(prose(780, 2) + head + rows((("",), *BODY)))}
    assert stated["Malta"] == ""
    assert (stated["1,204"], stated["3%"]) == ("Lamps in 2024 first half", "Lamps in 2024 second half")


def test_a_table_goes_on_over_the_page() -> None:
    first, second = prose(780) + rows((HEAD, *BODY)), rows(BODY, top=780) + prose(600)
    stated = [fact for fact in cells(first, second) if fact.raw_value == "1,204"]
    assert [(fact.labels["page"], fact.labels["continues"], fact.labels["column"]) for fact in stated] == [
        ("1", "", "Lamps"), ("2", "1/1", "Lamps"),
    ]  # fmt: skip
    apart = [fact for fact in cells(first + prose(600), second) if fact.raw_value == "1,204"]
    assert [fact.labels["continues"] for fact in apart] == ["", ""]


def test_raised_marks_are_no_digits_of_the_number() -> None:
    marks = text(276, 686, "1", size=6) + text(262, 668, "*", size=6)
    stated = {fact.raw_value: fact.value for fact in cells(marks + rows((HEAD, *BODY)))}
    assert (stated["1,204 1"], stated["90 *"], stated["7"]) == (1204, 90, 7)


def test_raised_figures_of_powers_are_no_marks() -> None:
    body = (("Country", "Lamps", "Oil"), ("Malta", "10", "12 m"), ("Norway", "90", "40"), ("Iceland", "7", "5"))
    marks = text(262, 686, "6", size=6) + text(422, 686, "2", size=6) + text(262, 668, "1", size=6)
    stated = {fact.raw_value: fact.value for fact in cells(marks + rows(body))}
    assert {raw: value for raw, value in stated.items() if " " in raw} == {"10 6": None, "12 m 2": None, "90 1": 90}
