"""The wire and the archive without a spider between them: what a crawl seldom meets, byte for byte."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from archive_visits import START, MakeVisit
from fidelity import Answer, Reply, Site, reply
from visits import SiteMaker

from archive.checks import read_checks
from archive.model import Capture, Label
from archive.reader import read_payload
from archive.records import read_records
from archive.store import Store
from archive.visit import VisitArchive
from spiders.connection import Dialer, Pool, tls_context
from spiders.guard import Guard
from spiders.message import Ask
from spiders.route import routes_from
from spiders.wire import Wire

HEAD_ONLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 12345\r\n\r\n"
BEHIND = b"<p>nothing new</p>"
NOT_MODIFIED = b'HTTP/1.1 304 Nothing New\r\nEtag:  "v1"\r\nX-Cache: HIT\r\n\r\n'
TABLE = b"a,b\n1,2\n"
PAGES: dict[str, Answer] = {
    "/head": Reply((HEAD_ONLY,)),
    "/form": reply(b"taken", status="202 Taken In", kind="text/plain"),
    "/forbidden": reply(b"no", status="403 Keep Out", kind="text/plain"),
    "/gone": reply(b"", status="410 Gone"),
    "/busy": reply(b"later", "Retry-After: 120", status="503 Busy", kind="text/plain"),
    "/hints": Reply((
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    )),
    "/old": Reply((b"HTTP/1.0 404 Not Here\nServer: old\n\nno such thing",), close=True),
    "/?q=a%20b&q=c": reply(b"found", kind="text/plain"),
    "/table": lambda request: (
        Reply((NOT_MODIFIED + BEHIND,)) if b"If-None-Match" in request else reply(TABLE, 'ETag: "v1"', kind="text/csv")
    ),
}  # fmt: skip
BODY = b"figures=\xff\x00&more=1\r\n\r\nand more"


def asks(origin: str) -> list[Ask]:
    host = b"Host: " + origin.partition("//")[2].encode() + b"\r\n"
    form = host + b"content-type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(BODY)
    plain = ("/forbidden", "/gone", "/busy", "/hints", "/old", "/?q=a%20b&q=c", "/table")
    return [
        Ask(method="HEAD", url=f"{origin}/head", fields=host),
        Ask(method="POST", url=f"{origin}/form", fields=form, body=BODY),
        *(Ask(method="GET", url=origin + path, fields=host + b"X-Odd:  spaced \r\nx-odd: 2\r\n") for path in plain),
        Ask(method="GET", url=f"{origin}/table", fields=host + b'If-None-Match: "v1"\r\n'),
    ]


async def fetched(
    site: Site, origin: str, archive: VisitArchive, spool: Path, wanted: list[Ask] | None = None
) -> list[Capture]:
    """Each request in turn, archived as a visit would."""
    guard = Guard(
        allows=lambda host: host == "localhost", private=frozenset({"localhost"}),
        ports=frozenset({site.http, site.https}),
    )  # fmt: skip

    async def nothing(*_: object) -> None:
        """The certificates are another test's."""

    wire = Wire(
        pool=Pool(Dialer(guard=guard, context=tls_context())), routes=routes_from({}), clock=lambda: START,
        spool=spool, max_bytes=10**6, max_seconds=10, on_chain=nothing, on_failure=print,
    )  # fmt: skip
    captures: list[Capture] = []
    for ask in wanted or asks(origin):
        exchange = await wire.fetch(ask)
        known = next((one for one in captures if (one.url, one.method, ask.method) == (ask.url, "GET", "GET")), None)
        captures.append(archive.revisit(exchange, known, Label()) if known else archive.record(exchange, Label()))
    wire.pool.close()
    while len(site.log) < len(captures):  # the server logs an answer once all of it is sent
        await asyncio.sleep(0.01)
    return captures


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_methods_and_answers_are_kept_byte_for_byte(
    scheme: str, site: SiteMaker, file_store: Store, make_visit: MakeVisit, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    served = site(PAGES)
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    origin = f"{scheme}://localhost:{served.http if scheme == 'http' else served.https}"
    archive = make_visit(file_store)

    captures = asyncio.run(fetched(served, origin, archive, tmp_path))
    archive.commit(outcome="complete", reason="", finished=START)

    records = [(record, record.block.read()) for path in tmp_path.glob("bucket/**/*.warc.gz")
               for record in read_records(path)]  # fmt: skip
    blocks = {kind: [block for record, block in records if record.type == kind] for kind in ("request", "response")}
    *whole, not_modified = served.log
    hints = PAGES["/hints"].pieces[0]  # type: ignore[union-attr]
    assert blocks["request"] == [logged.request for logged in whole]
    assert blocks["response"] == [logged.response.removeprefix(hints) for logged in whole]
    assert [block for record, block in records if "HTTP/1.1 103" in block.decode("latin-1")] == [hints]
    [check] = [check for path in tmp_path.glob("bucket/**/*.warc.gz") for record in read_records(path)
               for check in read_checks(record)]  # fmt: skip
    assert (check.request, check.response, check.surplus) == (not_modified.request, NOT_MODIFIED, BEHIND)
    assert [one.method for one in captures][:3] == ["HEAD", "POST", "GET"]
    assert captures[-1].type == "revisit"
    assert read_payload(file_store, captures[-1].citation()).body == TABLE


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
SPOILING = {  # what it says, and what it sends behind that
    "/longer": (PLAIN + b"Content-Length: 4\r\n\r\nfour", b" and more\r\n"),
    "/none": (b"HTTP/1.1 204 None\r\n\r\n", b"some"),
    "/two": (PLAIN + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"HTTP/1.1 200 Unasked\r\n\r\n"),
    "/plain": (PLAIN + b"Content-Length: 5\r\n\r\nplain", b""),
    "/late-start": (b"\r\n" + PLAIN + b"Content-Length: 4\r\n\r\nlate", b""),
}
UNHEARD_OF = {
    "/older": b"<html>\r\n\r\n<p>before there were heads</p>",
    "/other": b"ICY 200 OK\r\nicy-name: radio\r\n\r\nnoise\r\n\r\nmore noise",
    "/odd-chunks": PLAIN + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0x3\r\ndef\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_answer_is_taken_for_another_and_what_is_no_http_is_kept(
    scheme: str, site: SiteMaker, file_store: Store, make_visit: MakeVisit, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    spoiling: dict[str, Answer] = {path: Reply((b"".join(sent),)) for path, sent in SPOILING.items()}
    served = site({**spoiling, **{path: Reply((sent,), close=True) for path, sent in UNHEARD_OF.items()}})
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    origin = f"{scheme}://localhost:{served.http if scheme == 'http' else served.https}"
    wanted = [Ask(method="GET", url=origin + path, fields=b"Host: localhost\r\n") for path in served.pages]
    archive = make_visit(file_store)

    captures = asyncio.run(fetched(served, origin, archive, tmp_path, wanted))
    archive.commit(outcome="complete", reason="", finished=START)

    kept: dict[tuple[str, str], bytes] = {
        (record.field("WARC-Target-URI").removeprefix(origin), record.field("Content-Type")): record.block.read()
        for path in tmp_path.glob("bucket/**/*.warc.gz") for record in read_records(path)
    }  # fmt: skip
    answers = {path: kept[path, "application/http; msgtype=response"] for path in served.pages}
    assert answers == {**{path: said for path, (said, _) in SPOILING.items()}, **UNHEARD_OF}
    behind = {path: kept.get((path, "application/octet-stream"), b"") for path in SPOILING}
    assert behind == {path: more for path, (_, more) in SPOILING.items()}
    assert [one.status for one in captures] == [200, 204, 200, 200, 200, 0, 0, 200]
