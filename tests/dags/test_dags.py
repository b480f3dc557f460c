"""Rules that every DAG keeps, found by loading the folder as Airflow does, in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sources import registry

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"
HEAVY = {"scrapy", "playwright", "boto3", "botocore", "warcio", "deltalake", "pyarrow", "duckdb", "lxml"}
LOAD = """
import json, sys
sys.path.append(sys.argv[1])
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
found = {
    "errors": bag.import_errors,
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
    "dags": {
        dag.dag_id: {
            "owner": dag.owner, "tags": sorted(dag.tags), "doc": dag.doc_md, "description": dag.description,
            "catchup": dag.catchup, "start": str(dag.start_date), "timeout": bool(dag.dagrun_timeout),
            "active": dag.max_active_runs, "schedule": dag.schedule if isinstance(dag.schedule, str) else None,
            "tasks": {
                task.task_id: {
                    "retries": task.retries, "timeout": bool(task.execution_timeout), "operator": task.task_type,
                    "policy": bool(task.retry_policy), "outlets": [asset.name for asset in task.outlets],
                    "after": sorted(task.upstream_task_ids), "rule": str(task.trigger_rule.value),
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}
print("found " + json.dumps(found))
"""


def load(folder: Path = DAGS, **environment: str) -> dict[str, Any]:
    """What Airflow finds in the folder."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("found "))
    found: dict[str, Any] = json.loads(line.removeprefix("found "))
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return load()


@pytest.fixture(scope="module")
def dags(found: dict[str, Any]) -> dict[str, Any]:
    dags: dict[str, Any] = found["dags"]
    return dags


def test_all_load_and_there_is_a_harvest_for_every_source(found: dict[str, Any]) -> None:
    assert found["errors"] == {}
    harvests = {f"harvest_{source}" for source in registry.load_all()}
    assert set(found["dags"]) == {*harvests, "deliver", "normalize", "reconcile", "reprocess", "upkeep"}


def test_loading_is_light(found: dict[str, Any]) -> None:
    assert not HEAVY & set(found["modules"])


def test_every_dag_says_whose_it_is_and_what_to_do(dags: dict[str, Any]) -> None:
    for name, dag in dags.items():
        assert dag["owner"] == "fanlight", name
        assert dag["tags"], name
        assert dag["description"], name
        for heading in ("What it does.", "How to see that it works.", "What to do when it fails."):
            assert heading in dag["doc"], name


def test_every_dag_ends_and_catches_nothing_up(dags: dict[str, Any]) -> None:
    for name, dag in dags.items():
        assert not dag["catchup"], name
        assert dag["start"].startswith("2026-01-01"), name
        assert dag["timeout"], name
        assert dag["active"] == 1, name


def test_every_task_is_retried_and_ends(dags: dict[str, Any]) -> None:
    for name, dag in dags.items():
        for task, facts in dag["tasks"].items():
            if facts["operator"] != "EmptyOperator":
                assert facts["retries"] > 0, (name, task)
                assert facts["policy"], (name, task)
                assert facts["timeout"], (name, task)


def test_a_harvest_visits_compares_and_announces(dags: dict[str, Any]) -> None:
    harvest = dags["harvest_meta_cser"]
    after = {task: facts["after"] for task, facts in harvest["tasks"].items()}
    assert after == {
        "visit": [], "compare": ["visit"], "announce": ["compare"], "outcome": ["announce", "visit"],
    }  # fmt: skip
    assert harvest["tasks"]["announce"]["outlets"] == ["fanlight.events", "fanlight.events.meta_cser"]
    assert harvest["schedule"] == registry.find("meta_cser").schedule


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("reconcile", ["announce_missed", "shape_missed"]),
        ("upkeep", ["overdue", "overdue_failed", "recover", "compact", "verify"]),
        ("deliver", ["deliver", "dead_letters"]),
    ],
)
def test_a_failed_step_of_upkeep_holds_up_no_other_and_is_seen(
    dags: dict[str, Any], name: str, chain: list[str]
) -> None:
    tasks = dags[name]["tasks"]
    for before, after in pairwise(chain):
        assert tasks[after]["after"] == [before]
        assert tasks[after]["rule"] == "all_done"
    # The state of a run is that of its last tasks.
    assert tasks["outcome"]["after"] == sorted(chain)
    assert tasks["outcome"]["rule"] == "all_success"


MINE = """\
from sources.model import Source
SOURCE = Source(title='Mine', publisher='Me', start_urls=('https://my.example/',), spider='single_file',
    allowed_hosts=('my.example',), contact='mailto:me@my.example')
"""


def test_schedules_can_be_switched_off_and_sources_chosen(tmp_path: Path) -> None:
    (tmp_path / "my_place.py").write_text(MINE)
    dags = load(FANLIGHT_SOURCES=str(tmp_path), FANLIGHT_SCHEDULES="off")["dags"]
    assert set(dags) == {"deliver", "harvest_my_place", "normalize", "reconcile", "reprocess", "upkeep"}
    assert all(dag["schedule"] is None for dag in dags.values())


def test_a_source_that_does_not_load_says_why(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("SOURCE = 1\n")
    errors = load(FANLIGHT_SOURCES=str(tmp_path))["errors"]
    assert [Path(name).name for name in errors] == ["harvest_dags.py"]
    assert "it must set SOURCE = Source(...)" in next(iter(errors.values()))


def test_a_source_that_does_not_load_stops_no_other_and_is_seen(tmp_path: Path) -> None:
    (tmp_path / "my_place.py").write_text(MINE)
    (tmp_path / "a_broken.py").write_text("SOURCE = 1\n")
    (tmp_path / "My broken.py").write_text(MINE)
    found = load(FANLIGHT_SOURCES=str(tmp_path))
    assert found["errors"] == {}
    dags = {name: dag for name, dag in found["dags"].items() if name.startswith("harvest_")}
    assert set(dags) == {"harvest_my_place", "harvest_a_broken", "harvest_My_broken"}
    assert "visit" in dags["harvest_my_place"]["tasks"]
    broken = dags["harvest_a_broken"]
    assert "it must set SOURCE = Source(...)" in broken["doc"]
    assert broken["tags"] == ["broken", "harvest"]
    assert list(broken["tasks"]) == ["say_what_is_broken"]
    assert "a source file's name is its id" in dags["harvest_My_broken"]["doc"]
    test_every_dag_says_whose_it_is_and_what_to_do(dags)
    test_every_dag_ends_and_catches_nothing_up(dags)
    test_every_task_is_retried_and_ends(dags)


def test_no_source_at_all_says_where_it_looked(tmp_path: Path) -> None:
    errors = load(FANLIGHT_SOURCES=str(tmp_path))["errors"]
    assert [Path(name).name for name in errors] == ["harvest_dags.py"]
    assert f"no source is declared in {tmp_path}" in next(iter(errors.values()))


def test_no_file_hides_a_package() -> None:
    outside = [path for path in sys.path if Path(path) != DAGS]
    for file in DAGS.glob("*.py"):
        assert importlib.machinery.PathFinder.find_spec(file.stem, outside) is None, file
    assert not (DAGS / "__init__.py").exists()
