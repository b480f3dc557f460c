"""A DAG file that does not parse stops the start, with a sentence that names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stacks import belonging_to, free_ports, variables

from fanlight.errors import UserError
from fanlight.stack import run, started
from fanlight.stack.place import find_root

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


def test_a_dag_file_that_does_not_parse_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "clone"
    shutil.copytree(find_root() / "dags", root / "dags")
    shutil.copy(find_root() / "airflow.cfg", root)
    (root / "dags" / "my_dag.py").write_text("from airflow.sdk import DAG\nwith DAG(:\n")
    monkeypatch.setattr(run, "find_root", lambda: root)
    for name, value in variables(free_ports(), tmp_path / "var").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=r"my_dag.py: SyntaxError.*mend it"), started(tmp_path / "var"):
        pass
    assert list(belonging_to(tmp_path / "var")) == []
