"""Real captures behind the origin: each visit finds the page as it was on that day, under its true URL."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from fanlight.origin import Origin, Reply, Request
from fanlight.origin.http import reply
from sources.model import Source


class CapturedSite:
    """Serves what is shown at each URL; anything else on the same hosts is not there."""

    def __init__(self) -> None:
        self._shown: dict[str, Reply] = {}

    def show(self, url: str, body: bytes, media_type: str = "text/html; charset=utf-8") -> None:
        self._shown[url] = reply(body, media_type)

    def send(self, url: str, answer: Reply) -> None:
        self._shown[url] = answer

    def plays(self, host: str) -> bool:
        return any(urlsplit(url).hostname == host for url in self._shown)

    def __call__(self, request: Request) -> Reply:
        missing = reply("<!doctype html><title>Not found</title><h1>Not found</h1>", status=404)
        shown = self._shown.get(request.url) or self._shown.get(request.url.partition("?")[0])
        return shown or missing


@dataclass(frozen=True, slots=True)
class Replay:
    """One archive, one origin, and visits at simulated times. `folder` holds the bucket, the sources and the spool."""

    folder: Path
    origin: Origin
    site: CapturedSite
    made: list[str] = field(default_factory=list)

    @property
    def archive_url(self) -> str:
        return (self.folder / "bucket").as_uri()

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.origin.environment, "ARCHIVE_URL": self.archive_url}

    def declare(self, source: Source, name: str) -> Path:
        """The source as a file, as somebody would write it who does not install it."""
        path = self.folder / f"{name}.py"
        path.write_text(f"from sources.model import *\n\nSOURCE = {source!r}\n")
        return path

    def visit(self, source: Path, now: datetime) -> Mapping[str, str]:
        """One visit in a process of its own, as Airflow would start it; its summary."""
        command = [sys.executable, "-m", "spiders.run", str(source), "--now", now.isoformat()]
        done = subprocess.run(
            [*command, "--spool", str(self.folder / "spool")],
            env=self.environment(), capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 10), f"{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout.splitlines()[-1].removeprefix("visit "))


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """One dated capture of a page."""

    name: str
    time: datetime
    body: bytes


def dated(archive: Path, folder: str) -> Iterator[Dated]:
    """The captures of a page in order of time; file names are `YYYYMMDDTHHMMSSZ.html` in UTC."""
    with zipfile.ZipFile(archive) as opened:
        for member in sorted(name for name in opened.namelist() if name.startswith(folder + "/")):
            name = Path(member).name
            yield Dated(
                name=name,
                time=datetime.strptime(name, "%Y%m%dT%H%M%SZ.html").replace(tzinfo=UTC),
                body=opened.read(member),
            )


def labels(captures: Path, page: str) -> dict[tuple[str, str], dict[str, str]]:
    """What a careful reader says of each consecutive pair of a page's captures, by (from file, to file)."""
    with (captures / "change-labels.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(row["from_file"], row["to_file"]): row for row in rows if row["page"] == page}
