"""What is archived is what crossed the connection, by the server's own log: both tiers, HTTP and HTTPS."""

from __future__ import annotations

import base64
import gzip
import hashlib

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
    "/hop": reply(b"", "Location: /hop-on", status="302 Elsewhere", kind="text/plain"),
    "/hop-on": reply(b"still not", "Location: /there?x=1&y=%20", status="307 Elsewhere", kind="text/plain"),
    "/forbidden": reply(page("Forbidden"), status="403 Keep Out"),
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
ROBOTS = reply(b"User-agent: *\nDisallow: /private\n", "x-robots: Yes", kind="text/plain")
INTERIM = CASES["/early"].pieces[0]  # type: ignore[union-attr]
LINKS = page("Start", "".join(f'<p><a href="{path}">{path}</a></p>' for path in CASES))
SOURCE = "start_urls=('{start}',), spider='{shape}', allowed_hosts=('site.example', 'localhost'), {more}"
FOLLOW = "follow=(Follow(match=r'://[^/]+/[a-z-]+'),), politeness=Politeness(delay=0.0)"


def way_to(site: Site, scheme: str, *, through_proxy: bool) -> tuple[str, dict[str, str]]:
    """The site's origin, and the environment in which a visit gets there."""
    if through_proxy:
        return f"{scheme}://site.example", site.env()
    port = site.http if scheme == "http" else site.https
    env = {"SSL_CERT_FILE": str(site.ca), "FANLIGHT_ALLOW_PRIVATE": "localhost"}
    return f"{scheme}://localhost:{port}", env


def differences(site: Site, visited: Visited, origin: str, paths: list[str]) -> list[str]:
    """Every path whose archived bytes are not those that the server logged."""
    return [path for path in paths if not same(site, visited, origin, path)]


def same(site: Site, visited: Visited, origin: str, path: str) -> bool:
    """The first answer is kept whole; the same payload again in the same visit is a revisit: its head and request."""
    url, logged = origin + path, site.asked(path)
    first, *again = [exchange.response.removeprefix(INTERIM) for exchange in logged]
    heads = [response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" for response in again]
    checks = visited.checks(url)
    requests = visited.blocks("request", url) + [check.request for check in checks]
    return (
        visited.blocks("response", url) == [first]
        and [block or check.response for block, check in zip(visited.blocks("revisit", url), checks, strict=True)]
        == heads
        and requests == [exchange.request for exchange in logged]
    )


def check_connection(visited: Visited, origin: str, *, through_proxy: bool) -> None:
    """What is told of it: the peer, behind a proxy unknown; of TLS version and cipher, and once the certificates."""
    secure = origin.startswith("https:")
    chains = [block for block in visited.blocks("metadata", origin + "/") if b"BEGIN CERTIFICATE" in block]
    assert len(chains) == secure
    responses = [record for record in visited.records() if record.type == "response"]
    assert {one.field("WARC-IP-Address") for one in responses} == ({""} if through_proxy else {"127.0.0.1"})
    assert {one.field("WARC-Cipher-Suite").partition("_")[0] for one in responses} == ({"TLS"} if secure else {""})
    versions = {value for one in responses for name, value in one.fields if name == "WARC-Protocol"}
    assert versions - {"http/1.0", "http/1.1"} == ({"tls/1.3"} if secure else set())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("through_proxy", [True, False])
def test_static_tier(
    scheme: str,
    through_proxy: bool,
    site: SiteMaker,
    visit: Visitor,
    make_source: SourceMaker,
) -> None:
    served = site({"/": reply(LINKS), "/robots.txt": ROBOTS, **CASES})
    origin, env = way_to(served, scheme, through_proxy=through_proxy)
    source = make_source(SOURCE.format(start=origin + "/", shape="document_list", more=FOLLOW))

    visited = visit(source, env=env)

    assert visited.told, visited.output
    assert differences(served, visited, origin, ["/", "/robots.txt", *CASES]) == []
    assert any(INTERIM in block for block in visited.blocks("metadata", origin + "/early"))
    cut = visited.one(origin + "/cut-off")
    assert cut.label.quality == "truncated"
    assert [r.field("WARC-Truncated") for r in visited.records() if r.id == cut.record_id] == ["disconnect"]
    check_connection(visited, origin, through_proxy=through_proxy)


UNCHANGED = b'HTTP/1.1 304 Nothing  New\r\nEtag: "v1"\r\nx-Odd: 1\r\n\r\n'
SCRIPT = b"fetch('/from-worker?x=1').then(answer => answer.text()).then(text => postMessage(text));"
PAGE = """<a id="save" href="/save.bin" download>save</a><script>
const say = text => document.body.append(' ' + text);
const steps = async () => {
  for (const path of PATHS) { try { await (await fetch(path)).text(); } catch (error) { } }
  for (const tag of ['', '"v1"']) await fetch('/tagged', {headers: tag ? {'If-None-Match': tag} : {}});
  await fetch('/posted', {method: 'POST', body: 'figures=1&more=' + 'x'.repeat(70000)});
  await fetch('/looked-at', {method: 'HEAD'});
  const worker = new Worker('/worker.js');
  say(await new Promise(done => worker.onmessage = event => done(event.data)));
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket');
  say(await new Promise(done => { socket.onmessage = event => done(event.data); socket.onerror = () => done('no'); }));
  document.querySelector('#save').click();
  say('all done');
};
steps();
</script>"""
FURTHER: dict[str, Answer] = {
    "/posted": reply(b"thanks", status="201 Created", kind="text/plain"),
    "/looked-at": Reply((b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12345\r\n\r\n",)),
    "/tagged": lambda request: Reply((UNCHANGED,)) if b"If-None-Match" in request else reply(b"1", 'ETag: "v1"'),
    "/worker.js": reply(SCRIPT, kind="text/javascript"),
    "/from-worker?x=1": reply(b"the worker fetched", kind="text/plain"),
    "/save.bin": reply(bytes(range(256)) * 300, "Content-Disposition: attachment", kind="application/octet-stream"),
}


def speaks(request: bytes) -> Reply:
    """A WebSocket that says one thing and goes."""
    key = request.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    return Reply((head, b"\x81\x10the socket spoke"), close=True, pause=0.2)


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize(("scheme", "through_proxy"), [("http", False), ("https", True), ("https", False)])
def test_rendered_tier(
    scheme: str, through_proxy: bool, site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    start = reply(page("Start", PAGE.replace("PATHS", str(list(CASES)))))
    served = site({"/": start, "/robots.txt": ROBOTS, **CASES, **FURTHER, "/socket": speaks})
    origin, env = way_to(served, scheme, through_proxy=through_proxy)
    more = "politeness=Politeness(delay=0.0)"
    source = make_source(SOURCE.format(start=origin + "/", shape="rendered_list", more=more))

    visited = visit(source, env=env)

    assert visited.told, visited.output
    seen = visited.body(f"urn:text:{origin}/").decode()
    assert "the worker fetched the socket spoke all done" in seen, visited.output
    assert differences(served, visited, origin, ["/", "/robots.txt", *CASES, *FURTHER]) == []
    check_connection(visited, origin, through_proxy=through_proxy)
    (socket,) = served.asked("/socket")
    assert visited.blocks("response", origin + "/socket") == [socket.response.partition(b"\x81")[0]]
    assert any(b"18 bytes received" in note for note in visited.blocks("metadata", origin + "/socket"))
