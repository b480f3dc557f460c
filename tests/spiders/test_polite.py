"""How we treat servers: rules they give, waiting when they ask for it, one pace for all, and where we never connect."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from fidelity import Answer, Reply, Site, page, reply
from visits import SiteMaker, SourceMaker, Visitor

from sources.model import Politeness
from spiders.budget import Budget
from spiders.clock import Clock
from spiders.connection import Dialer, tls_context
from spiders.errors import LimitReached, Refused
from spiders.guard import Guard
from spiders.pace import Pace
from spiders.route import routes_from

ORIGIN = "http://site.example"
NAMES = [f"/{n}.csv" for n in range(1, 9)]
LIST = page("Reports", "".join(f'<a href="{name}">Report</a>' for name in NAMES))
CSV = reply(b"a,b\n1,2\n", kind="text/csv")
FILES: dict[str, Answer] = dict.fromkeys(NAMES, CSV)
START = datetime(2026, 3, 1, tzinfo=UTC)


def listing(polite: str = "delay=0.0", more: str = "") -> str:
    return (
        f"start_urls=('{ORIGIN}/',), spider='document_list', allowed_hosts=('site.example',), "
        f"follow=(Follow(match=r'\\.csv$'),), politeness=Politeness({polite}), {more}"
    )


def busy(retry: str = "", status: str = "429 Too Many Requests") -> Reply:
    return reply(b"busy", *([f"Retry-After: {retry}"] if retry else []), status=status)


def test_an_exception_from_robots_is_made_for_a_reason_that_is_archived(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker
) -> None:
    robots = reply(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    served = site({"/": reply(LIST), "/robots.txt": robots, **FILES})
    exception = "robots=Robots(obey=False, reason='asked for by its publisher in writing')"
    visited = visit(make_source(listing(more=exception)), env=served.env())
    assert visited.code == 0, visited.output
    assert visited.manifest.declaration["robots"]["reason"] == "asked for by its publisher in writing"
    assert any(b"asked for by its publisher" in r.block.read() for r in visited.records() if r.type == "warcinfo")


@pytest.mark.parametrize(
    ("polite", "rules"), [("delay=0.1, concurrency=1", b"User-agent: *\nCrawl-delay: 0.5\n"), ("delay=0.5", b"")]
)
def test_visits_of_two_sources_share_a_hosts_pace(
    polite: str, rules: bytes, site: SiteMaker, make_source: SourceMaker, environment: dict[str, str], tmp_path: Path
) -> None:
    arrived: list[float] = []

    def noted(_: bytes) -> Reply:
        arrived.append(time.monotonic())
        return CSV

    robots = reply(rules, kind="text/plain")
    served = site({"/": reply(LIST), "/robots.txt": robots, **dict.fromkeys(NAMES[:4], noted)})
    command = [sys.executable, "-m", "spiders.run", "--spool", str(tmp_path / "spool")]
    sources = [str(make_source(listing(polite), name=name)) for name in ("one", "two")]
    env = {**environment, **served.env()}
    running = [subprocess.Popen([*command, source], env=env, stdout=subprocess.DEVNULL) for source in sources]
    assert [process.wait(timeout=90) for process in running] == [0, 0]
    gaps = [after - before for before, after in pairwise(sorted(arrived))]
    assert len(arrived) == 8 and median(gaps) > 0.35, gaps  # some shrink where the machine is busy


def test_a_host_that_asks_for_an_hour_is_left_alone(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(LIST), **FILES, "/3.csv": busy("3600")})
    visited = visit(make_source(listing("delay=0.0, concurrency=1")), env=served.env())
    assert (visited.code, visited.told["outcome"]) == (10, "partial"), visited.output
    assert "site.example asked to be left alone for 3600 s" in visited.told["reason"]
    assert [logged.path for logged in served.log] == ["/robots.txt", "/", *NAMES[:3]]
    assert visited.one(f"{ORIGIN}/3.csv").label.quality == "blocked"


def test_a_host_that_goes_on_refusing_is_left_alone(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    served = site({"/": reply(LIST), **dict.fromkeys(NAMES, busy("0", "503 Service Unavailable"))})
    visited = visit(make_source(listing("delay=0.0, concurrency=1")), env=served.env())
    assert "too busy for 3 addresses in a row" in visited.told["reason"], visited.output
    assert len(served.log) == 2 + 3 * 3  # three attempts at three of eight


def test_a_slow_server_is_asked_more_slowly(site: SiteMaker, visit: Visitor, make_source: SourceMaker) -> None:
    arrived: list[float] = []

    def slow(_: bytes) -> Reply:
        arrived.append(time.monotonic())
        time.sleep(1.2)
        return CSV

    served = site({"/": reply(LIST), **dict.fromkeys(NAMES, slow)})
    visited = visit(make_source(listing("delay=0.0, concurrency=4")), env=served.env())
    assert visited.code == 0, visited.output
    assert median(after - before for before, after in pairwise(sorted(arrived)[2:])) > 0.1  # not four at once


def trial(folder: Path, delay: float) -> Pace:
    clock = Clock(START)
    return Pace(folder=folder, delay=delay, budget=Budget(polite=Politeness(), clock=clock, say=lambda _: None))


async def _turns(*paces: Pace, url: str = ORIGIN) -> list[float]:
    taken = []
    for pace in paces:
        await pace.turn(url)
        taken.append(time.monotonic())
    return taken


@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_a_server_that_asks_to_wait_is_left_alone_by_all_visits(delay: float, tmp_path: Path) -> None:
    async def run() -> list[float]:
        one, other = trial(tmp_path, delay), trial(tmp_path, 0.1)
        one.hold(ORIGIN, 0.7)
        elsewhere = await _turns(other, url="http://cdn.example/")
        return [*elsewhere, *await _turns(other, one)]

    start = time.monotonic()
    elsewhere, other, one = asyncio.run(run())
    assert elsewhere - start < 0.6 <= other - start and one - start >= 0.6


def test_a_host_is_left_alone_by_this_visit_and_others_are_not(tmp_path: Path) -> None:
    async def run() -> None:
        pace = trial(tmp_path, 0.0)
        pace.hold(ORIGIN, 61)
        await pace.turn("http://cdn.example/")
        with pytest.raises(LimitReached, match="asked to be left alone for 61 s"):
            await pace.turn(ORIGIN + "/x")

    asyncio.run(run())


def test_times_from_before_a_restart_hold_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Budget, seconds: float) -> None:
        pytest.fail(f"it waits {seconds} s")

    monkeypatch.setattr(Budget, "pause", never)
    (tmp_path / "site.example").write_text(f"{time.monotonic() + 9e6!r} {time.monotonic() + 9e6!r}")
    asyncio.run(_turns(trial(tmp_path, 0.5)))
    assert not (tmp_path / "site.example").read_text().startswith("9")


def test_what_ends_a_visit_ends_its_waiting(tmp_path: Path) -> None:
    async def run() -> float:
        pace = trial(tmp_path, 30.0)
        await pace.turn(ORIGIN)
        asyncio.get_running_loop().call_later(0.2, pace.budget.end, "stopped by SIGTERM")
        start = time.monotonic()
        await pace.turn(ORIGIN)
        return time.monotonic() - start

    assert asyncio.run(run()) < 5


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://site.example:22/", "port 22 is neither"),
        ("https://site.example:6379/", "port 6379"),
        ("http://site.example:99999/", "port 0"),
        ("http://evil.example/", "allowed hosts"),
        ("http://site.example@evil.example/", "allowed hosts"),
        ("http://site.example.evil.example/", "allowed hosts"),
        ("http://2130706433/", "allowed hosts"),
        ("http://[::1]/", "allowed hosts"),
        ("ws://site.example/", "only http and https"),
    ],
)
def test_where_no_url_leads(url: str, why: str) -> None:
    guard = Guard(allows=lambda host: host == "site.example")
    with pytest.raises(Refused, match=why):
        guard.check_url(url)
    guard.check_url("https://site.example:443/")
    Guard(allows=bool, ports=frozenset({8080})).check_url("http://site.example:8080/")


@pytest.mark.parametrize(
    "address",
    ["::127.0.0.1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "fec0::1", "5f00::1", "3fff::1", "2001:db8::1",
     "ff0e::1", "168.63.129.16", "192.88.99.1", "fd00:ec2::254", "100.100.100.200"],
)  # fmt: skip
def test_further_addresses_that_are_not_public(address: str) -> None:
    with pytest.raises(Refused, match="not public"):
        Guard(allows=bool).check_address(ORIGIN, "site.example", address)


class Listening:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listening() -> Iterator[Listening]:
    there = Listening()
    yield there
    there.socket.close()


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["127.0.0.1", "2606:4700::1111"]],
)
def test_a_name_that_leads_inside_is_never_connected_to(
    answers: list[str], listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever DNS says, the very addresses that were judged are connected to: there is no second look-up."""
    asked: list[str] = []

    async def look_up(_: object, host: str, port: int, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    url = f"http://site.example:{listening.port}/"
    dialer = Dialer(guard=Guard(allows=bool), context=tls_context())
    with pytest.raises(Refused, match="not public"):
        asyncio.run(dialer.open(url, routes_from({}).to(url)))
    assert (listening.connections, asked) == (0, ["site.example"])


def test_a_redirect_that_leads_inside_is_not_followed(
    site: SiteMaker, visit: Visitor, make_source: SourceMaker, listening: Listening
) -> None:
    away = {"/1.csv": f"http://127.0.0.1:{listening.port}/", "/2.csv": f"http://site.example:{listening.port}/",
            "/3.csv": "file:///etc/passwd", "/4.csv": "http://[::1]/", "/5.csv": "ftp://site.example/"}  # fmt: skip
    moved: dict[str, Answer] = {
        path: reply(b"", f"Location: {target}", status="302 Found") for path, target in away.items()
    }
    served = site({"/": reply(LIST), **FILES, **moved})
    visited = visit(make_source(listing()), env=served.env())
    assert "Traceback" not in visited.output
    assert listening.connections == 0 and visited.one(f"{ORIGIN}/8.csv").label.quality == "ok"
    assert f"port {listening.port} is neither" in visited.output and "127.0.0.1 is not among" in visited.output


def _relay(served: Site, context: ssl.SSLContext, listening: socket.socket) -> None:
    """A proxy spoken to over TLS: what it is told goes to the site's own proxy."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()

    while True:
        try:
            inner = context.wrap_socket(listening.accept()[0], server_side=True)
        except OSError:
            return
        outer = socket.create_connection(("127.0.0.1", served.proxy))
        for ways in ((inner, outer), (outer, inner)):
            threading.Thread(target=pump, args=ways, daemon=True).start()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_through_a_proxy_over_tls(
    scheme: str, site: SiteMaker, visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    served = site({"/": reply(LIST), **FILES})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(next(path for path in tmp_path.glob("*.pem") if path != served.ca))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_relay, args=(served, context, listening), daemon=True).start()
        proxy = f"https://localhost:{listening.getsockname()[1]}"
        source = make_source(listing().replace("http://", f"{scheme}://"))
        visited = visit(source, env={**served.env(), "HTTP_PROXY": proxy, "HTTPS_PROXY": proxy})
    assert visited.code == 0, visited.output
    assert len(served.log) == 2 + len(NAMES) and all(logged.tls is (scheme == "https") for logged in served.log)


def test_a_retry_after_may_be_a_date() -> None:
    from spiders.download import _seconds

    now = START
    assert _seconds("Sun, 01 Mar 2026 00:00:30 GMT", now) == 30
    assert _seconds("Sat, 28 Feb 2026 23:00:00 GMT", now + timedelta(hours=1)) == 0
    nonsense = ("soon", "\xb2", "1" * 5000, "Fri, 31 Dec 9999 23:59:59 -2359")
    assert [_seconds(asked, now) for asked in nonsense] == [None] * len(nonsense)
