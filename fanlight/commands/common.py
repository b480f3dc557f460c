"""What several commands need: the store, a visit, a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight import settings
from fanlight.errors import UserError

if TYPE_CHECKING:
    from archive.store import Store


def open_archive() -> Store:
    store = settings.open_archive()
    store.check()
    return store


def find_run(store: Store, source: str, run_id: str) -> str:
    from archive import reader

    found = reader.latest_run(store, source) if run_id == "latest" else run_id
    if not found or found not in reader.runs(store, source):
        raise UserError(f"there is no visit {run_id!r} of {source!r}", "see `fanlight captures`")
    return found


def parse_time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is no time", "write it as 2026-03-01 or 2026-03-01T12:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def require_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        choice = f"choose one of {', '.join(known)}" if known else "there is none at all yet"
        raise UserError(f"there is no {what} {name!r}", choice)


def existing(files: list[Path]) -> list[Path]:
    for file in files:
        if not file.is_file():
            raise UserError(f"{file} is no file", "give the paths of files, in order of time")
    return files
