"""Shape files that are not in an archive: releases of one document, in order."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.model import Citation
from normalize import families, history, schema
from normalize.history import Stated
from normalize.model import Fact, Family, Problem, Release, Restatement, Withdrawal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a file does not say when it was captured


def normalize_files(family: str, url: str, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Release by release: facts, restatements, withdrawals, then what was rejected, as JSON-ready dicts.

    Each has at least `kind` (`fact`, `restatement`, `withdrawal` or `rejected`), `file` and `citation`; facts and
    restatements have `key`, `raw_value` and `value`. A citation's `warc` is the file's name and covers all of it.
    """
    before: dict[str, Stated] = {}
    for path in paths:
        result = families.shaped(family, _release(url, path))
        release, parser, parsed = result.release, result.family, result.parsed
        if parser and parsed:
            now = Stated(release=release, facts=parsed.facts)
            yield from (_fact(path, fact) for fact in parsed.facts)
            if parser.name in before:
                yield from _changes(path, before[parser.name], now, parser)
                now = replace(now, gone=history.gone(before[parser.name], now))
            before[parser.name] = now
        problems = parsed.problems if parsed else [Problem(pointer="", reason=result.reason)]
        yield from _rejections(path, release, problems)


def _release(url: str, path: Path) -> Release:
    payload = path.read_bytes()
    digest = "sha256:" + hashlib.sha256(payload).hexdigest()
    return Release(
        source="files", publisher="", run_id="", captured=EPOCH, document=url, url=url, payload=payload,
        media_type=mimetypes.guess_type(path.name)[0] or "",
        citation=Citation(warc=path.name, offset=0, length=len(payload), record_id="", digest=digest),
    )  # fmt: skip


def _fact(path: Path, fact: Fact) -> dict[str, Any]:
    return {
        "kind": "fact", "file": path.name, "row": fact.kind, "key": list(fact.key), "raw_value": fact.raw_value,
        "value": schema.plain(fact.value), "low": schema.plain(fact.low), "high": schema.plain(fact.high),
        "unit": fact.unit, "approximate": fact.approximate, "occurrence": fact.occurrence,
        "period": fact.period and [fact.period.start.isoformat(), fact.period.end.isoformat()],
        "labels": fact.labels, "citation": asdict(fact.citation),
    }  # fmt: skip


def _changes(path: Path, before: Stated, now: Stated, parser: Family) -> Iterator[dict[str, Any]]:
    value_at = {fact.citation: fact.value for fact in now.facts}
    for change in history.between(before, now, parser):
        common = {
            "file": path.name, "row": change.kind, "key": list(change.key), "before_raw": change.before_raw,
            "before": asdict(change.before), "after": asdict(change.after), "citation": asdict(change.after),
        }  # fmt: skip
        if isinstance(change, Restatement):
            said = {"raw_value": change.after_raw, "value": schema.plain(value_at[change.after])}
            yield {"kind": "restatement", **common, **said, "after_raw": change.after_raw}
        elif isinstance(change, Withdrawal):
            yield {"kind": "withdrawal", **common}


def _rejections(path: Path, release: Release, problems: Iterable[Problem]) -> Iterator[dict[str, Any]]:
    for problem in problems:
        citation = asdict(release.citation.at(problem.pointer))
        yield {"kind": "rejected", "file": path.name, "reason": problem.reason, "citation": citation}
