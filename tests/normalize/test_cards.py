"""Figures on pages: cards, trend sentences, limits, shares, and what cannot be estimated."""

from __future__ import annotations

import html
import itertools
import random
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from shaping import release

from normalize import cite, enforcement, sentences
from normalize.model import Fact

URL = "https://lantern.example/reports/community-standards-enforcement/oil/lantern/"
LINK = "https://lantern.example/reports/community-standards-enforcement/oil/torch/#actioned"
PAGE = f"""<body><nav>Q3 2023</nav><main><h1>Oil</h1>
<section><h2>Q3 2023</h2><h2>35.1 million</h2><h3>Content Actioned on Oil and Wick</h3>
<p>Content actioned fell from 51.2 million in Q2 2023 to 35.1 million in Q3 2023, as it rained.</p>
<a href="{LINK}">more</a></section>
<section><div>Q3 2023</div><div>99%</div><div>Proactive Rate on Oil</div></section>
<p>In Q3 2023, the upper limit was 0.05% for violations of our policy for oil on Lantern. That is little.</p>
<p>We estimate that false lamps represented approximately 4-5% of all lamps on Lantern during Q3 2023.</p>
<h2>Wick</h2><p>We cannot estimate this metric right now. We try.</p>
<p>We cannot estimate prevalence for soot right now.</p>
</main></body>""".encode()


def parse(payload: bytes, media_type: str = "text/html", url: str = URL) -> list[Fact]:
    """The facts, each found again where it says it is."""
    parsed = enforcement.parse(release(payload, url, media_type))
    assert not parsed.problems
    for fact in parsed.facts:
        assert fact.raw_value in cite.resolve(payload, media_type, fact.citation.pointer)
    return list(parsed.facts)


def test_everything_a_page_states_is_a_row() -> None:
    rows = {fact.key: (fact.raw_value, fact.unit) for fact in parse(PAGE)}
    assert rows == {
        ("torch", "oil and wick", "content actioned", "2023Q3", "card"): ("35.1 million", "count"),
        ("torch", "oil and wick", "content actioned", "2023Q2", "trend"): ("51.2 million", "count"),
        ("torch", "oil and wick", "content actioned", "2023Q3", "trend"): ("35.1 million", "count"),
        ("lantern", "oil", "proactive rate", "2023Q3", "card"): ("99%", "percent"),
        ("lantern", "oil", "upper limit", "2023Q3", "limit"): ("0.05%", "percent"),
        ("lantern", "false lamps", "share of all lamps", "2023Q3", "share"): ("approximately 4-5%", "percent"),
        ("lantern", "wick", "this metric"): ("We cannot estimate this metric right now", None),
        ("lantern", "soot", "prevalence"): ("We cannot estimate prevalence for soot right now", None),
    }
    limit, share = (next(fact for fact in parse(PAGE) if fact.kind == kind) for kind in ("limit", "share"))
    assert (limit.value, str(limit.high)) == (None, "0.05")
    assert (str(share.low), str(share.high), share.approximate) == ("4", "5", True)


def test_a_page_without_figures_has_no_rows_and_is_no_mistake() -> None:
    assert parse(b"<body><h1>Reports</h1><p>All our reports.</p></body>") == []


@pytest.mark.captures
@pytest.mark.parametrize("as_page", [True, False])
def test_every_card_and_trend_of_a_real_report(captures: Path, as_page: bool) -> None:
    text = (captures.parent / "seeds" / "002_0a36da16bafd7aab.txt").read_text()
    payload = text.encode()
    if as_page:
        lines = [line for line in text.splitlines() if line.strip(" =-")]
        payload = ("<body>" + "".join(f"<p>{html.escape(line)}</p>" for line in lines) + "</body>").encode()
    found = Counter(fact.kind for fact in parse(payload, "text/html" if as_page else "text/plain"))
    quarters = len(re.findall(r"^Q3 2023$", text, re.MULTILINE))
    sentences = len(re.findall(r" from \S+(?: \S+)? in Q2 2023 to ", text))
    assert (found["card"], found["trend"]) == (quarters, 2 * sentences)
    assert found["limit"] == text.count("the upper limit was")
    assert found["share"] == 1
    assert found["no_estimate"] == text.count("We cannot estimate")


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("Content actioned decreased from 51.2 million in Q2 2023 to 35.1 million in Q3 2023, as it rained.",
         [("content actioned", "2023Q2", "51.2 million"), ("content actioned", "2023Q3", "35.1 million")]),
        ("Content actioned increased from 7.2M in Q2 to 16.9M in Q3 2023.",
         [("content actioned", "2023Q2", "7.2M"), ("content actioned", "2023Q3", "16.9M")]),
        ("In Q3 2023, proactive rate fell to 92.4%, from 93.8% in Q2 2023.",
         [("proactive rate", "2023Q3", "92.4%"), ("proactive rate", "2023Q2", "93.8%")]),
        ("Prevalence was between 0.05% and 0.06% in H1 2026.", [("prevalence", "2026H1", "between 0.05% and 0.06%")]),
        ("Prevalence remained at up to 0.05% in the second half of 2025.", [("prevalence", "2025H2", "up to 0.05%")]),
        ("Appealed content rose from about 847K to more than 1.6 million between Q2 2023 and Q3 2023.",
         [("appealed content", "2023Q2", "about 847K"), ("appealed content", "2023Q3", "more than 1.6 million")]),
        ("Accounts actioned grew by 20% from 676 million (Q2 2023) to 827 million (Q3 2023).",
         [("accounts actioned", "2023Q2", "676 million"), ("accounts actioned", "2023Q3", "827 million")]),
        ("Content actioned rose 20% from Q2 2023 to Q3 2023.", []),
        ("Out of every 10,000 views in Q3 2023, no more than 5 of those views were of oil.", []),
    ],
)  # fmt: skip
def test_sentences_in_other_words(sentence: str, stated: list[tuple[str, str, str]]) -> None:
    page = f"<body><h1>Oil</h1><p>{sentence}</p></body>".encode()
    assert [(*fact.key[2:4], fact.raw_value) for fact in parse(page)] == stated
    assert all(fact.key[:2] == ("lantern", "oil") for fact in parse(page))


SUBJECTS = ("Content actioned", "The proactive rate", "Restored content", "Accounts actioned")
VERBS = ("decreased", "increased", "rose", "fell", "went down", "has grown", "dropped slightly")
NUMBERS = ("51.2 million", "847K", "93.8%", "1,234,567", "1.1 billion", "0.05%", "about 4%", "less than 0.05%", "7")
FORMS = (
    "{subject} {verb} from {was} in {before} to {now} in {after}{why}.",
    "In {after}, {subject} {verb} to {now} from {was} in {before}{why}.",
    "{subject} {verb} to {now} in {after}, compared to {was} in {before}{why}.",
    "{subject} {verb} from {was} ({before}) to {now} ({after}){why}.",
    "{subject} {verb} from {was} to {now} between {before} and {after}{why}.",
)
WHY = ("", ", due to a bug in our oil", ", as we lit 3 lamps", " because of the Digital Services Act")


def test_thousands_of_sentences_lose_no_figure() -> None:
    chosen = random.Random(7)  # noqa: S311
    for _ in range(2000):
        was, now = chosen.choice(NUMBERS), chosen.choice(NUMBERS)
        before, after = chosen.choice([("Q2 2023", "Q3 2023"), ("H1 2025", "H2 2025"), ("Q4 2022", "Q1 2023")])
        said = chosen.choice(FORMS).format(
            subject=chosen.choice(SUBJECTS), verb=chosen.choice(VERBS), was=was, now=now, before=before, after=after,
            why=chosen.choice(WHY),
        )  # fmt: skip
        [found] = sentences.find(said)
        assert {(raw, label) for raw, _, label in found.stated} == {(was, before), (now, after)}, said
        assert found.subject.lower() in {subject.lower().removeprefix("the ") for subject in SUBJECTS}


def test_a_sentence_whose_figures_have_no_clear_period_is_reported() -> None:
    page = b"<h1>Oil</h1><p>Oil burnt was 5 million, 6 million or 7 million, all across Q2 2023 and Q3 2023.</p>"
    [problem] = enforcement.parse(release(page, URL)).problems
    assert problem.reason.startswith("no figure of this sentence could be given its period")


@pytest.mark.parametrize(
    ("body", "stated", "reported"),
    [
        ("<h3>Q3 2023<sup>1</sup></h3><p>12<sup>2</sup></p><p>Lamps lit on Oil<sup>3</sup></p>",
         [("oil", "122", Decimal(12))], 0),
        ("<h3>Q3 2023</h3><p>35.1 million<sup>1</sup></p><p>Lamps lit on Oil</p>",
         [("oil", "35.1 million1", Decimal(35_100_000))], 0),
        ("<p>Lamps lit were 1.1 billion<sup>1</sup> in Q3 2023.</p>",
         [("wick", "1.1 billion", Decimal(1_100_000_000))], 0),
        ("<p>Lamps lit were 900<sup>2</sup> million in Q3 2023.</p>", [], 1),
    ],
)  # fmt: skip
def test_raised_marks_are_no_digits(body: str, stated: list[tuple[str, str, Decimal]], reported: int) -> None:
    parsed = enforcement.parse(release(f"<body><h1>Wick</h1>{body}</body>".encode(), URL))
    assert [(fact.key[1], fact.raw_value, fact.value) for fact in parsed.facts] == stated
    assert len(parsed.problems) == reported


CARD = {"period": "H1 2026", "value": "Less than 0.05%", "label": "Prevalence of Oil"}


@pytest.mark.parametrize("order", list(itertools.permutations(CARD)))
def test_cards_in_every_order_of_their_lines(order: tuple[str, ...]) -> None:
    other = {"period": "H1 2026", "value": "N/A", "label": "Content Actioned on Wick"}
    lines = "".join(f"<div>{card[part]}</div>" for card in (CARD, other) for part in order)
    found = parse(f"<body><h1>Report</h1>{lines}</body>".encode())
    assert [(fact.key, fact.raw_value, fact.high) for fact in found] == [
        (("lantern", "oil", "prevalence", "2026H1", "card"), "Less than 0.05%", Decimal("0.05")),
        (("lantern", "wick", "content actioned", "2026H1", "card"), "N/A", None),
    ]
