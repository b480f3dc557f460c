"""What is archived is what crossed the connection, by the server's own log: both tiers, HTTP and HTTPS."""

from __future__ import annotations

import gzip

import pytest
from fidelity import Answer, Reply, Site, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ntransfer-encoding: Chunked\r\n\r\n"
CHUNKED = b"4\r\nfour\r\n1A;note=yes\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Trailer: late\r\n\r\n"
ODD = (
    b"HTTP/1.1 200 Fine\r\nx-Lower: 1\r\nX-LOWER:  2 \r\nX-Folded: one\r\n two\r\nX-Latin: caf\xe9\r\nno colon here\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nodd"
)
CUT_OFF = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this"
ZIPPED = gzip.compress(page("Zipped"), mtime=0)
CASES: dict[str, Answer] = {
    "/gzip": reply(ZIPPED, "Content-Encoding: gzip"),
    "/chunked": Reply((CHUNKED_HEAD, CHUNKED[:11], CHUNKED[11:]), pause=0.02),
    "/moved": reply(b"gone there", "Location: /there?x=1&y=%20", status="301 Moved  Around"),
    "/there?x=1&y=%20": reply(page("There"), "Set-Cookie: a=1", "Set-Cookie: b=2"),
    "/missing": reply(page("Missing"), status="404 No Such Thing"),
    "/failing": reply(page("Failing"), status="500 Oh No"),
    "/part": reply(b"part", "Content-Range: bytes 0-3/10", status="206 Partial Content", kind="text/plain"),
    "/nothing": Reply((b"HTTP/1.1 204 No Content\r\nX-Empty:\r\n\r\n",)),
    "/odd-fields": Reply((ODD,)),
    "/cut-off": Reply((CUT_OFF,), close=True),
    "/old": Reply((b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end",), close=True),
    "/early": Reply((
        b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nearly",
    )),
    "/bare-lines": Reply((b"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 4\n\nbare",)),
}  # fmt: skip
INTERIM = CASES["/early"].pieces[0]  # type: ignore[union-attr]
LINKS = page("Start", "".join(f'<p><a href="{path}">{path}</a></p>' for path in CASES))
FETCHES = """<script>
(async () => {
  for (const path of %s) { try { await (await fetch(path)).text(); } catch (error) { } }
  document.body.append('all done');
})();
</script>"""
SOURCE = "start_urls=('{start}',), spider='{shape}', allowed_hosts=('site.example', 'localhost'), {more}"
FOLLOW = "follow=(Follow(match=r'://[^/]+/[a-z-]+'),), politeness=Politeness(delay=0.0)"


def differences(site: Site, visited: Visited, origin: str, paths: list[str]) -> list[str]:
    """Every path whose archived bytes are not those that the server logged."""
    return [path for path in paths if not same(site, visited, origin, path)]


def same(site: Site, visited: Visited, origin: str, path: str) -> bool:
    logged = site.asked(path)
    response = [exchange.response.removeprefix(INTERIM) for exchange in logged]
    requests = [exchange.request for exchange in logged]
    return (
        bool(logged)
        and visited.blocks("response", origin + path) == response
        and visited.blocks("request", origin + path) == requests
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("through_proxy", [True, False])
def test_static_tier(
    scheme: str,
    through_proxy: bool,
    site: SiteMaker,
    visit: Visitor,
    make_source: SourceMaker,
) -> None:
    served = site({"/": reply(LINKS), **CASES})
    port = served.http if scheme == "http" else served.https
    origin = f"{scheme}://site.example" if through_proxy else f"{scheme}://localhost:{port}"
    env = served.env() if through_proxy else {"SSL_CERT_FILE": str(served.ca), "FANLIGHT_ALLOW_PRIVATE": "localhost"}
    source = make_source(SOURCE.format(start=origin + "/", shape="document_list", more=FOLLOW))

    visited = visit(source, env=env)

    assert visited.told, visited.output
    assert differences(served, visited, origin, ["/", *CASES]) == []
    assert any(INTERIM in block for block in visited.blocks("metadata", origin + "/early"))
    cut = visited.one(origin + "/cut-off")
    assert cut.label.quality == "truncated"
    assert [r.field("WARC-Truncated") for r in visited.records() if r.id == cut.record_id] == ["disconnect"]
    addresses = {r.field("WARC-IP-Address") for r in visited.records() if r.type == "response"}
    assert addresses == ({""} if through_proxy else {"127.0.0.1"})  # behind a proxy the server's is not known


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_rendered_tier(scheme: str, site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    paths = [path for path in CASES if path != "/moved"] + ["/moved"]
    served = site({"/": reply(page("Start", FETCHES % paths)), **CASES})
    origin = f"{scheme}://site.example"
    source = make_source(
        SOURCE.format(start=origin + "/", shape="rendered_list", more="politeness=Politeness(delay=0.0)")
    )

    visited = visit(source, env=served.env())

    assert visited.told, visited.output
    assert b"all done" in visited.body(f"urn:dom:{origin}/"), visited.output
    assert differences(served, visited, origin, ["/", *CASES]) == []
