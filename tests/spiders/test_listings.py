"""Sitemaps and feeds: what they name is visited by the source's rules, within the same bounds as any link."""

from __future__ import annotations

import gzip

import pytest
from fidelity import Answer, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

from changes.run import compare_visit
from spiders.listings import NotAListing, entries

BASE = "https://site.example/lists/all.xml"
ORIGIN = "http://site.example"
PLACES = "http://www.sitemaps.org/schemas/sitemap/0.9"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
CSV = reply(b"a,b\n1,2\n", kind="text/csv")


def urlset(*urls: str) -> bytes:
    rows = "".join(f"<url><loc>\n {url} </loc><lastmod>2026-01-02</lastmod></url>" for url in urls)
    return HEAD + f'<urlset xmlns="{PLACES}">{rows}</urlset>'.encode()


def index(*urls: str) -> bytes:
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return HEAD + f'<sitemapindex xmlns="{PLACES}">{rows}</sitemapindex>'.encode()


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/reports/"><title>News</title><link href="/"/>
<entry><title>Report  for
 2026</title><link rel="alternate" href="2026"/><link rel="enclosure" href="2026.pdf#page=1"/>
<link rel="self" href="x"/></entry><!-- more -->
<entry xml:base="old/"><title>Old</title><link href="2025"/></entry></feed>"""
RSS = b"""<rss version="2.0"><channel><title>News</title><link>https://site.example/</link>
<item><title>A &amp; B</title><link>https://site.example/a</link><enclosure url="/a.pdf" type="application/pdf"/></item>
<item><title>none</title><link>mailto:x@site.example</link></item></channel></rss>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><link>https://site.example/</link></channel><item><title>One</title><link>/one</link></item></rdf:RDF>"""
ENTITIES = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c
SYSTEM "file:///etc/hostname">]><urlset><url><loc>/x&b;&c;</loc></url><url><loc>/y</loc></url></urlset>"""


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (urlset("https://site.example/a?x=1&amp;y=2", "/b"), [("/a?x=1&y=2", ""), ("/b", "")]),
        (gzip.compress(urlset("/a", "/a", "http://[bad")), [("/a", "")]),
        (b"\xef\xbb\xbfhttps://site.example/a\r\n# note\n https://site.example/b\n", [("/a", ""), ("/b", "")]),
        (ATOM, [("/reports/2026", "Report for 2026"), ("/reports/2026.pdf", "Report for 2026"),
                ("/reports/old/2025", "Old")]),
        (RSS, [("/a", "A & B"), ("/a.pdf", "A & B")]),
        (RDF, [("/one", "One")]),
        (b"<ns:urlset xmlns:ns='x'><ns:url><ns:loc>/a</ns:loc></ns:url></ns:urlset>", [("/a", "")]),
        (b"<urlset><url><loc>/a?b&c</loc></url></urlset>", [("/a?b", "")]),
    ],
)  # fmt: skip
def test_lists_of_each_kind(body: bytes, named: list[tuple[str, str]]) -> None:
    found = [(entry.url.removeprefix("https://site.example"), entry.title) for entry in entries(body, BASE)]
    assert found == named


def test_an_index_leads_to_lists() -> None:
    assert [(entry.url, entry.is_list) for entry in entries(index("/one.xml.gz"), BASE)] == [
        ("https://site.example/one.xml.gz", True)
    ]


def test_no_entity_is_resolved() -> None:
    found = [entry.url for entry in entries(ENTITIES, BASE)]
    assert found[-1] == "https://site.example/y"
    assert all(len(url) < 60 and "aaaa" not in url and "root:" not in url for url in found)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Not found</body></html>", b"plain words", gzip.compress(urlset("/a"))[:-9], urlset("/a")[:-9],
     b"\x1f\x8bnonsense", gzip.compress(bytes(65_000_000))],
)  # fmt: skip
def test_what_is_no_list_or_no_whole_one_says_so(body: bytes) -> None:
    with pytest.raises(NotAListing):
        list(entries(body, BASE))


def listed(more: str, polite: str = "delay=0.0") -> str:
    return (
        f"start_urls=(), spider='document_list', allowed_hosts=('site.example',), {more}, "
        "follow=(Follow(match=r'\\.csv$', accept=('text/csv',)), Follow(match=r'/reports/', role='page')), "
        f"politeness=Politeness({polite})"
    )


def told(visited: Visited) -> dict[str, str]:
    made = compare_visit(visited.store, visited.told["source"], visited.told["run_id"])
    return {verdict.url.removeprefix(ORIGIN): verdict.verdict for verdict in made.verdicts}


def test_a_visit_by_sitemap(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    sub = gzip.compress(
        urlset(f"{ORIGIN}/reports/1", f"{ORIGIN}/b.csv", f"{ORIGIN}/other", "http://evil.example/c.csv")
    )
    robots = reply(b"User-agent: *\nDisallow: /d.csv\n", kind="text/plain")
    feed = RSS.replace(b"https://site.example/a<", b"/a.csv<").replace(b"/a.pdf", b"/d.csv")
    pages: dict[str, Answer] = {
        "/robots.txt": robots,
        "/map.xml": reply(index(f"{ORIGIN}/sub.xml.gz", f"{ORIGIN}/map.xml"), kind="application/xml"),
        "/sub.xml.gz": reply(sub, kind="application/gzip"),
        "/feed": reply(feed, kind="text/xml"),
        "/reports/1": reply(page("Report 1", '<a href="/deep.csv">Figures</a>')),
        **dict.fromkeys(("/a.csv", "/b.csv", "/deep.csv", "/d.csv"), CSV),
    }
    served = site(pages)
    source = make_source(listed(f"sitemaps=('{ORIGIN}/map.xml',), feeds=('{ORIGIN}/feed',)", "delay=0.0, max_depth=1"))
    visited = visit(source, env=served.env())
    assert visited.code == 0, visited.output
    roles = {c.url.removeprefix(ORIGIN): (c.label.role, c.label.quality, c.label.via) for c in visited.captures}
    assert roles["/map.xml"][:2] == roles["/sub.xml.gz"][:2] == roles["/feed"][:2] == ("info", "ok")
    assert roles["/reports/1"] == ("page", "ok", f"{ORIGIN}/sub.xml.gz")
    assert roles["/a.csv"] == ("document", "ok", f"{ORIGIN}/feed")
    assert roles["/deep.csv"][0] == "document" and "/d.csv" not in roles and "/other" not in roles
    assert served.asked("/d.csv") == [] and "evil.example is not among" in visited.output
    assert set(told(visited)) == {"/a.csv", "/b.csv", "/deep.csv", "/reports/1"}


def test_what_a_list_forgets_is_visited_on(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    pages: dict[str, Answer] = {
        "/map.xml": reply(urlset("/a.csv", "/b.csv"), kind="text/xml"), "/a.csv": CSV, "/b.csv": CSV,
    }  # fmt: skip
    served, source = site(pages), make_source(listed(f"sitemaps=('{ORIGIN}/map.xml',)"))
    visit(source, env=served.env())
    served.pages["/map.xml"] = reply(urlset("/a.csv"), kind="text/xml")
    forgotten = visit(source, env=served.env())
    assert told(forgotten) == {"/a.csv": "unchanged", "/b.csv": "unchanged"}, forgotten.output
    del served.pages["/b.csv"]
    missing = visit(source, env=served.env())
    assert told(missing) == {"/a.csv": "unchanged", "/b.csv": "suspect"}, missing.output
    withdrawn = visit(source, env=served.env())
    assert told(withdrawn) == {"/a.csv": "unchanged", "/b.csv": "gone"}, withdrawn.output


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (reply(b"none", status="404 Not Found"), "names nothing (gone)"),
        (reply(page("Welcome")), "cannot be read as a sitemap or feed: a html document"),
        (reply(urlset(), kind="text/xml"), "names nothing (ok)"),
    ],
)
def test_a_list_that_says_nothing_makes_the_visit_partial(
    answer: Answer, says: str, site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    served = site({"/": reply(page("Start")), "/map.xml": answer})
    source = make_source(listed(f"sitemaps=('{ORIGIN}/map.xml',)").replace("=()", f"=('{ORIGIN}/',)", 1))
    visited = visit(source, env=served.env())
    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output
    assert says in visited.told["reason"]
