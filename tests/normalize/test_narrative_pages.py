"""Long web pages and plain text: however they are built, nothing of them is left out silently."""

from __future__ import annotations

import time

import pytest
from shaping import release

from normalize import cite, narrative
from normalize.model import Fact, Parsed, Rejected


def parse(payload: bytes, media_type: str = "text/html") -> Parsed:
    return narrative.parse(release(payload, "https://lantern.example/report", media_type))


def of(kind: str, parsed: Parsed) -> list[Fact]:
    return [fact for fact in parsed.facts if fact.kind == kind]


@pytest.mark.parametrize("opened", [b"<div>", b"<font color=red><b>"])
def test_a_page_that_closes_nothing_is_read_to_its_end(opened: bytes) -> None:
    page = b"".join(opened + b"<p>We lit %d,000 lamps.</p>" % number for number in range(1, 401))
    figures = of("figure", parse(b"<body>" + page + b"</body>"))
    assert [fact.value for fact in figures] == [1000 * number for number in range(1, 401)]


def test_what_follows_a_very_long_text_is_read() -> None:
    page = b"<body><p>We lit 12 lamps.</p><script>" + b"x " * 6_000_000 + b"</script><p>We lit 15 lamps.</p></body>"
    assert [fact.value for fact in of("figure", parse(page))] == [12, 15]


@pytest.mark.parametrize(
    "page",
    [b"<div>x " * 100_000, b"<b>x " * 3_000, b"<div>" * 2_000 + b"<p>x</p>" * 60_000],
    ids=["boxes", "bold", "many at the bottom"],
)
def test_a_page_that_is_nested_too_deep_is_rejected(page: bytes) -> None:
    with pytest.raises(Rejected, match="deep"):
        parse(b"<body><p>We lit 12 lamps.</p>" + page + b"<p>We lit 15 lamps.</p></body>")


def test_each_link_of_a_page_is_stated_once() -> None:
    page = b"""<body><nav><a href="/home">Home</a></nav><header><a href="/"><img></a></header><main><h1>Lamps</h1>
    <div>See <a href="/div">this</a>. <a href="#note">1</a>
    <p>And <a href="/p">that</a>.</p>Or <a href="/tail">so</a></div>
    <ul><li><a href="/one">One</a><ul><li><a href="/deep">Deep</a></li></ul></li></ul>
    <a href="/card"><div><p>A card</p></div></a>
    <table><tr><td>Malta</td><td><a href="/malta.csv">1,204</a></td></tr><tr><td>Norway</td><td>90</td></tr></table>
    <a href="/picture"><img></a></main></body>"""
    links = of("link", parse(page))
    assert [fact.raw_value for fact in links] == [
        "/div", "/p", "/tail", "/one", "/deep", "/card", "/malta.csv", "/picture",
    ]  # fmt: skip
    assert len({fact.key for fact in links}) == len(links)
    for fact in links:
        assert cite.resolve(page, "", fact.citation.pointer) == fact.raw_value


def test_links_alone_are_no_report() -> None:
    with pytest.raises(Rejected, match="no text"):
        parse(b"<body><a href='/'><img></a></body>")


@pytest.mark.parametrize(
    ("page", "media_type"),
    [
        ("We lit 12 lamps. " * 400_000, "text/plain"),
        ("<body>" + "We lit 12 lamps. " * 400_000, "text/html"),
        ("<table>" + "<tr><td>Malta and Norway<td>1,204</tr>" * 300_000, "text/html"),
    ],
    ids=["text", "page", "table"],
)
def test_what_is_too_long_for_a_report_is_rejected(page: str, media_type: str) -> None:
    with pytest.raises(Rejected, match="too long for a report"):
        parse(page.encode(), media_type)


def test_notes_of_a_long_page_take_no_longer_the_longer_it_is() -> None:
    page = "We lit 12 lamps <a href='#n'>1</a>.<br>" * 15_000 + "<p id='n'>1 All of them.</p>"
    started = time.process_time()
    found = parse(f"<body>{page}</body>".encode())
    assert time.process_time() - started < 8
    assert [fact.labels["mark"] for fact in of("footnote", found)] == ["1"]
