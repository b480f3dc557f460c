"""Fixtures shared by all rooms."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stores import file_store, s3, s3_env, s3_store, store  # noqa: F401 - fixtures: one S3 server for all rooms

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real captures; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("FANLIGHT_CAPTURES", ROOT.parent / "shared" / "captures"))
    if not folder.is_dir():
        pytest.skip(f"no real captures at {folder}: set FANLIGHT_CAPTURES to their folder")
    return folder
