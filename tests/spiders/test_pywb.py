"""pywb, a replay tool of others in an environment of its own, gives back what two visits kept: `make check-replay`."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from archive.reader import read_payload

ORIGIN = "http://site.example"
PYWB = Path(os.environ.get("FANLIGHT_PYWB", Path(__file__).parents[2] / ".venv-replay" / "bin"))
ROWS = b"area,removed\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(400))
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"5\r\na,b\n1\r\n3\r\n,2\n\r\n0\r\n\r\n"


def tagged(request: bytes) -> Reply:
    if b'If-None-Match: "v1"' in request:
        return Reply((b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n',))
    return reply(ROWS + b"tagged,1\n", 'ETag: "v1"', kind="text/csv")


def answers(edition: int) -> dict[str, Answer]:
    files: dict[str, Answer] = {
        "/plain.csv": reply(ROWS, kind="text/csv"),
        "/tagged.csv": tagged,
        "/chunks.csv": Reply((CHUNKED, CHUNKS)),
        "/packed.csv": reply(gzip.compress(ROWS + b"packed,1\n", mtime=0), "Content-Encoding: gzip", kind="text/csv"),
        "/query.csv?wave=1": reply(b"wave,1\n", kind="text/csv"),
        "/query.csv?wave=2": reply(b"wave,2\n", kind="text/csv"),
        "/restated.csv": reply(b"edition,%d\n" % edition, kind="text/csv"),
    }
    links = "".join(f'<a href="{path}">{path}</a>' for path in files)
    return {"/": reply(page("List", links)), **files}


@contextmanager
def replaying(folder: Path, warcs: list[Path]) -> Iterator[str]:
    """The address of a pywb collection that holds these files."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    subprocess.run([PYWB / "wb-manager", "init", "kept"], cwd=folder, check=True, capture_output=True)
    subprocess.run([PYWB / "wb-manager", "add", "kept", *warcs], cwd=folder, check=True, capture_output=True)
    command = [PYWB / "wayback", "-b", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _await(port)
            yield f"http://127.0.0.1:{port}/kept"
        finally:
            server.terminate()


def _await(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("pywb did not start")


def replayed(address: str) -> tuple[int, str, bytes]:
    """Status, the time of the capture that answered, and the body without its coding."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=30) as answer:
            body = answer.read()
            plain = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
            return answer.status, answer.headers["Memento-Datetime"], plain
    except urllib.error.HTTPError as error:
        return error.code, "", error.read()


@pytest.mark.skipif(not (PYWB / "wayback").exists(), reason="pywb is not installed: `make check-replay` does that")
def test_pywb_replays_both_visits(site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path) -> None:
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        "follow=(Follow(match=r'\\.csv'),), politeness=Politeness(delay=0.0)"
    )
    served = site(answers(1))
    first = visit(source, env=served.env())
    time.sleep(1.1)  # replay addresses have whole seconds
    served.pages.update(answers(2))
    second = visit(source, env=served.env())
    revisits = [capture for capture in second.captures if capture.type == "revisit"]
    assert {capture.url for capture in revisits} >= {ORIGIN + path for path in answers(2) if path != "/restated.csv"}
    (tmp_path / "pywb").mkdir()
    with replaying(tmp_path / "pywb", sorted(tmp_path.glob("archive/runs/**/*.warc.gz"))) as collection:
        for visited in (first, second):
            for capture in visited.captures:
                if capture.status != 200:
                    continue
                wanted = read_payload(visited.store, capture.citation()).body
                assert wanted
                found = replayed(f"{collection}/{capture.time:%Y%m%d%H%M%S}id_/{capture.url}")
                assert found == (200, f"{capture.time:%a, %d %b %Y %H:%M:%S} GMT", wanted), (capture.url, capture.type)
                print(f"replayed {capture.type:8} {len(wanted):6} bytes  {capture.time:%H:%M:%S}  {capture.url}")
