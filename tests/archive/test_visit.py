"""A visit from its first exchange to its manifest: exact bytes, order of commitment, and what happens when it fails."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from archive_visits import SOURCE, START, MakeVisit, chunked, exchange, page

from archive import layout, reader, warc, writer
from archive.errors import AlreadyExists, Busy, Corrupt, NoSpace, StoreDenied, StoreUnreachable
from archive.model import Label
from archive.store import Store
from archive.visit import VisitArchive

RUN = "20260304T050607Z-00000a"
FOLDER = f"runs/demo/2026/{RUN}/"
WARC = FOLDER + "demo-20260304050607891-00000.warc.gz"
REQUEST = "GET /list?page=2 HTTP/1.1\r\nHost: reports.example\r\n\r\n"


def record(fields: str, block: str) -> str:
    """A record as it must be, from its differing fields and its block."""
    digest = hashlib.sha256(block.encode()).hexdigest()
    lines = "".join(f"{line.strip()}\r\n" for line in fields.strip().splitlines())
    length = len(block.encode())
    return f"WARC/1.1\r\n{lines}WARC-Block-Digest: sha256:{digest}\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n"


INFO = record(
    """WARC-Type: warcinfo
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>
    WARC-Date: 2026-03-04T05:06:07.891234Z
    WARC-Filename: demo-20260304050607891-00000.warc.gz
    Content-Type: application/warc-fields""",
    "format: WARC File Format 1.1\r\n"
    "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    "software: fanlight/0.0 python/3\r\noperator: archive@fanlight.example\r\nrobots: obeyed\r\nisPartOf: demo\r\n"
    f"description: Demo reports (Demo)\r\nvisit: {RUN}\r\ndeclaration: {SOURCE.digest()}\r\n"
    "closing: a metadata record with the number of records\r\n",
)
RESPONSE = record(
    """WARC-Type: response
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000002>
    WARC-Date: 2026-03-04T05:06:07.891234Z
    WARC-Target-URI: https://reports.example/list?page=2
    Content-Type: application/http; msgtype=response
    WARC-Payload-Digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    WARC-IP-Address: 127.0.0.1
    WARC-Protocol: http/1.1
    WARC-Protocol: tls/1.3
    WARC-Cipher-Suite: TLS_AES_256_GCM_SHA384
    WARC-Truncated: disconnect""",
    "HTTP/1.1 200 All Right\r\nx-B: 1\r\nX-a:2\r\nx-B: 3\r\nContent-Length: 9\r\n\r\ntest",
)
ASKED = record(
    """WARC-Type: request
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000003>
    WARC-Date: 2026-03-04T05:06:07.891234Z
    WARC-Target-URI: https://reports.example/list?page=2
    Content-Type: application/http; msgtype=request
    WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>
    WARC-IP-Address: 127.0.0.1""",
    REQUEST,
)
HINTS = record(
    """WARC-Type: metadata
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000004>
    WARC-Date: 2026-03-04T05:06:07.891234Z
    WARC-Target-URI: https://reports.example/list?page=2
    Content-Type: application/http; msgtype=response
    WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>""",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
)
FAILED = record(
    """WARC-Type: metadata
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000005>
    WARC-Date: 2026-03-04T05:06:08.891234Z
    WARC-Target-URI: https://reports.example/list?page=2
    Content-Type: application/warc-fields
    WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>""",
    "fetchError: the server%0D%0Ahung up\r\n",
)

CLOSING = record(
    """WARC-Type: metadata
    WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000006>
    WARC-Date: 2026-03-04T05:06:07.891234Z
    Content-Type: application/warc-fields
    WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>""",
    "records: 5\r\n",
)


def full_exchange() -> Any:
    return exchange(
        b"HTTP/1.1 200 All Right\r\nx-B: 1\r\nX-a:2\r\nx-B: 3\r\nContent-Length: 9\r\n\r\ntest",
        interim=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", peer="127.0.0.1", tls="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384", truncated="disconnect", error="the server\r\nhung up",
    )  # fmt: skip


def commit(visit: VisitArchive, **fields: Any) -> Any:
    return visit.commit(**{"outcome": "complete", "reason": "", "finished": START, **fields})


def test_records_are_exact_to_the_byte(store: Store, make_visit: MakeVisit) -> None:
    visit = make_visit(store)
    visit.record(full_exchange(), Label(quality="truncated"))
    commit(visit)
    data = store.get(WARC)
    assert gzip.decompress(data).decode() == INFO + RESPONSE + ASKED + HINTS + FAILED + CLOSING
    assert data.count(b"\x1f\x8b\x08") == 6  # one member per record


def test_the_manifest_names_every_object_by_digest_and_size(store: Store, make_visit: MakeVisit) -> None:
    visit = make_visit(store)
    visit.record(exchange(page(b"test")), Label())
    kept = commit(visit)
    assert {item.key: item.digest for item in kept.objects} == {
        key: "sha256:" + hashlib.sha256(store.get(key)).hexdigest() for key in (WARC, FOLDER + "captures.cdxj.gz")
    }
    assert [item.size for item in kept.objects] == [len(store.get(item.key)) for item in kept.objects]


def test_every_capture_is_indexed_and_its_payload_read_by_one_range(store: Store, make_visit: MakeVisit) -> None:
    visit = make_visit(store)
    text = b"<p>Report</p>" * 500
    framed = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nContent-Type: Text/HTML\r\n\r\n"
    )
    label = Label(role="page", document="reports.example/list", via="https://reports.example/", anchor="All reports")
    captures = [
        visit.record(exchange(page(text)), label),
        visit.record(exchange(framed + chunked(gzip.compress(text)), url="https://reports.example/b"), label),
        visit.record(exchange(b"HTTP/1.1 204 No Content\r\n\r\n", url="https://reports.example/none"), Label()),
        visit.record(exchange(b"\x00garbage", url="https://reports.example/bad"), Label(quality="error")),
        visit.resource(
            url="urn:view:https://reports.example/", body=b"\x89PNG", media_type="image/png", time=START,
            label=Label(role="view"), concurrent_to="urn:uuid:00000000-0000-4000-8000-000000000002",
        ),
    ]  # fmt: skip
    commit(visit)
    assert sorted(reader.load_captures(store, "demo", RUN), key=lambda one: one.offset) == captures
    payloads = [reader.read_payload(store, capture.citation()) for capture in captures]
    assert [one.body for one in payloads] == [text, text, b"", b"\x00garbage", b"\x89PNG"]
    assert [one.status for one in payloads] == [200, 200, 204, 0, 200]
    assert [one.media_type for one in payloads[:2]] == ["text/html", "text/html"]
    assert payloads[0].time == START and payloads[0].url == "https://reports.example/list?page=2"
    assert captures[0].digest == captures[1].digest and captures[0].size == len(text)


def test_an_exchange_without_response_is_kept(store: Store, make_visit: MakeVisit) -> None:
    visit = make_visit(store)
    capture = visit.record(exchange(None, error="connection refused"), Label(quality="error", why="refused"))
    commit(visit, outcome="failed", reason="nothing came back")
    assert (capture.type, capture.status, capture.size) == ("request", 0, 0)
    text = gzip.decompress(store.get(WARC)).decode()
    assert REQUEST in text and "fetchError: connection refused" in text and "msgtype=response" not in text
    kept = reader.load_manifest(store, "demo", RUN)
    assert (kept.outcome, kept.reason, kept.counts["quality_error"]) == ("failed", "nothing came back", 1)


def test_a_visit_that_kept_nothing_still_has_a_manifest(store: Store, make_visit: MakeVisit) -> None:
    kept = commit(make_visit(store), outcome="failed", reason="no route")
    assert [item.key for item in kept.objects] == [FOLDER + "captures.cdxj.gz"]
    assert reader.load_captures(store, "demo", RUN) == []
    assert reader.load_manifest(store, "demo", RUN) == kept


def test_the_manifest_counts_and_pins_the_previous_visit(store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    first = make_visit(store)
    assert first.previous is None
    first.record(exchange(page(b"one")), Label())
    first.record(exchange(page(b"two!")), Label(quality="blocked"))
    kept = commit(first, counts={"requests": 7})
    stored = len(store.get(WARC))
    assert kept.counts == {
        "requests": 7, "captures": 2, "bytes": stored, "payload_bytes": 7, "quality_ok": 1, "quality_blocked": 1,
    }  # fmt: skip
    assert first.bytes_written == stored
    second = make_visit(store, "20260305T050607Z-00000b")
    assert second.previous == kept
    chained = commit(second)
    before = store.get(layout.manifest_key("demo", RUN))
    assert (chained.previous, chained.previous_digest) == (RUN, "sha256:" + hashlib.sha256(before).hexdigest())
    assert [path.name for path in (tmp_path / "spool/demo").iterdir()] == [".lock"]


def test_a_run_is_committed_once(store: Store, make_visit: MakeVisit) -> None:
    first = make_visit(store)
    first.record(exchange(page(b"one")), Label())
    commit(first)
    with pytest.raises(AlreadyExists, match="new run id"):
        make_visit(store)


def test_of_two_visits_with_one_id_the_first_committed_stands(
    store: Store, make_visit: MakeVisit, tmp_path: Path
) -> None:
    here, there = make_visit(store), make_visit(store, spool=tmp_path / "another machine")
    here.record(exchange(page(b"one")), Label())
    there.record(exchange(page(b"other")), Label())
    commit(here)
    with pytest.raises(AlreadyExists):
        commit(there)
    assert reader.read_payload(store, reader.load_captures(store, "demo", RUN)[0].citation()).body == b"one"


def test_a_commit_that_failed_can_be_repeated(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    visit = make_visit(Flaky(file_store, fail="manifest.json"))  # type: ignore[arg-type]
    capture = visit.record(exchange(page(b"kept")), Label())
    with pytest.raises(StoreUnreachable):
        commit(visit)
    assert reader.runs(file_store, "demo") == []
    assert (tmp_path / "spool/demo" / RUN / "manifest.json").exists()
    commit(visit)
    assert reader.read_payload(file_store, capture.citation()).body == b"kept"


def test_one_visit_of_a_source_at_a_time(file_store: Store, make_visit: MakeVisit) -> None:
    first = make_visit(file_store)
    with pytest.raises(Busy, match=f"process {os.getpid()} works on"):
        make_visit(file_store, "20260305T050607Z-00000b")
    commit(first)
    commit(make_visit(file_store, "20260305T050607Z-00000b"))


def test_a_full_disk_stops_the_visit_and_keeps_what_was_whole(
    file_store: Store, make_visit: MakeVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make_visit(file_store)
    kept = visit.record(exchange(page(b"kept")), Label())
    write = os.write

    def full(handle: int, data: Any) -> int:
        if len(data) < 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:100])

    monkeypatch.setattr(warc.os, "write", full)
    with pytest.raises(NoSpace, match="Free space"):
        visit.record(exchange(page(os.urandom(1000))), Label())
    monkeypatch.undo()
    commit(visit, outcome="failed", reason="disk full")
    assert reader.load_captures(file_store, "demo", RUN) == [kept]
    assert reader.read_payload(file_store, kept.citation()).body == b"kept"


@pytest.mark.parametrize("written", [0, 40])
def test_a_full_disk_under_the_index_loses_no_capture(
    written: int, file_store: Store, make_visit: MakeVisit, tmp_path: Path
) -> None:
    visit = make_visit(file_store)
    visit._lines = FullFile(tmp_path / "captures", written)  # type: ignore[assignment]
    with pytest.raises(NoSpace, match="captures"):
        visit.record(exchange(page(b"kept")), Label())
    commit(visit, outcome="failed", reason="disk full")
    [kept] = reader.load_captures(file_store, "demo", RUN)
    assert reader.read_payload(file_store, kept.citation()).body == b"kept"


class FullFile(io.FileIO):
    """A file on a disk with room for so many bytes."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__(path, "wb")
        self._room = room

    def write(self, data: Any) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[: self._room])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_spool_that_may_not_be_written_says_so(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o500)
    with pytest.raises(StoreDenied, match="who owns"):
        make_visit(file_store)


def test_a_disk_that_is_full_before_the_visit_says_so(
    file_store: Store, make_visit: MakeVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(StoreDenied, match="Read-only"):
        make_visit(file_store)
    monkeypatch.undo()
    commit(make_visit(file_store))


def test_what_cannot_be_read_back_is_not_uploaded(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    visit = make_visit(file_store)
    visit.record(exchange(page(b"kept")), Label())
    spooled = next((tmp_path / "spool/demo" / RUN).glob("*.warc.gz.open"))
    data = bytearray(spooled.read_bytes())
    data[-40] ^= 1
    spooled.write_bytes(data)
    with pytest.raises(Corrupt, match="cannot be read back"):
        commit(visit)
    assert list(file_store.list("runs/")) == []


def test_files_roll_over_between_exchanges(
    file_store: Store, make_visit: MakeVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "ROLLOVER", 4000)
    visit = make_visit(file_store)
    captures = [visit.record(exchange(page(os.urandom(3000))), Label()) for _ in range(4)]
    kept = commit(visit)
    names = sorted({capture.warc for capture in captures})
    assert len(names) == 4 and [item.key for item in kept.objects][:-1] == names
    for name in names:
        assert gzip.decompress(file_store.get(name)).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")


def test_a_url_cannot_break_out_of_its_field(file_store: Store, make_visit: MakeVisit) -> None:
    visit = make_visit(file_store)
    url = "https://reports.example/\r\nWARC-Type: response\ud800"
    visit.record(exchange(page(b"x"), url=url), Label())
    commit(visit)
    text = gzip.decompress(file_store.get(WARC)).decode()
    assert "https://reports.example/%0D%0AWARC-Type:%20response%3F\r\n" in text
    assert reader.load_captures(file_store, "demo", RUN)[0].url == url


def test_other_tools_accept_our_files(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    visit = make_visit(file_store)
    visit.record(full_exchange(), Label())
    coded = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    visit.record(exchange(coded + chunked(gzip.compress(b"text" * 900))), Label())
    visit.record(exchange(coded + chunked(gzip.compress(os.urandom(900)))[:500], truncated="disconnect"), Label())
    visit.record(exchange(None, error="refused"), Label())
    visit.resource(url="urn:text:https://x.example/", body=b"x", media_type="text/plain", time=START, label=Label())
    commit(visit)
    path = tmp_path / "bucket" / WARC
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", "-v", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 13 and "no digest" not in checked.stdout
    assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0


def test_fastwarc_accepts_our_files(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="fastwarc is not installed")
    visit = make_visit(file_store)
    visit.record(full_exchange(), Label())
    visit.record(exchange(None, error="refused"), Label())
    commit(visit)
    command = [Path(sys.executable).with_name("fastwarc"), "check", "-q", tmp_path / "bucket" / WARC, "-o", "-"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0 and checked.stdout.count(": OK") == 8, checked.stdout


def test_a_large_response_is_not_held_in_memory(file_store: Store, tmp_path: Path) -> None:
    """In a process of its own, whose peak memory is its alone."""
    size = 300 << 20
    done = subprocess.run(
        [sys.executable, "-c", LARGE, file_store.url, str(tmp_path), str(size)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 150 << 10  # kilobytes


LARGE = """
import random, re, sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from archive.model import Exchange, Label
from archive.store import open_store
from archive.visit import VisitArchive
from sources.model import Source
url, folder, size = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
now = datetime(2026, 3, 4, tzinfo=UTC)
source = Source(id="demo", title="", publisher="", start_urls=(), spider="single_file", allowed_hosts=(), contact="")
visit = VisitArchive(store=open_store(url), source=source, run_id="20260304T000000Z-000000", spool=folder / "spool",
    clock=lambda: now, new_id=lambda: str(uuid.uuid4()), software={})
block = random.Random(0).randbytes(1 << 20)
with (folder / "large").open("w+b") as file:
    file.write(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    for _ in range(size >> 20):
        file.write(block)
    visit.record(Exchange(url="https://x.example/", method="GET", request=b"GET / HTTP/1.1\\r\\n\\r\\n", response=file,
        started=now, finished=now), Label())
visit.commit(outcome="complete", reason="", finished=now)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # not ru_maxrss: it counts the parent
"""


class Flaky:
    """A store that is unreachable once, for the key that ends with `fail`."""

    def __init__(self, store: Store, fail: str) -> None:
        self._store, self._fail = store, fail

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, key: str, data: bytes, **options: Any) -> str:
        if self._fail and key.endswith(self._fail):
            self._fail = ""
            raise StoreUnreachable("no answer")
        return self._store.put(key, data, **options)
