"""What is made of real captures against what a careful reader counted in them, as figures with goals.

The goals are of the files in the folder of real captures, counted by hand; other files have other counts.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.model import Citation
from normalize import cite, families, pdf
from normalize.files import normalize_files
from normalize.model import Release

URL = "https://bench.example/report"
RESTATED = (71, 27, 96, 102, 113)  # values that each CSER file restates of the one before
DUPLICATES = 16  # keys that the last TikTok file has twice
TYPES = {".csv": "text/csv", ".html": "text/html", ".pdf": "application/pdf"}
FAMILIES = {
    "meta-cser-csv": "enforcement", "tiktok-enforcement": "enforcement", "discord-csv": "enforcement",
    "microsoft-xlsx": "enforcement", "dsa-templates": "dsa_report", "plain-pages": "policy",
    "risk-report-pdfs": "narrative",
}  # fmt: skip
EVERY = {"risk-report-pdfs": 10, "plain-pages": 5}  # of how many facts one is looked up, where that is slow

Figure = Callable[[str, float, str, str], None]


def measure(captures: Path, figure: Figure) -> None:
    """All figures; each step says on standard error that it begins."""
    for step in (restated, tiktok, templates, outlines, citations):
        print(f"accuracy: {step.__name__}", file=sys.stderr, flush=True)
        step(captures, figure)


def restated(captures: Path, figure: Figure) -> None:
    count = _counted(captures / "meta-cser-csv.zip", ".csv")
    releases = sorted({file for _, file in count})
    for number, (name, goal) in enumerate(zip(releases[1:], RESTATED, strict=True), 2):
        figure(f"cser_restated_in_release_{number}", count["restatement", name], "values", f"=={goal}")


def tiktok(captures: Path, figure: Figure) -> None:
    count = _counted(captures / "tiktok-enforcement.zip", ".csv")
    restatements = sum(number for (kind, _), number in count.items() if kind == "restatement")
    duplicates = sum(number for (kind, _), number in count.items() if kind == "rejected")
    figure("tiktok_false_restatements", restatements, "values", "==0")
    figure("tiktok_duplicate_keys", duplicates, "keys", f"=={DUPLICATES}")


def templates(captures: Path, figure: Figure) -> None:
    """Of the official templates, CSV and XLSX in all languages: those that are read, and tables nobody recognised."""
    files = [(name, data) for name, data in _files(captures / "dsa-templates.zip") if "Templates" in name]
    read = [families.shaped("dsa_report", _release(name, data)).parsed for name, data in files]
    figure("dsa_templates_recognised", sum(bool(one and one.facts) for one in read) / len(files), "share", "==1")
    tables = {fact.labels["table"] for one in read if one for fact in one.facts}
    figure("dsa_tables_recognised", len(tables), "tables", "==11")


def outlines(captures: Path, figure: Figure) -> None:
    """Whether each PDF has all its pages, and just the titles of its outline where it has one."""
    pages = titles = files = 0
    for name, data in _files(captures / "risk-report-pdfs.zip"):
        parsed = families.shaped("narrative", _release(name, data)).parsed
        if parsed is None:
            raise SystemExit(f"{name} was not read")
        book = pdf.open_reader(data)
        count = Counter(fact.kind for fact in parsed.facts)
        outlined = [fact.raw_value for fact in parsed.facts if ",outline=" in fact.citation.pointer]
        files += 1
        pages += count["page"] == len(book.pages)
        titles += outlined == _titles(book.outline) if book.outline else count["heading"] > 0
    figure("pdf_page_counts_right", pages / files, "share", "==1")
    figure("pdf_outlines_right", titles / files, "share", "==1")


def _titles(nodes: Any) -> list[str]:
    return [
        title
        for node in nodes
        for title in (_titles(node) if isinstance(node, list) else [str(node.title).strip()])
        if title
    ]


def citations(captures: Path, figure: Figure) -> None:
    """Facts whose citation does not lead to bytes that hold their raw value."""
    looked_up = lost = 0
    for archive, family in FAMILIES.items():
        for name, data in _files(captures / f"{archive}.zip"):
            release = _release(name, data)
            parsed = families.shaped(family, release).parsed
            facts = parsed.facts[:: EVERY.get(archive, 1)] if parsed else ()
            looked_up += len(facts)
            lost += sum(not _resolves(release, fact.citation.pointer, fact.raw_value) for fact in facts)
    figure("citations_looked_up", looked_up, "facts", "-")
    figure("citations_unresolved", lost, "facts", "==0")


def _resolves(release: Release, pointer: str, raw: str) -> bool:
    try:
        found = cite.resolve(release.payload, release.media_type, pointer)
    except cite.Unresolved:
        return False
    return " ".join(raw.split()) in " ".join(found.split())


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            if Path(name).suffix.lower() in (*TYPES, ".xlsx"):
                yield name, opened.read(name)


def _counted(archive: Path, suffix: str) -> Counter[tuple[str, str]]:
    """How many facts, restatements, ... each file has, read as releases of one document in order."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
        paths = sorted(Path(folder).glob(f"*{suffix}"))
        return Counter((line["kind"], line["file"]) for line in normalize_files("enforcement", URL, paths))


def _release(name: str, payload: bytes) -> Release:
    digest = "sha256:" + hashlib.sha256(payload).hexdigest()
    return Release(
        source="bench", publisher="Bench", run_id="", captured=datetime(2026, 1, 1, tzinfo=UTC), document=URL,
        url=f"{URL}/{Path(name).name}", media_type=TYPES.get(Path(name).suffix.lower(), ""), payload=payload,
        citation=Citation(warc=name, offset=0, length=len(payload), record_id="", digest=digest),
    )  # fmt: skip
