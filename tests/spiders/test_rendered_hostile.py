"""Pages that work against whoever looks at them: each is kept all the same, and says nothing in another's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fidelity import Answer, Everywhere, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

ORIGIN = "https://site.example"
CDN = "https://cdn.example"
CSV = b"a,b\n1,2\n"
ONE_TAB = "politeness=Politeness(delay=0.0, concurrency=1)"
BREAKS = {
    "/marked": '<b data-fanlight-frame="7">x</b><iframe hidden></iframe>',
    "/placed": '<b data-fanlight-frame="0">x</b><iframe hidden></iframe><iframe src="/inner"></iframe>',
    "/state": '<script>Object.defineProperty(window, "__fanlight", {value: {}})</script>',
    "/arrays": "<script>Array.prototype.flatMap = undefined; Array.prototype.join = () => 7</script>",
    "/title": "<script>Object.defineProperty(document, 'title', {get() { throw 1 }})</script>",
    "/names": "<img name=documentElement><img name=body><img name=title><img name=doctype><img name=scrollingElement>"
    "<img name=querySelectorAll><form><input name=matches><input name=shadowRoot><input name=closest></form>",
    "/wide": "<div style='position: absolute; left: 30000000px; width: 10px'>far</div>",
    "/inner-breaks": "<script>Element.prototype.checkVisibility = () => false; Element.prototype.setAttribute = () => 1"
    f"</script><iframe src='/arrays'></iframe><iframe src='{CDN}/arrays'></iframe>",
    "/deep": "<iframe src='/deeper'></iframe>",
    "/gone": "<script>document.documentElement.remove()</script>",
}
DEEPER = (
    "<script>const at = +location.search.slice(1); if (at < 40) document.write(`<iframe src='?${at + 1}'></iframe>`)"
)
LEAVE = """<script>(async () => {
  localStorage.left = '1'; indexedDB.open('left', 1); await caches.open('left');
})()</script>"""
LOOK = """<script>(async () => {
  document.title = JSON.stringify([{...localStorage}, await indexedDB.databases(), await caches.keys()]);
})()</script>"""


def rendered(make_source: SourceMaker, starts: tuple[str, ...], more: str = ONE_TAB) -> Path:
    hosts = "allowed_hosts=('site.example', 'cdn.example')"
    return make_source(f"start_urls={starts!r}, spider='rendered_list', {hosts}, {more}")


def title(visited: Visited, url: str) -> str:
    return str(json.loads(visited.body(f"urn:pageinfo:{url}"))["title"])


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_page_cannot_keep_itself_from_being_kept(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    pages: dict[str, Answer] = {path: reply(page(path, inner)) for path, inner in BREAKS.items()}
    inner = {"/inner": reply(page("Inner", "<p>framed</p>")), "/deeper": reply(page("Deeper", DEEPER + "</script>"))}
    served = site(Everywhere({**pages, **inner}))
    paths = list(BREAKS)

    visited = visit(rendered(make_source, tuple(ORIGIN + path for path in paths)), env=served.env())

    doms = {c.url.removeprefix(f"urn:dom:{ORIGIN}"): c.label for c in visited.captures if c.label.role == "page"}
    assert doms.keys() == BREAKS.keys(), visited.output
    assert {path for path, label in doms.items() if label.quality != "ok"} == {"/gone"}, visited.output
    assert "fault of ours" not in visited.output
    for path in paths:
        assert visited.body(f"urn:view:{ORIGIN}{path}").startswith(b"\x89PNG")
    placed = visited.body(f"urn:dom:{ORIGIN}/placed")
    assert placed.count(b"<section data-frame") == 1 and b'src="/inner"></iframe><section data-frame' in placed
    assert b'<b data-fanlight-frame="0">x</b>' in placed
    for path in ("/arrays", "/title", "/inner-breaks"):
        assert b"the same few words" in visited.body(f"urn:text:{ORIGIN}{path}")
        assert not doms[path].why
    assert title(visited, f"{ORIGIN}/title") == "/title"
    _, *inside = visited.body(f"urn:dom:{ORIGIN}/inner-breaks").split(b"</iframe><section")
    assert [b"the same few words" in each for each in inside] == [True, True]


BREAKING = """
import spiders.script
spiders.script.SOURCE = spiders.script.SOURCE.replace('const take = (', 'const take = () => none(), other = (')
"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_page_whose_state_cannot_be_asked_is_kept_as_it_stands(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKING)
    served = site({"/": reply(page("Plain", "<p>shown</p>"))})

    visited = visit(rendered(make_source, (f"{ORIGIN}/",)), env={**served.env(), "PYTHONPATH": str(tmp_path)})

    assert visited.code == 0, visited.output
    label = visited.one(f"urn:dom:{ORIGIN}/").label
    assert label.quality == "ok" and "without shadow roots" in label.why
    assert b"<p>shown</p>" in visited.body(f"urn:dom:{ORIGIN}/")
    assert b"shown" in visited.body(f"urn:text:{ORIGIN}/")
    assert visited.body(f"urn:view:{ORIGIN}/").startswith(b"\x89PNG")


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_nothing_of_a_popup_is_left_for_the_next(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    opener = f"<script>window.open('{CDN}/leave'); window.open('{CDN}/slow', '_blank', 'noopener')</script>"
    slow = reply(page("Slow", LEAVE))
    slow = type(slow)((b"", *slow.pieces), pause=1.5)
    served = site(
        {
            "/opener": reply(page("Opener", opener)), "/leave": reply(page("Leave", LEAVE)), "/slow": slow,
            "/look": reply(page("Look", LOOK)),
        }
    )  # fmt: skip
    starts = (f"{ORIGIN}/opener", f"{CDN}/look")

    visited = visit(rendered(make_source, starts), env=served.env())

    assert visited.code == 0, visited.output
    assert visited.of(f"{CDN}/leave")
    assert json.loads(title(visited, f"{CDN}/look")) == [{}, [], []]


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_page_that_closes_its_window_is_kept(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    by_frame = f"<iframe src='{CDN}/frame'></iframe>"
    closing = {
        "/at-once": "<script>window.close()</script>",
        "/late": "<script>setTimeout(() => window.close(), 250)</script>",
        "/by-frame": by_frame,
    }
    served = site(
        {path: reply(page(path, content)) for path, content in closing.items()}
        | {"/frame": reply(page("Frame", "<script>top.close()</script>")), "/after": reply(page("After"))}
    )

    visited = visit(rendered(make_source, tuple(ORIGIN + path for path in (*closing, "/after"))), env=served.env())

    assert visited.code == 0, visited.output
    assert [title(visited, ORIGIN + path) for path in (*closing, "/after")] == [*closing, "After"]


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_every_page_has_the_same_history(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    tell = "<script>document.title = history.length; history.pushState({}, '', '?more')</script>"
    paths = ("/1", "/2", "/3")
    pages: dict[str, Answer] = {path: reply(page(path, tell)) for path in paths}

    visited = visit(rendered(make_source, tuple(ORIGIN + path for path in paths)), env=site(pages).env())

    assert len({title(visited, ORIGIN + path) for path in paths}) == 1, visited.output


DYING = """
import spiders.behaviours
import psutil
unfold = spiders.behaviours.unfold
died = []
async def dying(page, *more, **named):
    if page.url.endswith(('/kills', '/kills-always')) and (page.url not in died or page.url.endswith('always')):
        died.append(page.url)
        for process in psutil.process_iter(['cmdline']):
            told = ' '.join(process.info['cmdline'] or ())
            if psutil.Process() in process.parents() and 'remote-debugging' in told and '--type=' not in told:
                process.kill()
                break
    return await unfold(page, *more, **named)
spiders.behaviours.unfold = dying
"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_browser_that_dies_is_started_again(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    paths = ("/kills", "/after", "/kills-always", "/later")
    pages: dict[str, Answer] = {path: reply(page(path)) for path in paths}
    (tmp_path / "sitecustomize.py").write_text(DYING)
    source = rendered(make_source, tuple(ORIGIN + path for path in paths))

    visited = visit(source, env={**site(pages).env(), "PYTHONPATH": str(tmp_path)})

    doms = {c.url.removeprefix(f"urn:dom:{ORIGIN}") for c in visited.captures if c.label.role == "page"}
    assert doms == {"/kills", "/after", "/later"}, visited.output
    assert (visited.code, visited.told["outcome"]) == (10, "partial")
    assert "/kills-always: the browser " in visited.told["reason"]


FETCHES = """<script>
fetch('/data/api').then(() => fetch('/data/figures')).then(() => fetch('/data/attached-api')).then(() => {
  document.body.insertAdjacentHTML('beforeend', '<button aria-expanded=false>Export</button>');
  document.querySelector('button').onclick = () => { location.href = '/export?format=1' };
  document.querySelector('button').click();
});
</script>"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("origin", [ORIGIN, "http://site.example"])
def test_files_that_scripts_ask_for_are_documents(
    origin: str, site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    attached = "Content-Disposition: attachment; filename=x.csv"
    served = site(
        {
            "/": reply(page("Fetches", FETCHES)),
            "/data/api": reply(b"{}", kind="application/json"),
            "/data/attached-api": reply(b"[]", attached, kind="application/json"),  # against sniffing, as some do
            "/data/figures": reply(CSV, kind="text/csv"),
            "/export?format=1": reply(b"%PDF-1.4\n%%EOF\n", attached, kind="application/pdf"),
        }
    )
    rules = "follow=(Follow(match='none', accept=('text/csv',)), Follow(match='pages', role='page'))"

    visited = visit(rendered(make_source, (f"{origin}/",), f"{rules}, {ONE_TAB}"), env=served.env())

    assert visited.code == 0, visited.output
    documents = {c.url.removeprefix(origin): c.label for c in visited.captures if c.label.role == "document"}
    assert documents.keys() == {"/data/figures", "/export?format=1"}
    assert documents["/data/figures"].via == f"{origin}/" and documents["/data/figures"].document
