"""The site that capturing is measured on: `python benchmarks/capture_site.py LATENCY_MS`. Loopback only.

Prints its port. For every line on stdin it prints what it was asked for since the line before, as JSON: the `paths` of
the site, each once, and the time (monotonic) of the `first` request.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sys
import time
from collections.abc import Iterator

WORDS = ("report", "systemic", "risk", "measures", "platform", "users", "content", "removed", "the", "of", "and", "in")
PAGES, TABLES, PAPERS = 200, 40, 17  # with the start page: 258 addresses, 22 MB
START = "/static"
TAGS = {
    "css": '<link rel="stylesheet" href="{}">', "js": '<script src="{}"></script>', "svg": '<img src="{}" width=40>',
    "json": "",
}  # fmt: skip
RENDERED = 30
KINDS = ("css",) * 3 + ("js",) * 3 + ("svg",) * 9 + ("json",) * 4  # the requests of a rendered page beside its own


def static_urls() -> Iterator[tuple[str, str, int]]:
    """Path, media type and size in bytes."""
    for number in range(PAGES):
        yield f"/page/{number}.html", "text/html; charset=utf-8", 40_000
    for number in range(TABLES):
        yield f"/table/{number}.csv", "text/csv", 150_000
    for number in range(PAPERS):
        yield f"/paper/{number}.pdf", "application/pdf", 470_000


def static_paths() -> set[str]:
    """What a visit of the static site has to fetch."""
    return {START, *(path for path, _, _ in static_urls())}


def rendered_paths() -> set[str]:
    """What a visit of the rendered pages has to fetch."""
    parts = {f"/part/{number}-{n}.{kind}" for number in range(RENDERED) for n, kind in enumerate(KINDS)}
    return parts | {f"/rendered/{number}" for number in range(RENDERED)}


def body(path: str, kind: str, size: int) -> bytes:
    chance = random.Random(path)  # noqa: S311  # not for secrets
    if kind == "application/pdf":
        return b"%PDF-1.4\n" + chance.randbytes(size) + b"\n%%EOF\n"
    if kind == "text/csv":
        return b"".join(b"%d,%d,%d\n" % (n, chance.randrange(10**6), chance.randrange(100)) for n in range(size // 14))
    words = " ".join(chance.choices(WORDS, k=size // 6))
    return f'<!DOCTYPE html><html lang="en"><title>{path}</title><body><h1>{path}</h1><p>{words}</p></html>'.encode()


def rendered_page(number: int) -> bytes:
    """A page of 19 further requests: styles, scripts, pictures, and data that a script fetches."""
    named = [f"/part/{number}-{n}.{kind}" for n, kind in enumerate(KINDS)]
    parts = "".join(TAGS[path.rpartition(".")[2]].format(path) for path in named)
    fetches = ",".join(f"'{path}'" for path in named if path.endswith(".json"))
    script = f"""<script>for (const path of [{fetches}]) fetch(path).then(a => a.json()).then(data =>
      document.body.insertAdjacentHTML('beforeend', '<p>' + data.text + '</p>'));</script>"""
    text = body(f"/rendered/{number}", "text/html", 20_000).decode()
    return text.replace("<body>", '<link rel="icon" href="data:,"><body>').replace("</html>", parts + script).encode()


def part(path: str) -> tuple[str, bytes]:
    kind = path.rpartition(".")[2]
    return {
        "css": ("text/css", f"/* {path} */ p {{ margin: 1em }}".encode() * 20),
        "js": ("text/javascript", f"window.seen = '{path}';".encode() * 50),
        "svg": ("image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{path}</desc></svg>'.encode()),
        "json": ("application/json", json.dumps({"text": f"data of {path} " * 20}).encode()),
    }[kind]


def everything() -> dict[str, tuple[str, bytes]]:
    """All answers by path: media type and body."""
    answers = {path: (kind, body(path, kind, size)) for path, kind, size in static_urls()}
    links = "".join(f'<li><a href="{path}">{path}</a>' for path in answers)
    answers[START] = ("text/html", body("start", "text/html", 3_000).replace(b"</html>", links.encode()))
    for number in range(RENDERED):
        answers[f"/rendered/{number}"] = ("text/html; charset=utf-8", rendered_page(number))
    answers |= {path: part(path) for path in rendered_paths() if path.startswith("/part/")}
    return answers


class Served:
    """Answers and counts."""

    def __init__(self, latency: float) -> None:
        self.latency, self.answers = latency, everything()
        self.heads = {path: head(path, *answer) for path, answer in self.answers.items()}
        self.log: list[tuple[float, str]] = []

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                path = request.split(b" ", 2)[1].decode()
                self.log.append((time.monotonic(), path))
                await asyncio.sleep(self.latency)
                await self.answer(path, request, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, path: str, request: bytes, writer: asyncio.StreamWriter) -> None:
        if path.startswith("/huge/"):
            await huge(int(path.rpartition("/")[2]), writer)
        elif path not in self.answers:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone")
        elif b'If-None-Match: "' + tag(path) in request:
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "' + tag(path) + b'"\r\n\r\n')
        else:
            writer.write(self.heads[path] + self.answers[path][1])
        await writer.drain()

    def report(self) -> str:
        log, self.log = self.log, []
        paths = {path for _, path in log if path in self.answers}
        return json.dumps({"first": log[0][0] if log else 0.0, "paths": sorted(paths)})


def tag(path: str) -> bytes:
    return hashlib.sha256(path.encode()).hexdigest()[:16].encode()


def head(path: str, kind: str, content: bytes) -> bytes:
    fields = f"Content-Type: {kind}\r\nContent-Length: {len(content)}\r\nServer: bench\r\nCache-Control: no-cache\r\n"
    return b"HTTP/1.1 200 OK\r\n" + fields.encode() + b'ETag: "' + tag(path) + b'"\r\n\r\n'


async def huge(megabytes: int, writer: asyncio.StreamWriter) -> None:
    """A download of so many MB (millions of bytes) of noise."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: %d\r\n\r\n" % (megabytes * 10**6)
    )
    block = b"PK\x03\x04" + random.Random(1).randbytes(10**6 - 4)  # noqa: S311  # not for secrets
    for _ in range(megabytes):
        writer.write(block)
        await writer.drain()


async def main() -> None:
    served = Served(float(sys.argv[1]) / 1000)
    server = await asyncio.start_server(served.client, "127.0.0.1", 0, limit=1 << 18)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(served.report(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
