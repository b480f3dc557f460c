"""A menu without a landmark: known as the site's from earlier visits, when a visit brings one page of it."""

from __future__ import annotations

from typing import Any

import pytest

from archive import layout
from changes import codec, entries
from changes.blocks import Block
from changes.fingerprint import Fingerprint
from changes.recompare import recompare
from changes.run import load

FOOT = '<div><a href="/about">About us</a><a href="/jobs">Work here</a><a href="/rules">Our rules</a></div>'
RENAMED = FOOT.replace("Work here", "Careers")
LAST = f"<p>{'What the platforms say of themselves is kept word by word, with its day and its place. ' * 2}</p>"


@pytest.fixture
def pages(make_page: Any) -> Any:
    """A list and four reports, each with this foot below its text."""

    def make(foot: str = FOOT, own: str = "") -> dict[str, str]:
        links = "".join(f'<p><a href="/p{n}">The report of platform {n}</a></p>' for n in range(4))
        reports = {f"/p{n}": make_page(f"{own}<p>Items of platform {n}.</p>{LAST}{foot}", f"P{n}") for n in range(4)}
        return {"/": make_page(links + LAST + foot), **reports}

    return make


def only(given: dict[str, Any], path: str = "/p1") -> dict[str, Any]:
    return {path: given[path]}


def told(verdict: Any) -> tuple[str, str]:
    return verdict.verdict, verdict.grade


def test_one_page_with_a_renamed_entry_is_the_site_s(site: Any, pages: Any) -> None:
    site.visit(pages())
    site.visit(only(pages()))  # a visit that learns nothing forgets nothing
    alone = site.visit(only(pages(RENAMED)))["/p1"]
    assert told(alone) == ("cosmetic", "chrome")
    assert alone.detail["explained"]["shared"]["example"] == ["Work here", "Careers"]
    assert told(site.visit(only(pages(RENAMED), "/p2"))["/p2"]) == ("cosmetic", "chrome")


def test_siblings_that_did_not_change_say_nothing_against_it(site: Any, pages: Any) -> None:
    site.visit(pages())
    found = site.visit({**pages(), **only(pages(RENAMED))})
    assert [path for path, verdict in found.items() if verdict.verdict != "unchanged"] == ["/p1"]
    assert told(found["/p1"]) == ("cosmetic", "chrome")


def test_without_siblings_seen_before_it_is_content(site: Any, pages: Any) -> None:
    site.visit(only(pages()))
    assert told(site.visit(only(pages(RENAMED)))["/p1"]) == ("changed", "content")


def test_the_rest_of_the_page_is_told(site: Any, pages: Any) -> None:
    site.visit(pages())
    found = site.visit(only(pages(RENAMED, own="<p>A rule was added here.</p>")))["/p1"]
    assert told(found) == ("changed", "content")
    assert [hunk["added"] for hunk in found.detail["hunks"]] == [["A rule was added here."]]


@pytest.mark.parametrize(
    "foot",
    [
        FOOT.replace("Our rules</a>", "Our rules</a> in force"),
        FOOT.replace('"/jobs">Work here', '"/work">Careers'),
        FOOT.replace('<a href="/jobs">Work here</a>', ""),
        FOOT.replace("Work here", "Work here: 12 places"),
        FOOT.replace('<a href="/jobs">Work here</a>', "<span>Careers</span>"),
        f'<div><a href="/jobs">Careers</a></div><p>Other words.</p>{FOOT}',
        FOOT.replace("Work here", "Careers").replace("About us", "Who they are").replace("Our rules", "No rules"),
    ],
)
def test_what_is_no_renamed_entry_in_its_place_is_told(site: Any, pages: Any, foot: str) -> None:
    site.visit(pages())
    assert site.visit(only(pages(foot)))["/p1"].verdict == "changed"


def test_plain_text_that_all_pages_share_is_told_when_one_changes(site: Any, pages: Any) -> None:
    status = "<div><div>Kind: policy of the platform</div><div>Status: these rules are in force</div></div>"
    site.visit(pages(status + FOOT))
    found = site.visit(only(pages(status.replace("in force", "withdrawn") + FOOT)))["/p1"]
    assert told(found) == ("changed", "content")


def test_a_link_of_the_text_to_a_target_of_the_menu_is_told(site: Any, pages: Any) -> None:
    own = '<p><a href="/jobs">Work here</a></p>'
    site.visit({**pages(), **only(pages(own=own))})
    edited = only(pages(own=own.replace("Work", "Nobody works")))
    assert told(site.visit(edited)["/p1"]) == ("changed", "content")


def test_three_changed_pages_speak_for_themselves(site: Any, pages: Any) -> None:
    site.visit(pages())
    other = {path: said.replace("Items of", f"Entries {path[-1]} of") for path, said in pages().items()}
    found = site.visit({**other, "/p1": pages(RENAMED)["/p1"]})
    assert told(found["/p1"]) == ("changed", "content")


def test_comparing_anew_gives_the_same(site: Any, pages: Any) -> None:
    for given in (pages(), only(pages(RENAMED)), only(pages(RENAMED), "/p2"), only(pages(own="<p>New.</p>"), "/p3")):
        site.visit(given)
    keys = [layout.changes_key("demo", run) for run in site.runs]
    kept = [site.store.get(key) for key in keys]
    assert [one.differing for one in recompare(site.store, "demo")] == [()] * 4
    assert [site.store.get(key) for key in keys] == kept
    assert all(load(site.store, "demo", run)[2] for run in site.runs)


def test_a_comparison_without_entries_is_read(site: Any, pages: Any) -> None:
    run = site.archive(pages())
    site.visit(pages())
    key = layout.changes_key("demo", run)
    line = next(line for line in site.store.get(key).splitlines(keepends=True) if line.startswith(b' "entries"'))
    assert codec.unpack(site.store.get(key).replace(line, b""), where=key)[2] == ()


def test_the_longest_unseen_are_forgotten_first() -> None:
    def many(name: str, count: int) -> list[Fingerprint]:
        blocks = tuple(Block(text=f"{name} {at}", region="main", linked=f"a.example/{name}{at}") for at in range(count))
        return [Fingerprint(kind="text/html", language="", blocks=blocks, links=())] * 3

    old, new = entries.learn((), many("old", 100), 3), entries.learn((), many("new", 950), 3)
    both = entries.learn(entries.learn(old, many("new", 950), 3), many("old", 10), 3)
    assert (len(old), len(new), len(both)) == (200, 1900, entries.REMEMBERED)
    seen_again = entries.learn((), many("old", 10), 3)
    assert {*both} >= {*new, *seen_again} and not {*both} >= {*old}
    assert entries.learn(both, many("third", 9)[:2], 2) == both  # two pages are no site
    assert entries.learn(both, many("third", 9), 7) == both  # nor are three of seven
