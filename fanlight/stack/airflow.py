"""The embedded Airflow: its database and its four components, configured by `airflow.cfg` and the environment."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fanlight.errors import UserError
from fanlight.stack import credentials
from fanlight.stack.credentials import Credentials
from fanlight.stack.place import Place
from fanlight.stack.ports import HOST, Ports
from fanlight.stack.rest import Airflow
from fanlight.stack.supervisor import Component

USER = "admin"
# Seconds after which what came of reading a DAG file is known to the API.
SETTLING = 4.0
SESSIONS = {"AIRFLOW__DATABASE__SQL_ALCHEMY_SESSION_MAKER": "fanlight.stack.sessions.make"}
# The log servers would listen on all addresses; with everything on one machine logs are read from the folder.
COMMANDS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}


def address(ports: Ports) -> str:
    """Where Airflow's UI and API are."""
    return f"http://{HOST}:{ports.airflow}"


def client(ports: Ports, made: Credentials) -> Airflow:
    """Airflow's API, as the operator `admin`."""
    return Airflow(address(ports), USER, made.password)


def environment(place: Place, ports: Ports, made: Credentials, extra: Mapping[str, str]) -> dict[str, str]:
    """What every component runs with. The secrets stay out of `airflow.cfg`."""
    return {
        **os.environ,
        **extra,
        # Airflow calls its own programs by name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        # Airflow's components talk to each other and to the bucket over loopback, whatever proxy this machine uses.
        **dict.fromkeys(("NO_PROXY", "no_proxy"), _no_proxy(os.environ)),
        "FANLIGHT_ROOT": str(place.root),
        "FANLIGHT_VAR": str(place.var),
        "AIRFLOW_HOME": str(place.airflow),
        "AIRFLOW_CONFIG": str(place.root / "airflow.cfg"),
        "AIRFLOW__API__PORT": str(ports.airflow),
        "AIRFLOW__API__BASE_URL": address(ports),
        "AIRFLOW__API__SECRET_KEY": made.session,
        "AIRFLOW__API_AUTH__JWT_SECRET": made.jwt,
        "AIRFLOW__CORE__FERNET_KEY": made.fernet,
    }


def _no_proxy(environ: Mapping[str, str]) -> str:
    kept = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    return ",".join(filter(None, (kept, HOST, "localhost")))


def prepare(place: Place, settings: Mapping[str, str], made: Credentials) -> None:
    """Make or update the database unless this version of Airflow did so before, and set the password of `admin`."""
    credentials.write(place.airflow / "passwords.json", json.dumps({USER: made.password}))
    version = importlib.metadata.version("apache-airflow")
    database, stamp = place.airflow / "airflow.db", place.airflow / "migrated"
    # Making it takes Airflow five seconds of work, so an empty one is kept for the next stack that starts from nothing.
    empty = place.var / "cache" / f"airflow-{version}.db"
    fresh = not database.exists()
    if fresh and empty.exists():
        _copy(empty, database)
    elif fresh or not stamp.exists() or stamp.read_text() != version:
        _migrate(place, settings)
        if fresh and database.exists():
            _copy(database, empty)
    stamp.write_text(version)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    draft = target.with_suffix(".new")
    shutil.copyfile(source, draft)
    draft.replace(target)


def _migrate(place: Place, settings: Mapping[str, str]) -> None:
    log = place.logs / "db-migrate.log"
    with log.open("wb") as output:
        command = (sys.executable, "-m", "airflow", "db", "migrate")
        done = subprocess.run(command, env=dict(settings), stdout=output, stderr=output, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise UserError(f"Airflow's database under {place.airflow} could not be made or updated", f"see {log}")


def dag_files(place: Place) -> set[str]:
    """The files in `dags/` that hold DAGs: all but those that `.airflowignore` names."""
    folder = place.root / "dags"
    ignored = set((folder / ".airflowignore").read_text().split())
    return {path.name for path in folder.glob("*.py")} - ignored


def is_settled(place: Place, file: str, since: datetime) -> bool:
    """Whether a DAG file was read since then, and a while ago.

    The API tells of DAGs and of errors; a file with neither (none is wanted at the moment) only leaves a log.
    """
    logs = place.airflow.glob(f"logs/dag_processor/*/dags-folder/{file}.log")
    return any(since.timestamp() <= log.stat().st_mtime < time.time() - SETTLING for log in logs)


def failure(place: Place, task: Mapping[str, Any]) -> str:
    """Why a task instance failed, as its log says it: the error's type and message."""
    where = (f"dag_id={task['dag_id']}", f"run_id={task['dag_run_id']}", f"task_id={task['task_id']}")
    log = place.airflow.joinpath("logs", *where, f"attempt={task['try_number']}.log")
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    for line in reversed(lines):
        with contextlib.suppress(ValueError):
            if errors := json.loads(line).get("error_detail"):
                return f"{errors[0]['exc_type']}: {errors[0]['exc_value']} (log: {log})"
    return f"its log says no more than it ended (log: {log})"


def components(settings: Mapping[str, str], api: Airflow, tasks: Mapping[str, str]) -> list[Component]:
    """The four components. `tasks` is added to the scheduler's environment, which its tasks inherit."""
    more = {"scheduler": tasks, "api-server": SESSIONS}
    return [
        Component(
            name=name,
            command=(sys.executable, "-m", "airflow", *arguments),
            environment={**settings, **more.get(name, {})},
            ready=lambda name=name: api.is_healthy(name) and (name != "api-server" or api.answers_tasks()),  # type: ignore[misc]
            # The triggerer takes ten seconds to end, and keeps nothing that would need them.
            patience=2.0 if name == "triggerer" else 15.0,
        )
        for name, arguments in COMMANDS.items()
    ]
