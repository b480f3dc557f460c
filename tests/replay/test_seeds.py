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
SIGNED = r"Measure \d+\.\d+(?: Measure \d+\.\d+)+"
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


def check_headings(text, rows):
    """Every commitment, measure, QRE and SLI that the text names is a row, and no other is."""
    named = [line for line in lines(text) if any(re.fullmatch(heading, line) for _, heading in HEADINGS)]
    expected = {(line.split()[0].lower(), line.rpartition(" ")[2]) for line in named}
    found = {(row["kind"], row["code"]) for row in rows if row["kind"] in ("commitment", "measure", "qre", "sli")}
    assert found == expected != set()
    assert len({row["field"] for row in rows if row["kind"] == "question"}) == 4
    signed = next(line for line in lines(text) if re.fullmatch(SIGNED, line))
    told = " ".join(row["raw_value"] for row in rows if row["kind"] == "signed_measures")
    assert re.findall(r"\d+\.\d+", told) == re.findall(r"\d+\.\d+", signed)


def check_sentences(text, rows):
    """No line of the text is lost: it is in a row, or one of the labels that every row has."""
    kept = " ".join(" ".join(f"{row['raw_value']} {row['question']}".split()) for row in rows)
    about = {row["service"] for row in rows} | {row["status"] for row in rows}
    heading = re.compile("|".join([*(heading for _, heading in HEADINGS), SIGNED, r"Report \w+ \d{4}"]))
    lost = [
        line
        for line in lines(text)
        if not heading.fullmatch(line) and line not in about and " ".join(line.split()) not in kept
    ]
    assert lost == []


@pytest.mark.captures
def test_every_part_and_every_sentence_of_both_reports_is_in_a_row(texts, rows):
    for name, (path, query) in SEEDS.items():
        mine = [row for row in rows if row["url"] == f"{ROOT}{path}{query}"]
        check_headings(texts[name], mine)
        check_sentences(texts[name], mine)
