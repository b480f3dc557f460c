"""Shape files that are not in an archive: releases of one document, in order."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.model import Citation
from normalize import facts, families, schema
from normalize.model import Fact, Family, Parsed, Problem, Rejected, Release, Restatement

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a file does not say when it was captured


def normalize_files(family: str, url: str, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Facts, then restatements, then what was rejected, release by release, as JSON-ready dicts.

    Each has at least `kind` (`fact`, `restatement` or `rejected`), `file` and `citation`; facts and restatements have
    `key`, `raw_value` and `value`. A citation's `warc` is the file's name and covers all of it.
    """
    before: tuple[Fact, ...] = ()
    for path in paths:
        release = _release(url, path)
        parser = families.pick(family, release)
        parsed = _parsed(release, parser)
        if parser and isinstance(parsed, Parsed):
            changes = facts.restatements(release, before, parsed.facts, parser.compared)
            yield from _lines(path, release, parsed, changes)
            before = parsed.facts
        else:
            reason = str(parsed) if parsed else f"not a document of the family {family}"
            yield from _rejections(path, release, [Problem(pointer="", reason=reason)])


def _parsed(release: Release, parser: Family | None) -> Parsed | Rejected | None:
    try:
        return parser.parse(release) if parser else None
    except Rejected as error:
        return error


def _release(url: str, path: Path) -> Release:
    payload = path.read_bytes()
    digest = "sha256:" + hashlib.sha256(payload).hexdigest()
    return Release(
        source="files", publisher="", run_id="", captured=EPOCH, document=url, url=url, payload=payload,
        media_type=mimetypes.guess_type(path.name)[0] or "",
        citation=Citation(warc=path.name, offset=0, length=len(payload), record_id="", digest=digest),
    )  # fmt: skip


def _lines(path: Path, release: Release, parsed: Parsed, changes: Iterable[Restatement]) -> Iterator[dict[str, Any]]:
    for fact in parsed.facts:
        yield {
            "kind": "fact", "file": path.name, "row": fact.kind, "key": list(fact.key), "raw_value": fact.raw_value,
            "value": schema.plain(fact.value), "low": schema.plain(fact.low), "high": schema.plain(fact.high),
            "unit": fact.unit, "approximate": fact.approximate, "occurrence": fact.occurrence,
            "period": fact.period and [fact.period.start.isoformat(), fact.period.end.isoformat()],
            "labels": fact.labels, "citation": asdict(fact.citation),
        }  # fmt: skip
    by_key = {fact.citation: fact for fact in parsed.facts}
    for change in changes:
        yield {
            "kind": "restatement", "file": path.name, "row": change.kind, "key": list(change.key),
            "raw_value": change.after_raw, "value": schema.plain(by_key[change.after].value),
            "before_raw": change.before_raw, "after_raw": change.after_raw,
            "citation": asdict(change.after), "before": asdict(change.before), "after": asdict(change.after),
        }  # fmt: skip
    yield from _rejections(path, release, parsed.problems)


def _rejections(path: Path, release: Release, problems: Iterable[Problem]) -> Iterator[dict[str, Any]]:
    for problem in problems:
        citation = asdict(release.citation.at(problem.pointer))
        yield {"kind": "rejected", "file": path.name, "reason": problem.reason, "citation": citation}
