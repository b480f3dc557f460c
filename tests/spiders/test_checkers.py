"""The files of real visits pass the checkers of others, and our own."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from archive.store import open_store
from archive.verify import verify_bucket

ORIGIN = "http://site.example"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"
PACKED = gzip.compress(b"a,b\n1,2\n" * 200)


def tagged(request: bytes) -> Reply:
    if b"If-None-Match" in request:
        return Reply((b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n',))
    return reply(b"a,b\n", 'ETag: "v1"', kind="text/csv")


FILES: dict[str, Answer] = {
    "/chunked.csv": Reply((HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\na,b\n\r\n0\r\nX-Trailer: 1\r\n\r\n",)),
    "/packed.csv": reply(PACKED, "Content-Encoding: gzip", kind="text/csv"),
    "/cut-off.csv": Reply((HEAD + b"Content-Length: 99\r\n\r\na,b",), close=True),
    "/moved.csv": reply(b"", "Location: /packed.csv?moved", status="302 Found"),
    "/packed.csv?moved": reply(PACKED, "Content-Encoding: gzip", kind="text/csv"),
    "/early.csv": Reply(
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + HEAD + b"Content-Length: 4\r\n\r\na,b\n",)
    ),
    "/missing.csv": reply(b"none", status="404 Not Found"),
    "/nothing.csv": Reply((), close=True),
    "/tagged.csv": tagged,
}


@pytest.fixture
def warcs(site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path) -> list[Path]:
    """The files of two visits of a site that does what servers do."""
    links = "".join(f'<a href="{path}">{path}</a>' for path in FILES)
    served = site({"/": reply(page("List", links)), **FILES})
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        "follow=(Follow(match=r'\\.csv'),), politeness=Politeness(delay=0.0)"
    )
    for _ in range(2):
        visited = visit(source, env=served.env())
        assert visited.code == 10, visited.output  # for what was cut off
    assert any(capture.type == "revisit" for capture in visited.captures)
    return sorted(tmp_path.glob("archive/runs/**/*.warc.gz"))


def test_every_checker_is_content(warcs: list[Path]) -> None:
    assert len(warcs) == 2
    bin_folder = Path(sys.executable).parent
    for command in ([bin_folder / "warcio", "check"], [bin_folder / "fastwarc", "check", "-q"], ["gzip", "-t"]):
        for warc in warcs:
            checked = subprocess.run([*command, warc], capture_output=True, text=True, check=False)
            assert checked.returncode == 0, (command, checked.stdout, checked.stderr)
    store = open_store(f"file://{warcs[0].parents[4]}")
    assert [finding for finding in verify_bucket(store) if finding.severity == "error"] == []
