"""Index lines and manifests hold everything, in one form."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from archive import index, manifest
from archive.errors import Corrupt
from archive.model import Capture, Label, Manifest, StoredObject

FOLDER = "runs/demo/2026/20260304T050607Z-00000a/"
CAPTURE = Capture(
    url="https://www.Reports.example:8443/List?b=2&A=1#x",
    time=datetime(2026, 3, 4, 5, 6, 7, 8, tzinfo=UTC),
    method="POST",
    status=404,
    media_type="text/html",
    digest="sha256:" + "ab" * 32,
    size=17,
    warc=FOLDER + "demo-1.warc.gz",
    offset=12,
    length=345,
    record_id="urn:uuid:00000000-0000-4000-8000-000000000001",
    type="response",
    label=Label(
        quality="gone", why="404", role="document", document="d", via="https://v.example/", anchor="a\u2028\n é \ud800"
    ),
)
PLAIN = Capture(
    url="urn:view:https://reports.example/a b",
    time=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    method="GET",
    status=200,
    media_type="image/png",
    digest="sha256:" + "00" * 32,
    size=0,
    warc=FOLDER + "demo-1.warc.gz",
    offset=0,
    length=1,
    record_id="urn:uuid:2",
    type="revisit",
)


@pytest.mark.parametrize("capture", [CAPTURE, PLAIN])
def test_a_capture_survives_its_line(capture: Capture) -> None:
    line = index.to_line(capture)
    assert "\n" not in line
    assert index.from_line(line, FOLDER) == capture


def test_a_line_has_what_replay_tools_read() -> None:
    line = index.to_line(PLAIN)
    assert line.startswith("urn:view:https://reports.example/a%20b 20260304050607 {")
    assert '"mime": "warc/revisit"' in line and '"status": "200"' in line and '"filename": "demo-1.warc.gz"' in line


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Reports.example:443/List?b=2&a=1", "example,reports)/list?a=1&b=2"),
        ("http://www2.reports.example", "example,reports)/"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080)/x"),
        ("http://[::1]/x", "::1)/x"),
        ("urn:text:https://x.example/", "urn:text:https://x.example/"),
        ("https://x.example/a b\n", "example,x)/a%20b"),
        ("http://x.example:99999999/", "http://x.example:99999999/"),
    ],
)
def test_sort_keys(url: str, key: str) -> None:
    assert index.surt(url) == key


def test_a_packed_index_is_sorted_and_the_same_every_time() -> None:
    packed = index.pack([PLAIN, CAPTURE])
    assert packed == index.pack([CAPTURE, PLAIN])
    lines = gzip.decompress(packed).decode().splitlines()
    assert lines == sorted(lines)
    assert index.unpack(packed, FOLDER) == [CAPTURE, PLAIN]


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(b"a b c\n"), gzip.compress(b'a 1 {"url": 1}\n')])
def test_a_damaged_index_is_corrupt(data: bytes) -> None:
    with pytest.raises(Corrupt):
        index.unpack(data, FOLDER)


def test_a_manifest_survives_its_json() -> None:
    kept = Manifest(
        source="demo",
        run_id="20260304T050607Z-00000a",
        started=datetime(2026, 3, 4, tzinfo=UTC),
        finished=datetime(2026, 3, 4, 0, 0, 1, 5, tzinfo=UTC),
        outcome="partial",
        reason="one page é missing",
        previous=None,
        previous_digest=None,
        counts={"captures": 1},
        software={"fanlight": "0"},
        objects=(StoredObject(key="k", digest="sha256:0", size=1),),
        declaration={"id": "demo", "x": [1, None]},
        declaration_digest="sha256:1",
    )
    data = manifest.to_json(kept)
    assert manifest.from_json(data) == kept
    assert manifest.to_json(manifest.from_json(data)) == data


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"objects": 1}', b"\xff"])
def test_what_is_no_manifest_is_corrupt(data: bytes) -> None:
    with pytest.raises(Corrupt):
        manifest.from_json(data)
