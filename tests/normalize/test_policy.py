"""Policy pages: a version as Markdown, its sections, its change log."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from shaping import release

from normalize import cite, policy
from normalize.model import Parsed, Rejected

PAGE = b"""<body><nav>Rules</nav><div><h3>Other rules</h3></div><h2>Lamps</h2><p>Lamps are <b>allowed</b>.</p>
<h3>Do not</h3><p>Do not light:</p><ul><li>oil<ul><li>of fish</li></ul></li><li>wax</li></ul>
<h3>Changelog</h3><p>Apr 28, 2022</p><p>31 January 2022</p><p>2021-02-30</p><p>Current version</p>
<footer>x</footer></body>"""


def parse(payload: bytes) -> Parsed:
    parsed = policy.parse(release(payload, "https://lantern.example/policies/lamps", "text/html"))
    for fact in parsed.facts:
        cited = cite.resolve(payload, "text/html", fact.citation.pointer)
        assert " ".join(fact.raw_value.split()) in " ".join(cited.split())
    return parsed


def test_a_page_is_a_version_with_sections_and_changes() -> None:
    found = parse(PAGE).facts
    assert [(fact.kind, fact.key[1:], fact.raw_value) for fact in found] == [
        ("version", (), "Lamps"),
        ("section", ("lamps",), "Lamps are allowed."),
        ("section", ("lamps", "do not"), "Do not light:\noil\nof fish\nwax"),
        ("section", ("lamps", "changelog"), "Apr 28, 2022\n31 January 2022\n2021-02-30\nCurrent version"),
        ("change", ("2022-04-28",), "Apr 28, 2022"),
        ("change", ("2022-01-31",), "31 January 2022"),
        ("change", ("2021-02-30",), "2021-02-30"),
    ]
    assert found[2].labels["path"] == "Lamps > Do not"
    assert found[0].labels["markdown"] == (
        "## Lamps\n\nLamps are **allowed**.\n\n### Do not\n\nDo not light:\n\n- oil\n  - of fish\n- wax\n\n"
        "### Changelog\n\nApr 28, 2022\n\n31 January 2022\n\n2021-02-30\n\nCurrent version\n"
    )


@pytest.mark.parametrize("page", [b"<p>Just a moment...</p>", b"<h1>Rules</h1>", b"<body></body>"])
def test_what_is_no_policy_is_rejected(page: bytes) -> None:
    with pytest.raises(Rejected):
        parse(page)


RICH = b"""<head><base href="/policies/"></head><body><header><h1>Lantern</h1></header><article><header><h1>Oil</h1>
</header><div>We allow <a href="whale">whale <b>oil</b></a> and <em> fish </em>oil.<br>Use <code>burn()</code>.</div>
<ul><li>One<ol start="3"><li>deep</li><li>deeper</li></ol></li><li><p>Two</p><p>more</p></li></ul>
<table><tr><th>Oil</th><th>Allowed</th></tr><tr><td>Whale</td><td>no | never</td></tr></table>
<pre>burn(\n  oil)</pre><blockquote><p>Quote</p><p>it</p></blockquote><p># no heading, 2 * 3</p></article>
<aside>Share</aside><script>x()</script></body>"""
MARKDOWN = """# Oil

We allow [whale **oil**](https://lantern.example/policies/whale) and *fish* oil.\x20\x20
Use `burn()`.

- One
  3. deep
  4. deeper
- Two

  more

| Oil | Allowed |
| --- | --- |
| Whale | no \\| never |

```
burn(
  oil)
```

> Quote
>\x20
> it

\\# no heading, 2 \\* 3
"""


def test_markdown_keeps_lists_tables_code_and_links() -> None:
    labels = parse(RICH).facts[0].labels
    assert labels["markdown"] == MARKDOWN


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<p>A <img src=/a.png alt='A lamp'>, <img src=b.png>.</p>", "A ![A lamp](https://lantern.example/a.png), ."),
        ("<p>An <del>old</del> <s>gone</s> rule</p>", "An ~~old~~ ~~gone~~ rule"),
        ("<p>1. no list</p><p>12) none</p><p>- nor this</p>", "1\\. no list\n\n12\\) none\n\n\\- nor this"),
        ("<p>__init__ of snake_case [x](y) [z] ~~a~~</p>", "\\_\\_init\\_\\_ of snake_case \\[x](y) [z] \\~~a\\~~"),
        ("<h2>Gas <a href='#gas'>¶</a></h2><p>Town gas.</p>", "## Gas\n\nTown gas."),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ("<dl><dt>Lamp</dt><dd>A light.</dd></dl>", "Lamp\n\nA light."),
        ("<details><summary>More</summary><p>Whales.</p></details>", "More\n\nWhales."),
    ],
)  # fmt: skip
def test_markdown_of_one_thing(markup: str, markdown: str) -> None:
    found = parse(f"<body><h1>Oil</h1><p>Burn.</p>{markup}</body>".encode()).facts
    assert found[0].labels["markdown"] == f"# Oil\n\nBurn.\n\n{markdown}\n"


@pytest.mark.parametrize(
    ("log", "entries"),
    [
        ("<h2>Change log</h2><h3>Mar 4, 2026</h3><p>Whales.</p><h3>2 January 2026</h3><ul><li>a<li>b</ul>",
         [("2026-03-04", "Whales."), ("2026-01-02", "a\nb")]),
        ("<h2>Update history</h2><p>2026-03-04: Whales.</p><p>And fish.</p><p>02.01.2026 - a</p>",
         [("2026-03-04", "Whales.\nAnd fish."), ("2026-01-02", "a")]),
        ("<div role=heading aria-level=3>Previous versions</div><ul><li>Effective March 4th, 2026</li></ul>",
         [("2026-03-04", "")]),
        ("<h2>What's changed</h2><table><tr><td>4 March 2026</td><td>Whales.</td></tr></table>",
         [("2026-03-04", "Whales.")]),
        ("<h2>Journal des modifications</h2><p>4 mars 2026 : baleines</p>", [("2026-03-04", "baleines")]),
        ("<h2>Stand</h2><h6>24 févr. 2022</h6><h6>4 mai 2021</h6><p>a</p><h6>3 sept. 2020</h6>",
         [("2022-02-24", ""), ("2021-05-04", "a"), ("2020-09-03", "")]),
        ("<h2>Änderungsverlauf</h2><p>Gültig ab 1. Januar 2026</p><p>Fassung vom 4.3.2025: Wale</p>",
         [("2026-01-01", ""), ("2025-03-04", "Wale")]),
        ("<h2>Change log</h2><p>March 2026 - Whales.</p><p>2025-12</p><p>Version 3.1 (4 May 2025)</p>",
         [("2026-03", "Whales."), ("2025-12", ""), ("2025-05-04", "")]),
        ("<h2>Change log</h2><p>In May we met; on 4 May 2026 we wrote.</p><p>12 lamps 2024</p>", []),
        ("<h2>Oil</h2><p>March 4, 2026</p>", []),
    ],
)  # fmt: skip
def test_the_entries_of_a_change_log_are_rows(log: str, entries: list[tuple[str, str]]) -> None:
    found = parse(f"<body><h1>Oil</h1><p>Burn.</p>{log}</body>".encode()).facts
    assert [(fact.key[1], fact.labels["text"]) for fact in found if fact.kind == "change"] == entries


@pytest.mark.parametrize(
    ("lines", "days", "unclear"),
    [
        (["04/05/2026: May or April?", "2 March 2026"], ["", "2026-03-02"], 1),
        (["04/05/2026: Whales.", "28/04/2026", "4/4/2026"], ["2026-05-04", "2026-04-28", "2026-04-04"], 0),
        (["04/05/2026", "Updated 04/28/2026"], ["2026-04-05", "2026-04-28"], 0),
        (["04/05/2026", "Updated 04-28-2026"], ["", "2026-04-28"], 1),
        (["04/28/2026: Whales.", "04.05.2026: Seals."], ["2026-04-28", "2026-05-04"], 0),
        (["4 May 2026", "Rated 4/5/10"], ["2026-05-04"], 0),
        (["04/05/2026", "28/04/2026", "04/28/2026"], ["", "2026-04-28", "2026-04-28"], 1),
        (["04/05/26: Whales.", "31/31/2026", "00/05/2026", "2026-02-30"], ["", "", "", ""], 4),
        (["04.05.2026", "4 May 26"], ["2026-05-04"], 0),
    ],
)
def test_an_unclear_date_is_kept_as_it_is_written_and_reported(lines: list[str], days: list[str], unclear: int) -> None:
    log = "".join(f"<p>{line}</p>" for line in lines)
    found = parse(f"<body><h1>Oil</h1><p>Burn.</p><h2>Change log</h2>{log}</body>".encode())
    changes = [fact for fact in found.facts if fact.kind == "change"]
    assert [fact.labels["date"] for fact in changes] == days
    assert [fact.raw_value for fact in changes] == lines[: len(days)]
    assert [bool(fact.period) for fact in changes] == [bool(day) for day in days]
    assert sum("nothing says which day is meant" in one.reason for one in found.problems) == unclear


def test_a_page_may_not_say_clearly_since_when_it_is_as_it_is() -> None:
    found = parse(b"<h1>Oil</h1><p>Last updated: 04/05/2026</p><p>Burn.</p>")
    [since] = [fact for fact in found.facts if fact.kind == "since"]
    assert (since.raw_value, since.labels["date"], since.period) == ("Last updated: 04/05/2026", "", None)
    assert [one.reason for one in found.problems] == ["nothing says which day is meant: 'Last updated: 04/05/2026'"]


@pytest.mark.parametrize("before", ["Effective 04/05/2026", "Open 1/1/24", "Rated 4/5/10", "Section 1/2/24"])
def test_the_first_clear_line_says_since_when_a_page_is_as_it_is(before: str) -> None:
    found = parse(f"<h1>Oil</h1><p>{before}</p><p>Last updated: 4 May 2026</p><p>Burn.</p>".encode())
    assert [fact.labels["date"] for fact in found.facts if fact.kind == "since"] == ["2026-05-04"]
    assert not found.problems


@pytest.mark.parametrize(
    ("line", "words", "day"),
    [
        ("Last updated: March 4, 2026", "Last updated", "2026-03-04"),
        ("Effective 4 March 2026.", "Effective", "2026-03-04"),
        ("Dernière mise à jour : 1er mars 2026", "Dernière mise à jour", "2026-03-01"),
        ("Stand: März 2026", "Stand", "2026-03"),
        ("Obowiązuje od 4 marca 2026", "Obowiązuje od", "2026-03-04"),
        ("Effective date – 4 March 2026", "Effective date", "2026-03-04"),
    ],
)
def test_a_page_says_since_when_it_is_as_it_is(line: str, words: str, day: str) -> None:
    found = parse(f"<body><h1>Oil</h1><p>{line}</p><p>Burn.</p></body>".encode()).facts
    [since] = [fact for fact in found if fact.kind == "since"]
    assert (since.raw_value, since.labels["text"], since.labels["date"]) == (line, words, day)
    assert since.period is not None


@pytest.mark.parametrize("words", ["灯" * 600, "lamps:" * 100, "é(" * 300 + "!"])
def test_long_words_before_a_date_are_read_once(words: str) -> None:
    page = f"<h1>Lamps</h1><h2>Change log</h2><p>{words}。第5条 2024年3月1日</p><p>4 March 2026: Whales.</p>"
    assert [fact.key[1] for fact in parse(page.encode()).facts if fact.kind == "change"] == ["2026-03-04"]


def test_brackets_without_an_end_are_read_in_bounds() -> None:
    opened = "[" * 100_000
    assert f"\n\n{opened}\n" in parse(f"<h1>Lamps</h1><p>{opened}</p>".encode()).facts[0].labels["markdown"]


def test_elements_nested_very_deep_are_no_trouble() -> None:
    page = b"<body><h1>Oil</h1>" + b"<div><b>" * 90 + b"deep" + b"</b></div>" * 90 + b"</body>"
    assert "deep" in parse(page).facts[0].labels["markdown"]


@pytest.mark.captures
def test_real_policies_have_sections(captures: Path) -> None:
    with zipfile.ZipFile(captures / "plain-pages.zip") as files:
        names = [name for name in files.namelist() if name.endswith(".html")]
        for name in names[:: len(names) // 6]:
            kinds = [fact.kind for fact in parse(files.read(name)).facts]
            assert kinds.count("section") >= 3


def test_a_main_heading_at_the_end_is_not_where_a_page_begins() -> None:
    rules = "<h2>Lamps</h2><p>Lamps are lit at dusk.</p><h2>Oil</h2><p>Oil is kept in jars of clay.</p>"
    parsed = parse(f"<body>{rules}<div><h1>Cookies</h1><p>We keep some.</p></div></body>".encode())
    assert [fact.key for fact in parsed.facts] == [
        ("version",), ("section", "lamps"), ("section", "oil"), ("section", "cookies"),
    ]  # fmt: skip
    assert parsed.facts[0].labels["markdown"].startswith("## Lamps\n\nLamps are lit at dusk.")


def test_a_page_that_is_shorter_than_its_menu_begins_at_its_main_heading() -> None:
    menu = "".join(
        f"<h3>Shop</h3><ul><li><a href='/{n}'>Lamps of brass and of tin, number {n}</a></li></ul>" for n in range(9)
    )
    parsed = parse(f"<body><div>{menu}</div><h1>Lamps</h1><p>Lamps are lit at dusk.</p></body>".encode())
    assert [fact.key for fact in parsed.facts] == [("version",), ("section", "lamps")]


def test_the_lines_of_a_heading_are_one() -> None:
    parsed = parse(b"<body><h1>Lamps<br>and <b>oil</b></h1><p>Lit at dusk.</p></body>")
    assert [(fact.key, fact.raw_value) for fact in parsed.facts] == [
        (("version",), "Lamps and oil"), (("section", "lamps and oil"), "Lit at dusk."),
    ]  # fmt: skip
