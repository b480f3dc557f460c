"""Settings from the environment; what `fanlight up` made fills what is not set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.errors import UserError

if TYPE_CHECKING:
    from archive.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """`archive_url` is where everything is kept; `var` the local folder of the embedded stack, spool files and logs."""

    archive_url: str
    var: Path

    @property
    def spool(self) -> Path:
        return self.var / "spool"


def load() -> Settings:
    """Settings of this process.

    `ARCHIVE_URL` names the archive. When it is not set: the bucket of the embedded stack if `fanlight up` or
    `fanlight demo` ever made one under `FANLIGHT_VAR`, else a folder beside it.
    """
    var = Path(os.environ.get("FANLIGHT_VAR", "var")).absolute()
    if "ARCHIVE_URL" not in os.environ:
        from fanlight.stack import archive_environment

        os.environ.update(archive_environment(var) or {"ARCHIVE_URL": (var / "archive").as_uri()})
    url = os.environ["ARCHIVE_URL"]
    if not url.startswith(("s3://", "file:///")):
        raise UserError(f"ARCHIVE_URL is {url!r}", "set it to s3://bucket or file:///folder")
    return Settings(archive_url=url, var=var)


def open_archive() -> Store:
    """The store of these settings; connects to nothing yet."""
    from archive.store import open_store

    return open_store(load().archive_url)
