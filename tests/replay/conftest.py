"""An origin that serves captures, and an archive of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from captured import CapturedSite, Replay

from fanlight.origin import Origin


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    site = CapturedSite()
    with Origin(site, tmp_path / "ca") as origin:
        made = Replay(tmp_path, origin, site)
        monkeypatch.setenv("ARCHIVE_URL", made.archive_url)
        monkeypatch.setenv("FANLIGHT_VAR", str(tmp_path / "var"))
        yield made
