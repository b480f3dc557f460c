"""How fast exchanges become WARC records, and how much memory a large one takes.

    python benchmarks/bench_archive.py [--megabytes N]

Prints one line per figure: `figure NAME VALUE UNIT GOAL`. Writers are interleaved, each figure is the median of five.
MB are millions of bytes of HTTP blocks, request and response, before compression.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from isal import igzip
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import warc
from archive.model import Exchange, Label
from archive.store import open_store
from archive.visit import VisitArchive
from sources.model import Source

NOW = datetime(2026, 3, 4, tzinfo=UTC)
RUN = "20260304T000000Z-000000"
SOURCE = Source(
    id="bench", title="", publisher="", start_urls=(), spider="single_file", allowed_hosts=(), contact="a@b.example"
)  # fmt: skip
WORDS = ("report", "systemic", "risk", "measures", "platform", "users", "content", "removed", "the", "of", "and", "in")
REQUEST = (
    b"GET /page HTTP/1.1\r\nHost: x.example\r\nUser-Agent: Fanlight\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
)
ROUNDS = 5
GOALS = {"warcio": ">=5"}
Writer = Callable[[Path, list[bytes]], None]


def responses(megabytes: int) -> list[bytes]:
    """Pages of 5 to 80 kB, as they are, and one in three sent with gzip; a file of 1 MB now and then."""
    chance = random.Random(7)  # noqa: S311  # not for secrets
    made: list[bytes] = []
    while sum(map(len, made)) < megabytes * 1e6:
        words = chance.choices(WORDS, k=chance.randrange(600, 10_000))
        body = "".join(f"<p class=c{chance.randrange(999)}>{word}</p>" for word in words).encode()
        coding = b""
        if len(made) % 3 == 0:
            body, coding = gzip.compress(body), b"Content-Encoding: gzip\r\n"
        if len(made) % 40 == 0:
            body, coding = chance.randbytes(1_000_000), b""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%bContent-Length: %d\r\n\r\n" % (coding, len(body))
        made.append(head + body)
    return made


def fanlight(folder: Path, made: list[bytes]) -> None:
    """Our writer with all it does for an exchange: digests, index lines, records written through one by one."""
    visit = VisitArchive(
        store=open_store((folder / "bucket").as_uri()), source=SOURCE, run_id=RUN, spool=folder / "spool",
        clock=lambda: NOW, new_id=lambda: str(uuid.uuid4()), software={},
    )  # fmt: skip
    for response in made:
        exchange = Exchange(
            url="https://x.example/page", method="GET", request=REQUEST, response=io.BytesIO(response),
            started=NOW, finished=NOW,
        )  # fmt: skip
        visit.record(exchange, Label())


def warcio_as_shipped(folder: Path, made: list[bytes]) -> None:
    """warcio's writer as its documentation shows it, for the same records."""
    with (folder / "x.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "warcio"}))
        for response in made:
            head, _, body = response.partition(b"\r\n\r\n")
            lines = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")[1:]]
            answer = writer.create_warc_record(
                "https://x.example/page", "response", payload=io.BytesIO(body),
                http_headers=StatusAndHeaders("200 OK", lines, protocol="HTTP/1.1"),
            )  # fmt: skip
            asked = writer.create_warc_record(
                "https://x.example/page", "request",
                http_headers=StatusAndHeaders("GET /page HTTP/1.1", [("Host", "x.example")], is_http_request=True),
            )  # fmt: skip
            writer.write_request_response_pair(asked, answer)


def _compressed(folder: Path, made: list[bytes], compress: Callable[[bytes, int], bytes]) -> None:
    with (folder / "x.gz").open("wb") as file:
        for response in made:
            file.write(compress(response, warc.LEVEL))
            file.write(compress(REQUEST, warc.LEVEL))


def only_gzip(folder: Path, made: list[bytes]) -> None:
    """The same bytes through Python's gzip at our level, one member for each, and nothing else."""
    _compressed(folder, made, gzip.compress)


def only_isal(folder: Path, made: list[bytes]) -> None:
    """The same through the compressor that we use."""
    _compressed(folder, made, igzip.compress)


WRITERS: Mapping[str, Writer] = {
    "fanlight": fanlight, "warcio": warcio_as_shipped, "gzip": only_gzip, "isal": only_isal,
}  # fmt: skip


def measure(megabytes: int = 100) -> dict[str, float]:
    """MB/s of each writer: median of the rounds in which they take turns."""
    made = responses(megabytes)
    size = sum(len(response) + len(REQUEST) for response in made) / 1e6
    seconds: dict[str, list[float]] = {name: [] for name in WRITERS}
    for _ in range(ROUNDS):
        for name, writer in WRITERS.items():
            with tempfile.TemporaryDirectory(prefix="bench-archive-") as folder:
                start = time.perf_counter()
                writer(Path(folder), made)
                seconds[name].append(time.perf_counter() - start)
    return {name: size / statistics.median(taken) for name, taken in seconds.items()}


def peak_memory(megabytes: int) -> float:
    """Peak memory in MB of a process of its own that keeps one response of this size and commits it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", LARGE, folder, str(megabytes)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


LARGE = """
import random, re, sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
import bench_archive as bench
folder, megabytes = Path(sys.argv[1]), int(sys.argv[2])
block = random.Random(0).randbytes(1 << 20)
visit = bench.VisitArchive(store=bench.open_store((folder / "bucket").as_uri()), source=bench.SOURCE, run_id=bench.RUN,
    spool=folder / "spool", clock=lambda: bench.NOW, new_id=lambda: str(bench.uuid.uuid4()), software={})
with (folder / "large").open("w+b") as file:
    file.write(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    for _ in range(megabytes):
        file.write(block)
    visit.record(bench.Exchange(url="https://x.example/", method="GET", request=bench.REQUEST, response=file,
        started=bench.NOW, finished=bench.NOW), bench.Label())
visit.commit(outcome="complete", reason="", finished=bench.NOW)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the WARC writer.")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the set (default: 100)")
    asked = parser.parse_args()
    speeds = measure(asked.megabytes)
    for name, speed in speeds.items():
        print(f"figure writing.{name}_mb_per_s {speed:.1f} MB/s -")
    for name in ("warcio", "gzip", "isal"):
        print(f"figure writing.vs_{name} {speeds['fanlight'] / speeds[name]:.2f} ratio {GOALS.get(name, '-')}")
    print(f"figure writing.peak_memory_of_1gb {peak_memory(1000):.0f} MB <=300")


if __name__ == "__main__":
    main()
