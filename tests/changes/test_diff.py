"""The kept differences, and history compared anew."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import changes.run
from changes.fingerprint import VERSION
from changes.recompare import recompare
from changes.run import load_comparison

FILLER = "Every half-year the platforms state what they took down, why, and how often they were wrong. " * 4


def test_a_change_has_a_diff_for_programs_and_for_people(site: Any, make_page: Any) -> None:
    site.visit({"/": make_page("<p>We <b>remove</b> spam &amp; <i>fraud</i>.</p>")})
    after = make_page("<p>We remove spam &amp; &lt;script&gt;.</p><a href='/a.pdf'>A</a>")
    verdict = site.visit({"/": after})["/"]
    data = json.loads(site.store.get(verdict.diff))
    assert data["before"]["digest"] == verdict.before.digest and data["after"]["digest"] == verdict.after.digest
    assert ["-", "fraud."] in data["hunks"][0]["words"]
    assert data["links"]["added"] == [{"url": "https://portal.example/a.pdf", "text": "A"}]
    assert data["summary"] == "“fraud.” became “<script>.”, 1 link was added."
    assert (data["before"]["visit"], data["after"]["visit"]) == tuple(site.runs)
    assert data["before"]["time"] == "2026-03-01T04:00:00+00:00" and data["after"]["url"] == "https://portal.example/"
    assert data["hunks"][0]["context"] == [["Reports", FILLER.strip()[:199] + "…"], ["A"]]
    shown = site.store.get(verdict.diff.removesuffix("json") + "html").decode()
    assert "“fraud.” became “&lt;script&gt;.”" in shown and site.runs[0] in shown and verdict.before.warc in shown
    assert "src=" not in shown and "href=" not in shown and "url(" not in shown
    assert "<del>fraud.</del>" in shown and "<ins>&lt;script&gt;.</ins>" in shown and "<script>" not in shown
    assert verdict.after.digest in shown


def test_what_was_explained_away_is_kept(site: Any, make_page: Any) -> None:
    site.visit({"/": make_page("<p>He said 'no'.</p>")})
    verdict = site.visit({"/": make_page("<p>He said “no”.</p>")})["/"]
    assert json.loads(site.store.get(verdict.diff))["explained"] == {"typography": [["He said 'no'.", "He said “no”."]]}


def test_of_many_words_those_beside_a_change_are_shown(site: Any, make_page: Any) -> None:
    words = [f"word{number}" for number in range(500)]
    site.visit({"/": make_page(f"<p>{' '.join(words)}</p>")})
    words[250] = "teapot"
    verdict = site.visit({"/": make_page(f"<p>{' '.join(words)}</p><p>One more.</p><p>And more.</p>")})["/"]
    shown = site.store.get(verdict.diff.removesuffix("json") + "html").decode()
    assert "238 words unchanged" in shown and "word249 <ins>teapot</ins> word251" in shown
    assert "1 line was reworded, 2 lines were added." in shown and "<b>Added</b>" in shown


def test_no_diff_where_nothing_differs(site: Any, make_page: Any) -> None:
    page = make_page("<p>Text.</p>")
    assert site.visit({"/": page})["/"].diff is None and site.visit({"/": page})["/"].diff is None


def test_history_is_compared_anew(site: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for total in (1, 2, 2):
        site.visit({"/": make_page(f"<p>{total} items.</p>")})
    kept = load_comparison(site.store, "demo", site.runs[1])
    monkeypatch.setattr(changes.run, "VERSION", VERSION + 1)
    again = list(recompare(site.store, "demo", site.runs[1]))
    assert [one.run_id for one in again] == site.runs[1:]
    assert [one.differing for one in again] == [(), ()]
    now = load_comparison(site.store, "demo", site.runs[1])
    assert now == replace(kept, fingerprint_version=VERSION + 1)
    assert again[1].after.previous_fingerprint_version == VERSION + 1


def test_since_may_be_a_date(site: Any, make_page: Any) -> None:
    for _ in range(3):
        site.visit({"/": make_page("")})
    for since, wanted in ((None, 3), ("2026-03-02", 2), ("2026-03", 3), ("20260303", 1), ("2027", 0)):
        assert len(list(recompare(site.store, "demo", since))) == wanted
