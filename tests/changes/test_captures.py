"""Real pages over time against what a careful reader saw in them (the labels of the folder of captures)."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from changes.files import compare_files
from changes.identity import document_id

pytestmark = pytest.mark.captures
ZIPS = ("dsa-report-lists.zip", "policy-pages-2022.zip", "plain-pages.zip")
Pair = tuple[dict[str, str], dict[str, Any]]  # the label, and what we say


def labels(captures: Path) -> list[dict[str, str]]:
    with (captures / "change-labels.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def compared(captures: Path, folder: Path) -> Iterator[Pair]:
    """Every labelled pair beside our verdict on it."""
    for name in ZIPS:
        with zipfile.ZipFile(captures / name) as archive:
            archive.extractall(folder)
    pages: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in labels(captures):
        pages[row["page"], row["url"]].append(row)
    for (page, url), rows in pages.items():
        files = sorted({row[side] for row in rows for side in ("from_file", "to_file")})
        said = {
            (one["from"], one["to"]): one for one in compare_files(url.split()[0], [folder / page / f for f in files])
        }
        yield from ((row, said[row["from_file"], row["to_file"]]) for row in rows)


@pytest.fixture(scope="module")
def pairs(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    return list(compared(captures, tmp_path_factory.mktemp("pages")))


def test_blocked_captures_are_never_changes(pairs: list[Pair]) -> None:
    blocked = [said for row, said in pairs if row["label"] == "blocked"]
    assert blocked
    assert not [said for said in blocked if said["verdict"] == "changed"]


def test_real_changes_are_found_and_noise_is_not(pairs: list[Pair]) -> None:
    counts: Counter[tuple[str, bool]] = Counter((row["label"], said["verdict"] == "changed") for row, said in pairs)
    hits, false, missed = counts["content", True], counts["unchanged", True], counts["content", False]
    assert hits / (hits + missed) >= 0.99, "recall"
    assert hits / (hits + false) >= 0.99, "precision"


def test_new_documents_are_named(pairs: list[Pair]) -> None:
    listed = [(row, said) for row, said in pairs if "document-added" in row["reasons"] and row["label"] == "content"]
    assert listed
    for row, said in listed:
        wanted = {document_id(url) for url in json.loads(row["new_links"])}
        assert wanted <= {document_id(url) for url in said["documents"]["added"]}
