"""Visits compared through a real archive: what is told of each document, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from archive import layout
from archive.errors import NotFound
from changes.codec import BadComparison
from changes.run import compare_visit, load, load_comparison

CSV = b"area,removed\nspam,10\nhate,20\n"
GONE = (410, 410)


@pytest.fixture
def home(make_page: Any) -> Any:
    """The list page with links to these files."""

    def make(*files: str, text: str = "") -> str:
        return make_page(
            text + "".join(f'<li><a href="{file}">Report {file.rpartition("/")[2]}</a></li>' for file in files)
        )

    return make


def names(verdicts: Any) -> dict[str, str]:
    return {path: verdict.verdict for path, verdict in verdicts.items()}


def test_first_unchanged_changed(site: Any, home: Any) -> None:
    one = {"/": home("/a.csv"), "/a.csv": CSV}
    assert names(site.visit(one)) == {"/": "first", "/a.csv": "first"}
    again = site.visit(one)
    assert names(again) == {"/": "unchanged", "/a.csv": "unchanged"}
    assert again["/a.csv"].before == again["/a.csv"].after
    restated = site.visit({**one, "/a.csv": CSV.replace(b"20", b"21")})["/a.csv"]
    assert (restated.verdict, restated.grade) == ("changed", "content")
    assert restated.before == again["/a.csv"].after and restated.after != restated.before
    assert restated.detail is not None
    assert restated.detail["hunks"][0]["words"] == [["20", "21"]]
    assert restated.detail["hunks"][0]["where"] == "csv:row=3"


def test_a_file_saved_again_is_cosmetic(site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    saved = b'"area","removed"\r\n"hate",20.0\r\n"spam","10"\r\n'
    assert names(site.visit({"/": home("/a.csv"), "/a.csv": saved}))["/a.csv"] == "cosmetic"


def test_a_new_document_and_its_link(site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    found = site.visit({"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV})
    assert names(found) == {"/": "changed", "/a.csv": "unchanged", "/b.csv": "first"}
    assert found["/"].grade == "documents"
    assert found["/"].links_added == (("https://portal.example/b.csv", "Report b.csv"),)


def test_a_withdrawn_document_is_told_once_and_may_reappear(site: Any, home: Any) -> None:
    both = {"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV}
    site.visit(both)
    gone = site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    assert names(gone) == {"/": "changed", "/a.csv": "unchanged", "/b.csv": "gone"}
    assert gone["/b.csv"].quality is None and gone["/b.csv"].before is not None
    assert "/b.csv" not in site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    back = site.visit(both)["/b.csv"]
    assert (back.verdict, back.before) == ("reappeared", gone["/b.csv"].before)


def test_status_410_is_gone_and_403_is_not(site: Any, home: Any) -> None:
    both = {"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV}
    site.visit(both)
    found = names(site.visit({**both, "/a.csv": GONE, "/b.csv": 403}))
    assert found == {"/": "unchanged", "/a.csv": "gone", "/b.csv": "suspect"}
    assert names(site.visit(both)) == {"/": "unchanged", "/a.csv": "reappeared", "/b.csv": "unchanged"}


def test_what_is_missing_is_told_when_two_visits_say_so(site: Any, home: Any) -> None:
    both = {"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV}
    site.visit(both)
    for once in (
        (404, CSV),
        (CSV, 404),
        404,
        CSV,
        (404, 403),
        CSV,
        (404, 404),
        CSV,
        (404, 410),
        CSV,
        410,
        CSV,
        (403, 404),
    ):
        told = names(site.visit({**both, "/a.csv": once}))["/a.csv"]
        assert told == ("unchanged" if CSV in (once if isinstance(once, tuple) else (once,)) else "suspect"), once
    assert names(site.visit({**both, "/a.csv": 404}))["/a.csv"] == "gone"  # the visit before said so, too
    assert "/a.csv" not in names(site.visit({**both, "/a.csv": GONE}))


@pytest.mark.parametrize("answer", [404, (404, 404), 410])
def test_what_is_missing_and_listed_no_more_is_withdrawn_at_once(answer: Any, site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV})
    missing = {"/a.csv": CSV, "/b.csv": answer}
    assert names(site.visit({"/": 503, **missing}))["/b.csv"] == "suspect"  # its list says nothing now
    site.visit({"/": home("/a.csv", "/b.csv"), "/a.csv": CSV, "/b.csv": CSV})
    found = site.visit({"/": home("/a.csv"), **missing})
    assert (found["/b.csv"].verdict, found["/b.csv"].quality) == ("gone", "gone")
    assert "/b.csv" not in site.visit({"/": home("/a.csv"), **missing})


def test_a_document_that_moved_is_not_withdrawn(site: Any, home: Any) -> None:
    first = site.visit({"/": home("/x/a.csv", "/x/b.csv"), "/x/a.csv": CSV, "/x/b.csv": CSV + b"fraud,7\n"})
    restated = CSV + b"fraud,8\n"
    moved = site.visit({"/": home("/y/a.csv", "/y/b.csv"), "/y/a.csv": CSV, "/y/b.csv": restated, "/x/a.csv": GONE})
    assert names(moved) == {"/": "cosmetic", "/y/a.csv": "unchanged", "/y/b.csv": "changed"}
    assert moved["/y/a.csv"].relocated_from == "https://portal.example/x/a.csv"
    assert moved["/y/b.csv"].before == first["/x/b.csv"].after
    assert names(site.visit({"/": home("/y/a.csv"), "/y/a.csv": CSV}))["/y/b.csv"] == "gone"


def test_a_blocked_list_withdraws_nothing(site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    wall = "<html><title>Just a moment...</title><body>Checking your browser<script>_cf_chl_opt</script></body></html>"
    for bad in (wall, 403, 503, b""):
        assert names(site.visit({"/": bad})) == {"/": "suspect"}
    assert names(site.visit({"/": home("/a.csv"), "/a.csv": CSV})) == {"/": "unchanged", "/a.csv": "unchanged"}


def test_a_withdrawn_page_takes_its_documents_along(site: Any, home: Any, make_page: Any) -> None:
    sub = make_page('<a href="/a.csv">data</a> <a href="/sub">this page</a>', title="One report")
    site.visit({"/": home("/sub"), "/sub": sub, "/a.csv": CSV})
    assert names(site.visit({"/": home()})) == {"/": "changed", "/sub": "gone", "/a.csv": "gone"}


def test_what_was_not_visited_is_carried_silently(site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    assert names(site.visit({"/": home("/a.csv")})) == {"/": "unchanged"}
    assert names(site.visit({"/": home("/a.csv"), "/a.csv": CSV}))["/a.csv"] == "unchanged"


def test_comparison_is_with_the_last_good_capture(site: Any, home: Any) -> None:
    site.visit({"/": home("/a.csv"), "/a.csv": CSV})
    site.visit({"/": 503, "/a.csv": b"<html><title>Access denied</title></html>"})
    found = site.visit({"/": home("/a.csv", text="<p>A new rule.</p>"), "/a.csv": CSV})
    assert names(found) == {"/": "changed", "/a.csv": "unchanged"}
    assert found["/"].before is not None and site.runs[0] in found["/"].before.warc


def test_a_sharp_loss_of_text_is_suspected_first_and_believed_later(site: Any, make_page: Any) -> None:
    site.visit({"/": make_page("<p>One more measure was taken.</p>" * 60)})
    thin = (
        "<html lang=en><title>Reports</title><body><p>One more measure was taken.</p><p>All of them.</p></body></html>"
    )
    told = [names(site.visit({"/": thin}))["/"] for _ in range(4)]
    assert told == ["suspect", "suspect", "changed", "unchanged"]


def test_a_page_written_anew_is_believed_when_it_stays(site: Any, make_page: Any) -> None:
    def rules(words: str) -> str:
        text = "".join(f"<p>{words} {number} of them, as was said in its place.</p>" for number in range(40))
        return f"<html lang=en><title>{words}</title><body><main><h1>{words}</h1>{text}</main></body></html>"

    old, new, short = rules("Guideline"), rules("Charter"), make_page("<p>Come back later.</p>")
    site.visit({"/": old})
    assert names(site.visit({"/": (new, new)}))["/"] == "suspect"
    found = site.visit({"/": (new, new)})["/"]
    assert (found.verdict, found.grade) == ("changed", "content") and site.runs[0] in found.before.warc
    assert names(site.visit({"/": new}))["/"] == "unchanged"
    assert [names(site.visit({"/": (short, short)}))["/"] for _ in range(4)] == ["suspect"] * 4


def test_one_change_on_all_pages_is_an_incident_of_the_site(site: Any, make_page: Any) -> None:
    def pages(label: str, total: int, rule: str = "") -> dict[str, str]:
        links = "".join(f'<a href="/p{n}">Page {n}</a> ' for n in range(4))
        own = {f"/p{n}": make_page(f"<div>{label}</div><p>{total} items on page {n}.</p>", f"P{n}") for n in range(4)}
        return {"/": make_page(f"<div>{label}</div>{links}"), **own, "/p1": own["/p1"].replace("items", f"items{rule}")}

    site.visit(pages("Shown by the platform", 7))
    renamed = site.visit(pages("Shown by our platform", 7))
    assert {(verdict.verdict, verdict.grade) for verdict in renamed.values()} == {("cosmetic", "chrome")}
    edited = site.visit(pages("Shown by the platform", 7, rule=" and accounts"))
    assert [path for path, verdict in edited.items() if verdict.verdict == "changed"] == ["/p1"]
    assert edited["/p1"].detail is not None
    assert edited["/p1"].detail["hunks"][0]["words"] == [["", "and accounts"]]
    restated = site.visit(pages("Shown by the platform", 8, rule=" and accounts"))
    assert names(restated) == {"/": "unchanged", **{f"/p{n}": "changed" for n in range(4)}}


def test_a_missing_predecessor_is_compared_first_and_twice_is_the_same(site: Any, home: Any) -> None:
    runs = [site.archive({"/": home("/a.csv"), "/a.csv": CSV + bytes([10 + at])}) for at in range(3)]
    with pytest.raises(NotFound):
        load_comparison(site.store, "demo", runs[2])
    made = compare_visit(site.store, "demo", runs[2])
    assert made.previous == runs[1] and load_comparison(site.store, "demo", runs[1]).previous == runs[0]
    kept = site.store.get(layout.changes_key("demo", runs[2]))
    assert compare_visit(site.store, "demo", runs[2]) == made
    assert site.store.get(layout.changes_key("demo", runs[2])) == kept
    assert load(site.store, "demo", runs[2])[0] == made


def test_a_damaged_comparison_says_what_to_do(site: Any, home: Any) -> None:
    run = site.archive({"/": home()})
    site.store.put(layout.changes_key("demo", run), b"{}")
    with pytest.raises(BadComparison, match="Delete this object"):
        compare_visit(site.store, "demo", run)
