"""How fast visits are, what they cost, and what a second one costs.

    python benchmarks/bench_capture.py [--rounds N] [--skip-rendered] [--megabytes N]

Prints one line per figure: `figure NAME VALUE UNIT GOAL`. Peers are interleaved in every round, each figure is a median
over the rounds. Times run from the first request that the server sees to the end of the process, upload included.
Archives to ARCHIVE_URL if that is set, else to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RENDERED = 30
SOURCE = """from sources.model import *
SOURCE = Source(title='Bench', publisher='Nobody', contact='mailto:bench@site.example', allowed_hosts=('127.0.0.1',),
    start_urls={urls!r}, spider={shape!r}, follow=({follow}),
    politeness=Politeness(delay=0.0, concurrency={concurrency}, max_requests=100_000))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A finished child: seconds from the first request to its end, its CPU seconds, what the server saw, its output."""

    seconds: float
    cpu: float
    server: dict[str, Any]
    output: str


class Site:
    """The measured site, in a process of its own."""

    def __init__(self, latency_ms: int) -> None:
        command = [sys.executable, str(HERE / "capture_site.py"), str(latency_ms)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.origin = f"http://127.0.0.1:{self._line().strip()}"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def report(self) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def measure(self, command: Sequence[str], env: dict[str, str] | None = None) -> Measured:
        self.report()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)
        end, after = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        server = self.report()
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Measured(seconds=end - server["first"], cpu=cpu, server=server, output=done.stdout + done.stderr)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Bench:
    """Runs the rounds in `folder` and collects values by name."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder, self.site = folder, site
        self.values: defaultdict[str, list[float]] = defaultdict(list)
        archive = os.environ.get("ARCHIVE_URL") or f"file://{folder}/archive"
        self.env = {"ARCHIVE_URL": archive, "FANLIGHT_ALLOW_PRIVATE": "127.0.0.1"}

    def source(self, name: str, urls: tuple[str, ...], shape: str, follow: str, concurrency: int) -> Path:
        path = self.folder / f"{name}.py"
        path.write_text(SOURCE.format(urls=urls, shape=shape, follow=follow, concurrency=concurrency))
        return path

    def visit(self, source: Path) -> tuple[Measured, dict[str, Any]]:
        command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(self.folder / "spool")]
        measured = self.site.measure(command, self.env)
        told = measured.output.rpartition("\nvisit ")[2].splitlines()[0]
        return measured, json.loads(told)

    def static(self, number: int) -> None:
        """One round: a first and a second visit, Scrapy alone, wget."""
        follow = "Follow(match='/(page|table|paper)/'),"
        source = self.source(f"bench_static_{number}", (f"{self.site.origin}/static",), "document_list", follow, 16)
        first, told = self.visit(source)
        urls = first.server["urls"]
        again, told_again = self.visit(source)
        plain = self.site.measure(
            [sys.executable, str(HERE / "peers.py"), "scrapy", f"{self.site.origin}/static", str(source)]
        )
        self.values["static.urls_per_s"].append(urls / first.seconds)
        self.values["static.vs_scrapy"].append(plain.seconds / first.seconds)
        self.values["static.cpu_ms_per_url"].append(1000 * first.cpu / urls)
        self.values["static.urls"].append(urls)
        self.values["second.bytes_share"].append(100 * told_again["bytes"] / told["bytes"])
        self.values["second.bytes_per_url"].append(told_again["bytes"] / urls)
        self.values["second.seconds"].append(again.seconds)
        if shutil.which("wget"):
            self.values["static.vs_wget"].append(self.wget().seconds / first.seconds)

    def wget(self) -> Measured:
        target = self.folder / "wget"
        target.mkdir(exist_ok=True)
        command = ["wget", "-q", "-r", "-l1", "-e", "robots=off", "-P", str(target), f"--warc-file={target}/wget"]
        return self.site.measure([*command, f"{self.site.origin}/static"])

    def rendered(self, number: int) -> None:
        """One round: a rendered visit, and plain loops that reuse a tab or open one per page."""
        urls = tuple(f"{self.site.origin}/rendered/{page}" for page in range(RENDERED))
        source = self.source(f"bench_rendered_{number}", urls, "rendered_list", "", 3)
        ours, _ = self.visit(source)
        loops = {name: self.loop(name) for name in ("one-tab", "new-tabs")}
        self.values["rendered.pages_per_s"].append(RENDERED / ours.seconds)
        self.values["rendered.vs_one_tab"].append(loops["one-tab"].seconds / ours.seconds)
        self.values["rendered.vs_new_tabs"].append(loops["new-tabs"].seconds / ours.seconds)
        wanted = loops["one-tab"].server["urls"]
        self.values["rendered.completeness"].append(100 * ours.server["urls"] / wanted)

    def loop(self, name: str) -> Measured:
        command = [sys.executable, str(HERE / "peers.py"), name, f"{self.site.origin}/rendered/", str(RENDERED)]
        return self.site.measure(command)

    def huge(self, megabytes: int) -> None:
        """The peak memory of a visit that downloads one large file."""
        source = self.source("bench_huge", (f"{self.site.origin}/huge/{megabytes}",), "single_file", "", 1)
        command = ["/usr/bin/env", "time", "-f", "peak %M", sys.executable, "-m", "spiders.run", str(source)]
        measured = self.site.measure([*command, "--spool", str(self.folder / "spool")], self.env)
        peak = [line for line in measured.output.splitlines() if line.startswith("peak ")]
        self.values["huge.peak_memory"].append(int(peak[0].split()[1]) / 1000 if peak else float("nan"))


FIGURES = (
    ("static.urls_per_s", "1/s", "-"),
    ("static.vs_scrapy", "ratio", ">=0.95"),
    ("static.vs_wget", "ratio", ">=4.5"),
    ("static.cpu_ms_per_url", "ms", "<=15"),
    ("second.bytes_share", "%", "<=2.0"),
    ("second.bytes_per_url", "B", "-"),
    ("second.seconds", "s", "-"),
    ("rendered.pages_per_s", "1/s", "-"),
    ("rendered.vs_one_tab", "ratio", ">=0.8"),
    ("rendered.vs_new_tabs", "ratio", ">=1.5"),
    ("rendered.completeness", "%", ">=100"),
    ("huge.peak_memory", "MB", "<=300"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-rendered", action="store_true")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the one large download (0: none)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(50)
        bench = Bench(Path(folder), site)
        try:
            for number in range(asked.rounds):
                bench.static(number)
                if not asked.skip_rendered:
                    bench.rendered(number)
            if asked.megabytes:
                bench.huge(asked.megabytes)
        finally:
            site.stop()
    for name, unit, goal in FIGURES:
        if bench.values[name]:
            print(f"figure {name} {statistics.median(bench.values[name]):.2f} {unit} {goal}")


if __name__ == "__main__":
    main()
