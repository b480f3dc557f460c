"""Damage is found, with file, offset and rule; and what is sound has no findings."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest
from archive_visits import START, MakeVisit, exchange, page

from archive import layout
from archive.model import Capture, Label
from archive.store import Store
from archive.verify import Finding, verify_bucket, verify_file, verify_run, verify_source

RUNS = ["20260304T050607Z-00000a", "20260305T050607Z-00000b"]


@pytest.fixture
def kept(file_store: Store, make_visit: MakeVisit) -> list[Capture]:
    """Two visits in the bucket; the captures of the second."""
    captures: list[Capture] = []
    for run in RUNS:
        visit = make_visit(file_store, run)
        captures = [visit.record(exchange(page(b"text %d" % number * 90)), Label()) for number in range(3)]
        visit.record(exchange(None, error="refused"), Label(quality="error"))
        visit.commit(outcome="complete", reason="", finished=START)
    return captures


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def damage(archive: Store, key: str, data: bytes) -> None:
    archive.put(key, data)


def test_what_is_sound_has_no_findings(store: Store, make_visit: MakeVisit) -> None:
    for run in RUNS:
        visit = make_visit(store, run)
        visit.record(exchange(page(b"text")), Label())
        visit.resource(url="urn:view:x", body=b"", media_type="text/html", time=START, label=Label())
        visit.commit(outcome="complete", reason="", finished=START)
    assert list(verify_bucket(store)) == []


def test_any_flipped_byte_is_found_and_placed(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    key = kept[0].warc
    sound = file_store.get(key)
    members = sorted(_member_starts(sound))
    path = tmp_path / "damaged.warc.gz"
    blind = []
    for at in range(0, len(sound), 7):
        data = bytearray(sound)
        data[at] ^= 0x10
        path.write_bytes(data)
        findings = list(verify_file(path, [one for one in kept if one.warc == key]))
        member = max(start for start in members if start <= at)
        if not findings:
            blind.append(at)
            assert gzip.decompress(data) == gzip.decompress(sound)  # a byte of gzip's that means nothing
        else:
            assert findings[0].offset == member, (at, findings[0])
    assert 0 < len(blind) < len(sound) / 40  # the manifest's digest of the object sees those too


def test_a_flipped_byte_is_found_in_the_bucket(file_store: Store, kept: list[Capture]) -> None:
    key, middle = kept[1].warc, kept[1].offset + kept[1].length // 2
    data = bytearray(file_store.get(key))
    data[middle] ^= 1
    damage(file_store, key, bytes(data))
    findings = list(verify_run(file_store, "demo", RUNS[1]))
    assert (findings[0].where, findings[0].rule) == (key, "manifest-digest")
    assert (findings[1].where, findings[1].offset) == (key, kept[1].offset)
    assert key in str(findings[1]) and str(kept[1].offset) in str(findings[1])
    assert list(verify_run(file_store, "demo", RUNS[0])) == []


def test_a_file_cut_at_a_member_boundary_is_found(file_store: Store, kept: list[Capture]) -> None:
    key, last = kept[2].warc, kept[2].offset
    damage(file_store, key, file_store.get(key)[:last])
    findings = list(verify_run(file_store, "demo", RUNS[1]))
    assert rules(findings) == {"manifest-digest", "cut", "index-offset"}
    assert last in {finding.offset for finding in findings}


def test_a_file_cut_at_any_member_boundary_is_found_without_its_index(
    file_store: Store, kept: list[Capture], tmp_path: Path
) -> None:
    sound, path = file_store.get(kept[0].warc), tmp_path / "cut.warc.gz"
    for end in _member_starts(sound)[1:]:
        path.write_bytes(sound[:end])
        assert "cut" in rules(list(verify_file(path)))
    path.write_bytes(sound)
    assert list(verify_file(path)) == []


def test_a_file_without_its_first_record_is_found(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    data, start = file_store.get(kept[0].warc), min(one.offset for one in kept)
    (tmp_path / "x.warc.gz").write_bytes(data[start:])
    assert "cut" in {one.rule for one in verify_file(tmp_path / "x.warc.gz")}


def test_a_record_taken_out_of_the_middle_is_found(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    sound, path = file_store.get(kept[0].warc), tmp_path / "gap.warc.gz"
    path.write_bytes(sound[: kept[1].offset] + sound[kept[1].offset + kept[1].length :])
    assert rules(list(verify_file(path))) == {"cut", "dangling"}


def test_bytes_after_the_end_are_found(file_store: Store, kept: list[Capture]) -> None:
    key = kept[0].warc
    damage(file_store, key, file_store.get(key) + b"\0")
    assert {"manifest-digest"} < rules(list(verify_run(file_store, "demo", RUNS[1])))


def test_a_wrong_digest_under_sound_gzip_is_found(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    data = file_store.get(kept[0].warc)
    first, second = kept[0].offset, kept[0].offset + kept[0].length
    altered = gzip.compress(gzip.decompress(data[first:second]).replace(b"text 0", b"text X", 1))
    path = tmp_path / "altered.warc.gz"
    path.write_bytes(data[:first] + altered + data[second:])
    findings = list(verify_file(path))
    assert [(finding.rule, finding.offset) for finding in findings] == [
        ("block-digest", first),
        ("payload-digest", first),
    ]


def test_a_record_used_twice_is_found(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    data = file_store.get(kept[0].warc)
    path = tmp_path / "twice.warc.gz"
    path.write_bytes(data + data[kept[0].offset : kept[0].offset + kept[0].length])
    assert [(one.rule, one.offset) for one in verify_file(path)] == [("duplicate-id", len(data))]


def test_an_index_that_says_something_else_is_found(file_store: Store, kept: list[Capture]) -> None:
    key = layout.index_key("demo", RUNS[1])
    text = gzip.decompress(file_store.get(key)).decode()
    damage(file_store, key, gzip.compress(text.replace(kept[0].digest, "sha256:" + "0" * 64).encode()))
    assert rules(list(verify_run(file_store, "demo", RUNS[1]))) == {"manifest-digest", "index-record"}
    damage(file_store, key, b"gone")
    assert "index-gzip" in rules(list(verify_run(file_store, "demo", RUNS[1])))


def test_a_missing_or_unnamed_object_is_found(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    (tmp_path / "bucket" / kept[0].warc).unlink()
    extra = layout.run_prefix("demo", RUNS[1]) + "extra.txt"
    file_store.put(extra, b"")
    findings = list(verify_run(file_store, "demo", RUNS[1]))
    assert {(one.where, one.rule) for one in findings} == {
        (kept[0].warc, "manifest-object"),
        (extra, "manifest-object"),
    }


def test_an_altered_manifest_breaks_the_chain(file_store: Store, kept: list[Capture], tmp_path: Path) -> None:
    assert kept
    key = layout.manifest_key("demo", RUNS[0])
    damage(file_store, key, file_store.get(key).replace(b'"complete"', b'"partial"'))
    findings = list(verify_bucket(file_store))
    assert [(one.where, one.rule) for one in findings] == [(layout.manifest_key("demo", RUNS[1]), "chain")]
    (tmp_path / "bucket" / key).unlink()
    assert rules(list(verify_bucket(file_store))) == {"chain", "uncommitted"}
    damage(file_store, key, b"{}")
    assert {"chain", "manifest-form"} == rules(list(verify_bucket(file_store)))


def rewritten(store: Store, run: str, **changes: object) -> None:
    """The manifest of `run` says something else, and is otherwise sound."""
    key = layout.manifest_key("demo", run)
    damage(store, key, json.dumps({**json.loads(store.get(key)), **changes}).encode())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"previous": RUNS[1]}, "chain"),
        ({"previous": "20270101T000000Z-00000c"}, "chain"),
        ({"previous": None, "previous_digest": None}, "chain-fork"),
        ({"run_id": "20260305T050607Z-00000c"}, "manifest-place"),
        ({"source": "other"}, "manifest-place"),
        ({"declaration": {"id": "demo"}}, "manifest-declaration"),
        ({"counts": {"captures": 3}}, "manifest-count"),
        ({"objects": []}, "manifest-object"),
        ({"objects": []}, "index-file"),
    ],
)
def test_a_manifest_that_says_something_else_is_found(
    changes: dict[str, object], rule: str, file_store: Store, kept: list[Capture]
) -> None:
    assert kept
    rewritten(file_store, RUNS[1], **changes)
    found = list(verify_bucket(file_store))
    assert rule in rules(found) and all(RUNS[1] in one.where for one in found if one.rule == rule)


def test_a_fork_of_the_chain_is_found(file_store: Store, make_visit: MakeVisit, kept: list[Capture]) -> None:
    assert kept
    third = "20260306T050607Z-00000c"
    make_visit(file_store, third).commit(outcome="complete", reason="", finished=START)
    assert list(verify_bucket(file_store)) == []
    first = json.loads(file_store.get(layout.manifest_key("demo", RUNS[1])))
    rewritten(file_store, third, previous=first["previous"], previous_digest=first["previous_digest"])
    found = list(verify_source(file_store, "demo"))
    assert [(one.where, one.rule) for one in found] == [(layout.manifest_key("demo", third), "chain-fork")]
    assert RUNS[1] in found[0].message


def test_a_manifest_taken_away_at_the_end_of_the_chain_is_found(
    file_store: Store, kept: list[Capture], tmp_path: Path
) -> None:
    assert kept
    (tmp_path / "bucket" / layout.manifest_key("demo", RUNS[1])).unlink()
    [found] = verify_bucket(file_store)
    assert (found.rule, found.severity) == ("uncommitted", "warning")  # it may just be on its way
    file_store.put(layout.changes_key("demo", RUNS[1]), b"{}")
    [found] = verify_bucket(file_store)
    assert (found.rule, found.severity) == ("manifest-gone", "error") and RUNS[1] in found.where


def test_an_index_that_sends_a_revisit_elsewhere_is_found(file_store: Store, make_visit: MakeVisit) -> None:
    texts = [b"one " * 50, b"two " * 50]
    visit = make_visit(file_store, RUNS[0])
    originals = [
        visit.record(exchange(page(text), url=f"https://x.example/{n}"), Label()) for n, text in enumerate(texts)
    ]
    visit.commit(outcome="complete", reason="", finished=START)
    visit = make_visit(file_store, RUNS[1])
    again = exchange(page(texts[0]), url=originals[0].url)
    assert visit.revisit(again, originals[0], Label()).type == "revisit"
    visit.commit(outcome="complete", reason="", finished=START)
    assert list(verify_bucket(file_store)) == []
    key = layout.index_key("demo", RUNS[1])
    text = gzip.decompress(file_store.get(key)).decode()
    damage(file_store, key, gzip.compress(text.replace(originals[0].record_id, originals[1].record_id).encode()))
    assert rules(list(verify_run(file_store, "demo", RUNS[1]))) == {"manifest-digest", "index-record", "dangling"}


def test_a_visit_that_is_not_there_is_a_finding(file_store: Store) -> None:
    assert rules(list(verify_run(file_store, "demo", RUNS[0]))) == {"manifest-object"}


def _member_starts(data: bytes) -> list[int]:
    """Offsets of all gzip members, by decompressing one after the other."""
    starts, at = [], 0
    while at < len(data):
        starts.append(at)
        engine = zlib.decompressobj(31)
        engine.decompress(data[at:])
        at = len(data) - len(engine.unused_data)
    return starts
