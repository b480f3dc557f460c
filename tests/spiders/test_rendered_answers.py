"""Pages that are none, or that will not be left or come to an end: each is told apart, and the visit goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fidelity import Answer, Everywhere, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "http://site.example"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
CSV = b"a,b\n1,2\n"
APP = b"<html><body><script src='http://away.example/a.js'></script><script>boom()</script></body></html>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n"
PAGES: dict[str, Answer] = {
    "/nothing": Reply((b"HTTP/1.1 204 No Content\r\n\r\n",)),
    "/attached": reply(CSV, "Content-Disposition: attachment; filename=x.csv", kind="text/csv"),
    "/pdf": reply(PDF, kind="application/pdf"),
    "/cut": Reply((HEAD + page("Cut"),), close=True),
    "/no-http": Reply((b"SSH-2.0-OpenSSH_9.2\r\n\r\n",), close=True),
    "/white": reply(b"<html><body></body></html>"),
    "/app": reply(APP),
    "/fine": reply(page("Fine")),
}


def rendered(make_source: SourceMaker, pages: dict[str, Answer], more: str = "") -> Path:
    starts = tuple(ORIGIN + path for path in pages)
    polite = "politeness=Politeness(delay=0.0, concurrency=3)"
    return make_source(
        f"start_urls={starts!r}, spider='rendered_list', allowed_hosts=('site.example',), {more} {polite}"
    )


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_what_is_no_page_is_told(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    visited = visit(rendered(make_source, PAGES), env=site(PAGES).env())

    assert visited.code == 10, visited.output
    doms = {c.url.rpartition("/")[2]: c.label for c in visited.captures if c.label.role == "page"}
    assert {name: label.quality for name, label in doms.items()} == {
        "pdf": "wrong_media_type", "cut": "truncated", "no-http": "error", "white": "error", "app": "error",
        "fine": "ok",
    }  # fmt: skip
    assert doms["white"].why == "an empty page: no visible text"
    assert "did not get http://away.example/a.js" in doms["app"].why and "boom is not defined" in doms["app"].why
    assert "application/pdf in a page's place" in doms["pdf"].why
    assert "/nothing: the server sent no content (status 204)" in visited.output
    assert "/attached: it is no page but text/csv" in visited.output
    assert visited.body(f"{ORIGIN}/attached") == CSV  # kept all the same


ASKING = """<script>
addEventListener('beforeunload', event => { event.preventDefault(); event.returnValue = 'stay' });
const said = [confirm('sure?'), prompt('name?')]; print();
const inner = window.open('/popup'); setTimeout(() => { document.title = String(said) + (inner && inner.closed) }, 300);
</script><form><input id="file" type="file"><button id="go" formaction="/away">Go</button></form>"""
LEAVING = "<script>setTimeout(() => location.replace('/leaving?' + Math.random()), 200)</script>"
POPUPS = "<script>setInterval(() => window.open('/popup?' + Math.random()), 150)</script>"
NOTES = "<script>setInterval(() => { for (let n = 0; n < 50; n++) console.error('again') }, 100)</script>"
HISTORY = "<script>setInterval(() => history.pushState({}, '', '/history?' + Math.random()), 20)</script>"
RESTLESS = "<p id=clock></p><script>setInterval(() => { clock.textContent = Math.random() }, 50)</script>"


def moving(request: bytes) -> Reply:
    """Whatever its address says, the page goes to another one."""
    return reply(page("Leaving", LEAVING + f"<i>{len(request)}</i>"))


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_pages_that_hold_on_are_left(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    pages = {
        "/asking": ASKING, "/popups": POPUPS, "/notes": NOTES, "/history": HISTORY, "/restless": RESTLESS, "/end": "",
    }  # fmt: skip
    answers: dict[str, Answer] = {path: reply(page(path[1:], inner)) for path, inner in pages.items()}
    served = site(Everywhere({**answers, "/leaving": moving, "/popup": reply(page("Popup"))}))
    starts = {**answers, "/leaving": moving}

    visited = visit(rendered(make_source, starts, "clicks=('#file', '#go'),"), env=served.env())

    assert {c.url.removeprefix(f"urn:dom:{ORIGIN}") for c in visited.captures if c.label.role == "page"} == {*starts}
    assert visited.code == 0, visited.output
    info = json.loads(visited.body(f"urn:pageinfo:{ORIGIN}/asking"))
    assert info["dialogs"] >= 2 and info["title"].startswith("false,")
    assert len(json.loads(visited.body(f"urn:pageinfo:{ORIGIN}/notes"))["console"]) == 100
