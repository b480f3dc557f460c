"""How fast documents become rows, and how much memory that takes.

    python benchmarks/bench_normalize.py [--rows N] [--statements N] [--captures N]

Prints one line per figure: `figure NAME VALUE UNIT GOAL`. Bare readers of the same bytes are there to compare with;
they neither check, nor parse values, nor cite. Each figure is the median of three; memory is the growth of the peak of
this process while the thing runs first. What is made of real captures (those of FANLIGHT_CAPTURES) comes last.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import os
import random
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import normalize_accuracy
import pandas
from fastwarc.warc import ArchiveIterator

from archive import layout
from archive.model import Citation, Exchange, Label
from archive.store import Store, open_store
from archive.visit import VisitArchive
from changes.run import compare_visit
from normalize import enforcement, reprocess, statements
from normalize.model import Release
from sources.model import Family, Source

START = datetime(2026, 3, 4, tzinfo=UTC)
CHANCE = random.Random(11)  # noqa: S311  # not for secrets
ROOT = Path(__file__).parent.parent
NAMES = [f"{CHANCE.randrange(1 << 24):06x}" for _ in range(2_000)]


def figure(name: str, value: float, unit: str, goal: str = "-") -> None:
    print(f"figure {name} {value:.4g} {unit} {goal}", flush=True)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Median wall time of `work`."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def enforcement_csv(rows: int) -> bytes:
    """A CSV in the shape of Meta's, of so many rows."""
    areas = [f"Area {n}: Part" for n in range(rows // 400 + 1)]
    quarters = [f"{year}Q{part}" for year in range(2018, 2028) for part in range(1, 5)]
    metrics = [f"Metric {n}" for n in range(8)] + ["Proactive rate", "UBP"]
    lines = (
        f'Facebook,{area},{metric},{quarter},"{CHANCE.randrange(10**7):,}"'
        for area, metric, quarter in itertools.islice(itertools.product(areas, metrics, quarters), rows)
    )
    return ("app,policy_area,metric,period,value\n" + "\n".join(lines) + "\n").encode()


def release(payload: bytes) -> Release:
    citation = Citation(warc="bench", offset=0, length=1, record_id="", digest="")
    return Release(
        source="bench", publisher="Bench", run_id="", captured=START, document="d", url="https://b.example/a.csv",
        media_type="text/csv", payload=payload, citation=citation,
    )  # fmt: skip


def bench_enforcement(rows: int, folder: Path) -> None:
    payload = enforcement_csv(rows)
    path = folder / "a.csv"
    path.write_bytes(payload)
    before = peak()
    ours = seconds(lambda: enforcement.parse(release(payload)))
    figure("enforcement_csv", rows / ours, "rows/s")
    figure("enforcement_csv_memory", peak() - before, "MB")
    bare = seconds(lambda: pandas.read_csv(io.BytesIO(payload), dtype=str))
    figure("enforcement_pandas_bare", rows / bare, "rows/s")
    figure("enforcement_csv_against_pandas_bare", bare / ours, "ratio")
    duck = seconds(lambda: duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true)").fetchall())  # noqa: S608
    figure("enforcement_duckdb_bare", rows / duck, "rows/s")
    figure("enforcement_csv_against_duckdb_bare", duck / ours, "ratio")


def statements_zip(rows: int, path: Path) -> None:
    """A dump of two inner ZIPs with half the rows each."""
    columns = sorted(statements.COLUMNS)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as outer:
        for half in range(2):
            inner = path.with_suffix(f".{half}")
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made, made.open("part.csv", "w") as part:
                text = io.TextIOWrapper(part, newline="")
                writer = csv.writer(text)
                writer.writerow(columns)
                for _ in range(rows // 2):
                    writer.writerow([f"{CHANCE.randrange(10**9)} some text" for _ in columns])
                text.flush()
            outer.write(inner, f"sor-{half}.csv.zip")


def bench_statements(rows: int, folder: Path) -> None:
    path = folder / "sor.zip"
    statements_zip(rows, path)

    def read() -> int:
        with path.open("rb") as file:
            return sum(batch.num_rows for batch in statements.batches(file))

    before = peak()
    assert read() == rows
    figure("statements_memory", peak() - before, "MB", "<=128")
    ours = seconds(read)
    figure("statements", rows / ours, "rows/s")
    parts = unpacked(path, folder)
    bare = seconds(lambda: [pandas.read_csv(part, dtype=str) for part in parts])
    figure("statements_against_pandas_bare_unpacked", bare / ours, "ratio")
    every = [str(part) for part in parts]
    duck = seconds(lambda: duckdb.sql(f"SELECT * FROM read_csv({every}, all_varchar = true)").to_arrow_table())  # noqa: S608
    figure("statements_against_duckdb_bare_unpacked", duck / ours, "ratio")


def unpacked(path: Path, folder: Path) -> list[Path]:
    """The CSV parts as files: the other readers do not go into a ZIP of ZIPs."""
    found = []
    with zipfile.ZipFile(path) as outer:
        for number, name in enumerate(outer.namelist()):
            with outer.open(name) as inner, zipfile.ZipFile(inner) as parts:
                found.append(Path(parts.extract(parts.namelist()[0], folder / f"part{number}")))
    return found


def page(number: int, visit: int) -> bytes:
    """A page of some 2,000 words; one in ten says something else at each visit."""
    chance = random.Random(number)  # noqa: S311
    parts = [f"<p>{' '.join(chance.choices(NAMES, k=30))}</p>" for _ in range(66)]
    parts[7] += f"<p>Edition {visit} of the rules.</p>" if number % 10 == 0 else ""
    return f"<html><head><title>Page {number}</title></head><body>{''.join(parts)}</body></html>".encode()


def archived(store: Store, spool: Path, captures: int, family: Family) -> None:
    """Four visits: to so many pages, or to as many CSVs of 500 rows."""
    source = Source(
        id="bench", title="", publisher="Bench", start_urls=(), spider="single_file", allowed_hosts=(),
        contact="a@b.c", family=family,
    )  # fmt: skip
    numbers = itertools.count()
    for visit in range(4):
        moment = START + timedelta(days=visit)
        kept = VisitArchive(
            store=store, source=source, run_id=layout.run_id(moment, f"{visit:06x}"), spool=spool, software={},
            clock=lambda now=moment: now, new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        )  # fmt: skip
        for number in range(captures // 4):
            if family == "enforcement":
                _keep(kept, f"https://b.example/{number}.csv", "text/csv", enforcement_csv(500), moment, "document")
            else:
                _keep(kept, f"https://b.example/{number}", "text/html", page(number, visit), moment, "page")
        kept.commit(outcome="complete", reason="", finished=moment)
        compare_visit(store, "bench", layout.run_id(moment, f"{visit:06x}"))  # a visit is shaped after it was compared


def _keep(kept: VisitArchive, url: str, media_type: str, body: bytes, moment: datetime, role: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    exchange = Exchange(
        url=url, method="GET", request=b"GET / HTTP/1.1\r\n\r\n", response=io.BytesIO(head + body), started=moment,
        finished=moment,
    )  # fmt: skip
    kept.record(exchange, Label(role=role, document=url))  # type: ignore[arg-type]


def bench_reprocess(name: str, captures: int, family: Family, folder: Path, goal: str) -> None:
    store = open_store((folder / name).as_uri())
    archived(store, folder / "spool", captures, family)
    runs = itertools.count()

    def iterate_all() -> None:
        for path in (folder / name).rglob("*.warc.gz"):
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    record.reader.read()

    def rebuild() -> None:
        assert list(reprocess.shape_visits(store, f"r{next(runs)}", reprocess.visits(store)))

    ours, fast = seconds(rebuild), seconds(iterate_all)
    figure(name, captures / ours, "captures/s")
    figure(f"{name}_against_fastwarc", fast / ours, "ratio", goal)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--statements", type=int, default=100_000)
    options.add_argument("--captures", type=int, default=2_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps: tuple[Callable[[], None], ...] = (
            lambda: bench_statements(given.statements, folder),
            lambda: bench_enforcement(given.rows, folder),
            lambda: bench_reprocess("reprocess_without_parser", given.captures, "dsa_report", folder, ">=0.5"),
            lambda: bench_reprocess("reprocess_with_parser", given.captures // 50, "enforcement", folder, "-"),
        )
        for number, step in enumerate(steps, 1):
            print(f"speed: part {number} of {len(steps)}", file=sys.stderr, flush=True)
            step()
    figure("peak_memory", peak(), "MB")
    captures = Path(os.environ.get("FANLIGHT_CAPTURES", ROOT.parent / "shared" / "captures"))
    if captures.is_dir():
        normalize_accuracy.measure(captures, figure)
    else:
        print(f"no real captures at {captures}: set FANLIGHT_CAPTURES to their folder", file=sys.stderr)


if __name__ == "__main__":
    main()
