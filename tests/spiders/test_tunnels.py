"""A tunnel through the recorder, and the end of a renderer: neither waits longer than it has to."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from types import SimpleNamespace

import pytest

from sources.model import Politeness
from spiders import passing
from spiders.ca import Authority
from spiders.recorder import HELLO, Recorder
from spiders.rendering import Renderer

PASSWORD = base64.b64encode(b"fanlight:right")
CONNECT = b"CONNECT site.example:80 HTTP/1.1\r\nProxy-Authorization: Basic " + PASSWORD + b"\r\n\r\n"
PLAIN = b"GET " + HELLO.encode() + b" HTTP/1.1\r\nConnection: close\r\n\r\n"


async def told(recorder: Recorder, first: bytes, then: bytes = b"") -> bytes:
    """What the recorder says until it closes: to `first`, and to `then`, which is sent once the tunnel is there."""
    port = int((await recorder.start()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        writer.write(first)
        opened = await reader.readuntil(b"\r\n\r\n")
        writer.write(then)
        if then:
            writer.write_eof()
        rest = await reader.read()
    writer.close()
    recorder.close()
    assert not recorder.clients
    return opened.partition(b"\r\n")[0] + b", " + rest.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    ("first", "then", "seconds", "answer"),
    [
        (CONNECT, PLAIN, 60, b"HTTP/1.1 204 Welcome"),
        (CONNECT, b"", 0.2, b""),
        (CONNECT + b"\x16\x03\x01", b"", 60, b""),
    ],
    ids=["plain", "silent", "hello at once"],
)
def test_a_tunnel_is_not_waited_for_without_end(
    first: bytes, then: bytes, seconds: float, answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "HELLO_SECONDS", seconds)
    recorder = Recorder(
        wire=SimpleNamespace(pool=SimpleNamespace(check=print)), authority=Authority(tmp_path), admit=print, keep=None,  # type: ignore[arg-type]
        turned_away=print, note=None, password="right",  # type: ignore[arg-type]
    )  # fmt: skip

    assert asyncio.run(told(recorder, first, then)) == b"HTTP/1.1 200 Connection established, " + answer


def test_tabs_are_closed_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed() -> None:
        together = asyncio.Barrier(3)
        monkeypatch.setattr(Recorder, "drained", lambda *_, **__: together.wait())
        source = SimpleNamespace(
            language="en", id="trial", contact="mailto:trial@site.example", politeness=Politeness(concurrency=3)
        )
        visit = SimpleNamespace(source=source, budget=SimpleNamespace(spend=print), turn_away=print)
        renderer = Renderer(visit=visit, wire=None, spool=tmp_path, env={})  # type: ignore[arg-type]
        async with asyncio.timeout(5):
            await renderer.close()

    asyncio.run(closed())
