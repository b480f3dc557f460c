"""Tables of figures on report pages: read as sheets are, each figure found again in its cell."""

from __future__ import annotations

import pytest
from shaping import release

from normalize import cite, enforcement
from normalize.model import Rejected

URL = "https://lantern.example/reports/"
ROWS = [["Oil", "1,204", "1,300"], ["Wick", "88", "-"]]


def table(header: list[str], rows: list[list[str]] = ROWS, top: str = "") -> str:
    """A table, each text a cell, or cells as they are."""
    lines = [
        "".join(f"<th>{cell}</th>" for cell in header),
        *("".join(f"<td>{cell}</td>" for cell in row) for row in rows),
    ]
    return f"<table>{top}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def read(body: str, url: str = URL) -> tuple[list[tuple[tuple[str, ...], str]], list[str]]:
    """Key and raw value of each fact, each found in the cell that it cites, and the reasons of the problems."""
    payload = f"<html><body><h1>Lamps</h1>{body}</body></html>".encode()
    parsed = enforcement.parse(release(payload, url))
    for fact in parsed.facts:
        found = cite.resolve(payload, "text/html", fact.citation.pointer)
        assert fact.raw_value in found
        assert fact.kind != "metric" or len(found) < len(fact.raw_value) + 3
    return [(one.key, one.raw_value) for one in parsed.facts], [one.reason for one in parsed.problems]


def test_periods_across() -> None:
    found, problems = read("<h2>Content removed</h2>" + table(["Policy", "Q2 2023", "Q3 2023"]))
    assert problems == []
    assert found == [
        (("lantern ltd", "oil", "content removed", "2023Q2"), "1,204"),
        (("lantern ltd", "oil", "content removed", "2023Q3"), "1,300"),
        (("lantern ltd", "wick", "content removed", "2023Q2"), "88"),
        (("lantern ltd", "wick", "content removed", "2023Q3"), "-"),
    ]


def test_the_period_and_the_service_are_in_headings_above_and_cards_are_read_as_well() -> None:
    part = "<h2>{}</h2><h3>Q3 2023</h3>" + table(["Policy", "Removed", "Restored"])
    card = "<h2>Soot</h2><div><p>Q3 2023</p><p>7</p><p>Reports on Soot</p></div>"
    found, problems = read(part.format("Facebook") + part.format("Instagram") + card)
    assert problems == []
    assert [key[:4] for key, _ in found] == [
        ("", "soot", "reports", "2023Q3"),
        *((app, area, what, "2023Q3") for app in ("facebook", "instagram") for area in ("oil", "wick")
          for what in ("removed", "restored")),
    ]  # fmt: skip


def test_merged_cells_and_marks_of_notes() -> None:
    body = (
        "<table><caption>Lamps, Q3 2023</caption><tr><th rowspan=2>Policy</th><th colspan=2>Torch</th></tr>"
        "<tr><th>Removed</th><th>Restored</th></tr><tr><td>Oil</td><td>1,204<sup>1</sup></td><td>13</td></tr>"
        "<tr><td>Wick</td><td colspan=2>88</td></tr><tr><td>Soot</td><td>see below</td><td>2</td></tr></table>"
    )
    found, problems = read(body)
    assert [(key[1:3], raw) for key, raw in found] == [
        (("oil", "removed"), "1,204"),
        (("oil", "restored"), "13"),
        (("wick", "removed"), "88"),
        (("wick", "restored"), "88"),
        (("soot", "removed"), "see below"),
        (("soot", "restored"), "2"),
    ]
    assert all(key[-1] == "column_group=torch" for key, _ in found)
    assert problems == [
        "this cell stands in 2 rows or columns of the table: it is read for each",
        "'see below' stands where a number should, and is none",
    ]


def test_a_tidy_table() -> None:
    header = ["app", "policy_area", "metric", "period", "value"]
    found, _ = read(table(header, [["Torch", "Oil", "Content Actioned", "2021Q2", "1,204"]]))
    assert found == [(("torch", "oil", "content actioned", "2021Q2"), "1,204")]


def test_a_table_without_a_period_is_rejected_and_reported_beside_others() -> None:
    bare = table(["Policy", "Removed", "Restored"])
    with pytest.raises(Rejected, match="nothing says which period"):
        read(bare)
    found, problems = read(bare + "<h2>Content removed</h2>" + table(["Policy", "Q2 2023", "Q3 2023"]))
    assert len(found) == 4
    assert problems
    assert all("nothing says which period" in reason for reason in problems)


def test_tables_that_lay_out_the_page_or_hold_words() -> None:
    card = "<table><tr><td><p>Q3 2023</p><p>7</p><p>Reports on Soot</p></td><td>Much soot</td></tr></table>"
    said = "<table><tr><td>Lamps lit were 5 in Q3 2023.</td><td>Lamps</td></tr><tr><td>a</td><td>b</td></tr></table>"
    found, problems = read(card + said)
    assert [raw for _, raw in found] == ["7", "5"]
    assert problems == []


def test_rows_of_a_name_and_a_number_below_a_period() -> None:
    body = "<h2>Oil</h2><h3>Q3 2023</h3><table><tr><th>Content actioned</th><td>35.1 million</td></tr>"
    found, problems = read(body + "<tr><th>Proactive rate</th><td>92%</td></tr></table>")
    assert [(key[1:4], raw) for key, raw in found] == [
        (("oil", "content actioned", "2023Q3"), "35.1 million"),
        (("oil", "proactive rate", "2023Q3"), "92%"),
    ]
    assert problems == []


def test_a_sentence_in_a_table_of_figures_is_reported() -> None:
    rows = [*ROWS, ["Lamps lit were 5 million in Q3 2023."]]
    found, problems = read("<h2>Content removed</h2>" + table(["Policy", "Q2 2023", "Q3 2023"], rows))
    assert len(found) == 4
    assert problems == ["a sentence in a table is not read: 'Lamps lit were 5 million in Q3 2023.'"]


def test_a_table_that_nothing_is_above_is_reported() -> None:
    payload = f"<html><body>{table(['Policy', 'Q2 2023', 'Q3 2023'])}</body></html>".encode()
    parsed = enforcement.parse(release(payload, URL))
    assert [one.reason for one in parsed.problems] == ["nothing above this table says what it counts"]


ORDERS = table(["Policy", "Orders", "Notices"])


@pytest.mark.parametrize(
    "body",
    [
        f"<h3>Orders</h3><h4>Wick</h4>{ORDERS}<h4>Soot</h4>{ORDERS}",
        f"<h3>Orders</h3><p><b>Wick</b></p>{ORDERS}<p><b>Soot</b></p><p>All were counted by hand.</p>{ORDERS}",
        f"<h3>Wick</h3><h4>Orders</h4>{ORDERS}<h3>Soot</h3><h4>Orders</h4>{ORDERS}",
        "".join(
            f"<h3>{name}</h3>{ORDERS.replace('<table>', '<table><caption>Orders</caption>')}"
            for name in ("Wick", "Soot")
        ),
    ],
)
def test_tables_are_told_apart_by_all_that_is_above_them(body: str) -> None:
    found, problems = read(f"<h2>H1 2024</h2>{body}")
    assert problems == []
    assert len({key for key, _ in found}) == len(found) == 8
    assert ["wick" in key[-1] for key, _ in found] == [True] * 4 + [False] * 4
    assert all("lamps" not in key[-1] for key, _ in found)


def test_a_service_right_above_a_table_is_that_of_it() -> None:
    found, problems = read(f"<h2>H1 2024</h2><p>Facebook</p>{ORDERS}<p>Instagram</p>{ORDERS}")
    assert problems == []
    assert [key[0] for key, _ in found] == ["facebook"] * 4 + ["instagram"] * 4
    tabs, _ = read(f"<h2>H1 2024</h2><p>Facebook</p><p>Instagram</p>{ORDERS}")
    assert {key[0] for key, _ in tabs} == {"lantern ltd"}
