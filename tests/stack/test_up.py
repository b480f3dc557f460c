"""An archive that cannot be used is said in a sentence before anything is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from archive.errors import StoreMisconfigured, StoreUnreachable
from fanlight.settings import Settings
from fanlight.stack import run


def test_an_object_store_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    said: list[str] = []
    with pytest.raises(StoreUnreachable, match="ARCHIVE_URL and AWS_ENDPOINT_URL"):
        run.up(Settings(archive_url="s3://theirs", var=tmp_path / "var"), say=said.append)
    assert said == []
    assert not (tmp_path / "var").exists()


def test_an_archive_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreMisconfigured, match="is no folder"):
        run.up(Settings(archive_url=(tmp_path / "file").as_uri(), var=tmp_path / "var"))
    assert not (tmp_path / "var").exists()
