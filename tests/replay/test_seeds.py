"""Two real reports as pages of the portal's shape, through the portal's spider to rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape

import pytest

from fanlight import flow
from fanlight.origin.look import frame
from fanlight.origin.published import html_page
from normalize import tables
from sources.model import Contract, Follow, Politeness, Source

ROOT = "https://code.example"
SEEDS = {
    "000_affe036e2a7c3640.txt": ("/reports/instagram/8", "?chapterId=73&commitmentId=357"),
    "001_f2fb73d7ebc7e67a.txt": ("/reports/instagram/5", "?chapterId=43&commitmentId=216"),
}
HEADINGS = (("h2", r"Commitment \d+"), ("h3", r"Measure \d+\.\d+"), ("h4", r"(?:QRE|SLI) \d+\.\d+\.\d+"))
SOURCE = Source(
    title="A portal with two real reports",
    publisher="Signatories",
    start_urls=(f"{ROOT}/",),
    spider="code_portal",
    allowed_hosts=("code.example",),
    contact="mailto:test@fanlight.example",
    follow=(Follow(match=r"/reports/", role="page"),),
    family="code_report",
    politeness=Politeness(delay=0.0, max_seconds=120),
    contract=Contract(min_pages=5),
)


def markup(line):
    """A line of a report as the portal shows it."""
    tag = next((tag for tag, heading in HEADINGS if re.fullmatch(heading, line)), "p")
    return f"<{tag}>{escape(line, quote=False)}</{tag}>\n"


def page(title, body):
    return html_page(title, "", frame("Transparency Centre", '<a href="/">Reports</a>', body, "Contact")).encode()


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.fixture
def texts(captures):
    folder = captures.parent / "seeds"
    if not folder.is_dir():
        pytest.skip(f"no seed reports at {folder}")
    return {name: (folder / name).read_text(encoding="utf-8") for name in SEEDS}


@pytest.fixture
def rows(texts, replay):
    """The table that one visit to a portal with both reports ends in."""
    home = "".join(f'<li><a href="{path}">Instagram</a></li>' for path, _ in SEEDS.values())
    replay.site.show(f"{ROOT}/", page("Reports", f"<h1>Reports</h1><ul>{home}</ul>"))
    for name, (path, query) in SEEDS.items():
        link = f'<h1>Instagram</h1><p>Report</p><a href="{path}{escape(query)}">One commitment</a>'
        replay.site.show(f"{ROOT}{path}", page("Instagram", link))
        replay.site.show(f"{ROOT}{path}{query}", page("Instagram", "".join(map(markup, lines(texts[name])))))
    run = replay.visit(replay.declare(SOURCE, "portal"), datetime(2026, 4, 2, tzinfo=UTC))["run_id"]
    flow.compare("portal", run)
    flow.shape(flow.announce("portal", run)[-1])
    return tables.read("code_report").to_pylist()


@pytest.mark.captures
@pytest.mark.parametrize("name", SEEDS)
def test_every_commitment_measure_qre_and_sli_is_a_row(name, texts, rows):
    mine = [row for row in rows if SEEDS[name][0] + "?" in row["url"]]
    stated = [line for line in lines(texts[name]) if any(re.fullmatch(heading, line) for _, heading in HEADINGS)]
    found = {(row["kind"], row["code"]) for row in mine}
    expected = {(line.split()[0].lower(), line.rpartition(" ")[2]) for line in stated}
    assert expected
    assert expected == {pair for pair in found if pair[0] in ("commitment", "measure", "qre", "sli")}
    assert len({row["field"] for row in mine if row["kind"] == "question"}) == 4
    assert len([row for row in mine if row["kind"] == "signed_measures"]) == 1


@pytest.mark.captures
@pytest.mark.parametrize("name", SEEDS)
def test_no_sentence_of_a_report_is_lost(name, texts, rows):
    mine = [row for row in rows if SEEDS[name][0] + "?" in row["url"]]
    kept = " ".join(" ".join(f"{row['raw_value']} {row['question']}".split()) for row in mine)
    about = {row["service"] for row in mine} | {row["status"] for row in mine}
    heading = re.compile("|".join(heading for _, heading in HEADINGS) + r"|Report \w+ \d{4}")
    lost = [
        line
        for line in lines(texts[name])
        if not heading.fullmatch(line) and line not in about and " ".join(line.split()) not in kept
    ]
    assert lost == []
