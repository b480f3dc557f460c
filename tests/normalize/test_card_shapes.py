"""Cards of other shapes than period, number and `Content Actioned on Oil`: read in one way, else reported."""

from __future__ import annotations

import itertools
import random

import pytest
from shaping import release

from normalize import card_shapes, enforcement
from normalize.model import Rejected
from normalize.page_lines import Line

URL = "https://lantern.example/reports/"
Read = list[tuple[str, str, str, str]]


def read(body: str, media_type: str = "text/html", url: str = URL) -> tuple[Read, list[str]]:
    """(service, area, metric, raw value) of each fact, and the reasons of the problems."""
    payload = f"<html><body><main>{body}</main></body></html>" if media_type == "text/html" else body
    parsed = enforcement.parse(release(payload.encode(), url, media_type))
    return [(*one.key[:3], one.raw_value) for one in parsed.facts], [one.reason for one in parsed.problems]


def box(*lines: str) -> str:
    return f"<div>{flat(*lines)}</div>"


def flat(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


OIL = "<h2>Oil</h2>"
BOTH: Read = [("", "oil", "content actioned", "35.1 million"), ("", "oil", "proactive rate", "92%")]


@pytest.mark.parametrize(
    "body",
    [
        OIL + box("Q3 2023", "35.1 million", "Content Actioned") + box("Q3 2023", "92%", "Proactive Rate"),
        OIL + flat("Q3 2023", "35.1 million", "Content Actioned", "Q3 2023", "92%", "Proactive Rate"),
        OIL + flat("Content Actioned", "Q3 2023", "35.1 million", "Proactive Rate", "Q3 2023", "92%"),
        OIL + "<h3>Q3 2023</h3>" + box("35.1 million", "Content Actioned") + box("92%", "Proactive Rate"),
        OIL
        + "<h3>Q3 2023</h3><dl><dt>Content Actioned</dt><dd>35.1 million</dd><dt>Proactive Rate</dt><dd>92%</dd></dl>",
        OIL + "<h3>Q3 2023</h3>" + flat("Content Actioned: 35.1 million", "Proactive Rate: 92%"),
        "<h2>Oil</h2><h3>Content Actioned</h3><p>Q3 2023: 35.1 million</p><h3>Proactive Rate</h3><p>Q3 2023: 92%</p>",
        OIL + box("Content Actioned in Q3 2023", "35.1 million") + box("Proactive Rate in Q3 2023", "92%"),
        box("Q3 2023", "35.1 million", "Content Actioned", "on Oil")
        + box("Q3 2023", "92%", "Proactive Rate", "on Oil"),
    ],
)
def test_cards_that_can_be_read_in_one_way_are_read(body: str) -> None:
    assert read(body) == (BOTH, [])


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        ("35.1 million pieces of content removed", ("", "oil", "pieces of content removed", "35.1 million")),
        ("35.1 million accounts banned", ("", "oil", "accounts banned", "35.1 million")),
    ],
)
def test_a_number_with_its_noun_is_read(line: str, read_as: tuple[str, str, str, str]) -> None:
    assert read(OIL + box("Q3 2023", line)) == ([read_as], [])


def test_a_number_of_things_is_that_number() -> None:
    assert read(OIL + box("Q3 2023", "35.1 million pieces", "Content Actioned on Wick")) == (
        [("", "wick", "content actioned", "35.1 million")],
        [],
    )


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Content actioned</h1><h2>Oil</h2>"
        + flat("Q3 2023", "35.1 million")
        + "<h2>Wick</h2>"
        + flat("Q3 2023", "1"),
        box("Content Actioned", "Oil", "Q3 2023", "35.1 million"),
        OIL + box("Q3 2023", "35.1 million", "Content Actioned", "Wick"),
        OIL + flat("Content removed", "Q3 2023", "35.1 million", "Content restored"),
        OIL + "<h3>Q3 2023</h3>" + flat("35.1 million", "lamps"),
        OIL + flat("Content Actioned", "Q3 2023: 35.1 million", "Q2 2023: 30.1 million"),
        flat("Q3 2023", "Q3 2023", "35.1 million", "92%", "Content Actioned on Oil", "Proactive Rate on Oil"),
        "<table><tr><td>Q3 2023</td><td>Q3 2023</td></tr><tr><td>35.1 million</td><td>92%</td></tr></table>",
        "<h1>Report for Q3 2023</h1><p>All of it.</p>" + box("35.1 million", "things"),
    ],
)
def test_a_page_that_shows_figures_and_gives_none_is_rejected(body: str) -> None:
    with pytest.raises(Rejected, match=r"nothing could be made of them: nothing tells what this number counts"):
        read(body)


def test_a_number_that_is_on_no_card_is_reported_beside_those_that_are() -> None:
    found, problems = read(OIL + box("Q3 2023", "35.1 million", "Content Actioned") + box("Q3 2023", "12", "lamps"))
    assert found == BOTH[:1]
    assert problems == ["nothing tells what this number counts, or when: '12'"]


def test_by_how_much_it_changed_is_no_figure_and_nothing_is_read_across_it() -> None:
    card = box("Content Actioned", "Q3 2023", "35.1 million", "+20% from last quarter")
    assert read(OIL + card) == (BOTH[:1], [])
    with pytest.raises(Rejected, match=r"'35\.1 million'"):
        read(OIL + box("Q3 2023", "35.1 million", "+20%", "Content Actioned"))


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Reports</h1><p>All our reports.</p>",
        "<h1>Reports</h1>" + flat("2023", "2022", "2021", "Reports for others"),
        "<h2>Q3 2023 report</h2><p>We publish it.</p><div>14</div><div>Policies on Facebook</div>",
        "<h2>Change log</h2>" + flat("24 Nov. 2021", "4 Oct. 2021", "Current version"),
        "<p>12 March 2023</p><a href='/2'>2</a><a href='/3'>3</a>",
        "<p>14</p><p>policies</p>",
    ],
)
def test_pages_without_figures_are_quiet(body: str) -> None:
    assert read(body) == ([], [])


@pytest.mark.parametrize(
    "cards",
    [
        "<h2>{}</h2>" + box("Q3 2023", "{}", "Content Actioned on Oil"),
        "<h2>Oil on {}</h2>" + box("Q3 2023", "{}", "Content Actioned"),
        "<h2>{}</h2><h3>Oil</h3>" + box("Q3 2023", "{}", "Content Actioned"),
        "<h2>Oil</h2><h3>{}</h3>" + box("Q3 2023", "{}", "Content Actioned"),
        "<h2>{}: Oil</h2>" + box("Content Actioned", "Q3 2023", "{}"),
        "<details><summary>{}</summary>" + box("Q3 2023", "{}", "Content Actioned on Oil") + "</details>",
    ],
)
@pytest.mark.parametrize("names", [("Facebook", "Instagram"), ("YouTube", "X"), ("Torch", "Candle")])
def test_the_service_is_in_the_heading_above(cards: str, names: tuple[str, str]) -> None:
    links = "".join(
        f"<a href='/reports/community-standards-enforcement/oil/{name}/'>all</a>" for name in ("torch", "candle")
    )
    body = cards.format(names[0], "35.1 million") + cards.format(names[1], "7") + "<h2>All</h2>" + links
    assert read(body)[0] == [
        (names[0].lower(), "oil", "content actioned", "35.1 million"),
        (names[1].lower(), "oil", "content actioned", "7"),
    ]


def test_the_service_of_a_heading_is_that_of_sentences_and_labels_below() -> None:
    body = "<h2>Facebook</h2><h3>Oil</h3><p>Lamps lit were 5 in Q3 2023.</p><p>We cannot estimate soot.</p>"
    body += "<h2>Instagram</h2>" + box("Q3 2023", "6", "Content removed on TikTok")
    assert read(body)[0] == [
        ("facebook", "oil", "lamps lit", "5"),
        ("facebook", "oil", "soot", "We cannot estimate soot"),
        ("tiktok", "", "content removed", "6"),
    ]


def test_headings_of_services_beside_each_other_are_tabs() -> None:
    body = "<h2>Facebook</h2><h2>Instagram</h2>" + box("Q3 2023", "6", "Content removed on Oil")
    assert read(body)[0] == [("", "oil", "content removed", "6")]


def test_a_heading_and_a_link_of_two_services_are_reported() -> None:
    link = "<a href='/reports/community-standards-enforcement/oil/instagram/'>more</a>"
    found, problems = read("<h2>Facebook</h2><div>" + flat("Q3 2023", "6", "Content removed on Oil") + link + "</div>")
    assert found == [("instagram", "oil", "content removed", "6")]
    assert problems == [
        "this card is below a heading of Facebook and leads to Instagram: it is read as one of Instagram"
    ]


def test_other_figures_under_the_same_names_are_reported_and_the_same_are_not() -> None:
    card = "<h2>{}</h2>" + box("Q3 2023", "{}", "Content Actioned on Oil")
    found, problems = read(card.format("Lamps", "35.1 million") + card.format("Torches", "3.1 million"))
    assert [raw for *_, raw in found] == ["35.1 million", "3.1 million"]
    assert problems == [" | oil | content actioned | 2023Q3 | card is '3.1 million' here, and '35.1 million' before"]
    for same in ("35.1 million", "35 million", "35,100,000"):
        assert read(card.format("Lamps", "35.1 million") + card.format("Torches", same))[1] == []


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Number of accounts removed for spam", ("spam", "number of accounts removed")),
        ("Prevalence of soot for teens", ("soot for teens", "prevalence")),
        ("Lamps lit on Oil for Lamps", ("oil for lamps", "lamps lit")),
        ("Content actioned on Spam reports", ("spam reports", "content actioned")),
    ],
)
def test_what_is_counted_is_told_from_what_it_is_of(label: str, names: tuple[str, str]) -> None:
    assert read(box("Q3 2023", "12", label))[0] == [("", *names, "12")]


def test_a_table_after_a_period_is_no_page_and_prose_is_no_table() -> None:
    table = "Q3 2022\nPolicy,Removed\nOil,35\nWick,22\n"
    assert read(table, "text/csv")[0] == [
        ("lantern ltd", "oil", "removed", "35"),
        ("lantern ltd", "wick", "removed", "22"),
    ]
    prose = "Our work, in brief\nLamps lit were 5 million in Q3 2023, as it rained.\n"
    said = "In Q2 2023, 5.1 million, or 3%, were lit.\nIn Q3 2023, 6.1 million, or 3%, were lit.\n"
    for media_type in ("text/csv", "text/plain"):
        found, problems = read(prose + said, media_type)
        assert found == [("", "", "lamps lit", "5 million")]
        assert len(problems) == 2
        with pytest.raises(Rejected, match="no usable figure"):
            read(said, media_type)


def test_cards_in_text_are_read_though_a_line_has_commas() -> None:
    text = (
        "Oil\n===\n\nQ3 2023\n\n35.1 million\n\nContent Actioned on Oil\n\nOil, soot, and wicks.\nLamps, 3, and more.\n"
    )
    assert read(text, "text/plain") == ([("", "oil", "content actioned", "35.1 million")], [])


def test_a_unit_on_a_line_of_its_own_is_not_lost() -> None:
    for unit in ("million", "%", "hours"):
        with pytest.raises(Rejected, match=r"'35\.1'"):
            read(box("Content Actioned on Oil", "Q3 2023", "35.1", unit))


def test_a_point_that_may_be_one_of_thousands_is_reported() -> None:
    found, problems = read(
        box("Q3 2023", "1.234", "Content Actioned on Oil") + box("Q3 2023", "1.234 million", "Views of Oil")
    )
    assert [raw for *_, raw in found] == ["1.234", "1.234 million"]
    assert problems == ["1.234 may be a thousand or a fraction, as numbers are written here: it has no value"]


def test_what_goes_on_after_a_label_is_part_of_it_only_where_it_names_the_area() -> None:
    with pytest.raises(Rejected, match=r"'35\.1 million'"):
        read(OIL + box("Q3 2023", "35.1 million", "Content Actioned", "of which 5 were lamps"))


METRICS = (
    "Content Actioned",
    "Proactive Rate",
    "Restored Content",
    "Accounts disabled",
    "Prevalence",
    "Number of notices",
)
AREAS = ("Oil", "Wick and soot", "Lamps: fire")
PERIODS = ("Q3 2023", "Q2 2023", "January to June 2025")
NUMBERS = ("35.1 million", "92%", "1,204", "88", "847K", "Less than 0.05%")
MORE = (
    "",
    "<p>+20% from Q2</p>",
    "<p>Learn more</p>",
    "<a href='/x'>See details</a>",
    "<p>It rained on all of us.</p>",
)


def test_hundreds_of_pages_of_cards_are_read_rightly_or_reported() -> None:
    chosen, right = random.Random(11), 0  # noqa: S311
    for _ in range(400):
        count, order = chosen.choice((1, 2, 3)), chosen.choice(list(itertools.permutations("PVL")))
        strict, headed, shape = (
            chosen.choice(both) for both in ((True, False), ("all", "each"), ("flat", "box", "nest"))
        )
        tags = chosen.choice((("p", "p", "p"), ("h4", "div", "h3"), ("h2", "h2", "h3")))
        areas, metrics = chosen.sample(AREAS, 3), chosen.sample(METRICS, 3)
        body, expected = f"<h2>{areas[0]}</h2>" * (headed == "all"), []
        for at in range(count):
            area = areas[0] if headed == "all" and not strict else areas[at]
            said = {"P": chosen.choice(PERIODS), "V": chosen.choice(NUMBERS), "L": metrics[at]}
            expected.append(("", area.lower(), metrics[at].lower(), said["V"]))
            said["L"] += f" on {area}" * strict
            tag = dict(zip("PVL", tags, strict=True))
            lines = [f"<{tag[part]}>{said[part]}</{tag[part]}>" for part in order] + [chosen.choice(MORE)]
            inner = f"{lines[0]}<div>{''.join(lines[1:])}</div>" if shape == "nest" else "".join(lines)
            body += f"<h2>{area}</h2>" * (headed == "each") + (
                inner if shape == "flat" else f"<section>{inner}</section>"
            )
        try:
            found, problems = read(body)
        except Rejected:
            continue
        assert set(found) <= set(expected), body
        assert problems or len(found) == len(expected), body
        right += len(found) == len(expected)
    assert right > 300


@pytest.mark.parametrize(
    "line",
    ["|".join(f"Q{quarter} {year}" for year in range(2021, 2026) for quarter in (1, 2, 3, 4)), f"{'Q1:' * 29}x"],
)
def test_a_line_of_many_periods_takes_no_time(line: str) -> None:
    card_shapes._kinds.cache_clear()
    list(card_shapes.parts([Line(text=line, said=line, pointer="")], ()))
    assert card_shapes._kinds.cache_info().misses < 1000


@pytest.mark.parametrize("change", ["+20%", "Down 5% from Q2 2023", "Decreased by 5%"])
def test_by_how_much_a_figure_changed_is_no_part_of_what_it_counts(change: str) -> None:
    assert read(OIL + box("Q3 2023", "35.1 million", "Content Actioned", change)) == (BOTH[:1], [])


WICK = box("Q3 2023", "35.1 million", "Content Actioned")
SOOT = box("Q3 2023", "92%", "Proactive Rate")


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Lamps</h1><h4>Wick</h4>{WICK}<h4>Soot</h4>{SOOT}",
        f"<details><summary>Wick</summary>{WICK}</details><details><summary>Soot</summary>{SOOT}</details>",
        f"<h2>Soot</h2><details><summary>Wick</summary><h3>2023</h3>{WICK}</details>{SOOT}",
        f"<h2>Soot</h2><details><summary><h3>Wick</h3></summary>{WICK}</details>{SOOT}",
    ],
)
def test_the_nearest_title_says_the_area_whatever_its_level_in_its_part_of_the_page(body: str) -> None:
    found, problems = read(body)
    assert [one[1:3] for one in found] == [("wick", "content actioned"), ("soot", "proactive rate")]
    assert problems == []


@pytest.mark.parametrize(
    "body",
    [
        f"<h2>Lamps</h2><p>Wick</p>{WICK}",
        f"<h2>Lamps</h2><p>Indoors</p>{WICK}{SOOT}<p>Outdoors</p><p>Counted by hand.</p>{WICK}",
        f"<h2>Lamps</h2><section><b>Wick</b><div>{WICK}{SOOT}</div></section>",
        "<p>Facebook</p>" + box("Q3 2023", "6", "Lamps lit on Oil"),
    ],
)
def test_a_card_below_a_text_that_may_say_what_it_is_of_is_reported(body: str) -> None:
    found, problems = read(f"{body}<h2>Oil</h2>{LIT}")
    assert [one[2] for one in found] == ["lamps lit"]
    assert len(problems) == body.count("Q3 2023")


LIT = box("Q2 2023", "7", "Lamps lit on Oil")


def test_a_text_holds_in_its_part_of_the_page_and_until_the_next_heading() -> None:
    found, problems = read(f"<div><p>Wick</p>{LIT}</div>{WICK}<div>{LIT}<p>Wick</p></div>{WICK}<h2>Soot</h2>{SOOT}")
    assert [one[2] for one in found] == [
        "lamps lit", "content actioned", "lamps lit", "content actioned", "proactive rate",
    ]  # fmt: skip
    assert problems == []
