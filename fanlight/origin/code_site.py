"""The demo's code portal, `code.example`: home page, report pages, commitment pages, text and JSON views."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from fanlight.origin.code_data import MONTHS, Commitment, Report
from fanlight.origin.code_pages import CHAPTERS, chapter_of, commitment_markup, json_text, query
from fanlight.origin.code_reports import reports
from fanlight.origin.http import Reply, reply
from fanlight.origin.look import STYLE, frame
from fanlight.origin.published import Answer, Edition, Published, Setting, asset, html_page, robots

SOURCE = "demo_code"
HOST = "code.example"
ROOT = f"https://{HOST}"
INTRODUCTION = "<h1>The Code</h1>\n<p>Signatories promise, report twice a year, and let others check.</p>"


def published(edition: Edition) -> Iterator[Published]:
    """Everything that the portal has in that edition."""
    listed = reports(edition)
    yield robots(HOST)
    yield _home(listed)
    yield asset(f"{ROOT}/introduction-to-the-code", _page("The Code", INTRODUCTION))
    for report in listed:
        yield _report_page(report)
        yield from (_commitment_page(report, commitment) for commitment in report.commitments)
        yield _json(report)
        yield asset(f"{ROOT}{report.path}/text", _page(f"{report.service} {MONTHS[report.wave]}", _text(report)))


def _page(title: str, body: str) -> Answer:
    """A page of the portal, with what changes at every request: a script nonce, a form token, a component id."""

    def answer(setting: Setting) -> Reply:
        head = (
            f'<meta name="csrf-token" content="{setting.token()}">\n{STYLE}\n'
            f'<script nonce="{setting.token()}">window.portal = {{page: "{setting.token()}"}}</script>'
        )
        links = '<a href="/">Reports</a><a href="/introduction-to-the-code">The Code</a>'
        foot = f"Run by its signatories. Last updated {setting.months}."
        inner = f'<div wire:id="{setting.token()}">{body}</div>'
        return reply(html_page(title, head, frame("Transparency Centre", links, inner, foot)))

    return answer


def _home(listed: tuple[Report, ...]) -> Published:
    waves = sorted({report.wave for report in listed}, reverse=True)
    parts = "".join(_wave(wave, [report for report in listed if report.wave == wave]) for wave in waves)
    body = f"<h1>Reports of the signatories</h1>\n<p>What signatories say they did, twice a year.</p>\n{parts}"
    return Published(
        url=f"{ROOT}/", source=SOURCE, role="page", answer=_page("Transparency Centre", body), substance=body
    )


def _wave(wave: int, listed: list[Report]) -> str:
    items = "".join(f'<li><a href="{report.path}">{escape(report.service)}</a></li>\n' for report in listed)
    return f"<h2>Reports of {MONTHS[wave]}</h2>\n<ul>\n{items}</ul>\n"


def _report_page(report: Report) -> Published:
    head = (
        f'<h1>{escape(report.service)}</h1>\n<p>Report {MONTHS[report.wave]} <span class="status">Submitted</span></p>'
    )
    items = "".join(_contents_line(report, commitment) for commitment in report.commitments)
    view = f'<p class="soft"><a href="{report.path}/text">View the whole report as text</a></p>'
    body = f"{head}\n<h2>Commitments</h2>\n<ul>\n{items}</ul>\n{view}"
    title = f"{report.service} {MONTHS[report.wave]}"
    return Published(url=f"{ROOT}{report.path}", source=SOURCE, role="page", answer=_page(title, body), substance=body)


def _contents_line(report: Report, commitment: Commitment) -> str:
    chapter = CHAPTERS[chapter_of(commitment.number)][1]
    link = f"{report.path}{escape(query(report, commitment))}"
    return f'<li>{chapter}: <a href="{link}">Commitment {commitment.number}</a></li>\n'


def _commitment_page(report: Report, commitment: Commitment) -> Published:
    back = f'<p class="soft"><a href="{report.path}">{escape(report.service)}</a></p>'
    head = f'<h1>{escape(report.service)}</h1>\n<p>Report {MONTHS[report.wave]}</p>\n<p class="status">Submitted</p>'
    body = f"{back}\n{head}\n{commitment_markup(report, commitment)}"
    return Published(
        url=f"{ROOT}{report.path}{query(report, commitment)}",
        source=SOURCE,
        role="page",
        answer=_page(f"{report.service}: Commitment {commitment.number}", body),
        substance=body,
    )


def _json(report: Report) -> Published:
    def answer(setting: Setting) -> Reply:
        return reply(json_text(report, setting.edition), "application/json")

    url = f"{ROOT}{report.path}/json"
    return Published(url=url, source=SOURCE, role="document", answer=answer, substance=repr(report))


def _text(report: Report) -> str:
    """The whole report on one page; this view drops every yes and no."""
    parts = "".join(commitment_markup(report, commitment) for commitment in report.commitments)
    for dropped in ("<p>Yes</p>", "<p>No</p>"):
        parts = parts.replace(dropped, "")
    return f"<h1>{escape(report.service)}</h1>\n<p>Report {MONTHS[report.wave]}</p>\n{parts}"


def urls_of(report: Report, commitment: int) -> tuple[str, ...]:
    """Where the answers to a commitment (its number) are published: its page and the report's JSON."""
    pages = (f"{ROOT}{report.path}{query(report, one)}" for one in report.commitments if one.number == commitment)
    return (*pages, f"{ROOT}{report.path}/json")
