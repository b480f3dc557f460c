"""Figures on pages: cards, trend sentences, limits, shares, and what cannot be estimated."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from shaping import release

from normalize import cite, enforcement
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
