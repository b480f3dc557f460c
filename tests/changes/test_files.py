"""Dated files of one document: our own small pages, each pair with one difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changes.files import UnreadableFile, compare_files

URL = "https://portal.example/reports"
Compare = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def compared(tmp_path: Path) -> Compare:
    """Compare bodies as dated files, oldest first."""

    def compare(*bodies: str | bytes, ending: str = "html") -> list[dict[str, Any]]:
        paths = [tmp_path / f"2026030{day}T040000Z.{ending}" for day in range(1, len(bodies) + 1)]
        for path, body in zip(paths, bodies, strict=True):
            path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return list(compare_files(URL, paths))

    return compare


def test_the_keys_that_others_rely_on(compared: Compare, make_page: Any) -> None:
    (line,) = compared(make_page("<p>One.</p>"), make_page('<p>One.</p><a href="/a.pdf">A</a>'))
    assert json.loads(json.dumps(line)) == line
    assert (line["from"], line["to"]) == ("20260301T040000Z.html", "20260302T040000Z.html")
    assert (line["verdict"], line["grade"], line["quality"]) == ("changed", "documents", "ok")
    assert line["documents"] == {"added": ["https://portal.example/a.pdf"], "removed": [], "relocated": []}


PASSAGE = "<p>What is shown twice:</p><p>a summary on top,</p><p>the same words below.</p>"
COOKIES = "<p>Cookies we set.</p><p>Cookies of others.</p><p>Cookies for figures.</p><p>Cookies and you.</p>"
NOISE = [
    ("nonce", "<p>Text.</p><script nonce=a1>var t=1</script>", "<p>Text.</p><script nonce=b2>var t=2</script>"),
    ("ids", '<p id="a1" class="x-99">Text.</p>', '<p id="b2" class="x-77">Text.</p>'),
    ("relative date", "<p>Last updated: 2 months ago</p>", "<p>Last updated: 3 months ago</p>"),
    ("request id", "<p>Request ID: 8f3ac91e77</p>", "<p>Request ID: 11aa22bb33</p>"),
    ("invisible", "<p>Reports of platforms</p>", "<p>Re\u00adports\u200b of&nbsp;platforms</p>"),
    ("tracking", '<a href="/a.pdf?utm_source=x">A</a>', '<a href="http://portal.example/a.pdf#top">A</a>'),
    ("markup", "<p>One <b>rule</b> more.</p>", "<div>One <span>rule</span> more.</div>"),
    ("blocks", "<p>One. Two.</p>", "<p>One.</p><p>Two.</p>"),
    ("order", "<li>alpha one</li><li>beta two</li>", "<li>beta two</li><li>alpha one</li>"),
    ("permalink", "<h2>Rules</h2>", '<h2><a href="#rules">Rules <span>#</span></a></h2>'),
    ("quotes", "<p>The “rules” – all of them…</p>", '<p>The "rules" - all of them...</p>'),
    ("capitals", "<h2>Removed Items</h2>", "<h2>Removed items</h2>"),
    ("date format", "<p>Effective 2026-02-03</p>", "<p>Effective 3 February 2026</p>"),
    (
        "time zone",
        "<li>24 nov. 2025</li><li>1 mars 2025</li><li>31 mai 2024</li>",
        "<li>25 nov. 2025</li><li>2 mars 2025</li><li>1 juin 2024</li>",
    ),
    ("button", "<p>Text.</p>", "<p>Text.</p><button>Copy link</button>"),
    ("banner", "<p>Text.</p>", '<p>Text.</p><div class="cookie-banner">We use cookies. <button>OK</button></div>'),
    ("renamed path", '<a href="/x/rules.html">Rules</a>', '<a href="/en/x/rules">Rules</a>'),
    ("login prompt", "<p>Text.</p>", "<p>Text.</p><p>Log in</p><p>Create an account</p>"),
    ("advertising", "<p>Text.</p>", "<p>Text.</p><p>Advertisement</p>"),
    ("placeholder", "<p>Text.</p>", "<p>Text.</p><p>{{ page.note }}</p>"),
    ("related", "<p>Text.</p>", '<p>Text.</p><h2>Related articles</h2><ul><li><a href="/x">On x</a></li></ul>'),
    (
        "languages",
        '<a href="/de">Deutsch</a> | <a href="/fr">Fr</a>',
        '<a href="/fr">Fr</a> | <a href="/de">Deutsch</a>',
    ),
    ("other languages", "<p>Text.</p>", '<p>Text.</p><a href="/fr">Français (France)</a> <a href="/de">Deutsch</a>'),
    ("choices", "<p>Text.</p>", "<p>Text.</p><select><option>Deutsch<option>English</select>"),
    ("opaque parameter", '<a href="/a?sj=1a2b3c4d5e6f">A</a>', '<a href="/a?sj=6f5e4d3c2b1a">A</a>'),
    (
        "menu marked up otherwise",
        '<div><a href="/t">Terms of use</a></div><p>Text.</p>',
        '<nav><a href="/t">Terms of use</a></nav><p>Text.</p>',
    ),
    (
        "menu entry renamed",
        '<p><a href="/a">How we act</a></p><p>Text.</p><p><a href="/a">How we act</a></p>',
        '<p><a href="/a">How one acts</a></p><p>Text.</p><p><a href="/a">How one acts</a></p>',
    ),
    (
        "notice laid over the page",
        "<p>Text.</p>",
        "<p>Text.</p><div><div>This site uses cookies to work.</div><div>More about cookies in our policy.</div></div>",
    ),
    ("shown twice", f"<div>{PASSAGE}</div><p>x</p>", f"<div>{PASSAGE}</div><p>x</p><div hidden>{PASSAGE}</div>"),
]
EDITS = [
    ("word", "<p>We remove spam.</p>", "<p>We remove scams.</p>"),
    ("figure", "<p>In total 1,204 items.</p>", "<p>In total 1,205 items.</p>"),
    ("sign", "<p>It fell by 3 %.</p>", "<p>It fell by -3 %.</p>"),
    ("decimal", "<p>1.25 million</p>", "<p>12.5 million</p>"),
    ("list item", "<ul><li>spam</li><li>hate</li></ul>", "<ul><li>spam</li><li>hate</li><li>fraud</li></ul>"),
    ("one of two", "<li>by us</li><li>by you</li><p>x</p><li>by us</li>", "<li>by us</li><li>by you</li><p>x</p>"),
    ("a section on cookies", '<div id="cookies">We set two.</div>', '<div id="cookies">We set six.</div>'),
    ("cell", "<table><tr><td>DE</td><td>7</td></tr></table>", "<table><tr><td>DE</td><td>8</td></tr></table>"),
    ("removed line", "<p>Rule one.</p><p>Rule two.</p>", "<p>Rule one.</p>"),
    ("own date", "<p>Updated: 28 October 2025</p>", "<p>Updated: 29 October 2025</p>"),
    ("file link", '<a href="/q1.pdf">Report</a>', '<a href="/q2.pdf">Report</a>'),
    ("button of a file", "<button>Get</button>", '<button data-url="/x/q1.pdf">Get</button>'),
    ("script of a file", "<i>Get</i>", """<i onclick="window.open('/x/q1.pdf')">Get</i>"""),
    ("embedded file", "<p>Report</p>", '<p>Report</p><iframe src="/x/q1.pdf"></iframe>'),
    ("page link", '<a href="/one">Report</a>', '<a href="/two">Report</a>'),
    ("next year's file", '<a href="/2024/r.pdf">Report</a>', '<a href="/2025/r.pdf">Report</a>'),
    ("figures swapped", "<p>spam</p><p>10</p><p>hate</p><p>20</p>", "<p>spam</p><p>20</p><p>hate</p><p>10</p>"),
    ("answers swapped", "<p>QRE 1</p><p>Yes</p><p>QRE 2</p><p>No</p>", "<p>QRE 1</p><p>No</p><p>QRE 2</p><p>Yes</p>"),
    ("one more on cookies", COOKIES, COOKIES + "<p>Cookies for payment.</p>"),
    ("class of a word", '<div class="market-share"><p>12 %</p></div>', '<div class="market-share"><p>13 %</p></div>'),
    ("files in a nav", '<nav><a href="/x/a.pdf">Report</a></nav>', '<nav><a href="/x/b.pdf">Report</a></nav>'),
    ("tab of a year", "<button>2024 report</button>", "<button>2025 report</button>"),
    ("hidden text", "<div hidden>Old rule.</div>", "<div hidden>New rule.</div>"),
    ("attribute", "<x-fold items='[\"Old rule here\"]'></x-fold>", "<x-fold items='[\"New rule here\"]'></x-fold>"),
    (
        "one rule between shifted dates",
        "<li>24 nov. 2025</li><li>1 mars 2025</li><p>Old.</p>",
        "<li>25 nov. 2025</li><li>2 mars 2025</li><p>Old.</p><p>New.</p>",
    ),
    (
        "a dated entry between shifted dates",
        "<li>3 May 2025</li><li>4 May 2024</li>",
        "<li>9 May 2025</li><li>4 May 2025</li><li>5 May 2024</li>",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in NOISE], ids=[case[0] for case in NOISE])
def test_noise_is_no_change(compared: Compare, make_page: Any, before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        (line,) = compared(make_page(one), make_page(other))
        assert line["verdict"] in ("unchanged", "cosmetic"), line["detail"]


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_an_edit_is_a_change(compared: Compare, make_page: Any, before: str, after: str) -> None:
    for one, other in ((before, after), (after, before)):
        (line,) = compared(make_page(one), make_page(other))
        assert line["verdict"] == "changed" and line["grade"] in ("content", "documents")


def test_furniture_is_chrome(compared: Compare, make_page: Any) -> None:
    before = make_page("<p>Text.</p>")
    (line,) = compared(before, before.replace("Home", "Start").replace("© 2026", "© 2027"))
    assert (line["verdict"], line["grade"]) == ("cosmetic", "chrome")
    assert line["detail"]["explained"]["chrome"]["lines"] == 4


def article(body: str) -> str:
    """A page of prose without any landmark."""
    words = "".join(
        f"<p>Rule {name}: what is taken down stays down until the appeal was heard.</p>" for name in "abcdefgh" * 4
    )
    return f"<html lang=en><title>Rules</title><body>{body}<h1>Rules</h1>{words}</body></html>"


def menu(*names: str) -> str:
    return "<ul>" + "".join(f'<li><a href="/{name}">{name}</a></li>' for name in names) + "</ul>"


def test_a_menu_that_comes_and_goes_is_chrome(compared: Compare) -> None:
    with_menu = article(menu("Features", "Account", "Safety", "Privacy", "Terms", "Help"))
    came, went = compared(article(""), with_menu, article(""))
    assert (came["verdict"], came["grade"]) == ("cosmetic", "chrome")
    assert (went["verdict"], went["grade"]) == ("cosmetic", "chrome")


def test_a_new_entry_in_a_list_of_links_is_a_change(compared: Compare) -> None:
    names = ("Features", "Account", "Safety", "Privacy", "Terms")
    (line,) = compared(article(menu(*names)), article(menu(*names, "Appeals")))
    assert line["verdict"] == "changed"


def test_a_list_of_files_is_never_a_menu(compared: Compare) -> None:
    files = menu(*(f"report-{number}.pdf" for number in range(6)))
    (line,) = compared(article(""), article(files))
    assert line["verdict"] == "changed" and len(line["documents"]["added"]) == 6


def test_a_variant_is_told_there_and_back_and_then_known(compared: Compare, make_page: Any) -> None:
    one, other = make_page("<p>Appeals take 3 days.</p>"), make_page("<p>Appeals take 5 days.</p>")
    new = make_page("<p>Appeals take 7 days.</p>")
    told = [line["verdict"] for line in compared(one, other, one, other, one, new)]
    assert told == ["changed", "changed", "cosmetic", "unchanged", "changed"]
    told = [line["verdict"] for line in compared(one, other, one, other, other, other, other)]
    assert told == ["changed", "changed", "cosmetic", "cosmetic", "changed", "unchanged"]


def test_typography_has_its_own_grade(compared: Compare, make_page: Any) -> None:
    (line,) = compared(make_page("<p>He said 'no'.</p>"), make_page("<p>He said “no”</p>"))
    assert (line["verdict"], line["grade"]) == ("cosmetic", "typography")
    assert line["detail"]["explained"]["typography"]["lines"] == 1


def test_an_edit_is_located(compared: Compare, make_page: Any) -> None:
    (line,) = compared(make_page("<p>We remove spam at once.</p>"), make_page("<p>We remove scams at once.</p>"))
    (hunk,) = line["detail"]["hunks"]
    assert hunk["words"] == [["spam", "scams"]]
    assert hunk["removed"] == ["We remove spam at once."] and hunk["added"] == ["We remove scams at once."]


def test_a_bad_file_is_skipped(compared: Compare, make_page: Any) -> None:
    good = make_page("<p>Text.</p>")
    stub = '<html lang=en><title>Redirecting</title><meta http-equiv=refresh content="0; url=/en"><p>Wait.</p></html>'
    to_bad, from_bad = compared(good, stub, good)
    assert (to_bad["verdict"], to_bad["grade"], to_bad["quality"]) == ("suspect", "capture", "error")
    assert (from_bad["verdict"], from_bad["quality"]) == ("unchanged", "ok")


@pytest.mark.parametrize(
    ("ending", "before", "after", "verdict"),
    [
        ("csv", b"a,b\n1,2\n3,4\n", b"a,b\r\n3,4.0\r\n1,2\r\n", "cosmetic"),
        ("csv", b"a,b\n1,2\n3,4\n", b"a,b\n1,2\n3,5\n", "changed"),
        ("csv", b"a,b\n1,0.766\n2,3\n", b"a,b\n1,0.76600000000000001\n2,3\n", "unchanged"),
        ("json", b'{"updated_at":"1","n":[1,2]}', b'{"n": [1, 2], "updated_at": "2"}', "unchanged"),
        ("json", b'{"updated_at":"1","n":[1,2]}', b'{"updated_at":"1","n":[1,3]}', "changed"),
        ("json", b'{"n":[["DE",1],["FR",2]]}', b'{"n":[["FR",2],["DE",1]]}', "cosmetic"),
        ("json", b'{"n":[["DE",1],["FR",2]]}', b'{"n":[["DE",2],["FR",1]]}', "changed"),
        ("json", b'{"n":[{"c":"DE","v":1},{"c":"FR","v":2}]}', b'{"n":[{"c":"DE","v":2},{"c":"FR","v":1}]}', "changed"),
        ("json", b'{"t":"[[1, 2]]","h":"<p>A</p>"}', b'{"t":"[[1,2]]","h":"<p class=x>A</p>"}', "unchanged"),
        ("json", b'{"t":"[[1, 2]]","h":"<p>A</p>"}', b'{"t":"[[1,2]]","h":"<p>B</p>"}', "changed"),
        ("txt", b"one\ntwo\n", b"one\r\ntwo\r\n", "unchanged"),
    ],
)
def test_files_are_compared_by_value(compared: Compare, ending: str, before: bytes, after: bytes, verdict: str) -> None:
    (line,) = compared(before, after, ending=ending)
    assert line["verdict"] == verdict


def test_one_file_or_a_missing_one_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="two files or more"):
        list(compare_files(URL, [tmp_path / "a.html"]))
    with pytest.raises(UnreadableFile, match="cannot be read"):
        list(compare_files(URL, [tmp_path / "a.html", tmp_path / "b.html"]))
