"""Nothing of a rendered visit leaves the machine past the recorder; and what pages run, runs in Chromium's sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from fidelity import Site, held, page, reply
from visits import SourceMaker, Visited, Visitor

from spiders import browser, chromium
from spiders.browser import Appearance, Browser

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("browser")]
ORIGIN = "https://site.example"
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
TUN, NO_PREFIX, NAME_IT = 0x0001, 0x1000, 0x400454CA  # IFF_TUN, IFF_NO_PI, TUNSETIFF
UDP = 17
WIRING = (
    "link set lo up", "address add 198.51.100.1/24 dev out", "address add 2001:db8::1/64 dev out nodad",
    "link set out up", "route add default dev out", "-6 route add default dev out",
)  # fmt: skip
NOBODY = 65534
CALLING = """<link rel="dns-prefetch" href="//prefetched.example"><link rel="preconnect" href="https://warmed.example">
<link rel="prefetch" href="https://warmed.example/x"><link rel="preload" as="image" href="http://192.0.2.7/x.png">
<img src="https://pictured.example/x.png"><a id="a" href="#top" ping="https://pinged.example/">top</a>
<script>fetch('/held'); (async () => {
  const peer = new RTCPeerConnection({iceServers: [{urls: ['stun:192.0.2.7:3478', 'stun:stunned.example']}]});
  peer.createDataChannel('data');
  await peer.setLocalDescription(await peer.createOffer());
  const tries = [() => new WebTransport('https://192.0.2.7:4433/').ready, () => fetch('/again'), () => fetch('/again'),
    () => new WebSocket('wss://socketed.example/'), () => navigator.sendBeacon('https://beaconed.example/', 'x'),
    () => fetch('https://fetched.example/'), () => document.querySelector('#a').click()];
  for (const attempt of tries) { try { await attempt() } catch (error) { } }
  await new Promise(done => setTimeout(done, 1500));
  document.title = 'called'; fetch('/over');
})()</script>"""


class Alone:
    """A network that its thread, and what that starts, has to itself: `left` yields what would have gone out of it."""

    def __enter__(self) -> Alone:
        if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK):
            pytest.skip(f"no network of its own: {os.strerror(ctypes.get_errno())} (needs root)")
        with contextlib.ExitStack() as opened:
            try:
                self._way_out = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
                opened.callback(os.close, self._way_out)
                fcntl.ioctl(self._way_out, NAME_IT, struct.pack("16sH22x", b"out", TUN | NO_PREFIX))
                for command in WIRING:
                    subprocess.run(["ip", *command.split()], check=True)
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.skip(f"no network of its own with both kinds of addresses: {error}")
            self._within = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))  # ETH_P_ALL
            opened.enter_context(self._within)
            self._within.bind(("lo", 0))
            self._within.setblocking(False)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def left(self) -> Iterator[bytes]:
        """IP packets to other machines; and UDP to this one, where a resolver may listen."""
        with contextlib.suppress(BlockingIOError):
            while packet := os.read(self._way_out, 65536):
                if packet[0] >> 4 == 4 or packet[6] not in (0, 58):  # the kernel announces itself by ICMPv6
                    yield packet
        with contextlib.suppress(BlockingIOError):
            while packet := self._within.recv(65536):
                if packet[9 if packet[0] >> 4 == 4 else 6] == UDP:
                    yield packet


def needed() -> None:
    if os.geteuid() or not shutil.which("ip") or not Path("/dev/net/tun").exists():
        pytest.skip("a network of its own needs root, `ip` and /dev/net/tun")


def test_no_name_is_looked_up_and_no_packet_goes_past_the_recorder(
    visit: Visitor, make_source: SourceMaker, tmp_path: Path
) -> None:
    needed()
    again = reply(b"again", 'Alt-Svc: h3=":443"; ma=86400, h3="192.0.2.7:443"', kind="text/plain")
    source = make_source(
        f"start_urls=('{ORIGIN}/',), spider='rendered_list', allowed_hosts=('site.example',), "
        "politeness=Politeness(delay=0.0)"
    )

    def run() -> tuple[list[bytes], Visited, list[bytes]]:
        with Alone() as alone, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.sendto(b"heard", ("192.0.2.7", 443))
            probe.sendto(b"heard", ("127.0.0.1", 53))
            heard = list(alone.left())
            with Site(tmp_path, {"/": reply(page("Calling", CALLING)), "/again": again, **held()}) as served:
                return heard, visit(source, env=served.env()), list(alone.left())

    with ThreadPoolExecutor(1) as thread:
        heard, visited, left = thread.submit(run).result()

    assert {socket.inet_ntoa(packet[16:20]) for packet in heard} == {"192.0.2.7", "127.0.0.1"}
    assert visited.code == 0 and b'"title": "called"' in visited.body(f"urn:pageinfo:{ORIGIN}/"), visited.output
    assert len(visited.of(f"{ORIGIN}/again")) == 2
    assert left == []


AS_NOBODY = """#!/bin/sh
for one in "$@"; do case $one in --user-data-dir=*) chown -R {nobody} "${{one#*=}}";; esac; done
export HOME={home}
exec setpriv --reuid={nobody} --regid={nobody} --clear-groups {chromium} "$@"
"""


def as_nobody(folder: Path) -> Path:
    """Chromium for root: started as somebody else."""
    found = chromium.find(os.environ, "")
    become = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"]
    for needed_too in (["unshare", "--user", "true"], ["test", "-x", found]):
        if not shutil.which("setpriv") or subprocess.run([*become, *needed_too], check=False).returncode:
            pytest.skip(f"nobody cannot {' '.join(needed_too)}, so there is no sandbox to be seen here")
    home, starter = folder / "home", folder / "chromium"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    starter.write_text(AS_NOBODY.format(nobody=NOBODY, home=home, chromium=found))
    starter.chmod(0o755)
    return starter


def status(process: psutil.Process, name: str) -> str:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(name + ":"))


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str, int]]:
    """The browser's processes while a page is shown: command line, how system calls are filtered, number of ids."""
    env = dict(os.environ)
    if not os.geteuid():
        env["FANLIGHT_CHROMIUM"] = str(as_nobody(tmp_path))
        monkeypatch.setattr(browser.os, "geteuid", lambda: NOBODY)

    async def look() -> list[tuple[list[str], str, int]]:
        running = Browser(Appearance(name="trial", language="en"), env)
        await running.start(proxy="http://127.0.0.1:9", pin="")
        try:
            context = await running.new_context("http://127.0.0.1:9")
            await (await context.new_page()).set_content("<p>shown</p>")
            processes = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
            return [(one.cmdline(), status(one, "Seccomp"), len(status(one, "NSpid").split())) for one in processes]
        finally:
            await running.close()

    return asyncio.run(look())


def test_pages_are_shown_in_a_sandbox_and_what_playwright_switches_off_stays_off(
    started: list[tuple[list[str], str, int]],
) -> None:
    own = len(status(psutil.Process(), "NSpid").split())
    shown = [(filtered, ids > own) for line, filtered, ids in started if "--type=renderer" in line]
    assert shown and set(shown) == {("2", True)}
    assert not [line for line, *_ in started if "--no-sandbox" in line]

    line = max((line for line, *_ in started if not any("--type=" in word for word in line)), key=len)
    *before, last = [set(word.partition("=")[2].split(",")) for word in line if word.startswith("--disable-features=")]
    on_again = {one for one in set.union(*before) - last if not one.startswith("ms")}  # the last counts
    assert before and on_again == {"ThirdPartyStoragePartitioning"}


def test_no_page_but_ours_is_loaded() -> None:
    """Pages of the browser's own, to suggest addresses say, take longer to load than ours."""

    async def addresses() -> set[str]:
        running = Browser(Appearance(name="trial", language="en"), os.environ)
        await running.start(proxy="http://127.0.0.1:9", pin="")
        try:
            context = await running.new_context("http://127.0.0.1:9")
            session = await context.new_cdp_session(await context.new_page())
            told = await session.send("Target.getTargets", {"filter": [{}]})
            return {target["url"] for target in told["targetInfos"]}
        finally:
            await running.close()

    assert asyncio.run(addresses()) == {"about:blank"}
