"""Documents to shape: a code report of our own as JSON and as pages, releases, small archived visits."""

from __future__ import annotations

import hashlib
import html
import io
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import layout
from archive.model import Citation, Exchange, Label
from archive.store import Store
from archive.visit import VisitArchive
from normalize.model import Fact, Item, Release
from sources.model import Family, Source

REPORTS = "https://portal.example/reports/lantern/8"
ASKED = (
    ("sm_list", "We signed up to the following measures of this commitment"),
    ("sm_new", "In line with this commitment, did you deploy new implementation measures (e.g. new tools)?"),
    ("sm_what", "If yes, list these implementation measures here"),
    ("sm_plan", "Do you plan to put further implementation measures in place in the next 6 months?"),
    ("sm_which", "If yes, which further implementation measures do you plan to put in place?"),
)
COUNTS = [
    ["Country", "Accounts removed", "Share of all, %"],
    ["Austria", "1,204", "4.5%"],
    ["Czech Republic", "88", "N/A"],
    ["Total EU", "1,292", "100%"],
]
SPENT = [["Member State", "Euro not earned"], ["Malta", "€ 12.50"], ["Norway", "-"]]
COMMITMENTS: tuple[dict[str, Any], ...] = (
    {
        "code": "14",
        "text": "Lamps shall not be lit by people who are not there.",
        "answers": [
            "Measure 14.1 Measure 14.2",
            "Yes",
            "<p>A new lamp register.</p><p>A second lamp & its oil.</p>",
            "No",
            "N/A",
        ],
        "measures": [
            {
                "code": "14.1",
                "text": "Keep a register of lamps.",
                "elements": [
                    (
                        "qre",
                        "14.1.1",
                        "Which register is kept?",
                        "<p>The register of 2025.</p><ul><li>lamps</li><li>oil</li></ul>",
                        [],
                    )
                ],
            },
            {
                "code": "14.2",
                "text": "Count the lamps.",
                "elements": [
                    ("qre", "14.2.1", "How are they counted?", "", []),
                    (
                        "sli",
                        "14.2.1",
                        "How many were put out?",
                        "<p>Counted <b>by hand</b> in all countries.</p>",
                        [COUNTS, SPENT],
                    ),
                ],
            },
        ],
    },
    {
        "code": "16",
        "text": "Lamps shall be spoken of.",
        "answers": ["Measure 16.1", "", "", "Yes", "asd"],
        "measures": [
            {"code": "16.1", "text": "Speak.", "elements": [("sli", "16.1.1", "How often?", "Twice a day.", [])]}
        ],
    },
)


def report_json(commitments: Sequence[dict[str, Any]] = COMMITMENTS) -> dict[str, Any]:
    """The report as the portal publishes it: an object where a list had holes, tables as strings, nulls."""
    chapter = {
        "id": 71,
        "name": "Integrity of Services",
        "report_id": 9,
        "commitments": [_json(c) for c in commitments],
    }
    return {
        "id": 9, "name": "Report March 2026", "published": 1, "publish_date": "2026-03-30", "type": "report",
        "status": "Submitted", "created_at": "2026-02-23", "updated_at": "2026-03-24", "service": "Lantern",
        "chapters": {"3": chapter},
    }  # fmt: skip


def _json(commitment: dict[str, Any]) -> dict[str, Any]:
    special = [
        {
            "id": n,
            "name": name,
            "code": f"sm{commitment['code']}.{n}",
            "description": words,
            "sig_value": answer or None,
        }
        for n, ((name, words), answer) in enumerate(zip(ASKED, commitment["answers"], strict=True), 1)
    ]
    return {
        "id": 1, "name": f"Commitment {commitment['code']}", "code": commitment["code"], "order": 1, "sig_value": None,
        "description": f"<p>{commitment['text']}</p>", "specialMeasures": special,
        "measures": {str(2 * n): _json_measure(measure) for n, measure in enumerate(commitment["measures"])},
    }  # fmt: skip


def _json_measure(measure: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": f"Measure {measure['code']}",
        "code": measure["code"],
        "description": measure["text"],
    }
    for kind, code, question, answer, tables in measure["elements"]:
        table = json.dumps(tables if len(tables) > 1 else tables[0]) if tables else None
        element = {
            "id": 5,
            "name": f"{kind.upper()} {code}",
            "code": code,
            "description": question,
            "sig_value": answer,
        }
        made.setdefault(kind + "s", []).append({**element, "field_type": "table", "table_value": table})
    return made


def report_page(commitment: dict[str, Any], service: str = "Lantern") -> str:
    """One commitment as a page of the portal, with navigation that names all the others."""
    nav = "".join(f"<li><a href='?c={c['code']}'>Commitment {c['code']}</a></li>" for c in COMMITMENTS)
    asked = "".join(
        f"<h4>{html.escape(words)}</h4><div>{answer}</div>"
        for (_, words), answer in zip(ASKED, commitment["answers"], strict=True)
    )
    measures = "".join(_page_measure(measure, service) for measure in commitment["measures"])
    return (
        f"<!doctype html><html><head><title>x</title></head><body><nav><ul>{nav}</ul></nav><main><h1>{service}</h1>"
        f"<h2>Report March 2026</h2><p>Submitted</p><h3>Commitment {commitment['code']}</h3><p>{commitment['text']}</p>"
        f"{asked}{measures}</main><footer><p>Contact the lamp keepers</p></footer></body></html>"
    )


def _page_measure(measure: dict[str, Any], service: str) -> str:
    parts = [f"<section><h3>Measure {measure['code']}</h3><p>{measure['text']}</p><p>{service}</p>"]
    for kind, code, question, answer, tables in measure["elements"]:
        parts.append(f"<h4>{kind.upper()} {code}</h4><p>{question}</p><div>{answer}</div>")
        parts.extend(f"<table>{''.join(_page_row(row) for row in table)}</table>" for table in tables)
    return "".join(parts) + "</section>"


def _page_row(row: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"


def release(
    payload: bytes, url: str = REPORTS, media_type: str = "text/html", run_id: str = "20260401T000000Z-00000a"
) -> Release:
    """A release that is in no archive."""
    digest = "sha256:" + hashlib.sha256(payload).hexdigest()
    return Release(
        source="demo", publisher="Lantern Ltd", run_id=run_id, captured=layout.run_time(run_id), document=url, url=url,
        media_type=media_type, payload=payload,
        citation=Citation(warc="w.warc.gz", offset=0, length=9, record_id="urn:uuid:1", digest=digest),
    )  # fmt: skip


def said(facts: Sequence[Fact]) -> dict[tuple[tuple[str, ...], int], str]:
    """What is stated, by key and occurrence."""
    return {(fact.key, fact.occurrence): fact.raw_value for fact in facts}


def keep(
    store: Store,
    spool: Path,
    run_id: str,
    documents: Sequence[tuple[str, str, bytes]],
    family: Family | None = None,
    name: str = "demo",
) -> list[Item]:
    """Archive (url, media type, body) as one visit of a source; the items an event would name."""
    source = Source(
        id=name, title="Demo", publisher="Lantern Ltd", start_urls=("https://portal.example/",), contact="a@b.c",
        spider="code_portal", family=family, allowed_hosts=("portal.example",),
    )  # fmt: skip
    numbers = itertools.count(int(run_id[-6:], 16) * 1000)
    moment = layout.run_time(run_id).astimezone(UTC)
    visit = VisitArchive(
        store=store, source=source, run_id=run_id, spool=spool, clock=lambda: moment, software={},
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
    )  # fmt: skip
    items = [_kept(visit, run_id, moment, *document) for document in documents]
    visit.commit(outcome="complete", reason="", finished=moment)
    return items


def _kept(visit: VisitArchive, run_id: str, moment: datetime, url: str, media_type: str, body: bytes) -> Item:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    exchange = Exchange(
        url=url, method="GET", request=b"GET / HTTP/1.1\r\nHost: portal.example\r\n\r\n", started=moment,
        finished=moment, response=io.BytesIO(head.encode() + body),
    )  # fmt: skip
    capture = visit.record(exchange, Label(role="document", document=url))
    return Item(document=url, url=url, media_type=media_type, run_id=run_id, citation=capture.citation())
