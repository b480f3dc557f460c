"""Kinds of noise and of edits that pages of any site may show: our own small pages, each pair with one difference."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from changes.compare import Difference, compare
from changes.fingerprint import fingerprint

URL = "https://portal.example/reports"
LIST = '<a href="/one">On fraud</a><p>x</p><a href="/two">On spam</a><p>y</p><a href="https://a.example/r.pdf">All</a>'
TEASERS = '<section><h2>Related articles</h2><a href="/n/{0}">{1}</a><p>{2}</p><a href="/n/7">More</a></section>'
BANNER = "<div><div><p>{}</p></div></div>"
TABLE = "<table><tr><th>Land</th><th>Removed</th></tr><tr><td>DE</td><td>{}</td></tr></table>"
ICON = '<i class="material-icons" aria-hidden="true">expand_more</i>'
ROW = "<table><tr><th>Kind</th><th>Items</th></tr><tr><td>{}</td><td>{}</td></tr></table>"
STATED = "<ul><li>Films: 4,100</li><li>Comments: {}</li><li>Channels: 52</li></ul>"
SESSIONS = "".join(f"<p>{{}} July 2026: Session {name}</p>" for name in "abcd") + "".join(
    f"<p>{day} May 2026: Hearing {day}</p>" for day in range(1, 25)
)
CHAT = '<div class="chat">{} private messages.</div>'
PROSE = """<section><h2>{}</h2><p>We took down {} posts, as <a href="/r">our rules</a> and
<a href="/a">a court</a> asked.</p></section>"""
TICK = "<i class='material-icons'>{}</i>"
ROWS = """<div data-props='{{"title":"Removed items","rows":[["Malta",{}]]}}'></div>"""
CARD = """<div data-props='{{"country":"Austria","removed":{},"requestId":{},"expires":{},"width":{}}}'></div>"""
MADE = "<html><head><title>Figures</title></head><body><div id=app></div><script type='application/json'>{}</script>"
WITH_FORM = "<h2>How to appeal</h2><p>Write to us within a month.</p>"


def found(before: str, after: str) -> list[Difference]:
    """The differences there and back."""
    one, other = (fingerprint(body.encode(), url=URL) for body in (before, after))
    return [compare(one, other), compare(other, one)]


NOISE = {
    "reading time": ("<p>Reading time: 4 minutes</p>", "<p>Reading time: 5 minutes</p>"),
    "reading time elsewhere": ("<p>Lesezeit: 4 Minuten</p>", "<p>Lesezeit: 6 Minuten</p>"),
    "readers": ("<p>1,204 views</p>", "<p>1,391 views</p>"),
    "shares": ("<p>12 likes · 3 shares</p>", "<p>14 likes · 4 shares</p>"),
    "found helpful": ("<p>55 out of 120 found this helpful</p>", "<p>56 out of 121 found this helpful</p>"),
    "time of the page": ("<p>Page generated: Tue, 3 Mar 2026 04:01:12 GMT</p>", "<p>Page generated: 4 Mar 2026</p>"),
    "time of the visit": ("<p>Retrieved: 3.03.2026 04:40</p>", "<p>Retrieved: 4.03.2026 05:12</p>"),
    "server": ("<p>Served by web-13</p>", "<p>Served by web-27</p>"),
    "build": ("<p>v3.14.1-5d41402a</p>", "<p>v3.15.0-7d793037</p>"),
    "trace": ("<p>Ref: 5d41402a-bc4b</p>", "<p>Ref: 7d793037-a076</p>"),
    "short for ago": ("<p>Posted 3d ago</p>", "<p>Posted 5d ago</p>"),
    "days left": ("<p>4 days left</p>", "<p>3 days left</p>"),
    "greeting": ("<p>Good morning</p>", "<p>Good evening</p>"),
    "messages waiting": ("<p>You have 4 notifications</p>", "<p>You have 6 notifications</p>"),
    "day of the week": ("<p>Effective Tuesday, 3 February 2026</p>", "<p>Effective 3 February 2026</p>"),
    "form of a date": ("<p>In force from 4 March 2026</p>", "<p>In force from Mar 4, 2026</p>"),
    "thousands": (
        "<p>In total 1,204,311 items.</p><p>Of 12,400 accounts.</p>",
        "<p>In total 1.204.311 items.</p><p>Of 12.400 accounts.</p>",
    ),
    "thousands apart": ("<p>In total 1,204 items.</p>", "<p>In total 1\u202f204 items.</p>"),
    "figures of another language": (
        "<p>12.5 of 100, 3.2 of 7.</p><p>About 1,204.7</p>",
        "<p>12,5 of 100, 3,2 of 7.</p><p>About 1.204,7</p>",
    ),
    "new window": (LIST, re.sub("</a>", "<span class=hidden> (opens in a new tab)</span></a>", LIST)),
    "icon font": ("<h2>Rules</h2>", f"<h2>Rules{ICON}</h2>"),
    "parameter on all links": (LIST, re.sub(r'(href="[^"]+)', r"\1?hl=en", LIST)),
    "session on all links": (LIST, re.sub(r'(href="[^"]+)', r"\1?sid=5aa421ef75999d81", LIST)),
    "other delivery host": (
        "".join(f'<p><a href="https://one.example.net/{name}.pdf">{name}</a></p>' for name in "abc"),
        "".join(f'<p><a href="https://two.example.org/{name}.pdf">{name}</a></p>' for name in "abc"),
    ),
    "protected mail": (
        '<a href="/cdn-cgi/l/email-protection#8f3a">[email protected]</a>',
        '<a href="/cdn-cgi/l/email-protection#91bc">[email protected]</a>',
    ),
    "mail made a link": ("<p>Write to a@b.example</p>", '<p>Write to <a href="mailto:a@b.example">a@b.example</a></p>'),
    "picture": ("<p>Text.</p>", '<p>Text.</p><img src="/a.jpg" alt="Two people who look at a screen">'),
    "picture loaded later": ('<img src="/a.jpg" alt="x">', '<img src="data:," data-src="/a.jpg" alt="x">'),
    "frame of an advertiser": ("<p>Text.</p>", '<p>Text.</p><iframe src="https://ads.example/8f3a"></iframe>'),
    "names of languages": ("<select><option>Deutsch</select>", "<select><option>Deutsch<option>Polski</select>"),
    "ids, times and sizes in data": (CARD.format(12, 7, 1772000000, 320), CARD.format(12, 9, 1772600000, 640)),
    "settings without words in data": (
        """<div data-props='{"gap":12,"slides":3}'></div>""",
        """<div data-props='{"gap":13,"slides":4}'></div>""",
    ),
    "readers of an article in data": (
        """<div data-props='{"title":"How it works","viewCount":12,"updatedAt":20260301,"abGroup":3,"cx":1}'></div>""",
        """<div data-props='{"title":"How it works","viewCount":13,"updatedAt":20260302,"abGroup":4,"cx":2}'></div>""",
    ),
    "what only scripts need of a record": (
        """<div data-props='{"country":"Malta","requestid":12,"pageViews":7,"fetchedAt":1772,"sortOrder":5}'></div>""",
        """<div data-props='{"country":"Malta","requestid":13,"pageViews":8,"fetchedAt":1773,"sortOrder":6}'></div>""",
    ),
    "asked to log in": ("", "<p>Sign in to follow what your friends say.</p>"),
    "told to those who hear": (
        "<p>Text.</p>",
        '<p>Text.</p><p class="sr-only" aria-live="polite">3 results loaded</p>',
    ),
}
EDITS = {
    "footnote": ("<p>Total 12</p>", "<p>Total 12*</p>"),
    "one figure a thousand times as much": ("<p>Rate: 1.204</p>", "<p>Rate: 1,204</p>"),
    "figure written otherwise and another": (
        "<p>1,204,311 items, 12,400 accounts</p>",
        "<p>1.204.311 items, 12.401 accounts</p>",
    ),
    "views in a table": (TABLE.format("12 views"), TABLE.format("13 views")),
    "views in a sentence": ("<p>It had 1,204 views before.</p>", "<p>It had 1,304 views before.</p>"),
    "figures about views": (
        "<p>12 views</p><p>7 likes</p><p>3 shares</p>",
        "<p>13 views</p><p>7 likes</p><p>3 shares</p>",
    ),
    "year to choose": (
        "<select><option>2024<option>2025</select>",
        "<select><option>2024<option>2025<option>2026</select>",
    ),
    "file to choose": (
        '<select><option value="/q1.pdf">Spring</select>',
        '<select><option value="/q1.pdf">Spring<option value="/q2.pdf">Summer</select>',
    ),
    "words of a picture": (
        '<img src="/c.png" alt="Chart: 1,204 items in March">',
        '<img src="/c.png" alt="Chart: 1,205 items in March">',
    ),
    "chart of another year": (
        '<img src="/removed-2025.png" alt="Removed items">',
        '<img src="/removed-2026.png" alt="Removed items">',
    ),
    "tick as a picture": (TABLE.format('<img src="/y.svg" alt="Yes">'), TABLE.format('<img src="/n.svg" alt="No">')),
    "film": ("<p>Our talk.</p>", '<p>Our talk.</p><video controls><source src="/v/talk.webm"></video>'),
    "film of another site": ("<p>Our talk.</p>", '<p>Our talk.</p><iframe src="https://films.example/embed/a1"></iframe>'),
    "address to write to": ('<a href="mailto:a@b.example">Write</a>', '<a href="mailto:c@b.example">Write</a>'),
    "number to call": ('<a href="tel:+49123">Call</a>', '<a href="tel:+49124">Call</a>'),
    "crossed out": ("<li>We remove fraud.</li>", "<li><del>We remove fraud.</del></li>"),
    "box ticked": ("<p><input type=checkbox disabled> Rule</p>", "<p><input type=checkbox disabled checked> Rule</p>"),
    "value that stands": ("<input readonly value='1,204 items'>", "<input readonly value='1,205 items'>"),
    "attribute with a figure": ("<x-stat label='All' value='7'></x-stat>", "<x-stat label='All' value='8'></x-stat>"),
    "rows in an attribute": ("<x-chart data='[[\"DE\",12]]'></x-chart>", "<x-chart data='[[\"DE\",13]]'></x-chart>"),
    "figure of a record in data": (CARD.format(12, 7, 1772000000, 320), CARD.format(13, 7, 1772000000, 320)),
    "share of a record in data": (CARD.format('"12 %"', 7, 0, 0), CARD.format('"13 %"', 7, 0, 0)),
    "figure of a record in a component": (
        """<x-card data='{"country":"Austria","removed":12}'></x-card>""",
        """<x-card data='{"country":"Austria","removed":13}'></x-card>""",
    ),
    "record of a code, its figures apart": (
        """<x-card data='{"country":"AT","figures":{"removed":1204311998}}'></x-card>""",
        """<x-card data='{"country":"AT","figures":{"removed":1300000000}}'></x-card>""",
    ),
    "data of an empty element": (ROWS.format(12), ROWS.format(13)),
    "one new parameter": ('<p><a href="/r?id=7">Report</a></p>', '<p><a href="/r?id=8">Report</a></p>'),
    "files with other numbers": (
        "".join(f'<p><a href="/get?id={number}">Report</a></p>' for number in (1, 2, 3)),
        "".join(f'<p><a href="/get?id={number}">Report</a></p>' for number in (4, 5, 6)),
    ),
    "versions of all links": (LIST, re.sub(r'(href="[^"]+)', r"\1?edition=2", LIST)),
    "pages of another publisher": (
        "".join(f'<p><a href="https://one.example.net/{name}">{name}</a></p>' for name in "abc"),
        "".join(f'<p><a href="https://two.example.org/{name}">{name}</a></p>' for name in "abc"),
    ),
    "row of what was generated": (ROW.format("Generated", "1,240"), ROW.format("Generated", "2,240")),
    "row of what was accessed": (ROW.format("Accessed", "310"), ROW.format("Accessed", "410")),
    "row of revisions": (ROW.format("Revision", "7"), ROW.format("Revision", "8")),
    "revision of a policy": ("<p>Revision 6</p>", "<p>Revision 7</p>"),
    "build": ("<p>Build 11</p>", "<p>Build 12</p>"),
    "items retrieved": ("<p>Retrieved: 310 of 900 items</p>", "<p>Retrieved: 410 of 900 items</p>"),
    "times viewed": ("<p>Viewed 31 times before it was removed.</p>", "<p>Viewed 41 times before it was removed.</p>"),
    "leaflets": ("<p>Printed 400 leaflets on safety</p>", "<p>Printed 700 leaflets on safety</p>"),
    "accounts accessed": ("<p>Accessed 31 accounts without leave</p>", "<p>Accessed 41 accounts without leave</p>"),
    "experts heard": ("<p>Consulté 31 experts indépendants</p>", "<p>Consulté 41 experts indépendants</p>"),
    "authority": ("<p>Served by Coimisiún</p>", "<p>Served by Arcom</p>"),
    "day of a report": ("<p>Generated: 3 March 2026</p>", "<p>Generated: 4 March 2026</p>"),
    "local date": ("<p>Local date of the vote: 7 June 2026</p>", "<p>Local date of the vote: 14 June 2026</p>"),
    "local limits": ("<p>Local time limits: 12 hours</p>", "<p>Local time limits: 36 hours</p>"),
    "current date": ("<p>Current date of the law: 1 May 2026</p>", "<p>Current date of the law: 1 May 2027</p>"),
    "requests open": ("<p>Today: 310 requests are open</p>", "<p>Today: 410 requests are open</p>"),
    "people served": ("<p>Page served 3 million people</p>", "<p>Page served 4 million people</p>"),
    "messages": ("<p>Messages 310</p>", "<p>Messages 410</p>"),
    "notifications": ("<p>Notifications (31)</p>", "<p>Notifications (41)</p>"),
    "comments in a list": (STATED.format("1,310,200"), STATED.format("2,310,200")),
    "comments below a heading": ("<h3>Taken down</h3><p>310 comments</p>", "<h3>Taken down</h3><p>410 comments</p>"),
    "shares of a post": ("<p>Shares: 310</p>", "<p>Shares: 410</p>"),
    "tick as an icon": (TABLE.format(TICK.format("check")), TABLE.format(TICK.format("close"))),
    "status beside an icon's name": (
        "<p>State: <span class=state-icon>granted</span></p>",
        "<p>State: <span class=state-icon>refused</span></p>",
    ),
    "file in a prompt": ("", '<p>Log in to the archive, or read <a href="/all.pdf">the whole report</a>.</p>'),
    "way to appeal": (
        "<p>Sign in to contest what we did.</p>",
        "<p>What we did stands for good; the reasons are shown once you log in to the portal.</p>",
    ),
    "why, for those who log in": ("", "<p>Sign in to see why your post was removed.</p>"),
    "where to appeal": ("", "<p>Log in to the portal to appeal a decision.</p>"),
    "what is seen by those who log in": ("", "<p>Sign in to see the reasons of our decision.</p>"),
    "days to appeal": (
        "<p>You have 21 days left to object</p>",
        "<p>You have 10 days left to object</p>",
    ),
    "days to go": (
        "<p>Simple objections: 21 days to go</p>",
        "<p>Simple objections: 10 days to go</p>",
    ),
    "days in German": (
        "<p>Sie haben noch 21 Tage Zeit.</p>",
        "<p>Sie haben noch 10 Tage Zeit.</p>",
    ),
    "number of a case": (
        "<p>Ref: DE-2025-310</p>",
        "<p>Ref: DE-2025-311</p>",
    ),
    "sessions put off": (SESSIONS.format(4, 5, 6, 7), SESSIONS.format(5, 6, 7, 8)),
    "chart that comes": ("", '<img src="/c.png" alt="Chart: 3.1 million accounts closed in spring">'),
    "one figure beside another that is clear": (
        "<p>Rate 1.310</p><p>In all 4 310</p>",
        "<p>Rate 1,310</p><p>In all 4310</p>",
    ),
    "rates a thousand times as much": (
        "<p>Rate A 1.310%</p><p>Rate B 2.420%</p><p>Rate C 6.530%</p>",
        "<p>Rate A 1,310%</p><p>Rate B 2,420%</p><p>Rate C 6,530%</p>",
    ),
    "what is said of chats": (CHAT.format("We do not read"), CHAT.format("We read")),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOISE)
def test_noise_is_no_change(kind: str, make_page: Any) -> None:
    for one in found(*map(make_page, NOISE[kind])):
        assert one.verdict in ("unchanged", "cosmetic"), one.detail


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_a_change(kind: str, make_page: Any) -> None:
    for one in found(*map(make_page, EDITS[kind])):
        assert one.verdict == "changed", one.detail


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wir verwenden Cookies, um Zugriffe zu zählen.", "Ce site utilise des cookies pour son audience."),
        ("We value your privacy.", "Používáme soubory cookie a podobné techniky."),
    ],
)
def test_a_notice_in_another_language_is_laid_over_the_page_all_the_same(one: str, other: str, make_page: Any) -> None:
    page = make_page("<p>Text.</p>")
    pages = [page.replace("</body>", BANNER.format(text) + "</body>") for text in (one, other)]
    for difference in (*found(*pages), *found(page, pages[1])):
        assert difference.verdict == "cosmetic", difference.detail


def test_teasers_of_other_pages_are_furniture_and_a_part_of_the_page_is_not(make_page: Any) -> None:
    page = make_page(WITH_FORM)
    rotating = [TEASERS.format(1, "How we work", "A look back."), TEASERS.format(2, "Ten years", "What stays.")]
    for difference in found(*(page.replace("</main>", f"</main>{part}") for part in rotating)):
        assert difference.verdict == "cosmetic", difference.detail
    files = [part.replace('"/n/7"', f'"/{number}.pdf"') for number, part in enumerate(rotating)]
    for difference in found(*(page.replace("</main>", f"</main>{part}") for part in files)):
        assert difference.verdict == "changed"


@pytest.mark.parametrize("heading", ["Other content", "More about our work", "Discover more"])
def test_prose_below_such_a_heading_is_content(heading: str, make_page: Any) -> None:
    page = make_page(WITH_FORM)
    for difference in found(*(page.replace("</main>", f"</main>{PROSE.format(heading, count)}") for count in (31, 41))):
        assert difference.verdict == "changed"


def test_the_day_a_page_was_changed_is_its_own_wherever_it_stands(make_page: Any) -> None:
    page = make_page("<p>Text.</p>")
    for difference in found(*(page.replace("© 2026 Portal", f"Last updated: {day} March 2026") for day in (3, 17))):
        assert difference.verdict == "changed"


def test_what_a_page_without_words_holds_for_its_scripts_is_read() -> None:
    made = [
        [MADE.format(json.dumps({"nonce": nonce, "rows": [["Malta", count]]})) for nonce in "ab"] for count in (7, 8)
    ]
    for one in found(made[0][0], made[1][1]):
        assert one.verdict == "changed"
        assert one.detail is not None and "Malta" in str(one.detail["hunks"])
    for one in found(*made[0]):
        assert one.verdict == "unchanged"
    passing = [
        MADE.format(json.dumps({"haste_session": mark, "visitorId": mark})) for mark in ("30417.c2e", "30418.d1a")
    ]
    for one in found(*passing):
        assert one.verdict == "unchanged"
