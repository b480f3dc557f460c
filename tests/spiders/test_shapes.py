"""One real visit per page shape, read back from the archive."""

from __future__ import annotations

import json

import pytest
from fidelity import Answer, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "https://site.example"
CSV = b"app,policy_area,metric,period,value\nA,B,C,2026Q1,1\n"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HOSTS = "allowed_hosts=('site.example', 'cdn.example')"
POLITE = "politeness=Politeness(delay=0.0)"
SHELL = """<div id="app"></div><details><summary>Older</summary><p>folded</p></details>
<button aria-expanded="false" onclick="this.ariaExpanded = 'true'; document.querySelector('#app').innerHTML +=
  '<a href=/files/older.csv>Older figures</a>'">Show</button>
<script>fetch('/data.json').then(answer => answer.json()).then(data => {
  document.querySelector('#app').innerHTML += `<h2>${data.title}</h2><a href="/files/new.csv">New figures</a>`;
});</script>"""


def csv() -> Answer:
    return reply(CSV, kind="text/csv")


def test_document_list(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    inner = """<section id="reports"><a href="/files/a.csv?utm_source=x">Report <b>A</b></a>
      <a data-linkurl="https://cdn.example/b.pdf"><img alt="Report B"></a><a href="/more">More</a></section>
      <footer><a href="/files/footer.csv">not wanted</a></footer>"""
    served = site(
        {
            "/": reply(page("Reports", inner)),
            "/robots.txt": reply(b"User-agent: *\nDisallow: /private\n", kind="text/plain"),
            "/files/a.csv?utm_source=x": csv(),
            "/b.pdf": reply(PDF, kind="application/pdf"),
            "/more": reply(page("More", '<section id="reports"><a href="/files/c.csv">Report C</a></section>')),
            "/files/c.csv": csv(),
            "/files/start.csv": csv(),
        }
    )
    rules = (
        "follow=(Follow(match=r'\\.(csv|pdf)', within='#reports', accept=('text/csv', 'application/pdf')),"
        " Follow(match='/more$', role='page'))"
    )
    starts = f"start_urls=('{ORIGIN}/', '{ORIGIN}/files/start.csv')"
    source = make_source(f"{starts}, spider='document_list', {HOSTS}, {rules}, {POLITE}")

    visited = visit(source, env=served.env())

    assert (visited.code, visited.told["outcome"]) == (0, "complete"), visited.output
    labels = {c.url: c.label for c in visited.captures}
    assert labels[f"{ORIGIN}/"].role == "page" and labels[f"{ORIGIN}/robots.txt"].role == "robots"
    first = labels[f"{ORIGIN}/files/a.csv?utm_source=x"]
    assert (first.role, first.anchor, first.via, first.quality) == ("document", "Report A", f"{ORIGIN}/", "ok")
    assert labels["https://cdn.example/b.pdf"].anchor == "Report B"
    assert labels[f"{ORIGIN}/files/c.csv"].via == f"{ORIGIN}/more"
    assert labels[f"{ORIGIN}/files/start.csv"].role == "document"
    assert served.asked("/files/footer.csv") == []
    assert visited.body("https://cdn.example/b.pdf") == PDF


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_rendered_list(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site(
        {
            "/": reply(page("Figures", SHELL)),
            "/data.json": reply(json.dumps({"title": "Built by a script"}).encode(), kind="application/json"),
            "/files/new.csv": csv(),
            "/files/older.csv": csv(),
        }
    )
    rules = "follow=(Follow(match=r'\\.csv$'),)"
    source = make_source(f"start_urls=('{ORIGIN}/',), spider='rendered_list', {HOSTS}, {rules}, {POLITE}")

    visited = visit(source, env=served.env())

    assert (visited.code, visited.told["outcome"]) == (0, "complete"), visited.output
    dom = visited.one(f"urn:dom:{ORIGIN}/")
    assert (dom.type, dom.status, dom.label.role, dom.label.quality) == ("resource", 200, "page", "ok")
    assert b"Built by a script" in visited.body(dom.url) and b"<details open" in visited.body(dom.url)
    assert visited.body(f"urn:view:{ORIGIN}/").startswith(b"\x89PNG")
    assert "Built by a script" in visited.body(f"urn:text:{ORIGIN}/").decode()
    assert visited.one(f"{ORIGIN}/").label.role == "asset"  # the page as served is evidence; the DOM is compared
    assert {c.url for c in visited.captures if c.label.role == "document"} == {
        f"{ORIGIN}/files/new.csv", f"{ORIGIN}/files/older.csv"
    }  # fmt: skip


def test_single_file(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    moved = reply(b"", "Location: https://cdn.example/m1/file.csv?oh=1&oe=2", status="302 Found")
    served = site({"/sr/figures/": moved, "/m1/file.csv?oh=1&oe=2": csv()})
    source = make_source(f"start_urls=('{ORIGIN}/sr/figures/',), spider='single_file', {HOSTS}, {POLITE}")

    visited = visit(source, env=served.env())

    assert visited.code == 0, visited.output
    hop, final = visited.one(f"{ORIGIN}/sr/figures/"), visited.one("https://cdn.example/m1/file.csv?oh=1&oe=2")
    assert (hop.status, hop.label.role, hop.label.document) == (302, "asset", None)
    assert final.label.role == "document"
    assert final.label.document and "site.example" in final.label.document  # the address asked for, not where it led
    assert visited.body(final.url) == CSV


REPORT = {
    "id": 9, "name": "Service A", "published": True,
    "chapters": {
        "0": {"id": 41, "name": "One", "commitments": [{"id": 201, "code": "1", "name": "Commitment 1"}]},
        "5": {"id": 43, "name": "Two", "commitments": {"0": {"id": 214, "name": "Commitment 14"}}},
    },
}  # fmt: skip


def test_code_portal(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    commitment = "/reports/service-b/6?chapterId=51&commitmentId=252"
    inner = '<a href="/reports/service-a/5">Service A</a><a href="/reports/service-b/6/text">Service B</a>'
    served = site(
        {
            "/": reply(page("Reports", inner)),
            "/reports/service-a/5": reply(page("Service A")),
            "/reports/service-a/5/json": reply(json.dumps(REPORT).encode(), kind="application/json"),
            "/reports/service-a/5?chapterId=41&commitmentId=201": reply(page("Commitment 1")),
            "/reports/service-a/5?chapterId=43&commitmentId=214": reply(page("Commitment 14")),
            "/reports/service-b/6": reply(page("Service B", f'<a href="{commitment}">Commitment 1</a>')),
            commitment: reply(page("Commitment 1 of B")),
        }
    )
    source = make_source(f"start_urls=('{ORIGIN}/',), spider='code_portal', {HOSTS}, {POLITE}")

    visited = visit(source, env=served.env())

    assert visited.code == 0, visited.output
    roles = {c.url.removeprefix(ORIGIN): (c.label.role, c.label.quality) for c in visited.captures}
    assert roles["/reports/service-a/5/json"] == ("document", "ok")
    assert roles["/reports/service-a/5?chapterId=41&commitmentId=201"] == ("page", "ok")
    assert roles["/reports/service-a/5?chapterId=43&commitmentId=214"] == ("page", "ok")
    assert roles["/reports/service-b/6/json"] == ("document", "gone")
    assert roles[commitment] == ("page", "ok")
    documents = [c.label.document for c in visited.captures if c.label.document]
    assert len(documents) == len(set(documents))


BUSY = """<script>console.error('a figure is missing'); setTimeout(() => { throw new Error('too late') }, 10);
alert('welcome'); window.open('/popup');</script>
<div role="tablist"><button role="tab" aria-selected="true">New</button>
<button role="tab" aria-selected="false" onclick="document.querySelector('#panel').innerHTML =
  '<a href=/files/old.csv>Old figures</a>'; this.ariaSelected = 'true'">Old</button></div>
<div id="panel"><a href="/files/new.csv">New figures</a></div>
<button onclick="this.before('more text'); if (++this.times > 2) this.remove(); else 0" id="more">Show more</button>
<ol id="list"><li><a href="/files/p1.csv">Page 1</a></li></ol>
<button aria-label="Next" onclick="const at = Number(this.dataset.at || 1) + 1; this.dataset.at = at;
  document.querySelector('#list').innerHTML = `<li><a href='/files/p${at}.csv'>Page ${at}</a></li>`;
  this.disabled = at === 3">&gt;</button>
<a href="/elsewhere">Next</a>
<button id="build" onclick="const link = document.createElement('a'); link.download = 'figures.csv';
  link.href = window.URL.createObjectURL(new Blob(['app,value,x,1'])); link.click()">Download</button>
<script>document.querySelector('#more').times = 0</script>"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_behaviours_on_a_busy_page(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    files: dict[str, Answer] = {f"/files/{name}.csv": csv() for name in ("old", "new", "p1", "p2", "p3")}
    served = site({"/": reply(page("Busy", BUSY)), "/popup": reply(page("Popup")), **files})
    more = f"clicks=('#build', '#not-there'), follow=(Follow(match=r'\\.csv$'),), {POLITE}"
    source = make_source(f"start_urls=('{ORIGIN}/',), spider='rendered_list', {HOSTS}, {more}")

    visited = visit(source, env=served.env())

    assert visited.code == 0, visited.output
    documents = {c.url.removeprefix(ORIGIN) for c in visited.captures if c.label.role == "document"}
    assert documents == {*files, f"urn:built:{ORIGIN}/#figures.csv"}
    assert visited.body(f"urn:built:{ORIGIN}/#figures.csv") == b"app,value,x,1"
    assert visited.body(f"urn:dom:{ORIGIN}/").count(b"more text") == 3  # and the button is gone
    info = json.loads(visited.body(f"urn:pageinfo:{ORIGIN}/"))
    assert info["title"] == "Busy" and info["dialogs"] == 1 and info["states"] == 3
    assert [entry["type"] for entry in info["console"]] == ["error", "exception"]
    assert served.asked("/elsewhere") == []
    lines = [json.loads(line) for line in visited.body("urn:fanlight:pages.jsonl").splitlines()]
    assert [line.get("url") for line in lines] == [None, f"{ORIGIN}/"] and lines[1]["title"] == "Busy"
