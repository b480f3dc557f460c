"""Ports, folders and credentials: what stands in the way is said in a sentence before anything is started."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest
from stacks import free_ports, variables

from fanlight.errors import UserError
from fanlight.stack import archive_environment, credentials, place, ports, started
from fanlight.stack.place import Place, find_root, prepare


@pytest.mark.parametrize(("offset", "variable"), [(0, "FANLIGHT_PORT_S3"), (4, "FANLIGHT_PORT_S3"), (9, "AIRFLOW")])
def test_a_port_in_use_is_named_with_the_setting_that_chooses_another(offset: int, variable: str) -> None:
    chosen = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", chosen.s3 + offset))
        other.listen()
        with pytest.raises(UserError, match=rf"port {chosen.s3 + offset} .* is in use: .*{variable}"):
            ports.require_free(chosen)


def test_a_port_in_use_on_all_addresses_counts() -> None:
    chosen = free_ports()
    with socket.socket() as other:
        other.bind(("0.0.0.0", chosen.airflow))
        other.listen()
        with pytest.raises(UserError, match=f"port {chosen.airflow} "):
            ports.require_free(chosen)


def test_a_port_in_use_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = free_ports()
    for name, value in variables(chosen, tmp_path).items():
        monkeypatch.setenv(name, value)
    with socket.socket() as other:
        other.bind(("127.0.0.1", chosen.airflow))
        other.listen()
        with pytest.raises(UserError, match="FANLIGHT_PORT_AIRFLOW"), started(tmp_path, say=lambda _: None):
            pass
    assert not list((tmp_path / "log").iterdir())


@pytest.mark.parametrize("text", ["\xb2", "1" * 5000, "http", "-1", "80", "65536", "8333.5"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"FANLIGHT_PORT_S3 is .*set it to a port number"):
        ports.from_environment({"FANLIGHT_PORT_S3": text})


def test_the_default_ports() -> None:
    chosen = ports.from_environment({})
    assert (chosen.s3, chosen.airflow) == (8333, 8080)
    assert len(set(chosen.seaweed().values())) == 10


def test_a_folder_without_rights(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(UserError, match=r"cannot write below .*FANLIGHT_VAR"):
        prepare(Place(root=tmp_path, var=tmp_path / "var"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot write below"):
        prepare(Place(root=tmp_path, var=tmp_path / "var"))


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**12, 10**12 - 10**7, 10**7)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(UserError, match=r"only 10 MB are free .*: free some space"):
        prepare(Place(root=tmp_path, var=tmp_path))


def test_a_disk_that_takes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"cannot write below .*: free some space"):
        prepare(Place(root=tmp_path, var=tmp_path))


def test_a_damaged_address_of_the_stack(tmp_path: Path) -> None:
    credentials.load_or_make(tmp_path / "secrets.json")
    (tmp_path / "stack.json").write_text("{")
    with pytest.raises(UserError, match=r"stack.json is damaged: delete it"):
        archive_environment(tmp_path)


def test_emptying_leaves_what_is_not_the_stacks(tmp_path: Path) -> None:
    here = Place(root=tmp_path, var=tmp_path)
    prepare(here)
    credentials.load_or_make(here.credentials)
    (here.bucket / "old").touch()
    (tmp_path / "thesis.txt").touch()
    place.empty(here)
    assert (tmp_path / "thesis.txt").exists()
    assert not here.credentials.exists()
    assert list(here.bucket.iterdir()) == []


def test_the_root_is_found() -> None:
    assert (find_root() / "airflow.cfg").is_file()


def test_credentials_are_random_kept_and_only_for_their_owner(tmp_path: Path) -> None:
    made = credentials.load_or_make(tmp_path / "a.json")
    assert credentials.load_or_make(tmp_path / "a.json") == made
    assert credentials.load_or_make(tmp_path / "b.json") != made
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o600
    assert len({made.access_key, made.secret_key, made.password, made.jwt, made.session, made.fernet}) == 6


@pytest.mark.parametrize("text", ["", "{}", '{"access_key": "x"', "[]"])
def test_credentials_that_make_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text)
    with pytest.raises(UserError, match=r"secrets.json does not hold the stack's credentials: .*remove it"):
        credentials.load_or_make(tmp_path / "secrets.json")


def test_the_command_line_finds_the_bucket(tmp_path: Path) -> None:
    assert archive_environment(tmp_path) is None
    made = credentials.load_or_make(tmp_path / "secrets.json")
    (tmp_path / "stack.json").write_text(json.dumps({"s3": 9999, "airflow": 1}))
    assert archive_environment(tmp_path) == {
        "ARCHIVE_URL": "s3://fanlight",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9999",
        "AWS_ACCESS_KEY_ID": made.access_key,
        "AWS_SECRET_ACCESS_KEY": made.secret_key,
        "AWS_REGION": "us-east-1",
    }
