"""The demo's lists of documents: human rights reports, a static legal page, and a list drawn by script."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs

from fanlight.origin.http import Reply, etagged, reply
from fanlight.origin.list_data import AT_A_GLANCE, REPORT_2023, RISKS, USERS, half_year, report_2024, search_report
from fanlight.origin.look import STYLE, frame
from fanlight.origin.pdf import Document, pdf_bytes
from fanlight.origin.published import Edition, Published, Setting, asset, file_reply, html_page, robots, script

RIGHTS_SOURCE, FRUIT_SOURCE, SEARCH_SOURCE = "demo_human_rights", "demo_dsa", "demo_lists"
RIGHTS = "https://humanrights.social.example"
FRUIT = "https://legal.fruit.example"
SIGNED = "https://files.fruitcdn.example/dsa/risk-assessment-2025.pdf"
SEARCH = "https://report.search.example"
STORAGE = "https://storage.search.example/report-downloads"
SEARCH_DATA = f"{SEARCH}/transparencyreport/api/v3/shareddata/pdf/allfilepaths"
Listed = tuple[tuple[str, str], ...]


def published(edition: Edition) -> Iterator[Published]:
    """Everything of these three sites in that edition."""
    yield from _rights(edition)
    yield from _fruit(edition)
    yield from _search(edition)


def _rights(edition: Edition) -> Iterator[Published]:
    reports = {
        "annual-human-rights-report-2024.pdf": report_2024(edition),
        "annual-human-rights-report-2023.pdf": replace(REPORT_2023, saved=edition - 1),
        "human-rights-at-a-glance-2024.pdf": AT_A_GLANCE,
    }
    listed = tuple((document.title, f"{RIGHTS}/files/{name}") for name, document in reports.items())
    yield robots("humanrights.social.example")
    lead = "Every year we say which rights our services touch, and what we did about it."
    yield _list_page(f"{RIGHTS}/annual-human-rights-report/", RIGHTS_SOURCE, "Human rights", lead, listed)
    for (_, url), document in zip(listed, reports.values(), strict=True):
        yield _pdf(url, RIGHTS_SOURCE, document)


def _fruit(edition: Edition) -> Iterator[Published]:
    halves = ("2502", "2508", "2602")[: edition + 1]
    reports = {f"{FRUIT}/dsa/transparency-report-{half}.pdf": half_year(half) for half in halves}
    users = f"{FRUIT}/dsa/monthly-users.csv"
    listed: Listed = (
        *((document.title, url) for url, document in reversed(reports.items())),
        ("Monthly active recipients by Member State (CSV)", users),
        (RISKS.title, SIGNED),
    )
    yield robots("legal.fruit.example")
    yield robots("files.fruitcdn.example")
    lead = "What Fruit publishes under the Digital Services Act."
    yield _list_page(f"{FRUIT}/dsa/", FRUIT_SOURCE, "Digital Services Act", lead, listed)
    yield from (_pdf(url, FRUIT_SOURCE, document) for url, document in reports.items())
    yield Published(
        url=users, source=FRUIT_SOURCE, role="document", substance=USERS,
        answer=lambda _: etagged(file_reply(USERS.encode(), "text/csv; charset=utf-8")),
    )  # fmt: skip
    yield Published(url=SIGNED, source=FRUIT_SOURCE, role="document", substance=RISKS.substance, answer=_only_signed)


def _search(edition: Edition) -> Iterator[Published]:
    halves = ("2025-1-1_2025-6-30", "2025-7-1_2025-12-31") if edition == 1 else ("2025-7-1_2025-12-31",)
    kept = {f"{STORAGE}/search-dsa_{half}_en_v1.pdf": search_report("Search", half) for half in halves}
    kept[f"{STORAGE}/maps-dsa_2025-7-1_2025-12-31_en_v1.pdf"] = search_report("Maps", "2025-7-1_2025-12-31")
    listed = [[document.title, url] for url, document in kept.items()]

    def data(setting: Setting) -> Reply:
        order = listed if setting.edition == 1 else listed[::-1]
        return reply(")]}'\n" + json.dumps([["dsa.files", order, setting.token()]]), "application/json; charset=utf-8")

    yield robots("report.search.example")
    yield robots("storage.search.example")
    yield Published(
        url=f"{SEARCH}/", source=SEARCH_SOURCE, role="page", answer=_shell, substance=json.dumps(sorted(listed))
    )
    yield asset(SEARCH_DATA, data)
    yield script(f"{SEARCH}/main.js", files(__package__).joinpath("list_app.js").read_text("utf-8"))
    yield from (_pdf(url, SEARCH_SOURCE, document) for url, document in kept.items())


def _list_page(url: str, source: str, title: str, lead: str, listed: Listed) -> Published:
    """A static page whose signed addresses and relative date differ at every visit."""
    substance = json.dumps([title, lead, listed])

    def answer(setting: Setting) -> Reply:
        items = "".join(
            f'<li><a href="{escape(_sign(url, setting))}">{escape(text)}</a></li>\n' for text, url in listed
        )
        shown = f'<ul class="documents">\n{items}</ul>\n<p>Last updated: {setting.months}</p>'
        body = f"<h1>{title}</h1>\n<p>{lead}</p>\n{shown}"
        head = f'{STYLE}\n<meta name="request-id" content="{setting.token()}">'
        return reply(
            html_page(title, head, frame(title, f'<a href="{url}">Documents</a>', body, "All rights reserved."))
        )

    return Published(url=url, source=source, role="page", answer=answer, substance=substance)


def _sign(url: str, setting: Setting) -> str:
    if url != SIGNED:
        return url
    return f"{url}?Expires={int(setting.token(), 16) % 10**10}&Signature={setting.token()}~&Key-Pair-Id=K2FRUIT"


def _pdf(url: str, source: str, document: Document) -> Published:
    def answer(_: Setting) -> Reply:
        return etagged(file_reply(pdf_bytes(document), "application/pdf"))

    return Published(url=url, source=source, role="document", answer=answer, substance=document.substance)


def _only_signed(setting: Setting) -> Reply:
    if {"Expires", "Signature"} <= set(parse_qs(setting.request.parts.query)):
        return file_reply(pdf_bytes(RISKS), "application/pdf")
    return reply("<Error><Code>MissingKey</Code></Error>", "application/xml", status=403)


def _shell(setting: Setting) -> Reply:
    build = hashlib.sha256(setting.token().encode()).hexdigest()[:12]
    head = f'{STYLE}\n<meta name="build" content="{build}">'
    body = f'<app-root ng-version="17" _nghost-{build[:8]}></app-root>\n<script src="/main.js?v={build}"></script>'
    return reply(html_page("Transparency Report", head, body))
