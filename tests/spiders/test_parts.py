"""The small parts on their own: addresses, routes, framing, links, commitments, limits of one visit's budget."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from sources.model import Follow
from spiders.clock import Clock
from spiders.code_portal import commitments
from spiders.errors import Refused, VisitError
from spiders.framing import Abandoned, CutOff, Head, Inbound, NotHttp, parse_head
from spiders.guard import Guard, parse_private
from spiders.links import followed, links
from spiders.route import parse_proxy, routes_from
from spiders.wire import Ask

URL = "https://site.example/"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.1.1",
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
        "fe80::1%eth0", "::", "255.255.255.255",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="not public"):
        Guard(allows=bool).check_address(URL, "site.example", address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    Guard(allows=bool).check_address(URL, "site.example", address)


@pytest.mark.parametrize("named", ["127.0.0.0/8", "site.example", "127.0.0.1", "10.0.0.1, site.example"])
def test_the_operator_may_name_private_addresses(named: str) -> None:
    Guard(allows=bool, private=parse_private(named)).check_address(URL, "site.example", "127.0.0.1")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://site.example/", "gopher://site.example/", "//x", "data:,a"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(Refused, match="only http and https"):
        Guard(allows=bool).check_url(url)


def test_routes_follow_the_ordinary_variables() -> None:
    env = {"HTTPS_PROXY": "http://user:p%40ss@proxy.example:3128", "NO_PROXY": "inside.example,.local.example"}
    routes = routes_from(env)
    proxy = routes.to("https://site.example/").proxy
    assert proxy and (proxy.host, proxy.port) == ("proxy.example", 3128)
    assert proxy.authorization == b"Basic dXNlcjpwQHNz"
    assert routes.to("http://site.example/").proxy is None
    assert routes.to("https://inside.example/").proxy is None
    assert routes.to("https://a.local.example:8443/").proxy is None


def test_a_proxy_that_cannot_be_used_is_said_so() -> None:
    with pytest.raises(VisitError, match="must look like"):
        parse_proxy("socks5://proxy.example:1080")


def test_the_proxys_password_is_sent_but_not_archived() -> None:
    ask = Ask(
        method="GET", url="http://site.example/a?b", fields=b"Host: site.example\r\nProxy-Authorization: Basic x\r\n"
    )
    route = routes_from({"http_proxy": "http://u:p@proxy.example:3128"}).to(ask.url)
    assert ask.block(route) == b"GET http://site.example/a?b HTTP/1.1\r\nHost: site.example\r\n\r\n"


async def read(sent: bytes, *, empty: bool = False) -> tuple[bytes, bool]:
    """One message from `sent`: all that was kept, and whether its end was marked."""
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    kept = bytearray()

    async def keep(piece: bytes) -> None:
        kept.extend(piece)

    inbound = Inbound(reader=reader, keep=keep)
    try:
        marked = await inbound.body(parse_head(await inbound.head()), empty=empty)
    except (CutOff, NotHttp) as error:
        error.add_note(str(bytes(kept)))
        raise
    return bytes(kept), marked


def test_a_message_ends_where_it_says() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    assert asyncio.run(read(head + b"abcHTTP/1.1 next")) == (head + b"abc", True)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2;x=y\r\nab\r\n00\r\nT: 1\r\n\r\n"
    assert asyncio.run(read(chunked + b"next")) == (chunked, True)
    assert asyncio.run(read(b"HTTP/1.0 200 OK\n\nto the end")) == (b"HTTP/1.0 200 OK\n\nto the end", False)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", CutOff),
        (b"HTTP/1.1 200 OK\r\nConte", CutOff),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", CutOff),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab", NotHttp),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", NotHttp),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000, NotHttp),
    ],
)
def test_what_breaks_off_is_kept_as_far_as_it_came(sent: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        asyncio.run(read(sent))
    kept = raised.value.__notes__[0]
    assert sent[:40].decode() in kept.encode().decode("unicode_escape")


def test_links_carry_their_words_and_rules_choose() -> None:
    html = """<base href="/docs/"><nav><a href="a.pdf">In the menu</a></nav><main>
      <a href="a.pdf#page=2"> Report
        A </a><a href="http://[bad"></a><a href="mailto:x@y"></a><a href="javascript:void(0)">x</a>
      <li data-linkurl="/b.pdf" title="Report B"></li><iframe src="c.pdf"></iframe><a href="page">Page</a></main>"""
    response = HtmlResponse("https://site.example/list", body=html.encode())
    assert [(link.url, link.anchor) for link in links(response, "main")] == [
        ("https://site.example/docs/a.pdf", "Report A"),
        ("https://site.example/b.pdf", "Report B"),
        ("https://site.example/docs/c.pdf", ""),
        ("https://site.example/docs/page", "Page"),
    ]
    rules = (Follow(match=r"b\.pdf"), Follow(match=r"\.pdf", within="main"), Follow(match="page$", role="page"))
    chosen = [(rules.index(rule), link.url.rpartition("/")[2]) for rule, link in followed(response, rules)]
    assert chosen == [(0, "b.pdf"), (1, "a.pdf"), (1, "c.pdf"), (2, "page")]


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '{"chapters": 3}', '{"chapters": [{"id": 1}]}'])
def test_what_is_no_report_names_no_commitments(body: str) -> None:
    assert list(commitments(body.encode())) == []


def test_commitments_from_lists_and_objects() -> None:
    chapters = {
        "0": {"id": 1, "commitments": [{"id": 2, "name": "C"}]},
        "5": {"id": 3, "commitments": {"0": {"id": "4"}}},
    }
    assert list(commitments(json.dumps({"chapters": chapters}).encode())) == [("1", "2", "C"), ("3", "4", "")]


def test_the_clock_starts_where_it_is_told() -> None:
    start = datetime(2025, 3, 25, tzinfo=UTC)
    clock = Clock(start)
    assert start <= clock() <= clock() and (clock() - start).total_seconds() < 5


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [({"idle": 0.05}, TimeoutError, "^$"), ({"wanted": lambda: False}, Abandoned, "given up")],
)
def test_a_message_is_waited_for_with_one_timer(
    more: dict[str, Any], error: type[Exception], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spiders.framing.STEP", 0.1)
    kept = bytearray()
    timers: list[float] = []

    async def keep(piece: bytes) -> None:
        kept.extend(piece)
        await asyncio.sleep(0)

    async def reading() -> None:
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        later = loop.call_later

        def counted(delay: float, *job: Any) -> asyncio.TimerHandle:
            timers.append(delay)
            return later(delay, *job)

        monkeypatch.setattr(loop, "call_later", counted)
        reader.feed_data(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50 + b"\r\n")
        inbound = Inbound(reader=reader, keep=keep, **more)
        await inbound.head()
        assert len(timers) == 1
        reader.feed_data(b"12")
        await inbound.body(Head(first=b"", fields=((b"content-length", b"3"),)), empty=False)

    with pytest.raises(error, match=told):
        asyncio.run(reading())
    assert kept.endswith(b"\r\n\r\n12") and len(timers) <= 3


def test_the_static_tier_loads_only_what_it_uses() -> None:
    """What takes longer to load than a short visit."""
    others = {"playwright", "aiohttp", "boto3", "numpy", "openpyxl", "pypdf", "pyarrow", "changes.blocks"}
    asked = f"import sys, spiders.run, spiders.crawl, spiders.download; sys.exit(str({others} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], check=False, capture_output=True, text=True)
    assert done.stderr.strip() == "set()"
