"""The browser has no way out but its recorder, and none into the machine."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from fidelity import Answer, held, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from spiders import browser, chromium
from spiders.errors import VisitError

ORIGIN = "https://site.example"
REACHING = """<iframe id="local" src="file:///etc/passwd"></iframe><script>fetch('/held'); (async () => {
  const tried = [];
  const attempt = async (name, what) => { try { await what(); tried.push(name) } catch (error) { } };
  const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:PORT'}]});
  peer.createDataChannel('data');
  await peer.setLocalDescription(await peer.createOffer());
  await attempt('transport', () => new WebTransport('https://127.0.0.1:PORT/').ready);
  await attempt('file', () => fetch('file:///etc/passwd'));
  await attempt('other host', () => fetch('https://away.example/', {mode: 'no-cors'}).then(a => a.text()));
  await attempt('loopback', () => fetch('http://127.0.0.1:OWN/'));
  const link = document.createElement('a'); link.href = 'file:///etc/passwd'; link.click();
  await new Promise(done => setTimeout(done, 1500));
  document.title = JSON.stringify(tried) + ' tried'; fetch('/over');
})()</script>"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_there_is_no_way_past_the_recorder(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard, socket.create_server(("127.0.0.1", 0)) as own:
        heard.bind(("127.0.0.1", 0))
        inner = REACHING.replace("PORT", str(heard.getsockname()[1])).replace("OWN", str(own.getsockname()[1]))
        served = site({"/": reply(page("Reaching", inner)), **held()})
        polite = "politeness=Politeness(delay=0.0)"
        hosts = "allowed_hosts=('site.example',)"
        source = make_source(f"start_urls=('{ORIGIN}/',), spider='rendered_list', {hosts}, {polite}")

        visited = visit(source, env=served.env())

        assert visited.code == 0, visited.output
        assert json.loads(visited.body(f"urn:pageinfo:{ORIGIN}/"))["title"] == "[] tried"
        heard.setblocking(False)
        own.setblocking(False)
        with pytest.raises(BlockingIOError):
            heard.recv(1)
        with pytest.raises(BlockingIOError):
            own.accept()
    assert b"root:" not in visited.body(f"urn:dom:{ORIGIN}/")
    assert not [c for c in visited.captures if not c.url.startswith(("urn:", ORIGIN))]
    assert "let through  away.example" in visited.output and "let through  127.0.0.1" in visited.output


DOWNLOADS = """<button id="go" onclick="for (const name of ['a.csv', 'b.pdf', 'c.zip']) setTimeout(() => {
  const link = document.createElement('a'); link.href = '/' + name; link.download = name; link.click() }, 100 *
  name.charCodeAt(0) - 9700)">Save</button>"""


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_downloads_are_kept_whole(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    files = {"a.csv": (b"a,b\n1,2\n", "text/csv"), "b.pdf": (b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    files["c.zip"] = (b"PK\x05\x06" + bytes(18) + os.urandom(300_000), "application/zip")
    answers: dict[str, Answer] = {f"/{name}": reply(body, kind=kind) for name, (body, kind) in files.items()}
    served = site({"/": reply(page("Downloads", DOWNLOADS)), **answers})
    more = "allowed_hosts=('site.example',), clicks=('#go',), politeness=Politeness(delay=0.0)"
    source = make_source(f"start_urls=('{ORIGIN}/',), spider='rendered_list', {more}")

    visited = visit(source, env=served.env())

    assert visited.code == 0, visited.output
    for name, (body, _) in files.items():
        assert visited.body(f"{ORIGIN}/{name}") == body


def test_the_sandbox_is_left_out_for_root_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [switch for switch in chromium.switches("pin") if "sandbox" in switch or "allow-file" in switch]
    for user, wanted in ((0, False), (1000, True)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert browser.sandboxed() is wanted


def test_what_is_named_and_cannot_be_run_is_said() -> None:
    with pytest.raises(VisitError, match="FANLIGHT_CHROMIUM names '/no/such'"):
        chromium.find({"FANLIGHT_CHROMIUM": "/no/such"}, str(Path("/none")))
