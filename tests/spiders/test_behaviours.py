"""What is done to a page before it is kept: scrolling, unfolding, asking for more; and what must not come of it."""

from __future__ import annotations

import io
import re

import pytest
from fidelity import Answer, page, reply
from PIL import Image
from visits import SiteMaker, SourceMaker, Visited, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("browser")]
ORIGIN = "https://site.example"
SELECT = "document.querySelectorAll('[role=tab]').forEach(t => t.setAttribute('aria-selected', t === this));"
TABS = "".join(
    f"<button role=tab aria-selected={str(not n).lower()} onclick=\"{SELECT}panel.textContent = 'PANEL{n}'\">T{n}"
    "</button>"
    for n in range(4)
)
GROWS = """<div id=list></div><script>
  let items = 0, timer;
  const add = () => { for (let n = 0; n < 10; n++) {
    list.insertAdjacentHTML('beforeend', `<p style='height: 200px'>ITEM${items++}`) } };
  const end = () => items < 40 && innerHeight + scrollY > document.documentElement.scrollHeight - 300;
  addEventListener('scroll', () => { clearTimeout(timer); timer = setTimeout(() => end() && add(), 350) });
  add();
</script>"""
NESTED = """<button aria-expanded=false onclick="this.ariaExpanded = 'true'; inner.hidden = false">Outer</button>
<div id=inner hidden><button aria-expanded=false onclick="this.ariaExpanded = 'true'; text.textContent = 'INNERMOST'">
Inner</button><p id=text></p></div>"""
ROWS = "<p style='height: 300px; margin: 0; background: red'>first</p>" + "<p style='height: 300px'>row</p>" * 20
BOX = f"<style>body {{ overflow: hidden }}</style><div style='position: fixed; inset: 0; overflow: auto'>{ROWS}</div>"
PAGES = {
    "/tabs": f"<div role=tablist>{TABS}</div><p id=panel>PANEL0</p>",
    "/grows": GROWS,
    "/nested": NESTED,
    "/more": "<button onclick=\"this.outerHTML = '<p>FURTHER</p>'\">Show 10 more results…</button>",
    "/box": BOX,
    "/away": "<p>STAYED</p><button onclick=\"location.href = '/other'\">View all</button>",
    "/pushed": "<p>STAYED</p><button onclick=\"history.pushState({}, '', '/other'); document.body.textContent = ''\">"
    "View all</button>",
    "/refused": "<p>STAYED</p><button aria-expanded=false onclick=\"location.href = 'https://evil.example/'\">Menu</button>",
    "/toggles": "<p>STAYED</p><details ontoggle=\"location.href = '/other'\"><summary>More</summary>x</details>",
    "/high": "<div style='height: 20000px'>HIGH</div>",
}


@pytest.fixture
def visited(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> Visited:
    served: dict[str, Answer] = {path: reply(page(path, content)) for path, content in PAGES.items()}
    still = reply(page("Still", "<p>STAYED</p>"), "Content-Security-Policy: sandbox")
    found = site({**served, "/still": still, "/other": reply(page("Other", "<p>OTHER</p>"))})
    starts = tuple(ORIGIN + path for path in (*PAGES, "/still"))
    source = f"start_urls={starts!r}, spider='rendered_list', allowed_hosts=('site.example',)"
    return visit(make_source(f"{source}, politeness=Politeness(delay=0.0, concurrency=6)"), env=found.env())


def text(visited: Visited, path: str) -> str:
    return visited.body(f"urn:text:{ORIGIN}{path}").decode()


def test_pages_are_unfolded_and_none_is_lost_by_it(visited: Visited) -> None:
    states = [visited.body(one.url).decode() for one in visited.captures if "/tabs#state" in one.url]
    assert sorted(re.findall(r"PANEL\d</p>", "".join(states))) == ["PANEL1</p>", "PANEL2</p>", "PANEL3</p>"]
    assert text(visited, "/grows").count("ITEM") == 40
    assert "INNERMOST" in text(visited, "/nested")
    assert "FURTHER" in text(visited, "/more")
    picture = Image.open(io.BytesIO(visited.body(f"urn:view:{ORIGIN}/box"))).convert("RGB")
    assert picture.getpixel((640, 100)) == (255, 0, 0)  # where the box begins
    for path in ("/away", "/pushed", "/refused", "/toggles", "/still"):
        assert "STAYED" in text(visited, path), path
    why = {one.url: one.label.why for one in visited.captures if one.label.role == "page"}
    assert "the picture shows 1280 x 16000 of 1280 x 20" in why[f"urn:dom:{ORIGIN}/high"]
    assert visited.code == 0, visited.output
