"""Second visits: what came back unchanged is kept without its payload, and read through to it."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from archive_visits import FIRST, START, MakeVisit, chunked, exchange, page

from archive import layout, reader, spool
from archive.checks import Check, read_checks
from archive.errors import NotFound
from archive.model import Capture, Label
from archive.records import Record, read_records
from archive.recover import recover
from archive.store import Store
from archive.verify import verify_bucket

SECOND, THIRD = "20260305T050607Z-00000b", "20260306T050607Z-00000c"
TEXT = b"<p>Report</p>" * 400
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
CODED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\n\r\n"
NOT_MODIFIED = Label(quality="not_modified", role="page", document="d")


def first_visit(archive: Store, make_visit: MakeVisit, response: bytes) -> Capture:
    visit = make_visit(archive)
    capture = visit.record(exchange(response), Label(role="page", document="d"))
    visit.commit(outcome="complete", reason="", finished=START)
    return capture


def second_visit(
    archive: Store, make_visit: MakeVisit, original: Capture, response: bytes, **fields: object
) -> Capture:
    run = SECOND if original.original is None else THIRD
    visit = make_visit(archive, run, layout.run_time(run))
    later = exchange(response, started=layout.run_time(run), **fields)
    visit.revisit(later, original, NOT_MODIFIED)
    visit.commit(outcome="complete", reason="", finished=START)
    [capture] = reader.load_captures(archive, "demo", run)
    return capture


def kept_checks(archive: Store, capture: Capture) -> list[Check]:
    path = Path(archive.url.removeprefix("file://")) / capture.warc
    return [check for record in read_records(path) for check in read_checks(record)]


def block(record: Record) -> bytes:
    record.block.seek(0)
    return record.block.read()


@pytest.mark.parametrize("first", [page(TEXT), CODED + chunked(gzip.compress(TEXT))])
def test_a_304_is_a_revisit_of_what_is_known(store: Store, make_visit: MakeVisit, first: bytes) -> None:
    original = first_visit(store, make_visit, first)
    capture = second_visit(store, make_visit, original, UNCHANGED)
    assert (capture.type, capture.status, capture.media_type) == ("revisit", 200, "text/html")
    assert (capture.digest, capture.size, capture.label) == (original.digest, len(TEXT), NOT_MODIFIED)
    assert capture.citation() == original.citation()
    assert reader.read_payload(store, capture.citation()).body == TEXT
    assert reader.find(store, capture.url).time == layout.run_time(SECOND)
    assert list(verify_bucket(store)) == []


def test_the_records_of_a_304(file_store: Store, make_visit: MakeVisit) -> None:
    original = first_visit(file_store, make_visit, CODED + chunked(gzip.compress(TEXT)))
    capture = second_visit(file_store, make_visit, original, UNCHANGED)
    by_type: dict[str, tuple[Record, bytes]] = {}
    for record in read_records(Path(file_store.url.removeprefix("file://")) / capture.warc):
        by_type.setdefault(record.type, (record, block(record)))
    revisit, body = by_type["revisit"]
    assert body == b""
    assert revisit.field("WARC-Profile").endswith("/revisit/identical-payload-digest")
    assert revisit.field("WARC-Refers-To") == f"<{original.record_id}>"
    assert revisit.field("WARC-Refers-To-Target-URI") == original.url
    assert revisit.field("WARC-Refers-To-Date") == "2026-03-04T05:06:07.891234Z"
    assert revisit.field("WARC-Payload-Digest") == original.payload != original.digest
    assert "request" not in by_type


def test_what_was_asked_and_answered_is_kept_for_each_revisit(file_store: Store, make_visit: MakeVisit) -> None:
    original = first_visit(file_store, make_visit, page(TEXT))
    asked = b"GET / HTTP/1.1\r\nIf-None-Match: \xe9\r\n\r\n"
    capture = second_visit(file_store, make_visit, original, UNCHANGED, request=asked, interim=EARLY)
    [check] = kept_checks(file_store, capture)
    assert (check.revisit, check.url) == (capture.record_id, original.url)
    assert (check.request, check.response, check.interim) == (asked, UNCHANGED, EARLY)
    assert check.started == capture.time


def test_the_same_payload_is_a_revisit_with_its_new_head(file_store: Store, make_visit: MakeVisit) -> None:
    original = first_visit(file_store, make_visit, page(TEXT))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: now\r\nContent-Length: %d\r\n\r\n" % len(TEXT)
    capture = second_visit(file_store, make_visit, original, head + TEXT)
    assert capture.type == "revisit"
    kept = {record.type: block(record) for record in read_records(Path(file_store.url[7:]) / capture.warc)}
    assert kept["revisit"] == head
    assert reader.read_payload(file_store, capture.citation()).body == TEXT
    assert list(verify_bucket(file_store)) == []


def test_the_same_payload_framed_otherwise_has_its_head_aside(file_store: Store, make_visit: MakeVisit) -> None:
    """With its own head a revisit would promise another coding than the original's payload has."""
    original = first_visit(file_store, make_visit, page(TEXT))
    capture = second_visit(file_store, make_visit, original, CODED + chunked(gzip.compress(TEXT), 77))
    assert capture.type == "revisit"
    kept = {record.type: block(record) for record in read_records(Path(file_store.url[7:]) / capture.warc)}
    assert kept["revisit"] == b""
    assert [check.response for check in kept_checks(file_store, capture)] == [CODED]


@pytest.mark.parametrize(
    ("response", "fields"),
    [
        (page(TEXT + b"!"), {}),
        (page(TEXT).replace(b"200 OK", b"404 Gone"), {}),
        (UNCHANGED, {"method": "HEAD"}),
        (page(TEXT), {"method": "POST"}),
        (page(TEXT), {"truncated": "disconnect"}),
        (page(b""), {}),
        (b"no HTTP", {}),
    ],
)
def test_what_is_not_the_same_is_kept_whole(
    file_store: Store, make_visit: MakeVisit, response: bytes, fields: dict[str, str]
) -> None:
    original = first_visit(file_store, make_visit, page(TEXT if b"Length: 0" not in response else b""))
    capture = second_visit(file_store, make_visit, original, response, **fields)
    assert capture.type == "response" and capture.original is None
    [kept] = [block(one) for one in read_records(Path(file_store.url[7:]) / capture.warc) if one.type == "response"]
    assert kept == response


def test_a_revisit_of_a_revisit_refers_to_the_first(store: Store, make_visit: MakeVisit) -> None:
    original = first_visit(store, make_visit, page(TEXT))
    second = second_visit(store, make_visit, original, UNCHANGED)
    third = second_visit(store, make_visit, second, UNCHANGED)
    assert third.original == second.original == original.as_original()
    assert reader.read_payload(store, third.citation()).body == TEXT
    assert list(verify_bucket(store)) == []


def test_a_citation_of_the_revisit_itself_is_followed(store: Store, make_visit: MakeVisit) -> None:
    original = first_visit(store, make_visit, page(TEXT))
    capture = second_visit(store, make_visit, original, UNCHANGED)
    own = replace(capture, original=None).citation()
    assert own.warc != original.warc
    assert reader.read_payload(store, own).body == TEXT


def test_an_original_that_is_gone_is_found(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    original = first_visit(file_store, make_visit, page(TEXT))
    capture = second_visit(file_store, make_visit, original, UNCHANGED)
    (tmp_path / "bucket" / layout.index_key("demo", FIRST)).unlink()
    assert (capture.warc, capture.offset, "dangling") in {
        (one.where, one.offset, one.rule) for one in verify_bucket(file_store)
    }
    with pytest.raises(NotFound):
        reader.read_payload(file_store, replace(capture, original=None).citation())


def test_a_revisit_without_its_index_line_is_recovered(
    file_store: Store, make_visit: MakeVisit, tmp_path: Path
) -> None:
    original = first_visit(file_store, make_visit, page(TEXT))
    visit = make_visit(file_store, SECOND, layout.run_time(SECOND))
    visit.revisit(exchange(UNCHANGED), original, NOT_MODIFIED)
    visit._lock.close()
    (tmp_path / "spool/demo" / SECOND / spool.LINES).write_bytes(b"")
    checks = tmp_path / "spool/demo" / SECOND / spool.CHECKS
    checks.write_bytes(checks.read_bytes() + b'{"torn": ')
    assert [one.how for one in recover(file_store, tmp_path / "spool")] == ["closed"]
    [capture] = reader.load_captures(file_store, "demo", SECOND)
    assert (capture.type, capture.digest) == ("revisit", original.digest)
    assert [(one.revisit, one.response) for one in kept_checks(file_store, capture)] == [(capture.record_id, UNCHANGED)]
    assert list(verify_bucket(file_store)) == []
    assert reader.read_payload(file_store, capture.citation()).body == TEXT


def test_other_tools_accept_revisits(file_store: Store, make_visit: MakeVisit, tmp_path: Path) -> None:
    original = first_visit(file_store, make_visit, page(TEXT))
    visit = make_visit(file_store, SECOND, layout.run_time(SECOND))
    for response in (UNCHANGED, page(TEXT)):
        visit.revisit(exchange(response), original, NOT_MODIFIED)
    visit.commit(outcome="complete", reason="", finished=START)
    [path] = (tmp_path / "bucket" / layout.run_prefix("demo", SECOND)).glob("*.warc.gz")
    command = [Path(sys.executable).with_name("warcio"), "check", "-v", path]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("not checked (revisit)") == 2


def test_an_unchanged_visit_is_cheap(file_store: Store, make_visit: MakeVisit) -> None:
    """All of it, evidence of each check included, in bytes for each URL: WARC, index and manifest."""
    chance = random.Random(1)  # noqa: S311  # not for secrets
    urls = [f"https://reports.example/some/folder/report-{number}.html" for number in range(200)]

    def new_id() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128)))

    visit = make_visit(file_store, new_id=new_id)
    originals = [visit.record(exchange(page(url.encode()), url=url), Label(role="page", document=url)) for url in urls]
    visit.commit(outcome="complete", reason="", finished=START)
    visit = make_visit(file_store, SECOND, layout.run_time(SECOND), new_id=new_id)
    for original in originals:
        tag = b"%032x" % chance.getrandbits(128)
        later = exchange(
            ANSWERED % tag, url=original.url, request=ASKED % (original.url[23:].encode(), tag),
            peer="127.0.0.1", tls="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384",
        )  # fmt: skip
        visit.revisit(later, original, NOT_MODIFIED)
    visit.commit(outcome="complete", reason="", finished=START)
    spent = sum(len(file_store.get(key)) for key in file_store.list(layout.run_prefix("demo", SECOND)))
    assert spent / len(urls) < 800


ASKED = (
    b"GET %s HTTP/1.1\r\nHost: reports.example\r\nUser-Agent: Fanlight/0.1 (+mailto:a@b.example)\r\n"
    b"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: en\r\nAccept-Encoding: gzip, br\r\n"
    b'If-None-Match: "%s"\r\nIf-Modified-Since: Wed, 04 Mar 2026 05:06:07 GMT\r\n\r\n'
)
ANSWERED = (
    b"HTTP/1.1 304 Not Modified\r\nServer: nginx\r\nDate: Thu, 05 Mar 2026 05:06:07 GMT\r\n"
    b'Vary: Accept-Encoding\r\nETag: "%s"\r\nCache-Control: max-age=600\r\n\r\n'
)
