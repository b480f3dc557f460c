"""Servers and pages that would never end: a limit stops each, it is labelled, and the rest of the visit goes on."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import zlib
from pathlib import Path

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "http://site.example"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"
FINE = reply(b"a,b\n1,2\n", kind="text/csv")


def bomb() -> bytes:
    """160 kB that decode to 160 MB."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"0" * 1_000_000
    return b"".join(deflate.compress(zeros) for _ in range(160)) + deflate.flush()


BROKEN = gzip.compress(b"a,b\n1,2\n" * 100)[:40] + b"garbage"
STATIC: dict[str, Answer] = {
    "/bomb.csv": reply(bomb(), "Content-Encoding: gzip", kind="text/csv"),
    "/many-fields.csv": Reply((HEAD, *[b"X-Filler: " + b"x" * 1000 + b"\r\n"] * 400), close=True),
    "/one-field.csv": Reply((HEAD, b"X-Filler: ", *[b"x" * 10_000] * 100), close=True),
    "/endless.csv": Reply((HEAD + b"\r\n", *[b"1,2\n" * 2500] * 300), close=True, pause=0.001),
    "/no-http.csv": Reply((b"SSH-2.0-OpenSSH_9.2\r\n\r\n",), close=True),
    "/nothing.csv": Reply((), close=True),
    "/bad-gzip.csv": reply(BROKEN, "Content-Encoding: gzip", kind="text/csv"),
    "/bad-chunks.csv": Reply((HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc,d\r\nzz\r\n",), close=True),
    "/fine.csv": FINE,
}  # fmt: skip


def test_servers_that_never_end(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    start = page("List", "".join(f'<a href="{path}">{path}</a>' for path in STATIC))
    served = site({"/": reply(start), **STATIC})
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        "follow=(Follow(match='csv$'),), politeness=Politeness(delay=0.0, max_response_bytes=1_000_000)"
    )

    visited = visit(source, env=served.env())

    assert visited.code == 10, visited.output
    qualities = {c.url.removeprefix(ORIGIN): c.label.quality for c in visited.captures}
    assert qualities["/bomb.csv"] == "error" and "bomb" in visited.one(f"{ORIGIN}/bomb.csv").label.why
    assert qualities["/many-fields.csv"] == qualities["/one-field.csv"] == qualities["/endless.csv"] == "truncated"
    assert qualities["/no-http.csv"] == qualities["/nothing.csv"] == "error"
    assert qualities["/bad-chunks.csv"] == "truncated"
    assert qualities["/fine.csv"] == "ok"
    assert visited.blocks("response", f"{ORIGIN}/no-http.csv") == [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]
    assert len(visited.blocks("response", f"{ORIGIN}/one-field.csv")[0]) <= 600_000
    assert "Traceback" not in visited.output


def test_how_much_a_body_may_decode_to_is_the_sources_choice(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    lines = b"".join(b"%d,%d\n" % (n, n * n % 9973) for n in range(2_000)) * 1100  # 22 MB, 90 times its gzip
    packed = gzip.compress(lines)
    assert 30 < len(lines) / len(packed) < 200 and len(lines) > 17_000_000
    served = site({"/a.csv": reply(packed, "Content-Encoding: gzip", kind="text/csv")})
    for ratio, quality in ((200, "ok"), (20, "error")):
        source = make_source(
            f"start_urls=('{ORIGIN}/a.csv',), spider='single_file', allowed_hosts=('site.example',), "
            f"politeness=Politeness(delay=0.0, max_decoding={ratio})", name=f"at_{ratio}",
        )  # fmt: skip
        visited = visit(source, env=served.env())
        assert visited.one(f"{ORIGIN}/a.csv").label.quality == quality, visited.output


MEGABYTES = 250
LUMP = 999_999  # bytes
MOST_MEMORY = 300  # MB: a visit that kept this answer in memory would have more
TELLS_PEAK = """
import atexit, re, sys
atexit.register(lambda: sys.stderr.write(re.search(r'VmHWM.*', open('/proc/self/status').read())[0] + '\\n'))
"""


def _pour(listening: socket.socket) -> None:
    """Answers each connection with the same long file, and for robots.txt says that there is none."""
    with contextlib.suppress(OSError):  # it is closed
        while True:
            connection, _ = listening.accept()
            with connection:
                if b"robots" in connection.recv(65536):
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    continue
                connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (MEGABYTES * LUMP))
                for number in range(MEGABYTES):
                    connection.sendall(b"%07d,\n" % number + b"1234567,\n" * 111_110)


def test_a_long_download_takes_little_memory(visit: Visitor, make_source: SourceMaker, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(TELLS_PEAK)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_pour, args=(listening,), daemon=True).start()
        url = f"http://localhost:{listening.getsockname()[1]}/a.csv"
        source = make_source(
            f"start_urls=('{url}',), spider='single_file', allowed_hosts=('localhost',), "
            "politeness=Politeness(delay=0.0, max_response_bytes=1_000_000_000, max_bytes=1_000_000_000)"
        )
        visited = visit(source, env={"FANLIGHT_ALLOW_PRIVATE": "localhost", "PYTHONPATH": str(tmp_path)})

    assert visited.code == 0, visited.output
    assert (visited.one(url).label.quality, visited.one(url).size) == ("ok", MEGABYTES * LUMP)
    assert int(visited.output.rpartition("VmHWM:")[2].split()[0]) < MOST_MEMORY * 1000


DOWNLOADS = """<script>setInterval(() => { const link = document.createElement('a'); link.download = 'f.csv';
  link.href = window.URL.createObjectURL(new Blob(['a,b'])); link.click() }, 20)</script>"""
PAGES: dict[str, Answer] = {
    "/stream": reply(page("Stream", "<script>fetch('/endless').then(a => a.text())</script>")),
    "/endless": Reply((HEAD + b"\r\n", *[b"1,2\n" * 100] * 3000), close=True, pause=0.02),
    "/dialogs": reply(page("Dialogs", "<script>setTimeout(() => { while (true) alert('again') }, 300)</script>")),
    "/loop": reply(b"", "Location: /loop", status="302 Found"),
    "/downloads": reply(page("Downloads", DOWNLOADS)),
    "/gone": reply(b"", "Location: http://cdn.example/away", status="302 Found"),
    "/fine": reply(page("Fine")),
}


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_pages_that_never_end(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site(PAGES)
    starts = tuple(f"{ORIGIN}{path}" for path in PAGES if path != "/endless")
    source = make_source(
        f"start_urls={starts!r}, spider='rendered_list', allowed_hosts=('site.example',), "
        "politeness=Politeness(delay=0.0, max_page_seconds=20)"
    )

    visited = visit(source, env=served.env())

    assert visited.code == 10, visited.output
    kept = {c.url.removeprefix(f"urn:dom:{ORIGIN}"): c.label.quality for c in visited.captures if "dom" in c.url}
    assert kept == {"/stream": "ok", "/downloads": "ok", "/fine": "ok"}, visited.output
    assert visited.one(f"{ORIGIN}/endless").label.quality == "truncated"
    built = [c for c in visited.captures if c.url.startswith("urn:built:")]
    assert len(built) == 1
    assert "did not come to rest" in visited.output
    assert served.asked("/away") == []
    assert json.loads(visited.body(f"urn:pageinfo:{ORIGIN}/fine"))["title"] == "Fine"
