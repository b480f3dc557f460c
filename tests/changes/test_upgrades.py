"""Other rules, or another part of a page that is watched, are told as such and never as a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import changes.judge
import changes.run
from archive import layout
from changes.blocks import Block
from changes.fingerprint import VERSION, Fingerprint, fingerprint
from changes.recompare import recompare
from changes.run import compare_visit, load_comparison
from events.announce import events_of

CSV = b"area,removed\nspam,10\n"


def told(site: Any, run: str) -> list[tuple[str, Any]]:
    return [(one.type, one.data.get("version")) for one in events_of(compare_visit(site.store, "demo", run))]


def test_another_watched_part_is_an_upgrade_and_withdraws_nothing(site: Any, make_page: Any) -> None:
    def pages(note: str) -> dict[str, Any]:
        body = f'<p>{note}</p><div class=old><a href="/a.csv">A</a></div><div class=own><p>Three rules.</p></div>'
        return {"/": make_page(body), "/a.csv": CSV}

    site.visit(pages("Shown to visitor 1."))
    site.source = replace(site.source, watched=".own")
    run = site.archive({"/": pages("Shown to visitor 2.")["/"]})
    assert told(site, run) == [("parser.upgraded", {"before": "whole page", "after": ".own"})]
    run = site.archive({"/": pages("Shown to visitor 3.")["/"]})
    assert told(site, run) == []
    changed = site.visit({"/": pages("x")["/"].replace("Three", "Four")})
    assert [(path, one.verdict) for path, one in changed.items()] == [("/", "changed")]


def test_other_rules_read_the_last_capture_anew(site: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(nonce: str, rules: str = "Three rules.") -> dict[str, str]:
        return {"/": make_page(f"<script nonce={nonce}></script><p>{rules}</p>")}

    read: list[bytes] = []

    def other_rules(body: bytes, **given: Any) -> Fingerprint:
        read.append(body)
        found = fingerprint(body, **given)
        return replace(found, blocks=(*found.blocks, Block("Read by other rules.", "main")))

    site.visit(page("a1"))
    monkeypatch.setattr(changes.judge, "fingerprint", other_rules)
    monkeypatch.setattr(changes.run, "VERSION", VERSION + 1)
    site.source = replace(site.source, watched="main")
    upgrades = [
        ("parser.upgraded", {"before": str(VERSION), "after": str(VERSION + 1)}),
        ("parser.upgraded", {"before": "whole page", "after": "main"}),
    ]
    assert told(site, site.archive(page("b2"))) == upgrades
    assert [b"a1" in body for body in read] == [False, True]
    assert told(site, site.archive(page("c3"))) == []
    assert told(site, site.archive(page("d4", "Four rules."))) == [("page.changed", None)]
    again = list(recompare(site.store, "demo"))
    assert [one.differing for one in again] == [()] * 4 and [bool(one.upgraded) for one in again] == [
        True,
        *[False] * 3,
    ]


def test_history_compared_anew_is_the_same_and_tells_only_the_upgrade(
    site: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_page('<p>Total 1</p><a href="/a.csv">A</a>')
    two = make_page('<p>Total 2</p><a href="/a.csv">A</a>')
    wall = "<html><title>Just a moment...</title><p>Checking your browser<script>_cf_chl_opt</script></html>"
    bare = make_page("<p>Total 2</p>")
    for given in ({"/": one, "/a.csv": CSV}, {"/": 503}, {"/": two, "/a.csv": CSV}, {"/": wall}, {"/": bare},
                  {"/": two, "/a.csv": CSV + b"hate,1\n"}, {"/": one, "/a.csv": CSV}):  # fmt: skip
        site.visit(given)
    keys = [layout.changes_key("demo", run) for run in site.runs]
    kept = [site.store.get(key) for key in keys]
    assert all(not again.differing and again.upgraded is None for again in recompare(site.store, "demo"))
    assert [site.store.get(key) for key in keys] == kept
    before = [load_comparison(site.store, "demo", run) for run in site.runs]
    monkeypatch.setattr(changes.run, "VERSION", VERSION + 1)
    anew = list(recompare(site.store, "demo"))
    assert all(not again.differing and again.upgraded for again in anew)
    assert [again.after.verdicts for again in anew] == [comparison.verdicts for comparison in before]
    assert anew[-1].upgraded is not None
    assert anew[-1].upgraded.upgrades == (("fingerprint", str(VERSION), str(VERSION + 1)),)
    assert told(site, site.archive({"/": one, "/a.csv": CSV})) == []
