"""Each rule on a record that breaks it and nothing else; and real WARCs of other projects, sound and broken."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.findings import OPEN
from archive.verify import Finding, verify_file

ID = "<urn:uuid:00000000-0000-4000-8000-00000000000{}>"
URL = "https://x.example/"


def warc(kind: str, block: bytes, *fields: str, number: int = 1, **changes: str | None) -> bytes:
    """A sound record, with further fields, and with changed or (None) left out ones: `warc_date` is WARC-Date."""
    usual = {
        "warc_type": kind, "warc_record_id": ID.format(number), "warc_date": "2026-01-02T03:04:05Z",
        "content_length": str(len(block)), "content_type": TYPES[kind], "warc_target_uri": URL, **changes,
    }  # fmt: skip
    if kind == "warcinfo":
        usual["warc_target_uri"] = changes.get("warc_target_uri")
    lines = [f"{name.replace('_', '-').upper()}: {value}" for name, value in usual.items() if value is not None]
    return "\r\n".join(["WARC/1.1", *lines, *fields, "", ""]).encode() + block + b"\r\n\r\n"


TYPES = {
    "warcinfo": "application/warc-fields", "metadata": "application/warc-fields", "resource": "text/plain",
    "response": "application/http; msgtype=response", "request": "application/http; msgtype=request",
    "revisit": "application/http; msgtype=response", "conversion": "text/plain", "continuation": "text/plain",
}  # fmt: skip


def http(body: bytes, *fields: str, status: int = 200) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Said", *fields, "", ""]).encode() + body


def digests(block: bytes, name: str) -> list[str]:
    raw = hashlib.new(name, block).digest()
    encoded = (base64.b32encode(raw), base64.b64encode(raw), base64.urlsafe_b64encode(raw))
    return [f"{name}:{form}" for form in (raw.hex(), raw.hex().upper(), *(one.decode() for one in encoded))]


GET = b"GET / HTTP/1.1\r\n\r\n"
PAGE = http(b"text", "Content-Length: 4")
CHUNKS = http(b"4\r\ntext\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SEGMENT = f"WARC-Segment-Origin-ID: {ID.format(9)}"
BOTH = [f"WARC-Block-Digest: {one}" for one in digests(b"x", "md5")[:2]]
HEAD = warc("request", b"HEAD / HTTP/1.1\r\n\r\n", f"WARC-Concurrent-To: {ID.format(1)}", number=2)

SOUND = {
    "plain": warc("response", PAGE),
    "every digest form": b"".join(
        warc("resource", b"x", f"WARC-Block-Digest: {said}", number=number)
        for name in ("md5", "sha1", "sha256", "sha512")
        for number, said in enumerate(digests(b"x", name), start=["md5", "sha1", "sha256", "sha512"].index(name) * 10)
    ),
    "unknown digest": warc("resource", b"x", "WARC-Block-Digest: blake3:abc"),
    "payload without chunks": warc("response", CHUNKS, f"WARC-Payload-Digest: {digests(b'text', 'sha1')[2]}"),
    "payload with chunks": warc("response", CHUNKS, f"WARC-Payload-Digest: {digests(CHUNKS[-14:], 'sha256')[0]}"),
    "truncated": warc("response", http(b"te", "Content-Length: 4"), "WARC-Truncated: disconnect"),
    "to HEAD": warc("response", http(b"", "Content-Length: 4")) + HEAD,
    "to HEAD, asked first": HEAD + warc("response", http(b"", "Content-Length: 4")),
    "not modified": warc("response", http(b"", "Content-Length: 4", "Content-Encoding: gzip", status=304)),
    "gzip": warc("response", http(gzip.compress(b"x"), "Content-Encoding: gzip")),
    "folded": warc("resource", b"x", "WARC-Concurrent-To:\r\n " + ID.format(1)),
    "old date": warc("resource", b"x", warc_date="2026-01"),
    "fraction": warc("resource", b"x", warc_date="2026-01-02T03:04:05.123456789Z"),
    "revisit": warc("revisit", http(b""), PROFILE, f"WARC-Refers-To: {ID.format(9)}"),
    "continuation": warc("continuation", b"x", SEGMENT, "WARC-Segment-Number: 2"),
    "repeated protocol": warc("response", PAGE, "WARC-Protocol: http/1.1", "WARC-Protocol: tls/1.3"),
    "chunk size with zeros": warc("response", CHUNKS.replace(b"4\r\n", b"0" * 20 + b"4\r\n")),
    "length that is no number": warc("response", PAGE.replace(b": 4", b": \xb2")),
    "length of any digits": warc("response", http(b"text", "Content-Length: " + "9" * 5000)),
    "empty without type": warc("metadata", b"", content_type=None),
}
BROKEN = {
    "version": (warc("response", PAGE).replace(b"WARC/1.1", b"WARC/1.2"), "version"),
    "nothing": (b"", "empty"),
    "bare line feeds": (warc("resource", b"x").replace(b"05Z\r\n", b"05Z\n"), "line-end"),
    "no colon": (warc("resource", b"x", "nonsense"), "field-form"),
    "no name": (warc("resource", b"x", ": nonsense"), "field-form"),
    "no id": (warc("resource", b"x", warc_record_id=None), "field-required"),
    "no date": (warc("resource", b"x", warc_date=None), "field-required"),
    "no type": (warc("resource", b"x", warc_type=None), "field-required"),
    "no url": (warc("response", PAGE, warc_target_uri=None), "field-required"),
    "no profile": (warc("revisit", http(b"")), "field-required"),
    "no origin": (warc("continuation", b"x", "WARC-Segment-Number: 2"), "field-required"),
    "no length": (warc("resource", b"x", content_length=None), "content-length"),
    "length in words": (warc("resource", b"x", content_length="one"), "content-length"),
    "length in other digits": (warc("resource", b"x", content_length="\u0661"), "content-length"),
    "length too short": (warc("resource", b"four", content_length="3"), "record-end"),
    "length too long": (warc("resource", b"four", content_length="5"), "record-end"),
    "length beyond all": (warc("resource", b"four", content_length="9" * 18), "record-end"),
    "head without end": (b"WARC/1.1\r\nWARC-Type: resource\r\n", "head-end"),
    "id without brackets": (warc("resource", b"x", warc_record_id="urn:uuid:1"), "field-value"),
    "id no uri": (warc("resource", b"x", warc_record_id="<one>"), "field-value"),
    "date in words": (warc("resource", b"x", warc_date="yesterday"), "field-value"),
    "date of no day": (warc("resource", b"x", warc_date="2026-02-30T00:00:00Z"), "field-value"),
    "date without zone": (warc("resource", b"x", warc_date="2026-02-03T00:00:00"), "field-value"),
    "url with a blank": (warc("response", PAGE, warc_target_uri="https://x.example/a b"), "field-value"),
    "url in brackets": (warc("response", PAGE, warc_target_uri="<https://x.example/>"), "field-value"),
    "no address": (warc("response", PAGE, "WARC-IP-Address: 1.2.3.4.5"), "field-value"),
    "digest of wrong length": (warc("resource", b"x", "WARC-Block-Digest: sha1:abcd"), "field-value"),
    "two digests": (warc("resource", b"x", *BOTH), "field-repeated"),
    "type twice": (warc("resource", b"x", "WARC-Type: resource"), "field-repeated"),
    "file name": (warc("resource", b"x", "WARC-Filename: x.warc"), "field-type"),
    "origin": (warc("resource", b"x", SEGMENT), "field-type"),
    "url of warcinfo": (warc("warcinfo", b"", warc_target_uri=URL), "field-type"),
    "untyped": (warc("resource", b"x", content_type=None), "content-type"),
    "warcinfo as text": (warc("warcinfo", b"x", content_type="text/plain"), "content-type"),
    "request as response": (warc("response", PAGE, content_type="application/http;msgtype=request"), "content-type"),
    "no message": (warc("response", PAGE, content_type="image/png"), "message"),
    "unknown type": (warc("resource", b"x", warc_type="resourse"), "type"),
    "unknown profile": (warc("revisit", http(b""), PROFILE.replace("identical", "similar")), "profile"),
    "misspelt field": (warc("resource", b"x", "WARC-Bleck-Digest: md5:0"), "field-name"),
    "misspelt algorithm": (warc("resource", b"x", "WARC-Block-Digest: cha256:0"), "digest-algorithm"),
    "control character": (warc("resource", b"x", "X-Odd: a\x01b"), "field-form"),
    "no UTF-8": (warc("resource", b"x", "X-Odd: \xe9").replace(b"\xc3\xa9", b"\xe9"), "field-form"),
    "first continuation": (warc("continuation", b"x", SEGMENT, "WARC-Segment-Number: 1"), "segment"),
    "segment beyond all": (warc("resource", b"x", "WARC-Segment-Number: " + "1" * 5000), "field-value"),
    "second response": (warc("resource", b"x", "WARC-Segment-Number: 2"), "segment"),
    "one id twice": (warc("resource", b"x") * 2, "duplicate-id"),
    "dangling": (warc("resource", b"x", f"WARC-Concurrent-To: {ID.format(2)}"), "dangling"),
    "dangling warcinfo": (warc("resource", b"x", f"WARC-Warcinfo-ID: {ID.format(2)}"), "dangling"),
    "block": (warc("resource", b"x", f"WARC-Block-Digest: {digests(b'y', 'sha1')[2]}"), "block-digest"),
    "payload": (warc("response", PAGE, f"WARC-Payload-Digest: {digests(b'y', 'sha256')[0]}"), "payload-digest"),
    "no http": (warc("response", b"<p>text</p>"), "http-head"),
    "no request": (warc("request", b"\x16\x03\x01"), "http-head"),
    "body too short": (warc("response", http(b"tex", "Content-Length: 4")), "http-length"),
    "body missing": (warc("response", http(b"", "Content-Length: 4")), "http-length"),
    "body too long": (warc("response", http(b"texts", "Content-Length: 4")), "http-length"),
    "not in chunks": (warc("response", http(b"text", "Transfer-Encoding: chunked")), "http-framing"),
    "last chunk missing": (warc("response", CHUNKS[:-5]), "http-framing"),
    "more after the last chunk": (warc("response", CHUNKS + b"more"), "http-framing"),
    "chunk beyond all": (warc("response", CHUNKS.replace(b"4\r\n", b"F" * 15 + b"\r\n")), "http-framing"),
    "chunk of wrong size": (warc("response", CHUNKS.replace(b"4\r\n", b"3\r\n")), "http-framing"),
    "not gzip": (warc("response", http(b"<p>text</p>", "Content-Encoding: gzip")), "http-coding"),
    "gzip cut off": (warc("response", http(gzip.compress(b"x" * 99)[:-3], "Content-Encoding: gzip")), "http-coding"),
}  # fmt: skip


def findings(tmp_path: Path, data: bytes, name: str = "x.warc") -> list[Finding]:
    (tmp_path / name).write_bytes(data)
    return list(verify_file(tmp_path / name))


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_has_no_findings(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, SOUND[name]) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_named_where_it_is_broken(name: str, tmp_path: Path) -> None:
    data, rule = BROKEN[name]
    found = findings(tmp_path, data)
    assert {one.rule for one in found} - {"empty"} or rule == "empty"
    assert rule in {one.rule for one in found} <= {rule, "empty", "field-value", "field-required"}
    before = warc("metadata", b"x: y\r\n", number=8) if data else b""
    assert {one.offset for one in findings(tmp_path, before + data) if one.rule == rule} <= {
        len(before), len(before) + len(data) // 2,
    }  # fmt: skip


def test_only_what_a_server_may_really_have_sent_is_a_warning(tmp_path: Path) -> None:
    for data, rule in BROKEN.values():
        for one in findings(tmp_path, data):
            if one.rule == rule:
                assert one.severity == ("warning" if rule.startswith("http-") or rule in OPEN else "error")


def test_records_that_contradict_each_other_are_found(tmp_path: Path) -> None:
    about, later = f"WARC-Concurrent-To: {ID.format(1)}", "2026-01-02T03:04:06Z"
    digest = f"WARC-Payload-Digest: {digests(b'text', 'sha256')[0]}"
    response = warc("response", PAGE, digest)
    fields = {"WARC-Refers-To": ID.format(1), "WARC-Refers-To-Target-URI": URL,
              "WARC-Refers-To-Date": "2026-01-02T03:04:05Z", "WARC-Payload-Digest": digest[21:]}  # fmt: skip
    wrong = {"WARC-Refers-To-Target-URI": "https://y.example/", "WARC-Refers-To-Date": later,
             "WARC-Payload-Digest": digests(b"y", "sha256")[0]}  # fmt: skip

    def revisit(said: dict[str, str]) -> bytes:
        return warc("revisit", b"", PROFILE, *(f"{name}: {value}" for name, value in said.items()), number=2)

    sound = [warc("request", GET, about, number=2), revisit(fields)]
    broken = [warc("request", GET, about, number=2, warc_target_uri="https://y.example/"),
              *(revisit({**fields, name: value}) for name, value in wrong.items())]  # fmt: skip
    assert [findings(tmp_path, response + record) for record in sound] == [[], []]
    for record, rule in zip(broken, ["concurrent", "revisit", "revisit", "revisit"], strict=True):
        assert [(one.rule, one.offset) for one in findings(tmp_path, response + record)] == [(rule, len(response))]


def test_records_behind_a_broken_one_are_still_checked(tmp_path: Path) -> None:
    bad, other = BROKEN["length too long"][0], warc("resource", b"x", "WARC-Block-Digest: sha1:abcd", number=2)
    for name, data in {"x.warc": bad + other, "x.warc.gz": gzip.compress(bad) + gzip.compress(other)}.items():
        assert {one.rule for one in findings(tmp_path, data, name)} == {"record-end", "field-value"}
    torn = gzip.compress(warc("resource", b"x" * 500))
    broken = torn[:20] + bytes([torn[20] ^ 0xFF]) + torn[21:]
    found = findings(tmp_path, broken + gzip.compress(other), "x.warc.gz")
    assert (found[0].offset, found[0].rule) == (0, "gzip")
    assert (len(broken), "field-value") in {(one.offset, one.rule) for one in found}


def test_a_member_with_two_records_is_found(tmp_path: Path) -> None:
    two = gzip.compress(warc("resource", b"x", number=1) + warc("resource", b"x", number=2))
    assert {one.rule for one in findings(tmp_path, two, "x.warc.gz")} == {"member"}


def test_a_file_that_ends_inside_a_member_is_found(tmp_path: Path) -> None:
    whole = gzip.compress(warc("resource", b"x"))
    for end in range(1, len(whole)):
        found = findings(tmp_path, whole[:end], "x.warc.gz")
        assert found and found[0].offset == 0


def test_noise_never_crashes(tmp_path: Path) -> None:
    sound = warc("response", CHUNKS) + warc("request", GET, number=2)
    for at in range(0, len(sound), 2):
        for value in (10, sound[at] ^ 1):
            data = bytearray(sound)
            data[at] = value
            findings(tmp_path, bytes(data))
            findings(tmp_path, zlib.compress(data, wbits=31), "x.warc.gz")


def arc(*lengths: int | str) -> bytes:
    line = "http://x.example/ 127.0.0.1 20260102030405 text/plain {}\n"
    return b"filedesc://x.arc 0.0.0.0 20260102030405 text/plain 4\n1 0\n\n" + b"\n".join(
        line.format(length).encode() + b"text" for length in lengths
    )


@pytest.mark.parametrize("name", ["x.arc", "x.arc.gz"])
@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (arc(4, 4), []),
        (arc(4, 5), ["arc-end"]),
        (arc(3), ["arc-end"]),
        (arc(10**17), ["arc-end"]),
        (arc("9" * 5000), ["arc-length", "arc-line"]),
        (arc("many"), ["arc-length", "arc-line"]),
        (arc(4) + b"\nnonsense\n" + arc(4).partition(b"\n\n")[2], ["arc-line"]),
    ],
)
def test_arc_files_are_checked(name: str, data: bytes, rules: list[str], tmp_path: Path) -> None:
    found = findings(tmp_path, gzip.compress(data) if name.endswith(".gz") else data, name)
    assert [one.rule for one in found] == rules
    if name.endswith(".gz"):
        assert {one.rule for one in findings(tmp_path, gzip.compress(data)[:-9], name)} & {"gzip", *rules}


def wacz(listed: dict[str, bytes], there: dict[str, bytes], **more: bytes) -> bytes:
    """A package that lists the files of `listed`, and holds those of `there`."""
    resources = [
        {"path": name, "hash": digests(data, "sha256")[0], "bytes": len(data)} for name, data in listed.items()
    ]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("datapackage.json", more.get("list", json.dumps({"resources": resources}).encode()))
        for name, data in there.items():
            package.writestr(name, data)
    return made.getvalue()


GOOD_WARC = {"archive/x.warc": warc("resource", b"x")}
TWICE = {"archive/y.warc": warc("resource", b"x") * 2}
NO_LISTS = (
    b"{", b"[" * 100_000, b'{"resources": [{"path": [], "hash": "md5:0", "bytes": 1}]}',
    b'{"resources": [{"path": "x", "hash": true, "bytes": 1}]}',
    b'{"resources": [{"path": "x", "hash": "md5:0", "bytes": Infinity}]}',
)  # fmt: skip
DIGEST = {"datapackage-digest.json": b'{"hash": "sha256:00"}'}


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (wacz(GOOD_WARC, GOOD_WARC), []),
        (wacz(GOOD_WARC, {}), ["wacz-resource"]),
        (wacz(GOOD_WARC, {"archive/x.warc": warc("resource", b"y")}), ["wacz-resource"]),
        (wacz(GOOD_WARC, {"archive/x.warc": warc("resource", b"yy")}), ["wacz-resource"]),
        (wacz({}, GOOD_WARC), ["wacz-unlisted"]),
        *((wacz({}, {}, list=none), ["wacz-list"]) for none in NO_LISTS),
        (wacz(GOOD_WARC, GOOD_WARC | DIGEST), ["wacz-list"]),
        (wacz(TWICE, TWICE), ["duplicate-id"]),
        (wacz(GOOD_WARC, GOOD_WARC)[:-30], ["wacz-zip"]),
    ],
)
def test_packages_are_checked(data: bytes, rules: list[str], tmp_path: Path) -> None:
    found = findings(tmp_path, data, "x.wacz")
    assert [one.rule for one in found] == rules
    assert all(one.where in ("x.wacz", "x.wacz!archive/y.warc") for one in found)


@pytest.mark.captures
def test_real_files_are_read_and_known_defects_named(captures: Path, tmp_path: Path) -> None:
    """Files that the JHOVE project calls invalid have findings; those it calls valid only what it does not look at."""
    checked = 0
    with zipfile.ZipFile(captures / "warc-samples.zip") as samples:
        for member in samples.namelist():
            name = Path(member).name
            if name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")):
                rules = {one.rule for one in findings(tmp_path, samples.read(member), name)}
                checked += 1
                if name.startswith(("invalid-", "bad")):
                    assert rules, member
                elif name.startswith("valid-"):
                    assert rules <= {"duplicate-id", "dangling"}, member
                elif name.startswith("valid_") or name == "example.arc":
                    assert not rules, member
    assert checked > 150
