"""Tabs that are used again: nothing of a page is left for the next, and one that breaks is replaced."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest
from fidelity import Answer, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

from spiders.ca import Authority
from spiders.recorder import HELLO, Recorder

ORIGIN = "https://site.example"
ONE_TAB = "politeness=Politeness(delay=0.0, concurrency=1)"
LEAVE = """<script>(async () => {
  document.cookie = 'left=1; max-age=999'; localStorage.left = '1'; sessionStorage.left = '1'; window.name = 'left';
  addEventListener('pagehide', () => { localStorage.late = '1'; document.cookie = 'late=1'; });
  await new Promise(done => { const asked = indexedDB.open('left', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('left'); asked.onsuccess = done; });
  await (await caches.open('left')).put('/kept', new Response('kept'));
  navigator.serviceWorker.register('/worker.js').catch(error => console.error('no worker'));
  document.title = 'has left';
})()</script>"""
LOOK = """<script>(async () => {
  const found = {
    cookie: document.cookie, local: {...localStorage}, session: {...sessionStorage}, name: window.name,
    databases: await indexedDB.databases(), caches: await caches.keys(), opened: !!window.opener,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  };
  document.title = JSON.stringify(found);
})()</script>"""
NOTHING = {
    "cookie": "", "local": {}, "session": {}, "name": "", "databases": [], "caches": [], "opened": False, "workers": 0,
}  # fmt: skip


def rendered(make_source: SourceMaker, paths: tuple[str, ...], more: str = ONE_TAB) -> Path:
    starts = tuple(ORIGIN + path for path in paths)
    hosts = "allowed_hosts=('site.example', 'cdn.example')"
    return make_source(f"start_urls={starts!r}, spider='rendered_list', {hosts}, {more}")


def title(visited: Visited, path: str) -> str:
    return str(json.loads(visited.body(f"urn:pageinfo:{ORIGIN}{path}"))["title"])


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_nothing_of_a_page_is_left_for_the_next(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    tell = "<script>addEventListener('message', event => { document.title = event.data })</script>"
    frame = LOOK.replace("document.title =", "parent.postMessage(").replace("(found);", "(found), '*');")
    served = site(
        {
            "/leave": reply(page("Leave", LEAVE)),
            "/look": reply(page("Look", LOOK)),
            "/around-leave": reply(page("Around", '<iframe src="https://cdn.example/leave"></iframe>')),
            "/around-look": reply(page("Around", f'{tell}<iframe src="https://cdn.example/frame"></iframe>')),
            "/frame": reply(page("Frame", frame)),
            "/worker.js": reply(b"", kind="text/javascript"),
        }
    )
    paths = ("/leave", "/look", "/around-leave", "/around-look")

    visited = visit(rendered(make_source, paths), env=served.env())

    assert visited.code == 0, visited.output
    assert title(visited, "/leave") == "has left"
    assert json.loads(title(visited, "/look")) == NOTHING
    assert "has left" not in title(visited, "/around-leave")
    assert json.loads(title(visited, "/around-look")) == NOTHING


BREAKING = """
import asyncio, spiders.behaviours
unfold = spiders.behaviours.unfold
async def breaking(page, *more, **named):
    if page.url.endswith('/crash'):
        session = await page.context.new_cdp_session(page)
        page.crashing = asyncio.ensure_future(session.send('Page.crash'))
    return await unfold(page, *more, **named)
spiders.behaviours.unfold = breaking
"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_tab_that_crashes_or_hangs_is_replaced(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    hang = "<script>setTimeout(() => { for (;;); }, 50)</script>"
    paths = ("/crash", "/after", "/hang", "/end")
    pages: dict[str, Answer] = {path: reply(page(path, hang if path == "/hang" else "")) for path in paths}
    served = site(pages)
    (tmp_path / "sitecustomize.py").write_text(BREAKING)

    source = rendered(make_source, paths, ONE_TAB.replace(")", ", max_page_seconds=15)"))

    visited = visit(source, env={**served.env(), "PYTHONPATH": str(tmp_path)})

    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output
    assert [c.url for c in visited.captures if c.label.role == "page"] == [
        f"urn:dom:{ORIGIN}/after", f"urn:dom:{ORIGIN}/end"
    ]  # fmt: skip
    assert "/crash: the browser could not open it: " in visited.output
    assert "/hang: the page did not come to rest within 15 s" in visited.output


COUNTING = """
import spiders.tab
spiders.tab.MOST_MEMORY = {bytes}
opened = spiders.tab.open_window
async def counted(*given, **more):
    print('a window is opened', flush=True)
    return await opened(*given, **more)
spiders.tab.open_window = counted
"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize(("memory", "windows"), [(1, 4), (10**12, 1)])
def test_a_browser_that_grows_is_made_anew(
    memory: int, windows: int, site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    paths = ("/1", "/2", "/3")
    pages: dict[str, Answer] = {path: reply(page(path)) for path in paths}
    (tmp_path / "sitecustomize.py").write_text(COUNTING.format(bytes=memory))

    visited = visit(rendered(make_source, paths), env={**site(pages).env(), "PYTHONPATH": str(tmp_path)})

    assert visited.code == 0, visited.output
    opened = visited.output.count("a window is opened")
    assert opened in (windows, max(1, windows - 1))  # the last page may be the end of the visit


async def answers(recorder: Recorder, *fields: str) -> bytes:
    """What the recorder answers to a request with these header fields."""
    port = int((await recorder.start()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([f"GET {HELLO} HTTP/1.1", "Host: recorder.invalid", *fields, "", ""]).encode())
    line = await reader.readline()
    writer.close()
    recorder.close()
    return line


def test_the_recorder_serves_only_who_knows_its_password(tmp_path: Path) -> None:
    def ask(*fields: str) -> bytes:
        recorder = Recorder(
            wire=None, authority=Authority(tmp_path), admit=print, keep=None, turned_away=print, note=None,  # type: ignore[arg-type]
            password="right",
        )  # fmt: skip
        assert "right" not in repr(recorder)
        return asyncio.run(answers(recorder, *fields))

    def basic(name: str) -> str:
        return "Proxy-Authorization: Basic " + base64.b64encode(name.encode()).decode()

    assert ask().startswith(b"HTTP/1.1 407 ")
    assert ask(basic("fanlight:wrong")).startswith(b"HTTP/1.1 407 ")
    assert ask(basic("fanlight:right")).startswith(b"HTTP/1.1 204 ")


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_the_recorders_password_is_not_archived(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    source = make_source(
        "start_urls=('http://site.example/',), spider='rendered_list', allowed_hosts=('site.example',)"
    )
    visited = visit(source, env=site({"/": reply(page("Plain"))}).env())
    assert visited.code == 0, visited.output
    blocks = [record.block.read().lower() for record in visited.records()]
    assert len(blocks) > 3 and not any(b"proxy-auth" in block for block in blocks)
