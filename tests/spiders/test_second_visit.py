"""A second visit asks conditionally, keeps what changed, and names the original of what did not."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from fidelity import Answer, Reply, page, reply
from visits import SiteMaker, SourceMaker, Visited, Visitor

from archive.model import Exchange
from archive.reader import read_payload
from spiders.look import look
from spiders.wish import Wish, label

ORIGIN = "http://site.example"
TAGGED = b"a,b\n" + hashlib.shake_256(b"figures").hexdigest(9000).encode()
NAMES = ("tagged", "dated", "plain", "changing")


class Edition:
    """A site that gives validators, and changes one file between visits."""

    def __init__(self) -> None:
        self.number = 1

    def tagged(self, request: bytes) -> Reply:
        if b'If-None-Match: "v1"' in request:
            return Reply((b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n',))
        return reply(TAGGED, 'ETag: "v1"', kind="text/csv")

    def dated(self, request: bytes) -> Reply:
        moment = "Sat, 01 Nov 2025 10:00:00 GMT"
        if f"If-Modified-Since: {moment}".encode() in request:
            return Reply((b"HTTP/1.1 304 Not Modified\r\n\r\n",))
        return reply(page("More", '<a href="/linked.csv">Linked</a>'), f"Last-Modified: {moment}")

    def changing(self, request: bytes) -> Reply:  # noqa: ARG002
        return reply(b"edition,%d\n" % self.number, f'ETag: "e{self.number}"', kind="text/csv")

    def pages(self) -> dict[str, Answer]:
        start = page("List", "".join(f'<a href="/{name}">{name}</a>' for name in NAMES))
        return {
            "/": reply(start),
            "/tagged": self.tagged,
            "/dated": self.dated,
            "/plain": reply(b"x,y\n" + b"3,4\n" * 3000, kind="text/csv"),
            "/changing": self.changing,
            "/linked.csv": reply(b"l,m\n5,6\n", kind="text/csv"),
        }


DECLARATION = (
    f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
    "follow=(Follow(match='dated$', role='page'), Follow(match='(tagged|plain|changing|csv)$')), "
    "politeness=Politeness(delay=0.0)"
)


def kinds(visited: Visited) -> dict[str, tuple[str, str]]:
    return {c.url.removeprefix(ORIGIN): (c.type, c.label.quality) for c in visited.captures}


def test_a_second_visit_keeps_what_changed(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    edition = Edition()
    served = site(edition.pages())
    source = make_source(DECLARATION)
    first = visit(source, "--now", "2026-11-01T10:00:00Z", env=served.env())
    edition.number = 2

    second = visit(source, "--now", "2026-11-08T10:00:00Z", env=served.env())

    assert (first.code, second.code) == (0, 0), first.output + second.output
    found = kinds(second)
    assert found["/tagged"] == ("revisit", "not_modified")
    assert found["/dated"] == ("revisit", "not_modified")
    assert found["/plain"] == found["/"] == ("revisit", "ok")
    assert found["/changing"] == ("response", "ok")
    assert "/linked.csv" in found  # the links of a page that was not sent again are known from the archive
    [check], logged = second.checks(f"{ORIGIN}/tagged"), served.asked("/tagged")[-1]
    assert (check.request, check.response) == (logged.request, logged.response)
    tagged = second.one(f"{ORIGIN}/tagged")
    assert read_payload(second.store, tagged.citation()).body == TAGGED
    assert tagged.citation() == first.one(f"{ORIGIN}/tagged").citation()
    assert second.body(f"{ORIGIN}/changing") == b"edition,2\n"
    assert second.told["bytes"] < first.told["bytes"]


def test_a_third_visit_knows_through_a_revisit_and_past_a_failure(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    served = site(Edition().pages())
    source = make_source(DECLARATION)
    visit(source, "--now", "2026-11-01T10:00:00Z", env=served.env())
    visit(source, "--now", "2026-11-02T10:00:00Z", env=served.env())
    failed = visit(source, "--now", "2026-11-03T10:00:00Z", env={**served.env(), "HTTP_PROXY": "http://127.0.0.1:9"})
    assert failed.code == 30, failed.output

    fourth = visit(source, "--now", "2026-11-04T10:00:00Z", env=served.env())

    assert kinds(fourth)["/tagged"] == ("revisit", "not_modified"), fourth.output
    assert fourth.body(f"{ORIGIN}/tagged") == TAGGED


def test_old_validators_are_not_relied_on(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site(Edition().pages())
    source = make_source(DECLARATION)
    visit(source, "--now", "2026-01-01T10:00:00Z", env=served.env())

    later = visit(source, "--now", "2026-03-01T10:00:00Z", env=served.env())

    assert kinds(later)["/tagged"] == ("revisit", "ok"), later.output  # fetched whole, found the same


def test_a_304_that_nobody_asked_for_is_an_error(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": Reply((b"HTTP/1.1 304 Not Modified\r\n\r\n",))})
    visited = visit(make_source(DECLARATION), env=served.env())
    assert (visited.code, visited.told["outcome"]) == (30, "failed"), visited.output
    assert "status 304, though" in visited.told["reason"]
    assert kinds(visited)["/"] == ("response", "error")


@pytest.mark.parametrize(
    ("field", "quality"),
    [
        ('If-None-Match: "v1"', "not_modified"),  # of a browser's own cache
        ("if-modified-since: Sat, 01 Nov 2025 10:00:00 GMT", "not_modified"),
        ("X-If-None-Match: no", "error"),
    ],
)
def test_what_a_304_answers(field: str, quality: str) -> None:
    request = f"GET /a.js HTTP/1.1\r\nHost: site.example\r\n{field}\r\n\r\n".encode()
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    exchange = Exchange(
        url=f"{ORIGIN}/a.js", method="GET", request=request, response=BytesIO(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        started=moment, finished=moment,
    )  # fmt: skip
    assert label(look(exchange, 100), Wish(role="asset"), None).quality == quality
