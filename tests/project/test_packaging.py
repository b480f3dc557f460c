"""The packaging guard: plain room names must neither hide other packages nor leak what does not belong."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NOT_PACKAGES = ("dags", "docker", "tests")


def packages() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_every_room_is_listed_and_is_a_package() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == set(packages())


@pytest.mark.parametrize("folder", NOT_PACKAGES)
def test_these_folders_are_no_packages(folder: str) -> None:
    assert (ROOT / folder).is_dir()
    assert not list((ROOT / folder).rglob("__init__.py"))


def test_no_dag_file_is_named_like_a_package() -> None:
    import importlib.metadata

    taken = set(packages()) | set(importlib.metadata.packages_distributions())
    assert [path.stem for path in (ROOT / "dags").glob("*.py") if path.stem in taken] == []


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    requirements = re.findall(r"^\S+==\S+.*(?:\n[ \t].*)*", lock, re.MULTILINE)
    assert len(requirements) > 100
    assert [found.split()[0] for found in requirements if "--hash=sha256:" not in found] == []


def test_every_requirement_is_locked() -> None:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    names = [re.split(r"[<>=\[;]", line)[0].strip().lower() for line in lines if line and not line.startswith("#")]
    lock = (ROOT / "requirements.lock").read_text().lower()
    assert [name for name in names if f"\n{name}==" not in f"\n{lock}" and f"\n{name}[" not in f"\n{lock}"] == []


def test_no_secret_in_the_airflow_configuration() -> None:
    text = (ROOT / "airflow.cfg").read_text()
    assert re.findall(r"(?mi)^\s*(?:jwt_secret|secret_key|fernet_key|password)\s*=\s*\S", text) == []


def test_no_absolute_path_of_a_machine() -> None:
    texts = [path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".cfg", ".in", ".yaml", ".yml"}]
    home = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
    assert [str(path) for path in texts if path != Path(__file__) and home.search(path.read_text())] == []
