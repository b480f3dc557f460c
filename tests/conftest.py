"""Fixtures shared by all rooms."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemas
from stores import file_store, s3, s3_env, s3_store, store  # noqa: F401 - fixtures: one S3 server for all rooms

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "how many processes each test that kills them kills (default: what it takes to notice a loss within seconds)"
    parser.addoption("--kills", type=int, default=0, help=told)


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real captures; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("FANLIGHT_CAPTURES", ROOT.parent / "shared" / "captures"))
    if not folder.is_dir():
        pytest.skip(f"no real captures at {folder}: set FANLIGHT_CAPTURES to their folder")
    return folder


@pytest.fixture(scope="session", autouse=True)
def events_fit_their_schemas() -> Iterator[None]:
    """Every event that any test writes."""
    with schemas.enforced():
        yield
