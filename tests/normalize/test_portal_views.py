"""JSON, commitment pages and text of one report: they agree, or what differs is reported, on whichever side it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shaping import COMMITMENTS, REPORTS, keep, release, report_json, report_page

from archive.store import Store, open_store
from fanlight.origin import code_site
from fanlight.origin.http import Request
from fanlight.origin.published import EDITIONS, Edition, Setting
from normalize import code_report, portal, tables
from normalize.code_model import report_of
from normalize.model import Item, Rejected, Shaped
from normalize.run import shape

VISIT = "20260401T000000Z-00000a"
FIRST_PAGE, SECOND_PAGE, TEXT = f"{REPORTS}?commitmentId=1", f"{REPORTS}?commitmentId=2", f"{REPORTS}/text"
Commitments = list[dict[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/bucket")


def run(store: Store, items: list[Item]) -> Shaped:
    return shape(store, source="demo", publisher="Lantern Ltd", family="code_report", items=items)


def documents(shown: Commitments, whole: Commitments | None = None) -> list[tuple[str, str, bytes]]:
    """The JSON of one report, and its pages and text of what may be another one."""
    pages = [report_page(commitment) for commitment in shown]
    text = pages[0].replace("</main>", f"{pages[-1].partition('<p>Submitted</p>')[2].partition('</main>')[0]}</main>")
    return [
        (f"{REPORTS}/json", "application/json", json.dumps(report_json(whole or list(COMMITMENTS))).encode()),
        (FIRST_PAGE, "text/html", pages[0].encode()),
        (SECOND_PAGE, "text/html", pages[1].encode()),
        (TEXT, "text/html", text.encode()),
    ]


def without_table(shown: Commitments) -> None:
    kind, code, question, answer, tables = shown[0]["measures"][1]["elements"][1]
    shown[0]["measures"][1]["elements"][1] = (kind, code, question, answer, tables[:1])


def without_cell(shown: Commitments) -> None:
    shown[0]["measures"][1]["elements"][1][4][0][1][1] = ""


def without_answer(shown: Commitments) -> None:
    shown[0]["measures"][0]["elements"][0] = ("qre", "14.1.1", "Which register is kept?", "", [])


def without_element(shown: Commitments) -> None:
    shown[0]["measures"][1]["elements"].pop(0)
    shown[0]["measures"][0]["elements"].pop(0)


def without_measure(shown: Commitments) -> None:
    shown[0]["measures"].pop(0)
    shown[0]["answers"][0] = "Measure 14.2"


@pytest.mark.parametrize(
    ("omit", "missing"),
    [
        (without_table, ["lantern | 8 | cell | 14.2.1 | 2 | MT | euro not earned: the JSON says '€ 12.50', the page"]),
        (without_cell, ["lantern | 8 | cell | 14.2.1 | 1 | AT | accounts removed: the JSON says '1,204', the page"]),
        (without_answer, ["lantern | 8 | qre | 14.1.1: the JSON says 'The register of 2025.\\nlamps\\noil', the page"]),
        (without_element, ["lantern | 8 | qre | 14.1.1: the JSON says"]),
        (without_measure, [
            "lantern | 8 | signed_measures | 14.1: the JSON says", "lantern | 8 | measure | 14.1: the JSON says",
            "lantern | 8 | qre | 14.1.1: the JSON says",
        ]),
    ],
)  # fmt: skip
def test_what_a_page_lacks_is_reported(
    store: Store, tmp_path: Path, omit: Callable[[Commitments], None], missing: list[str]
) -> None:
    shown = copy.deepcopy(list(COMMITMENTS))
    omit(shown)
    done = run(store, keep(store, tmp_path / "spool", VISIT, documents(shown)))
    assert (done.releases, {url for url, _ in done.rejected}) == (1, {FIRST_PAGE, TEXT})
    for url in (FIRST_PAGE, TEXT):
        reasons = [reason for where, reason in done.rejected if where == url]
        assert len(reasons) == len(missing)
        assert all(reason.startswith(start) for reason, start in zip(reasons, missing, strict=True))


def test_views_that_agree_give_no_problem(store: Store, tmp_path: Path) -> None:
    shown = copy.deepcopy(list(COMMITMENTS))
    shown[0]["answers"][1] = ""  # the portal's text drops what was chosen of yes and no
    done = run(store, keep(store, tmp_path / "spool", VISIT, documents(shown)))
    assert (done.releases, done.rejected, len(done.skipped)) == (1, (), 3)


def test_a_text_that_lacks_a_commitment_names_it_once(store: Store, tmp_path: Path) -> None:
    views = documents(list(COMMITMENTS))
    views[3] = (TEXT, "text/html", report_page(COMMITMENTS[0]).encode())
    done = run(store, keep(store, tmp_path / "spool", VISIT, views))
    ((url, reason),) = done.rejected
    assert url == TEXT
    assert reason.startswith("lantern | 8 | commitment | 16: the JSON says 'Lamps shall be spoken of.'")
    assert reason.endswith("the page nothing and 4 more of it")


def test_a_view_that_stays_is_compared_with_one_that_changes(store: Store, tmp_path: Path) -> None:
    shown = copy.deepcopy(list(COMMITMENTS))
    without_cell(shown)
    items = keep(store, tmp_path / "spool", VISIT, documents(shown))
    for changed, expected in ((items[:1], {FIRST_PAGE, TEXT}), (items[1:2], {FIRST_PAGE}), (items[2:3], set())):
        assert {url for url, _ in run(store, changed).rejected} == expected
    rows = tables.read("code_report", store.url).to_pylist()
    assert {row["url"] for row in rows} == {f"{REPORTS}/json"}
    assert {row["publisher"] for row in tables.read("rejected", store.url).to_pylist()} == {"Lantern Ltd"}


def test_a_page_that_cannot_be_read_is_reported(store: Store, tmp_path: Path) -> None:
    views = documents(list(COMMITMENTS))
    blank = b"<html><body><h1>Lantern</h1><p>Commitment 14</p></body></html>"
    front = [(REPORTS, "text/html", blank), (FIRST_PAGE, "text/html", blank)]
    done = run(store, keep(store, tmp_path / "spool", VISIT, [views[0], *front, *views[2:]]))
    assert [url for url, _ in done.rejected] == [FIRST_PAGE]
    assert done.rejected[0][1].startswith("not compared with the JSON: no commitment was found")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_demo_portal_agrees_with_itself(edition: Edition) -> None:
    views: dict[object, dict[str, code_report.Parsed]] = {}
    for thing in code_site.published(edition):
        request = Request(method="GET", url=thing.url, headers=(), body=b"", when=datetime(2026, 1, 1, tzinfo=UTC))
        answer = thing.answer(Setting(edition=edition, token=lambda: "0a1b", request=request))
        given = release(answer.body, thing.url, dict(answer.headers)["Content-Type"].partition(";")[0])
        try:
            if report_of(thing.url):
                views.setdefault(report_of(thing.url), {})[thing.url] = code_report.parse(given)
        except Rejected:
            assert not portal.unread(given, "")
    for of_report in views.values():
        (whole,) = (parsed for url, parsed in of_report.items() if url.endswith("/json"))
        for url, parsed in of_report.items():
            assert portal.differences(release(b"", url), whole.facts, parsed.facts) == []
