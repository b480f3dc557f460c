"""How well and how fast pages are compared, on real captures and on edits planted in them.

    python benchmarks/bench_changes.py [--edits N] [--seed S]

Prints one line per figure: `figure NAME VALUE UNIT GOAL`. The captures are those of FANLIGHT_CAPTURES.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import os
import random
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from statistics import mean
from typing import Any

from planted import Planted, main_elements, plant

from changes import html
from changes.compare import compare
from changes.files import compare_files
from changes.fingerprint import fingerprint
from changes.normal import clean

ROOT = Path(__file__).parent.parent
ZIPS = ("dsa-report-lists.zip", "policy-pages-2022.zip", "plain-pages.zip")
TAGS = re.compile(rb"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL | re.IGNORECASE)
Detector = Callable[[bytes], Any]
BASELINE_EDITS = 300


@dataclass(frozen=True, kw_only=True)
class Page:
    """The dated files of one page in order of time, and the labels of its consecutive pairs."""

    url: str
    files: tuple[Path, ...]
    labels: Mapping[tuple[str, str], Mapping[str, str]]


def pages(captures: Path, folder: Path) -> list[Page]:
    for name in ZIPS:
        with zipfile.ZipFile(captures / name) as archive:
            archive.extractall(folder)
    with (captures / "change-labels.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    by_page: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_page[row["page"], row["url"]].append(row)
    return [
        Page(
            url=url.split()[0],
            files=tuple(
                folder / page / name for name in sorted({row[s] for row in mine for s in ("from_file", "to_file")})
            ),
            labels={(row["from_file"], row["to_file"]): row for row in mine},
        )
        for (page, url), mine in by_page.items()
    ]


def figure(name: str, value: float, unit: str, goal: str = "-") -> None:
    print(f"figure {name} {value:.4g} {unit} {goal}", flush=True)


def score(name: str, said: Mapping[tuple[str, str, str], bool], every: Sequence[Page], goal: str = "-") -> None:
    """Precision, recall and F1 over the labelled pairs; errors go to stderr."""
    counts: Counter[tuple[str, bool]] = Counter()
    for page in every:
        for (before, after), label in page.labels.items():
            changed = said[page.url, before, after]
            counts[label["label"], changed] += 1
            if goal != "-" and (label["label"], changed) in (("content", False), ("unchanged", True)):
                print("error", label["page"], before, after, label["label"], label["reasons"], file=sys.stderr)
    hit, missed, false = counts["content", True], counts["content", False], counts["unchanged", True]
    figure(f"changes_{name}_precision", hit / max(1, hit + false), "share", goal)
    figure(f"changes_{name}_recall", hit / max(1, hit + missed), "share", goal)
    figure(f"changes_{name}_f1", 2 * hit / max(1, 2 * hit + false + missed), "share", goal)
    figure(f"changes_{name}_blocked_as_changes", counts["blocked", True], "pairs", "==0" if goal != "-" else "-")


def ours(every: Sequence[Page]) -> dict[tuple[str, str, str], bool]:
    return {
        (page.url, line["from"], line["to"]): line["verdict"] == "changed"
        for page in every
        for line in compare_files(page.url, page.files)
    }


def baseline(every: Sequence[Page], detector: Detector) -> dict[tuple[str, str, str], bool]:
    said = {}
    for page in every:
        states = {path.name: detector(path.read_bytes()) for path in page.files}
        said.update({(page.url, a, b): states[a] != states[b] for a, b in page.labels})
    return said


def detectors() -> dict[str, Detector]:
    """What others do: the bytes, the visible text, and article extractors where they are installed."""
    found: dict[str, Detector] = {
        "byte_hash": lambda body: hashlib.sha256(body).digest(),
        "visible_text": lambda body: " ".join(TAGS.sub(b" ", body).decode("utf-8", "replace").split()),
    }
    if trafilatura := optional("trafilatura"):
        found["trafilatura"] = lambda body: trafilatura.extract(body.decode("utf-8", "replace")) or ""
    if readability := optional("readability"):
        found["readability"] = lambda body: plain(readability.Document(body.decode("utf-8", "replace")).summary())
    return found


def plain(fragment: str) -> str:
    return html.text(html.parse(fragment.encode("utf-8", "replace")))


def ours_text(body: bytes) -> str:
    return " ".join(block.text for block in fingerprint(body, url="https://page.example/").main)


def optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def coverage(every: Sequence[Page], text: Callable[[bytes], Any]) -> Iterator[tuple[str, float]]:
    """Per page, the share of its main text (by characters, told by tags alone) that is in what a detector looks at."""
    for page in every:
        body = page.files[-1].read_bytes()
        seen = squeezed(unescape(text(body)))
        texts = [squeezed(html.text(element)) for element in main_elements(html.parse(body))]
        total = sum(map(len, texts))
        yield page.url, sum(len(text) for text in texts if text in seen) / total if total else 1.0


def squeezed(text: str) -> str:
    return clean(text).replace(" ", "")


def edits(every: Sequence[Page], wanted: int, seed: int) -> Iterator[tuple[Page, bytes, Planted]]:
    """Edits planted in the later file of pairs that are otherwise noise: the page, the earlier file, the edit."""
    choose = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    quiet = [(page, *pair) for page in every for pair, label in page.labels.items() if label["label"] == "unchanged"]
    for number in range(wanted):
        page, before, after = quiet[number % len(quiet)]
        folder = page.files[0].parent
        edit = plant((folder / after).read_bytes(), choose)
        if edit is not None:
            yield page, (folder / before).read_bytes(), edit


def noticed(every: Sequence[Page], wanted: int, seed: int) -> tuple[Counter[str], ...]:
    """Planted, noticed and located edits by kind; planted and noticed edits by page."""
    planted, seen, located, there, found_there = (Counter[str]() for _ in range(5))
    for page, before, edit in edits(every, wanted, seed):
        planted[edit.kind] += 1
        found = compare(fingerprint(before, url=page.url), fingerprint(edit.body, url=page.url))
        seen[edit.kind] += found.verdict == "changed"
        there[page.url] += 1
        found_there[page.url] += found.verdict == "changed"
        located[edit.kind] += is_located(edit, found)
        if found.verdict != "changed":
            print("missed", edit.kind, page.url, repr(edit.before[:80]), repr(edit.after[:80]), file=sys.stderr)
    return planted, seen, located, there, found_there


def noticed_by(every: Sequence[Page], detector: Detector, wanted: int, seed: int) -> float:
    """The share of edits that change what a detector looks at (told on the page itself, without its real noise)."""
    done = [detector(edit.body) != detector(edit.original) for _, _, edit in edits(every, wanted, seed)]
    return sum(done) / len(done)


def is_located(edit: Planted, found: Any) -> bool:
    said = str(found.detail) + str(found.links)
    return any(word in said for word in (*edit.after.split(), *edit.before.split()))


def speed(every: Sequence[Page]) -> float:
    """Pages per second of processor time: read, judged, fingerprinted and compared."""
    start, count = time.process_time(), 0
    for page in every:
        for _ in compare_files(page.url, page.files):
            count += 1
    return count / (time.process_time() - start)


def beside(name: str, detector: Detector, every: Sequence[Page], wanted: int, seed: int) -> None:
    """The figures of another way to detect changes."""
    score(name, baseline(every, detector), every)
    if name != "byte_hash":
        shares = [share for _, share in coverage(every, detector)]
        figure(f"changes_{name}_coverage_min", min(shares), "share")
        figure(f"changes_{name}_coverage_mean", mean(shares), "share")
    figure(f"changes_{name}_planted_noticed", noticed_by(every, detector, wanted, seed), f"share_of_{wanted}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edits", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    captures = Path(os.environ.get("FANLIGHT_CAPTURES", ROOT.parent / "shared" / "captures"))
    with tempfile.TemporaryDirectory() as folder:
        every = pages(captures, Path(folder))
        score("fanlight", ours(every), every, ">=0.99")
        shares = dict(coverage(every, ours_text))
        for url, share in shares.items():
            print("coverage", f"{share:.4f}", url, file=sys.stderr)
        figure("changes_coverage_min", min(shares.values()), "share", ">=0.99")
        figure("changes_coverage_mean", mean(shares.values()), "share", ">=0.99")
        planted, seen, located, there, found_there = noticed(every, given.edits, given.seed)
        for kind, count in sorted(planted.items()):
            figure(f"changes_planted_{kind}", seen[kind] / count, f"share_of_{count}", "-")
        figure("changes_planted_noticed", seen.total() / planted.total(), f"share_of_{planted.total()}", ">=0.99")
        figure("changes_planted_located", located.total() / planted.total(), f"share_of_{planted.total()}", ">=0.99")
        shares = {url: found_there[url] / count for url, count in there.items()}
        for url, share in shares.items():
            print("noticed", f"{share:.4f}", f"of {there[url]}", url, file=sys.stderr)
        figure("changes_planted_noticed_worst_page", min(shares.values()), "share", ">=0.99")
        for name, detector in detectors().items():
            beside(name, detector, every, min(given.edits, BASELINE_EDITS), given.seed)
        figure("changes_speed", sorted(speed(every) for _ in range(3))[1], "pages/s/core", ">=100")
        figure("changes_memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


if __name__ == "__main__":
    main()
