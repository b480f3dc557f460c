"""How fast visits are, what they cost, and what a second one costs.

    python benchmarks/bench_capture.py [--rounds N] [--skip-rendered] [--skip-writing] [--megabytes N]

Prints one line per figure: `figure NAME VALUE UNIT GOAL`; what it is doing goes to stderr. Peers are interleaved in
every round, each figure is a median over the rounds; wget's second visit and the large download are made once. Times
run from the first request that the server sees to the end of the process: commit and upload included, starting up not,
for visits and peers alike. Whoever fails or does not fetch all URLs ends the benchmark. Archives to ARCHIVE_URL if that
is set, else to a SeaweedFS started for it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import bench_archive
import capture_site
from bucket import bucket
from measuring import Measured, Site

PEERS = Path(__file__).with_name("peers.py")
CONCURRENCY = 16
LATENCY = 50  # ms
STATIC, RENDERED = capture_site.static_paths(), capture_site.rendered_paths()
SOURCE = """from sources.model import *
SOURCE = Source(title='Bench', publisher='Nobody', contact='mailto:bench@site.example', allowed_hosts=('127.0.0.1',),
    start_urls={urls!r}, spider={shape!r}, follow=({follow}),
    politeness=Politeness(delay=0.0, concurrency={concurrency}, max_requests=100_000))
"""


class Bench:
    """Runs the rounds in `folder` and collects values by name."""

    def __init__(self, folder: Path, site: Site, archive: Mapping[str, str]) -> None:
        self.folder, self.site = folder, site
        self.values: defaultdict[str, list[float]] = defaultdict(list)
        self._env = {**archive, "FANLIGHT_ALLOW_PRIVATE": "127.0.0.1"}
        self._began = time.monotonic()

    def say(self, what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self._began:4.0f} s  {what}\n")
        sys.stderr.flush()

    def take(self, **values: float) -> None:
        """One more value for each figure, `static_cpu` for `static.cpu`."""
        for name, value in values.items():
            self.values[name.replace("_", ".", 1)].append(value)

    def static(self, name: str) -> float:
        """A first visit, Scrapy alone, and a second visit. Returns the seconds of the first one."""
        source = self._source(name, (self.site.origin + capture_site.START,), concurrency=CONCURRENCY)
        first, told = self._visit(source, STATIC)
        plain = self._peer("scrapy", capture_site.START, CONCURRENCY, STATIC)
        again, told_again = self._visit(source, STATIC)
        count = len(STATIC)
        self.take(
            static_urls=count, static_urls_per_s=count / first.seconds, static_scrapy_urls_per_s=count / plain.seconds,
            static_cpu_ms_per_url=1000 * first.cpu / count, static_scrapy_cpu_ms_per_url=1000 * plain.cpu / count,
            static_peak_memory=first.peak, static_scrapy_peak_memory=plain.peak,
            static_vs_scrapy=plain.seconds / first.seconds,
            second_seconds=again.seconds, second_cpu_ms_per_url=1000 * again.cpu / count,
            second_bytes_per_url=told_again["bytes"] / count,
            second_bytes_share=100 * told_again["bytes"] / told["bytes"],
            second_vs_first=again.seconds / first.seconds,
        )  # fmt: skip
        return first.seconds

    def wget(self, name: str, ours: float) -> None:
        """wget's first visit; once also its second one, which leaves out what it has got before."""
        target = self.folder / name
        target.mkdir()
        first = self._wget(target, "first", "--warc-cdx")
        self.take(
            static_wget_urls_per_s=len(STATIC) / first.seconds, static_wget_peak_memory=first.peak,
            static_vs_wget=first.seconds / ours,
        )  # fmt: skip
        if not self.values["second.wget_dedup_seconds"]:
            again = self._wget(target, "second", f"--warc-dedup={target}/first.cdx")
            size, size_again = ((target / f"{which}.warc.gz").stat().st_size for which in ("first", "second"))
            self.take(second_wget_dedup_seconds=again.seconds, second_wget_dedup_bytes_share=100 * size_again / size)
        shutil.rmtree(target)

    def rendered(self, name: str) -> None:
        """A rendered visit, and plain loops that reuse a tab or open one per page."""
        urls = tuple(f"{self.site.origin}/rendered/{page}" for page in range(capture_site.RENDERED))
        source = self._source(name, urls, shape="rendered_list", follow="", concurrency=6)
        ours, _ = self._visit(source, RENDERED, tree=True)
        one = self._peer("one-tab", "/rendered/", capture_site.RENDERED, RENDERED)
        new = self._peer("new-tabs", "/rendered/", capture_site.RENDERED, RENDERED)
        self.take(
            rendered_pages_per_s=len(urls) / ours.seconds, rendered_cpu_ms_per_page=1000 * ours.cpu / len(urls),
            rendered_peak_memory=ours.peak, rendered_one_tab_peak_memory=one.peak,
            rendered_new_tabs_peak_memory=new.peak, rendered_completeness=100,  # else the visit would have failed
            rendered_vs_one_tab=one.seconds / ours.seconds, rendered_vs_new_tabs=new.seconds / ours.seconds,
        )  # fmt: skip

    def huge(self, megabytes: int) -> None:
        """A visit that downloads one large file."""
        source = self._source("bench_huge", (f"{self.site.origin}/huge/{megabytes}",), shape="single_file", follow="")
        measured, _ = self._visit(source, set())
        self.take(huge_mb_per_s=megabytes / measured.seconds, huge_peak_memory=measured.peak)

    def writing(self) -> None:
        """WARC records beside other writers of the same bytes."""
        self.say("writing records: Fanlight, warcio, only compressing")
        speeds = bench_archive.measure()
        for name, speed in speeds.items():
            self.take(**{f"writing_{name}_mb_per_s": speed})
        self.take(**{f"writing_vs_{name}": speeds["fanlight"] / speed for name, speed in speeds.items()})

    def _source(
        self, name: str, urls: tuple[str, ...], *, shape: str = "document_list",
        follow: str = "Follow(match='/(page|table|paper)/'),", concurrency: int = 1,
    ) -> Path:  # fmt: skip
        path = self.folder / f"{name}.py"
        path.write_text(SOURCE.format(urls=urls, shape=shape, follow=follow, concurrency=concurrency))
        return path

    def _visit(self, source: Path, wanted: AbstractSet[str], *, tree: bool = False) -> tuple[Measured, dict[str, Any]]:
        self.say(f"visiting {source.stem}")
        command = [sys.executable, "-m", "spiders.run", str(source), "--spool", str(self.folder / "spool")]
        measured = self.site.measure(command, wanted=wanted, env=self._env, tree=tree)
        return measured, json.loads(measured.output.rpartition("\nvisit ")[2].splitlines()[0])

    def _peer(self, name: str, path: str, number: int, wanted: AbstractSet[str]) -> Measured:
        self.say(f"peer: {name}")
        command = [sys.executable, str(PEERS), name, self.site.origin + path, str(number)]
        return self.site.measure(command, wanted=wanted, tree=name != "scrapy")

    def _wget(self, target: Path, name: str, option: str) -> Measured:
        self.say(f"peer: wget, {name} visit")
        command = ["wget", "-q", "-r", "-l1", "-e", "robots=off", "-P", f"{target}/{name}"]
        warc = [f"--warc-file={target}/{name}", option, self.site.origin + capture_site.START]
        return self.site.measure([*command, *warc], wanted=STATIC)


FIGURES = (
    ("static.urls", "1", "-"),
    ("static.urls_per_s", "1/s", "-"),
    ("static.scrapy_urls_per_s", "1/s", "-"),
    ("static.wget_urls_per_s", "1/s", "-"),
    ("static.cpu_ms_per_url", "ms", "<=15"),
    ("static.scrapy_cpu_ms_per_url", "ms", "-"),
    ("static.peak_memory", "MB", "-"),
    ("static.scrapy_peak_memory", "MB", "-"),
    ("static.wget_peak_memory", "MB", "-"),
    ("second.seconds", "s", "-"),
    ("second.wget_dedup_seconds", "s", "-"),
    ("second.cpu_ms_per_url", "ms", "-"),
    ("second.bytes_per_url", "B", "-"),
    ("rendered.pages_per_s", "1/s", "-"),
    ("rendered.cpu_ms_per_page", "ms", "-"),
    ("rendered.completeness", "%", ">=100"),
    ("rendered.peak_memory", "MB", "-"),
    ("rendered.one_tab_peak_memory", "MB", "-"),
    ("rendered.new_tabs_peak_memory", "MB", "-"),
    ("huge.mb_per_s", "MB/s", "-"),
    ("huge.peak_memory", "MB", "<=300"),
    ("writing.fanlight_mb_per_s", "MB/s", "-"),
    ("writing.warcio_mb_per_s", "MB/s", "-"),
    ("writing.gzip_mb_per_s", "MB/s", "-"),
    ("writing.isal_mb_per_s", "MB/s", "-"),
    ("second.bytes_share", "%", "<=2.0"),
    ("second.wget_dedup_bytes_share", "%", "-"),
    ("second.vs_first", "ratio", "-"),
    ("static.vs_scrapy", "ratio", ">=0.95"),
    ("static.vs_wget", "ratio", ">=4.5"),
    ("rendered.vs_one_tab", "ratio", ">=0.8"),
    ("rendered.vs_new_tabs", "ratio", ">=1.5"),
    ("writing.vs_warcio", "ratio", ">=5"),
    ("writing.vs_gzip", "ratio", "-"),
    ("writing.vs_isal", "ratio", "-"),
)


def rounds(bench: Bench, asked: argparse.Namespace) -> None:
    bench.static("warming_up")  # a store that was just made is slow at its first object
    bench.values.clear()
    for number in range(asked.rounds):
        bench.say(f"round {number + 1} of {asked.rounds}")
        ours = [bench.static(f"static_{number}_{turn}") for turn in range(2)]
        if shutil.which("wget"):
            bench.wget(f"wget_{number}", statistics.mean(ours))
        if not asked.skip_rendered:
            bench.rendered(f"rendered_{number}")
    if asked.megabytes:
        bench.huge(asked.megabytes)
    if not asked.skip_writing:
        bench.writing()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-rendered", action="store_true")
    parser.add_argument("--skip-writing", action="store_true")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the one large download (0: none)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, bucket(Path(name) / "store") as archive:
        site = Site(LATENCY)
        bench = Bench(Path(name), site, archive)
        try:
            rounds(bench, asked)
        finally:
            site.stop()
    for name, unit, goal in FIGURES:
        if bench.values[name]:
            print(f"figure {name} {statistics.median(bench.values[name]):.2f} {unit} {goal}")


if __name__ == "__main__":
    main()
