"""Answers that are wrong in ways that nobody foresees: each is kept, and none breaks the visit or its commit."""

from __future__ import annotations

from pathlib import Path

from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

ORIGIN = "http://site.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"
TABLE = b"a,b\n1,2\n"
MANY = b"7" * 5000
NO_HTTP = b"<html>" + b"before there were heads " * 25
MISSTATED = b"HTTP/1.1 " + MANY + b" OK\r\n\r\n" + TABLE
REFRESH = b"<base href='http://['><meta http-equiv='refresh' content='30;url=http://[::1'>"
NO_LINKS = "<a href='http://[::1/x.csv'>none</a><a href='http://site.example:99999/y.csv'>none</a>"
CHARSETS = ("idna", "punycode", "undefined", "rot13", "zip", "unicode_escape")
BREAKS = """
import changes.quality
sniff = changes.quality.media.sniff
changes.quality.media.sniff = lambda body: sniff(body) if body != b'unforeseen' else 1 / 0
"""


def moved(location: bytes) -> Reply:
    return Reply((b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n",))


def in_charset(name: str) -> Reply:
    return reply(page(name, "<a href='/linked.csv'>figures</a>"), kind=f"text/html; charset={name}")


ODD: dict[str, Answer] = {
    "/robots.txt": Reply((b"HTTP/1.1 404 Not Found\r\nContent-Length: \xb2\r\n\r\nnone",), close=True),
    "/superscript.csv": Reply((OK + b"Content-Length: \xb2\r\n\r\n" + TABLE,), close=True),
    "/long-length.csv": Reply((OK + b"Content-Length: " + MANY + b"\r\n\r\n" + TABLE,), close=True),
    "/long-status.csv": Reply((MISSTATED,), close=True),
    "/zeros.csv": Reply(
        (OK + b"Transfer-Encoding: chunked\r\n\r\n00000000000000000008\r\n" + TABLE + b"\r\n0\r\n\r\n",)
    ),
    "/empty-lines.csv": Reply((b"\r\n" * 60_000 + OK + b"Content-Length: 8\r\n\r\n" + TABLE,), close=True),
    "/no-http.csv": Reply((NO_HTTP,), close=True),
    "/unforeseen.csv": reply(b"unforeseen", kind="text/csv"),
    **{f"/page/{name}": in_charset(name) for name in CHARSETS},
    "/page/refresh": reply(page("Refresh").replace(b"<title>", REFRESH + b"<title>")),
    "/page/links": reply(page("Links", NO_LINKS + "<a href='/last.csv'>the last</a>")),
    "/to/bracket": moved(b"http://[::1"),
    "/to/port": moved(ORIGIN.encode() + b":99999/"),
    "/to/superscript": moved(ORIGIN.encode() + b":\xb2/"),
    "/to/script": moved(b"javascript:alert(1)"),
    "/linked.csv": reply(TABLE, kind="text/csv"),
    "/last.csv": reply(TABLE, kind="text/csv"),
}


def test_odd_answers_are_kept_and_break_nothing(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKS)
    links = "".join(
        f"<a href='{path}'>{path}</a>" for path in ODD if path not in ("/robots.txt", "/linked.csv", "/last.csv")
    )
    served = site({"/": reply(page("List", links)), **ODD})
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        "follow=(Follow(match='csv$'), Follow(match='/(page|to)/', role='page')), politeness=Politeness(delay=0.0)"
    )

    visited = visit(source, env={**served.env(), "PYTHONPATH": str(tmp_path)})

    assert visited.code == 10, visited.output
    qualities = {capture.url.removeprefix(ORIGIN): capture.label.quality for capture in visited.captures}
    assert {path for path in ODD if path not in qualities} == set()
    assert {path: quality for path, quality in qualities.items() if quality != "ok"} == {
        "/robots.txt": "gone", "/long-status.csv": "error", "/unforeseen.csv": "error", "/page/refresh": "error",
        "/no-http.csv": "error",
    }  # fmt: skip
    assert "no-http.csv: what came, 606 bytes, is no HTTP (the connection closed" in visited.output
    bodies = {visited.body(ORIGIN + path) for path in ODD if path.endswith("csv")}
    assert bodies == {TABLE, b"unforeseen", MISSTATED, NO_HTTP}
    told = visited.manifest.reason
    assert told.count("fault of ours") == 1 and "unforeseen.csv: ZeroDivisionError" in told
    assert "6 could not be reached" in told and "Traceback" not in visited.output
